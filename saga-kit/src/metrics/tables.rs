//! What only the tables know: read when somebody scrapes, so that each instance tells how it is at that moment and
//! nobody pays while nobody looks. A job under a lock would leave the other instances with figures of their past.

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use sqlx::MySqlConnection;

use super::Metrics;

/// Figures that are read of the tables.
/// ```
/// use chrono::{DateTime, Utc};
/// use futures::future::BoxFuture;
/// use prometheus::Gauge;
/// use saga_kit::metrics::TableMetrics;
/// use sqlx::MySqlConnection;
///
/// #[derive(Debug)]
/// struct Visits(Gauge);
///
/// impl TableMetrics for Visits {
///     fn read<'a>(
///         &'a self,
///         connection: &'a mut MySqlConnection,
///         _now: DateTime<Utc>,
///     ) -> BoxFuture<'a, Result<(), sqlx::Error>> {
///         Box::pin(async move {
///             let visits: i32 = sqlx::query_scalar("SELECT MAX(id) FROM visits").fetch_one(connection).await?;
///             self.0.set(f64::from(visits));
///             Ok(())
///         })
///     }
///
///     fn are_unknown(&self) {
///         self.0.set(f64::NAN);
///     }
/// }
/// ```
pub trait TableMetrics: std::fmt::Debug + Send + Sync + 'static {
    /// Reads them as they are `now`.
    fn read<'a>(
        &'a self,
        connection: &'a mut MySqlConnection,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), sqlx::Error>>;

    /// Says that nobody knows them now: `NaN`, with which no comparison is true.
    fn are_unknown(&self);
}

/// Rows are counted up to here, because a server counts by reading: the figure means that many or more.
pub const MAX_COUNTED: u32 = 10_000;

impl TableMetrics for Metrics {
    fn read<'a>(
        &'a self,
        connection: &'a mut MySqlConnection,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), sqlx::Error>> {
        Box::pin(self.read_tables(connection, now))
    }

    fn are_unknown(&self) {
        for gauge in [&self.outbox_events, &self.outbox_oldest_age, &self.parked_events] {
            gauge.set(f64::NAN);
        }
    }
}

impl Metrics {
    /// Reads the outbox and the parked events, with one statement.
    async fn read_tables(&self, connection: &mut MySqlConnection, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
        let row = sqlx::query!(
            r#"SELECT (SELECT COUNT(*) FROM (SELECT id FROM outbox LIMIT ?) AS unsent) AS "unsent!: i64",
                      (SELECT occurred_at FROM outbox ORDER BY id LIMIT 1) AS "oldest: DateTime<Utc>",
                      (SELECT COUNT(*) FROM (SELECT id FROM parked_events LIMIT ?) AS parked) AS "parked!: i64""#,
            MAX_COUNTED,
            MAX_COUNTED
        )
        .fetch_one(connection)
        .await?;
        self.outbox_events.set(as_figure(row.unsent));
        let age = row.oldest.map(|oldest| (now - oldest).to_std().unwrap_or_default());
        self.outbox_oldest_age.set(age.unwrap_or_default().as_secs_f64());
        self.parked_events.set(as_figure(row.parked));
        Ok(())
    }
}

/// Bounded by [`MAX_COUNTED`], so that nothing is lost.
fn as_figure(count: i64) -> f64 {
    u32::try_from(count).map_or(f64::NAN, f64::from)
}
