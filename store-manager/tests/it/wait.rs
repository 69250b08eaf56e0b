//! Waiting for a condition, never for a time.

use std::fmt::Display;
use std::time::Duration;

use tokio::time::Instant;

/// How long a condition may take to come. Far more than it ever needs: a loaded machine must not fail a test.
const LIMIT: Duration = Duration::from_secs(20);

/// How often it is looked at.
const POLL: Duration = Duration::from_millis(15);

/// Looks until the condition holds; panics with what was there instead when it never does.
pub async fn wait_until(what: impl Display, mut look: impl AsyncFnMut() -> Result<(), String>) {
    let end = Instant::now() + LIMIT;
    while let Err(seen) = look().await {
        assert!(Instant::now() < end, "waited {LIMIT:?} for {what}; last seen: {seen}");
        tokio::time::sleep(POLL).await;
    }
}
