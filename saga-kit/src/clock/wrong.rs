//! A system clock that can be put wrong while the process runs, for the crash laboratory: two machines never agree
//! quite on the time, and now and then not at all.

use std::sync::atomic::{AtomicI32, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::{NoContext, Timestamp, Uuid};

/// Seconds by which this process takes its time to be later than the machine's; 32 bits are 68 years.
static AHEAD_S: AtomicI32 = AtomicI32::new(0);

/// Puts the clock so many seconds ahead of the machine's, or behind it.
pub fn set_ahead_s(seconds: i32) {
    tracing::warn!(seconds, "this process's clock is put ahead of the machine's");
    AHEAD_S.store(seconds, Ordering::Relaxed);
}

/// How many seconds the clock is ahead of the machine's.
#[must_use]
pub fn ahead_s() -> i32 {
    AHEAD_S.load(Ordering::Relaxed)
}

pub(super) fn now() -> DateTime<Utc> {
    Utc::now() + TimeDelta::seconds(ahead_s().into())
}

/// A version 7 id of that clock's time.
pub(super) fn id() -> Uuid {
    if ahead_s() == 0 {
        return Uuid::now_v7();
    }
    let now = now();
    // Its type has no times before 1970, which are 56 years behind.
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_ids_are_of_the_clock_as_it_was_put() {
        let (clock, ids) = (super::super::Clock::system(), super::super::Ids::v7());
        let off_by = |at: DateTime<Utc>| (at - Utc::now()).num_seconds();
        set_ahead_s(-3_600);
        let (now, id) = (off_by(clock.now()), ids.next());
        set_ahead_s(0);
        let (seconds, _) = id.get_timestamp().expect("version 7").to_unix();
        let id_off_by = i64::try_from(seconds).expect("seconds") - Utc::now().timestamp();
        assert!((-3_602..=-3_599).contains(&now) && (-3_602..=-3_599).contains(&id_off_by), "{now} {id_off_by}");
        assert!(off_by(clock.now()).abs() <= 1);
    }
}
