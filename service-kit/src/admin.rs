//! The admin port of a service: its health and its parked events, for whoever operates it and not for its clients.
//! The gateway does not show it, and it listens on loopback unless told otherwise, because it asks nobody who they are.
//!
//! It is open before the database is waited for, so that a start that waits can be told from one that hangs.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use anyhow::Context;
use axum::Router;
use saga_kit::{BrokerProbe, Registry, SagaSettings, Status, Transactions};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{harden, serve};

#[cfg(feature = "crash-points")]
mod clock;
#[cfg(feature = "crash-points")]
mod crash_points;
mod dependency;
mod health;
mod parked;
mod readiness;

pub use dependency::Dependency;
pub use readiness::{Readiness, Report, Verdict};

/// The setting that says where it listens.
const FLAG: &str = "--admin-listen";

/// An open admin port.
#[derive(Debug)]
pub struct Admin {
    subject: Arc<OnceLock<Subject>>,
    serving: JoinHandle<std::io::Result<()>>,
}

/// What is operated, once there is a database.
#[derive(Debug)]
struct Subject {
    readiness: Readiness,
    transactions: Transactions,
    registry: Arc<Registry>,
}

/// What the routes share: nothing is in it while the service waits for its database.
#[derive(Clone, Debug, Default)]
struct Shared(Arc<OnceLock<Subject>>);

impl Shared {
    fn subject(&self) -> Option<&Subject> {
        self.0.get()
    }
}

impl Admin {
    /// Listens and serves until `stop`, or says in one line why not.
    pub async fn open(address: SocketAddr, stop: &CancellationToken) -> anyhow::Result<Self> {
        let listener = serve::bind(address, FLAG).await?;
        tracing::info!(address = %listener.local_addr()?, "serving the admin port");
        let shared = Shared::default();
        let subject = Arc::clone(&shared.0);
        let serving = tokio::spawn(serve::serve(listener, router(shared), stop.clone()));
        Ok(Self { subject, serving })
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
        let (transactions, registry) = (transactions.clone(), Arc::clone(registry));
        let _ = self.subject.set(Subject { readiness, transactions, registry });
        Ok(())
    }

    /// Looks at the dependencies until `stop`, and ends when the port is closed.
    pub(crate) async fn run(self, stop: CancellationToken) -> std::io::Result<()> {
        if let Some(subject) = self.subject.get() {
            subject.readiness.watch(&stop).await;
        }
        self.serving.await?
    }
}

/// All admin routes, behind the limits that every router has.
fn router(shared: Shared) -> Router {
    let routes = Router::new().merge(health::routes()).merge(parked::routes());
    #[cfg(feature = "crash-points")]
    let routes = routes.merge(crash_points::routes()).merge(clock::routes());
    harden(routes.with_state(shared))
}
