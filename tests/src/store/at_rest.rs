//! What must hold at the end of every test, whatever it did.

use std::time::Duration;

use shared_events::Topic;

use super::{PAYMENT_SERVICE, STORE_MANAGER, Store};
use crate::wait::wait_until;

/// How long a store may take to come to rest at the end of a test.
const REST_LIMIT: Duration = Duration::from_mins(1);

/// The audit's checks that see what is parked; a test that parks events on purpose counts them itself.
const PARKING_CHECKS: [&str; 2] = ["store-manager has nothing parked", "payment-service has nothing parked"];

impl Store {
    /// What must hold after every test, whatever it did: all that was begun ends once everything runs again; the
    /// outboxes are empty, nothing is parked, the audit is clean; each service ends within five seconds of SIGTERM;
    /// and none has panicked.
    pub async fn finish(self) {
        for service in self.services() {
            service.go_on();
        }
        self.start_services().await;
        self.audit().await;
        for service in self.services() {
            service.stop().await;
            let log = service.log();
            assert!(!log.contains("panicked at"), "{} panicked:\n{log}", service.instance);
        }
    }

    /// Waits until all that was begun has ended, and asserts that the audit has nothing to say.
    pub async fn audit(&self) {
        if self.parked > 0 {
            return self.audit_beside_parked().await;
        }
        let verdict = audit::audit_when_settled(&self.store_db.pool, &self.payments_db.pool, REST_LIMIT).await;
        let verdict = verdict.expect("the audit reads both databases");
        assert!(verdict.is_clean(), "the audit found:\n{verdict}\nparked: {:?}", self.parked_errors().await);
    }

    /// Parked events never pass, so the audit does not wait for anything else where there are some.
    async fn audit_beside_parked(&self) {
        wait_until("nothing to be wrong but what is parked", async || {
            let verdict = audit::audit(&self.store_db.pool, &self.payments_db.pool).await;
            let verdict = verdict.expect("the audit reads both databases");
            let clean = verdict.checks.iter().all(|check| check.ok || PARKING_CHECKS.contains(&check.name));
            if clean { Ok(()) } else { Err(verdict.to_string()) }
        })
        .await;
        assert_eq!(self.parked().await, self.parked, "events parked: {:?}", self.parked_errors().await);
    }

    /// What the tables of the business hold, as checksums: equal before and after something that must change nothing.
    pub async fn fingerprint(&self) -> Vec<(String, i64)> {
        let mut sums = Vec::new();
        for (database, tables) in [
            (
                &self.store_db,
                "CHECKSUM TABLE users, products, stocks, stock_movements, orders, order_items, order_refusals, saga_events",
            ),
            (&self.payments_db, "CHECKSUM TABLE payments, payment_refusals"),
        ] {
            let rows: Vec<(String, i64)> = sqlx::query_as(tables).fetch_all(&database.pool).await.expect("checksums");
            sums.extend(rows);
        }
        sums
    }

    /// Waits until both services have read all that lies on the saga's topic, and gives how many messages that is.
    pub async fn until_all_read(&self) -> i64 {
        let topic = Topic::ORDER_SAGA_EVENTS.name();
        wait_until("both services to have read the topic", async || {
            let there = i64::try_from(self.topics.records(topic).len()).unwrap_or(i64::MAX);
            let read = [STORE_MANAGER, PAYMENT_SERVICE].map(|group| self.topics.committed(group, topic));
            if read == [Some(there); 2] { Ok(there) } else { Err(format!("{read:?} of {there}")) }
        })
        .await
    }

    /// Why events are parked, in both services.
    pub async fn parked_errors(&self) -> Vec<String> {
        let mut errors = Vec::new();
        for database in [&self.store_db, &self.payments_db] {
            let sql =
                "SELECT CONCAT_WS(' ', consumer, event_type, cause, error) FROM parked_events ORDER BY id LIMIT 10";
            let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&database.pool).await.expect("parked events");
            errors.extend(rows);
        }
        errors
    }
}
