//! Waiting for a condition, never for a time.

use std::fmt::Display;
use std::time::Duration;

use tokio::time::Instant;

/// How long a condition may take to come. Far more than it ever needs: a loaded machine must not fail a test.
const LIMIT: Duration = Duration::from_secs(45);

/// How often it is looked at.
const POLL: Duration = Duration::from_millis(15);

/// What one look saw: the awaited value, or what was there instead.
pub type Seen<T> = Result<T, String>;

/// Looks until the condition holds and gives what it then saw; panics with what was last seen when it never does.
pub async fn wait_until<T>(what: impl Display, look: impl AsyncFnMut() -> Seen<T>) -> T {
    wait_until_within(LIMIT, what, look).await
}

/// The same with another limit.
pub async fn wait_until_within<T>(limit: Duration, what: impl Display, mut look: impl AsyncFnMut() -> Seen<T>) -> T {
    let end = Instant::now() + limit;
    loop {
        let seen = match look().await {
            Ok(value) => return value,
            Err(seen) => seen,
        };
        assert!(Instant::now() < end, "waited {limit:?} for {what}; last seen: {seen}");
        tokio::time::sleep(POLL).await;
    }
}
