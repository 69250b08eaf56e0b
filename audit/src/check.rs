//! A check of one database: what must hold, and a query for whatever breaks it.

use futures::TryStreamExt;
use sqlx::MySqlPool;

use crate::verdict::{Offenders, Outcome};

/// One thing that must hold. The queries are not checked against a schema when they are compiled; a test breaks
/// each of them on purpose instead and sees that very check fail.
#[derive(Debug)]
pub(crate) struct Check {
    /// What must hold, in words for people.
    pub name: &'static str,
    /// What is looked at.
    pub over: Things,
    /// Whether an event that is still on its way may mend it.
    pub passing: bool,
    /// Selects one text for each thing that breaks it, with its id first.
    pub broken_by: &'static str,
}

/// What a check looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Things {
    noun: &'static str,
    count: &'static str,
}

/// Orders, whatever became of them.
pub(crate) const ORDERS: Things = Things { noun: "orders", count: "SELECT COUNT(*) FROM orders" };
/// Orders whose sagas are over, well or not.
pub(crate) const ENDED_ORDERS: Things =
    Things { noun: "ended orders", count: "SELECT COUNT(*) FROM orders WHERE saga_ended_at IS NOT NULL" };
/// Sagas that are over; an order has another one when it is cancelled after its first, and a refused order has one.
pub(crate) const ENDED_SAGAS: Things = Things {
    noun: "ended sagas",
    count: "SELECT COUNT(DISTINCT aggregate_id, correlation_id) FROM saga_events WHERE event_type = 'SagaCompleted'",
};
/// Orders that never came to be.
pub(crate) const REFUSALS: Things = Things { noun: "refused orders", count: "SELECT COUNT(*) FROM order_refusals" };
/// Products with their levels.
pub(crate) const LEVELS: Things = Things { noun: "stock levels", count: "SELECT COUNT(*) FROM stocks" };
/// Events on timelines that were handled a short while ago.
pub(crate) const LATE_EVENTS: Things = Things {
    noun: "events of the last hour",
    count: "SELECT COUNT(*) FROM saga_events WHERE recorded_at > UTC_TIMESTAMP() - INTERVAL 1 HOUR",
};
/// Lines of the stock's ledger.
pub(crate) const MOVEMENTS: Things = Things { noun: "movements", count: "SELECT COUNT(*) FROM stock_movements" };
/// Payments.
pub(crate) const PAYMENTS: Things = Things { noun: "payments", count: "SELECT COUNT(*) FROM payments" };
/// Events that the broker has not acknowledged.
pub(crate) const UNSENT: Things = Things { noun: "unsent events", count: "SELECT COUNT(*) FROM outbox" };
/// Events that were set aside.
pub(crate) const PARKED: Things = Things { noun: "parked events", count: "SELECT COUNT(*) FROM parked_events" };

impl Things {
    pub async fn count(self, database: &MySqlPool) -> Result<(i64, &'static str), sqlx::Error> {
        Ok((sqlx::query_scalar(self.count).fetch_one(database).await?, self.noun))
    }
}

impl Check {
    /// Looks at the whole database with one statement, which sees one moment of it.
    pub async fn run(&self, database: &MySqlPool) -> Result<Outcome, sqlx::Error> {
        let mut offenders = Offenders::default();
        let mut rows = sqlx::query_scalar::<_, String>(self.broken_by).fetch(database);
        while let Some(offender) = rows.try_next().await? {
            offenders.add(offender);
        }
        drop(rows);
        Ok(offenders.outcome(self.name, self.over.count(database).await?, self.passing))
    }
}
