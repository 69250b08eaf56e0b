//! The event at which a key stopped, for many keys at once.

use std::collections::BTreeMap;

use sqlx::{MySqlConnection, QueryBuilder};

use super::{ParkedEvent, Row};
use crate::rows::in_runs;

/// The oldest parked event of each of these keys that has one.
pub async fn oldest_of(
    connection: &mut MySqlConnection,
    consumer: &str,
    keys: &[String],
) -> Result<BTreeMap<String, ParkedEvent>, sqlx::Error> {
    let mut oldest = BTreeMap::new();
    for run in in_runs(keys) {
        let mut select = QueryBuilder::new(
            "SELECT id, event_key, event_id, event_type, topic, kafka_partition, kafka_offset, cause, error, parked_at \
             FROM parked_events WHERE consumer = ",
        );
        select.push_bind(consumer.to_owned()).push(" AND event_key IN (");
        let mut list = select.separated(", ");
        for key in run {
            list.push_bind(key.as_bytes().to_vec());
        }
        select.push(") ORDER BY id DESC");
        let rows: Vec<Row> = select.build_query_as().fetch_all(&mut *connection).await?;
        // From the youngest to the oldest, so that of each key the oldest stays.
        oldest.extend(rows.into_iter().map(ParkedEvent::from).map(|event| (event.event_key.clone(), event)));
    }
    Ok(oldest)
}
