//! What the laboratory asks the two databases: the audit, and a few facts that no service shows.

use std::future::Future;
use std::ops::Range;
use std::time::Duration;

use anyhow::{Context, Result};
use audit::Verdict;
use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::MySqlPool;
use sqlx::mysql::MySqlPoolOptions;
use stack::ports::Ports;
use stack::store::Name;
use tokio::runtime::Runtime;

/// Both databases of a store. Its methods block: they are for threads, and not for tasks.
#[derive(Debug)]
pub struct Databases {
    runtime: Runtime,
    store: MySqlPool,
    payments: MySqlPool,
}

impl Databases {
    /// Those of the store on these ports; they are connected to when they are first asked.
    ///
    /// # Errors
    /// The system has no more threads.
    pub fn of(ports: &Ports) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let pool = |url: &str| {
            let _inside = runtime.enter();
            let options = MySqlPoolOptions::new().max_connections(4).acquire_timeout(Duration::from_secs(30));
            options.connect_lazy(url).context("the database's URL")
        };
        let (store, payments) = (pool(&ports.store_database())?, pool(&ports.payments_database())?);
        Ok(Self { runtime, store, payments })
    }

    /// store-manager's.
    #[must_use]
    pub fn store(&self) -> &MySqlPool {
        &self.store
    }

    /// payment-service's.
    #[must_use]
    pub fn payments(&self) -> &MySqlPool {
        &self.payments
    }

    /// The database of a service.
    fn of_service(&self, service: Name) -> &MySqlPool {
        if service == Name::PaymentService { &self.payments } else { &self.store }
    }

    /// The verdict over both, once nothing is under way, or when `patience` has passed.
    ///
    /// # Errors
    /// The database is away.
    pub fn audit(&self, patience: Duration) -> Result<Verdict> {
        self.wait(audit::audit_when_settled(&self.store, &self.payments, patience)).context("the audit")
    }

    /// When a service handled its first event within this time.
    ///
    /// # Errors
    /// The database is away.
    pub fn handled_within(&self, service: Name, time: Range<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>> {
        let first =
            sqlx::query_scalar("SELECT MIN(processed_at) FROM inbox WHERE processed_at > ? AND processed_at < ?")
                .bind(time.start.naive_utc())
                .bind(time.end.naive_utc());
        let first: Option<NaiveDateTime> = self.wait(first.fetch_one(self.of_service(service)))?;
        Ok(first.map(|at| at.and_utc()))
    }

    /// Has the time pass in which an order's payment could be paid.
    ///
    /// # Errors
    /// The database is away.
    pub fn let_payment_expire(&self, order_id: u64) -> Result<()> {
        let past = "UPDATE payments SET expires_at = created_at WHERE order_id = ?";
        self.wait(sqlx::query(past).bind(order_id).execute(&self.payments))?;
        Ok(())
    }

    /// Runs a statement in the database of a service.
    ///
    /// # Errors
    /// The database is away, or refuses it.
    pub fn execute(&self, service: Name, statement: &'static str) -> Result<()> {
        self.wait(sqlx::raw_sql(statement).execute(self.of_service(service)))?;
        Ok(())
    }

    /// Waits for something that one of the databases is asked.
    ///
    /// # Errors
    /// That of the question.
    pub fn wait<T, E: Into<anyhow::Error>>(&self, question: impl Future<Output = Result<T, E>>) -> Result<T> {
        self.runtime.block_on(question).map_err(Into::into)
    }
}
