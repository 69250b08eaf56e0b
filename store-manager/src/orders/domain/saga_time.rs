//! When a saga began: its id says so, because ids are UUIDv7, which begin with the time in milliseconds.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// When the saga of that id began; nothing of an id that does not say.
pub(crate) fn began_at(saga: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = Some(saga).filter(|id| id.get_version_num() == 7)?.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

/// An id above those of all sagas that began before that moment, and below those of all that began later.
pub(crate) fn bound(at: DateTime<Utc>) -> Uuid {
    let millis = u128::try_from(at.timestamp_millis()).unwrap_or(0);
    Uuid::from_u128(millis << 80)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_saga_began_when_its_id_was_made() {
        let (before, id, after) = (Utc::now(), Uuid::now_v7(), Utc::now());
        let began = began_at(id).unwrap();
        assert!(before - TimeDelta::milliseconds(1) <= began && began <= after, "{before} {began} {after}");
        assert_eq!(began_at(Uuid::from_u128(7)), None);
    }

    #[test]
    fn the_bound_divides_the_earlier_from_the_later() {
        let id = Uuid::now_v7();
        let began = began_at(id).unwrap();
        assert!(bound(began - TimeDelta::milliseconds(1)) < id && bound(began) <= id);
        assert!(id < bound(began + TimeDelta::milliseconds(1)));
    }
}
