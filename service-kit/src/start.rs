//! The life of a service's process: database, then HTTP and its part in the sagas side by side, then a clean end.
//!
//! What is served, handled and scheduled is each service's own; its `app.rs` puts that together.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use saga_kit::database::{DatabaseError, connect_and_migrate};
use saga_kit::jobs::Jobs;
use saga_kit::projection::Projection;
use saga_kit::{Participant, Registry, SagaSettings, Status, Transactions};
use sqlx::migrate::Migrator;
use tokio_util::sync::CancellationToken;

use crate::admin::{Admin, Dependency};
use crate::serve;

/// How long the machinery may take to finish what it has in hand at the stop. A service ends within 5 seconds;
/// what is cut off here is rolled back, and done again at the next start.
pub const STOP_TIME_LIMIT: Duration = Duration::from_millis(4_500);

/// What a service has once its database answers.
#[derive(Debug)]
pub struct Service {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Its admin port, open already.
    pub admin: Admin,
    /// The servers it talks to besides its database and the broker.
    pub dependencies: Vec<Dependency>,
    /// The machinery's settings.
    pub settings: SagaSettings,
    /// Its transactions, from [`connect`].
    pub transactions: Transactions,
    /// Its handlers.
    pub registry: Registry,
    /// Its routes, with their state and behind [`crate::harden`].
    pub router: Router,
    /// Its scheduled jobs.
    pub jobs: Jobs,
    /// Its read models.
    pub projections: Vec<Projection>,
}

/// How the process ends: an error goes to standard error, its causes below it, one a line, and the code is 1.
///
/// Never a backtrace, whatever `RUST_BACKTRACE` says: what refuses a start is a setting or a server.
#[must_use]
pub fn exit_code(outcome: anyhow::Result<()>) -> ExitCode {
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    eprintln!("{}", told(&error));
    ExitCode::FAILURE
}

fn told(error: &anyhow::Error) -> String {
    let causes: Vec<String> = error.chain().map(|cause| cause.to_string().replace('\n', " ")).collect();
    format!("Error: {}", causes.join("\n  caused by: "))
}

/// Waits for the database, creates it when it is missing, and migrates it. None when the stop came first.
pub async fn connect(
    service_name: &'static str,
    settings: &SagaSettings,
    default_database_url: &str,
    migrations: &Migrator,
    stop: &CancellationToken,
) -> anyhow::Result<Option<Transactions>> {
    let url = settings.database_url.as_deref().unwrap_or(default_database_url);
    let pool = match connect_and_migrate(url, settings.database_connections, migrations, stop).await {
        Ok(pool) => pool,
        Err(DatabaseError::Stopped) => return Ok(None),
        Err(error) => return Err(error).context("cannot use the database of --database-url (SAGA_DATABASE_URL)"),
    };
    Ok(Some(Transactions::new(pool, service_name, &settings.topic_prefix)))
}

impl Service {
    /// Serves and takes part until `stop`, or until one of its parts fails, which ends the others.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        let Self { listen, admin, dependencies, settings, transactions, registry, router, jobs, projections } = self;
        let listener = serve::bind(listen, "--listen").await?;
        let address = listener.local_addr()?;
        let instance_id = settings.instance_id.clone().unwrap_or_else(|| default_instance_id(address));
        tracing::info!(%address, instance = %instance_id, "serving");
        let (registry, status) = (Arc::new(registry), Status::default());
        admin.show(&settings, (&transactions, &registry, &status), dependencies)?;
        let participant = Participant { settings, transactions, registry, jobs, projections, instance_id, status };
        let (http, sagas, admin) = tokio::join!(
            ending_the_other(&stop, serve::serve(listener, router, stop.clone())),
            ending_the_other(&stop, take_part(participant, stop.clone())),
            ending_the_other(&stop, admin.run(stop.clone())),
        );
        http.context("the HTTP server failed")?;
        sagas.context("the service cannot take its part in the sagas")?;
        admin.context("the admin port failed")?;
        tracing::info!("stopped");
        Ok(())
    }
}

/// Whatever ends, ends the service: half of it would be worse than none.
async fn ending_the_other<T>(stop: &CancellationToken, part: impl Future<Output = T>) -> T {
    let outcome = part.await;
    stop.cancel();
    outcome
}

/// Runs the machinery, and cuts it off when it has not ended in time after the stop.
async fn take_part(participant: Participant, stop: CancellationToken) -> anyhow::Result<()> {
    let running = tokio::spawn(participant.run(stop.clone()));
    let abort = running.abort_handle();
    tokio::select! {
        ended = running => Ok(ended??),
        () = async { stop.cancelled().await; tokio::time::sleep(STOP_TIME_LIMIT).await } => {
            tracing::warn!("what was in hand {STOP_TIME_LIMIT:?} after the stop is cut off, and done again at the next start");
            abort.abort();
            Ok(())
        }
    }
}

/// Host and address: the same after a restart, and no other instance of a service has them.
/// In the characters that Kafka takes for a group's instance id.
fn default_instance_id(address: SocketAddr) -> String {
    let host =
        std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::fs::read_to_string("/etc/hostname"));
    let host = host.as_deref().map_or("localhost", str::trim);
    format!("{host}-{address}").replace([':', '[', ']'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_that_is_refused_tells_its_causes_a_line_each() {
        let error = anyhow::anyhow!("the address is taken").context("cannot listen\non it").context("refused");
        assert_eq!(told(&error), "Error: refused\n  caused by: cannot listen on it\n  caused by: the address is taken");
    }

    #[test]
    fn an_instance_id_has_only_characters_that_kafka_takes() {
        for address in ["127.0.0.1:5000", "[::1]:5000"] {
            let id = default_instance_id(address.parse().unwrap());
            assert!(id.ends_with("-5000"), "{id}");
            assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)), "{id}");
        }
    }
}
