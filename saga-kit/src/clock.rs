//! Where time and ids come from, so that a test can set both.
//!
//! Everything that stamps an event or a row asks here; nothing else in the services reads the system's clock.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

#[cfg(feature = "crash-points")]
mod wrong;

#[cfg(feature = "crash-points")]
pub use wrong::{ahead_s, set_ahead_s};

/// The present, in UTC, truncated to microseconds: that is what MySQL's `DATETIME(6)` and the wire keep.
/// ```
/// use saga_kit::clock::Clock;
///
/// let noon = chrono::DateTime::UNIX_EPOCH + chrono::Duration::hours(12);
/// assert_eq!(Clock::from_fn(move || noon).now(), noon);
/// ```
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        #[cfg(feature = "crash-points")]
        return Self::from_fn(wrong::now);
        #[cfg(not(feature = "crash-points"))]
        Self::from_fn(Utc::now)
    }

    /// A clock that tells what `now` says.
    #[must_use]
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(6)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// New ids for events and correlations.
/// ```
/// use saga_kit::Transactions;
/// use saga_kit::clock::{Clock, Ids};
///
/// /// Transactions of a test that wants to know its ids beforehand.
/// fn predictable(pool: sqlx::MySqlPool) -> Transactions {
///     let ids = Ids::from_fn(|| uuid::Uuid::from_u128(7));
///     Transactions::with_sources(pool, "warehouse", "", (Clock::system(), ids))
/// }
/// ```
#[derive(Clone)]
pub struct Ids(Arc<dyn Fn() -> Uuid + Send + Sync>);

impl Ids {
    /// UUIDv7: unique, and rising with time, so that an index on them grows at its end.
    #[must_use]
    pub fn v7() -> Self {
        #[cfg(feature = "crash-points")]
        return Self::from_fn(wrong::id);
        #[cfg(not(feature = "crash-points"))]
        Self::from_fn(Uuid::now_v7)
    }

    /// Ids as `next` gives them.
    #[must_use]
    pub fn from_fn(next: impl Fn() -> Uuid + Send + Sync + 'static) -> Self {
        Self(Arc::new(next))
    }

    /// A new id.
    #[must_use]
    pub fn next(&self) -> Uuid {
        (self.0)()
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}
