//! Which failures pass by themselves, and how long to wait before trying again.

use std::time::Duration;

use rand::Rng;
use sqlx::mysql::MySqlDatabaseError;

/// What a database error means for whoever may try again.
/// ```
/// use saga_kit::retry::{Passing, passing};
///
/// assert_eq!(passing(&sqlx::Error::PoolTimedOut), Passing::Away);
/// assert_eq!(passing(&sqlx::Error::RowNotFound), Passing::No);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// The server is away or going down: worth waiting for as long as it takes.
    Away,
    /// Another transaction was in the way (deadlock, lock wait): worth a bounded number of tries.
    Conflict,
    /// It will fail again: a bug, a constraint, bad data.
    No,
}

/// Sorts a database error. Numbers are those of the MySQL and MariaDB error references.
#[must_use]
pub fn passing(error: &sqlx::Error) -> Passing {
    use sqlx::Error as E;
    match error {
        E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::BeginFailed | E::Protocol(_) => {
            Passing::Away
        }
        E::Database(_) => match server_error(error) {
            // Deadlock, lock wait timeout, record changed since the last read (MariaDB 11.6 and newer).
            Some(1213 | 1205 | 1020) => Passing::Conflict,
            // Too many connections (1040, 1203, 1226); shutting down (1053, 1077 to 1079); read-only (1290, 1836);
            // interrupted or killed (1317, 1927, 3168, 3169, and 4031 after a silence); gone (2006, 2013); out of
            // disk (1021, 1030, 1114, 1180) or memory (1037, 1038, 1041): no fault of the event or the request.
            Some(
                1040
                | 1203
                | 1226
                | 1053
                | 1077..=1079
                | 1290
                | 1836
                | 1317
                | 1927
                | 3168
                | 3169
                | 4031
                | 2006
                | 2013
                | 1021
                | 1030
                | 1114
                | 1180
                | 1037
                | 1038
                | 1041,
            ) => Passing::Away,
            _ => Passing::No,
        },
        _ => Passing::No,
    }
}

/// The server's own number for the error, when it is the server's.
#[must_use]
pub fn server_error(error: &sqlx::Error) -> Option<u16> {
    let sqlx::Error::Database(error) = error else { return None };
    error.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number)
}

/// Exponential backoff with a cap and full jitter
/// (Marc Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
/// ```
/// use std::time::Duration;
///
/// use saga_kit::retry::Backoff;
///
/// let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(1));
/// assert!(backoff.next_delay() <= Duration::from_millis(50));
/// assert!(backoff.next_delay() <= Duration::from_millis(100));
/// ```
#[derive(Debug, Clone)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
    attempt: u32,
}

impl Backoff {
    /// The first delay is at most `base`, each next at most twice the one before, none more than `cap`.
    #[must_use]
    pub fn new(base: Duration, cap: Duration) -> Self {
        Self { base, cap, attempt: 0 }
    }

    /// How often [`Backoff::next_delay`] was asked since the start or the last reset.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempt
    }

    /// The time to wait before the next attempt: at least a tenth of the ceiling, so that no loop spins.
    pub fn next_delay(&mut self) -> Duration {
        let ceiling = self.base.saturating_mul(1 << self.attempt.min(16)).min(self.cap);
        self.attempt = self.attempt.saturating_add(1);
        ceiling.mul_f64(rand::rng().random_range(0.1..=1.0))
    }

    /// Begins again from the shortest delay.
    pub fn reset(&mut self) {
        self.attempt = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_the_cap_and_never_past_it() {
        let (base, cap) = (Duration::from_millis(10), Duration::from_millis(500));
        let mut backoff = Backoff::new(base, cap);
        for attempt in 0..40u32 {
            let ceiling = base.saturating_mul(1 << attempt.min(16)).min(cap);
            let delay = backoff.next_delay();
            assert!(delay <= ceiling, "attempt {attempt}: {delay:?} is over {ceiling:?}");
            assert!(delay >= ceiling.mul_f64(0.1), "attempt {attempt}: {delay:?} would spin");
        }
        backoff.reset();
        assert!(backoff.next_delay() <= base);
    }

    #[test]
    fn a_lost_connection_passes_and_a_missing_row_does_not() {
        let lost = sqlx::Error::Io(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
        assert_eq!(passing(&lost), Passing::Away);
        assert_eq!(passing(&sqlx::Error::PoolTimedOut), Passing::Away);
        assert_eq!(passing(&sqlx::Error::RowNotFound), Passing::No);
    }
}
