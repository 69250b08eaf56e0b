//! The admin port of a service: its health, its metrics and its parked events, for whoever operates it and not for its clients.
//! The gateway does not show it, and it listens on loopback unless told otherwise, because it asks nobody who they are.
//!
//! It is open before the database is waited for, so that a start that waits can be told from one that hangs.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use anyhow::Context;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use problem_types::{DATABASE_UNAVAILABLE, Text};
use prometheus::Registry as MetricsRegistry;
use prometheus::core::Collector;
use saga_kit::metrics::TableMetrics;
use saga_kit::{BrokerProbe, Registry, SagaSettings, Status, Transactions};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::router::harden_uncounted;
use crate::{Problem, metrics as counted, serve};

#[cfg(feature = "crash-points")]
mod clock;
#[cfg(feature = "crash-points")]
mod crash_points;
mod dependency;
mod health;
mod metrics;
mod overview;
mod parked;
mod readiness;

pub use dependency::Dependency;
pub use readiness::{Readiness, Report, Verdict};

/// The setting that says where it listens.
const FLAG: &str = "--admin-listen";

/// An open admin port.
#[derive(Debug)]
pub struct Admin {
    shared: Shared,
    tables: Option<Arc<dyn TableMetrics>>,
    serving: JoinHandle<std::io::Result<()>>,
}

/// What a service adds of its own to its admin port.
#[derive(Default)]
pub struct Own {
    /// Its routes. Their handlers may ask for [`Operated`].
    pub routes: Router<Shared>,
    /// Its metrics.
    pub metrics: Vec<Box<dyn Collector>>,
    /// Those of them that are read of its tables.
    pub tables: Option<Arc<dyn TableMetrics>>,
}

impl std::fmt::Debug for Own {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Own").field("metrics", &self.metrics.len()).finish_non_exhaustive()
    }
}

/// What is operated, once there is a database.
#[derive(Debug)]
struct Subject {
    readiness: Readiness,
    transactions: Transactions,
    registry: Arc<Registry>,
    tables: metrics::Tables,
}

/// What the routes share: there is no subject while the service waits for its database.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    service: Arc<str>,
    subject: Arc<OnceLock<Subject>>,
    registry: MetricsRegistry,
}

impl Shared {
    fn subject(&self) -> Option<&Subject> {
        self.subject.get()
    }

    /// The subject, or the problem that there is none yet.
    fn running(&self) -> Result<&Subject, Problem> {
        self.subject().ok_or_else(|| {
            Problem::new(&DATABASE_UNAVAILABLE).detail(Text::fixed(
                "The service waits for its database; send the request again in a few seconds",
                "Le service attend sa base de données\u{202f}; renvoyez la requête dans quelques secondes",
            ))
        })
    }
}

/// The transactions of the service that is operated, for its own admin routes. While it waits for its database the
/// request is answered 503.
#[derive(Clone, Debug)]
pub struct Operated(pub Transactions);

impl FromRequestParts<Shared> for Operated {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        Ok(Self(shared.running()?.transactions.clone()))
    }
}

impl Admin {
    /// Listens and serves until `stop`, or says in one line why not.
    pub async fn open(
        address: SocketAddr,
        (service, own): (&str, Own),
        stop: &CancellationToken,
    ) -> anyhow::Result<Self> {
        let Own { routes, metrics, tables } = own;
        let registry = counted::registry(service, metrics).context("two metrics have one name")?;
        let listener = serve::bind(address, FLAG).await?;
        tracing::info!(address = %listener.local_addr()?, "serving the admin port");
        let shared = Shared { service: service.into(), registry, ..Shared::default() };
        let serving = tokio::spawn(serve::serve(listener, router(shared.clone(), routes), stop.clone()));
        Ok(Self { shared, tables, serving })
    }

    /// Shows the service that runs from here on: its own `dependencies` beside those that every service has.
    pub(crate) fn show(
        &self,
        settings: &SagaSettings,
        (transactions, registry, status): (&Transactions, &Arc<Registry>, &Status),
        dependencies: Vec<Dependency>,
    ) -> anyhow::Result<()> {
        let probe = BrokerProbe::new(settings, registry.service()).context("the Kafka client cannot be made")?;
        let common = [dependency::mysql(transactions.pool()), dependency::kafka(probe, status.clone())];
        let readiness = Readiness::new(transactions.clock().clone(), common.into_iter().chain(dependencies).collect());
        // Shown once a process; a second time would change nothing.
        transactions.metrics().register(&self.shared.registry).context("two metrics have one name")?;
        let tables = metrics::Tables::new(transactions, self.tables.clone());
        let (transactions, registry) = (transactions.clone(), Arc::clone(registry));
        let _ = self.shared.subject.set(Subject { readiness, transactions, registry, tables });
        Ok(())
    }

    /// Looks at the dependencies until `stop`, and ends when the port is closed.
    pub(crate) async fn run(self, stop: CancellationToken) -> std::io::Result<()> {
        if let Some(subject) = self.shared.subject() {
            subject.readiness.watch(&stop).await;
        }
        self.serving.await?
    }
}

/// All admin routes, behind the limits that every router has.
fn router(shared: Shared, own: Router<Shared>) -> Router {
    let routes = Router::new()
        .merge(health::routes())
        .merge(metrics::routes())
        .merge(overview::routes())
        .merge(parked::routes())
        .merge(own);
    #[cfg(feature = "crash-points")]
    let routes = routes.merge(crash_points::routes()).merge(clock::routes());
    harden_uncounted(routes.with_state(shared))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use saga_kit::clock::Clock;
    use shared_events::SagaMap;

    /// A service whose database is nowhere.
    pub(crate) fn showing(dependencies: Vec<Dependency>) -> Shared {
        let shared = Shared { service: "service".into(), ..Shared::default() };
        let pool = sqlx::MySqlPool::connect_lazy("mysql://nobody@127.0.0.1:1/nothing").unwrap();
        let transactions = Transactions::new(pool, "service", "");
        transactions.metrics().register(&shared.registry).unwrap();
        let subject = Subject {
            readiness: Readiness::new(Clock::system(), dependencies),
            registry: Arc::new(Registry::new("service", &SagaMap { events: &[] })),
            tables: metrics::Tables::new(&transactions, None),
            transactions,
        };
        shared.subject.set(subject).unwrap();
        shared
    }
}
