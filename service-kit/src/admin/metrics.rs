//! `/metrics`: what this instance counts, in the text format of Prometheus.
//!
//! It answers whatever is away. What only the database knows is read at that moment, on a connection of its own and
//! within a limit; where it cannot be read it is `NaN`.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus::{Registry, TextEncoder};
use saga_kit::Transactions;
use saga_kit::metrics::TableMetrics;
use sqlx::MySqlPool;

use super::Shared;
use crate::{Problem, database, metrics};

/// How long the tables may be read; a scrape is given up after ten seconds unless Prometheus is told otherwise.
const READ_LIMIT: Duration = Duration::from_secs(2);

/// The text format, whose version every Prometheus reads.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/metrics", get(scrape))
}

async fn scrape(State(shared): State<Shared>) -> Response {
    if let Some(subject) = shared.subject() {
        subject.tables.read(&subject.transactions).await;
        metrics::note_connections(subject.transactions.pool());
    }
    match text(&shared.registry) {
        Ok(text) => ([(header::CONTENT_TYPE, TEXT_FORMAT), (header::CACHE_CONTROL, "no-store")], text).into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}

fn text(registry: &Registry) -> Result<String, prometheus::Error> {
    TextEncoder::new().encode_to_string(&registry.gather())
}

impl From<prometheus::Error> for Problem {
    fn from(error: prometheus::Error) -> Self {
        database::unexpected(&error)
    }
}

/// The figures that are read of the service's tables.
#[derive(Debug)]
pub(super) struct Tables {
    /// One connection of its own: a pool that is busy with requests is just what an operator wants to hear of.
    pool: MySqlPool,
    all: Vec<Arc<dyn TableMetrics>>,
}

impl Tables {
    pub fn new(transactions: &Transactions, own: Option<Arc<dyn TableMetrics>>) -> Self {
        let shared = transactions.pool();
        let options = shared.options().clone().min_connections(0).max_connections(1);
        let pool = options.connect_lazy_with((*shared.connect_options()).clone());
        let machinery: Arc<dyn TableMetrics> = Arc::clone(transactions.metrics()) as _;
        Self { pool, all: [machinery].into_iter().chain(own).collect() }
    }

    async fn read(&self, transactions: &Transactions) {
        let read = async {
            let mut connection = self.pool.acquire().await?;
            for tables in &self.all {
                tables.read(&mut connection, transactions.clock().now()).await?;
            }
            Ok::<(), sqlx::Error>(())
        };
        let why = match tokio::time::timeout(READ_LIMIT, read).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("not read within {READ_LIMIT:?}"),
        };
        tracing::debug!(why, "a scrape goes without what the tables know");
        for tables in &self.all {
            tables.are_unknown();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Shared, router, tests::showing};
    use crate::test_http::get;
    use axum::Router;

    #[tokio::test]
    async fn a_scrape_is_answered_before_there_is_a_database_and_when_it_is_away() {
        let registry = crate::metrics::registry("s", Vec::new()).unwrap();
        let starting = Shared { registry, ..Shared::default() };
        let answer = get(router(starting, Router::new()), "/metrics").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, super::TEXT_FORMAT));
        assert!(String::from_utf8(answer.body).unwrap().contains("store_build_info"));

        let answer = get(router(showing(Vec::new()), Router::new()), "/metrics").await;
        let text = String::from_utf8(answer.body).unwrap();
        assert!(answer.status == 200 && text.contains("store_outbox_events NaN"), "{text}");
    }
}
