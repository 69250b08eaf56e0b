//! A small service whose one command creates things under a key.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chrono::{DateTime, TimeDelta, Utc};
use problem_types::{EMAIL_TAKEN, UNKNOWN_USER};
use saga_kit::clock::{Clock, Ids};
use saga_kit::{Transactions, Tx, database};
use serde::Deserialize;
use serde_json::{Value, json};
use service_kit::{DatabaseCause, Keyed, Problem, harden, idempotent};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, MySqlPool};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// The table, as the services' migrations make it.
pub(super) const TABLE: &str = include_str!("../../../../migrations/store-manager/0010_idempotency_keys.sql");
pub(super) const TABLE_OF_PAYMENTS: &str =
    include_str!("../../../../migrations/payment-service/0003_idempotency_keys.sql");

/// A service that creates things, and how its commands shall go.
#[derive(Clone)]
pub(super) struct Kit {
    pub(super) transactions: Transactions,
    pub(super) seconds: Arc<AtomicI64>,
    pub(super) runs: Arc<AtomicU32>,
    /// Told when a command that waits has begun, and what it waits for.
    pub(super) begun: Arc<Notify>,
    pub(super) go_on: Arc<Notify>,
    pub(super) database: String,
}

#[derive(Deserialize)]
struct ThingRequest {
    name: String,
}

#[derive(Debug, thiserror::Error)]
enum ThingError {
    #[error("taken")]
    Taken,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl DatabaseCause for ThingError {
    fn database_cause(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Taken => None,
            Self::Database(cause) => Some(cause),
        }
    }
}

impl From<ThingError> for Problem {
    fn from(error: ThingError) -> Self {
        match error {
            ThingError::Taken => Problem::new(&EMAIL_TAKEN),
            ThingError::Database(cause) => service_kit::database::problem(&cause),
        }
    }
}

/// Writes the thing. `taken` is refused and rolled back, `wait` goes on when it is told to.
async fn create_thing(tx: &mut Tx, kit: &Kit, name: &str) -> Result<(u64, bool), ThingError> {
    kit.runs.fetch_add(1, Ordering::SeqCst);
    let written = sqlx::query("INSERT INTO things (name) VALUES (?)").bind(name).execute(&mut **tx).await?;
    if name.starts_with("wait") {
        kit.begun.notify_one();
        kit.go_on.notified().await;
    }
    if name == "taken" { Err(ThingError::Taken) } else { Ok((written.last_insert_id(), name == "unwelcome")) }
}

/// What is `unwelcome` is committed and answered with a problem.
fn answer((id, is_unwelcome): (u64, bool)) -> Response {
    if is_unwelcome {
        return Problem::new(&UNKNOWN_USER).detail(UNKNOWN_USER.example.clone()).into_response();
    }
    (StatusCode::CREATED, [("location", format!("things/{id}"))], axum::Json(json!({"id": id}))).into_response()
}

async fn create(State(kit): State<Kit>, Keyed { body, key }: Keyed<ThingRequest>) -> Result<Response, Problem> {
    idempotent(&kit.transactions, key.as_ref(), create_thing, (&kit, body.name.as_str()), answer).await
}

/// An answer that was read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Answer {
    pub(super) fn slug(&self) -> &str {
        self.body["type"].as_str().unwrap_or_default().trim_start_matches("/problems/")
    }

    pub(super) fn is_replayed(&self) -> bool {
        self.headers.get("idempotency-replayed").is_some_and(|value| value == "true")
    }
}

impl Kit {
    pub(super) async fn new(test: &str) -> Self {
        let server = std::env::var("TEST_DATABASE_URL")
            .unwrap_or_else(|_| panic!("TEST_DATABASE_URL is not set: run the tests with `cargo stack test`"));
        let database = format!("service_kit_key_{test}_{}", std::process::id());
        let url = format!("{}/{database}", server.trim_end_matches('/'));
        let pool =
            database::connect_and_migrate(&url, 16, &Migrator::DEFAULT, &CancellationToken::new()).await.unwrap();
        let things = "CREATE TABLE things (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(64))";
        for table in [TABLE, things] {
            sqlx::raw_sql(table).execute(&pool).await.unwrap();
        }
        Self::over(pool, database)
    }

    /// A process of the service on that database.
    pub(super) fn over(pool: MySqlPool, database: String) -> Self {
        let seconds = Arc::new(AtomicI64::new(0));
        let now = Arc::clone(&seconds);
        let start: DateTime<Utc> = "2026-11-21T00:00:00Z".parse().unwrap();
        let clock = Clock::from_fn(move || start + TimeDelta::seconds(now.load(Ordering::SeqCst)));
        let transactions = Transactions::with_sources(pool, "service-kit", "", (clock, Ids::v7()));
        let (runs, begun, go_on) = Default::default();
        Self { transactions, seconds, runs, begun, go_on, database }
    }

    pub(super) async fn send(&self, key: &str, name: &str) -> Answer {
        self.send_in("en", key, name).await
    }

    pub(super) async fn send_in(&self, language: &str, key: &str, name: &str) -> Answer {
        let request = Request::post("/things")
            .header("content-type", "application/json")
            .header("accept-language", language)
            .header("idempotency-key", key)
            .body(Body::from(json!({"name": name}).to_string()))
            .unwrap();
        self.answer(request).await
    }

    pub(super) async fn answer(&self, request: Request<Body>) -> Answer {
        let routes = Router::new().route("/things", post(create)).route("/other", post(create));
        let response = harden(routes.with_state(self.clone())).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = serde_json::from_slice(&to_bytes(body, usize::MAX).await.unwrap()).unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub(super) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.transactions.pool()).await.unwrap()
    }

    pub(super) async fn things(&self) -> i64 {
        self.count("SELECT COUNT(*) FROM things").await
    }

    /// Waits until no key is claimed any more, as happens behind the back of a client that went.
    pub(super) async fn no_claim_is_left(&self) {
        let free = async {
            while self.count("SELECT COUNT(*) FROM idempotency_keys WHERE answer IS NULL").await > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), free).await.expect("a claim is left");
    }

    pub(super) async fn finish(self) {
        let drop = AssertSqlSafe(format!("DROP DATABASE {}", self.database));
        sqlx::query(drop).execute(self.transactions.pool()).await.unwrap();
    }
}
