//! `Idempotency-Key` on a real database: one effect and one answer a key, through repetition, crowds, rollbacks,
//! crashes and clients that go.

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
const TABLE: &str = include_str!("../../../migrations/store-manager/0010_idempotency_keys.sql");
const TABLE_OF_PAYMENTS: &str = include_str!("../../../migrations/payment-service/0003_idempotency_keys.sql");

/// A service that creates things, and how its commands shall go.
#[derive(Clone)]
struct Kit {
    transactions: Transactions,
    seconds: Arc<AtomicI64>,
    runs: Arc<AtomicU32>,
    /// Told when a command that waits has begun, and what it waits for.
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
    database: String,
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
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn slug(&self) -> &str {
        self.body["type"].as_str().unwrap_or_default().trim_start_matches("/problems/")
    }

    fn is_replayed(&self) -> bool {
        self.headers.get("idempotency-replayed").is_some_and(|value| value == "true")
    }
}

impl Kit {
    async fn new(test: &str) -> Self {
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
    fn over(pool: MySqlPool, database: String) -> Self {
        let seconds = Arc::new(AtomicI64::new(0));
        let now = Arc::clone(&seconds);
        let start: DateTime<Utc> = "2026-11-21T00:00:00Z".parse().unwrap();
        let clock = Clock::from_fn(move || start + TimeDelta::seconds(now.load(Ordering::SeqCst)));
        let transactions = Transactions::with_sources(pool, "service-kit", "", (clock, Ids::v7()));
        let (runs, begun, go_on) = Default::default();
        Self { transactions, seconds, runs, begun, go_on, database }
    }

    async fn send(&self, key: &str, name: &str) -> Answer {
        self.send_in("en", key, name).await
    }

    async fn send_in(&self, language: &str, key: &str, name: &str) -> Answer {
        let request = Request::post("/things")
            .header("content-type", "application/json")
            .header("accept-language", language)
            .header("idempotency-key", key)
            .body(Body::from(json!({"name": name}).to_string()))
            .unwrap();
        self.answer(request).await
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let routes = Router::new().route("/things", post(create)).route("/other", post(create));
        let response = harden(routes.with_state(self.clone())).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = serde_json::from_slice(&to_bytes(body, usize::MAX).await.unwrap()).unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.transactions.pool()).await.unwrap()
    }

    async fn things(&self) -> i64 {
        self.count("SELECT COUNT(*) FROM things").await
    }

    /// Waits until no key is claimed any more, as happens behind the back of a client that went.
    async fn no_claim_is_left(&self) {
        let free = async {
            while self.count("SELECT COUNT(*) FROM idempotency_keys WHERE answer IS NULL").await > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), free).await.expect("a claim is left");
    }

    async fn finish(self) {
        let drop = AssertSqlSafe(format!("DROP DATABASE {}", self.database));
        sqlx::query(drop).execute(self.transactions.pool()).await.unwrap();
    }
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer_and_creates_once_after_a_restart_too() {
    let kit = Kit::new("twice").await;
    let first = kit.send("key-1", "one").await;
    assert_eq!((first.status, first.is_replayed()), (201, false));
    let restarted = Kit::over(kit.transactions.pool().clone(), String::new());
    for process in [&kit, &restarted] {
        let again = process.send("key-1", "one").await;
        assert_eq!((again.status, &again.body, again.is_replayed()), (201, &first.body, true));
        assert_eq!(again.headers["location"], first.headers["location"]);
        assert_eq!(again.headers["content-type"], first.headers["content-type"]);
    }
    assert_eq!(kit.things().await, 1);
    assert_eq!(kit.send("key-2", "one").await.status, 201);
    assert_eq!(kit.things().await, 2);
    kit.finish().await;
}

#[tokio::test]
async fn of_twenty_at_once_one_creates_and_the_others_get_its_answer_or_are_told_to_wait() {
    let kit = Kit::new("crowd").await;
    let answers = futures::future::join_all((0..20).map(|_| kit.send("crowd", "one"))).await;
    let created: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(created.iter().filter(|answer| !answer.is_replayed()).count(), 1, "{answers:?}");
    assert!(created.iter().all(|answer| answer.body == created[0].body));
    for other in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((other.status, other.slug()), (409, "request-in-flight"), "{other:?}");
        assert_eq!(other.headers["retry-after"], "1");
    }
    assert_eq!((kit.things().await, kit.runs.load(Ordering::SeqCst)), (1, 1));
    kit.finish().await;
}

#[tokio::test]
async fn another_body_or_another_path_under_the_same_key_is_422() {
    let kit = Kit::new("reused").await;
    kit.send("key", "one").await;
    let other = kit.send("key", "two").await;
    assert_eq!((other.status, other.slug()), (422, "idempotency-key-reused"));
    let elsewhere = Request::post("/other").header("content-type", "application/json").header("idempotency-key", "key");
    let elsewhere = kit.answer(elsewhere.body(Body::from(r#"{"name":"one"}"#)).unwrap()).await;
    assert_eq!((elsewhere.status, elsewhere.slug()), (422, "idempotency-key-reused"));
    assert_eq!(kit.things().await, 1);
    kit.finish().await;
}

#[tokio::test]
async fn what_was_rolled_back_frees_its_key_at_once() {
    let kit = Kit::new("rollback").await;
    for _ in 0..2 {
        assert_eq!(kit.send("key", "taken").await.slug(), "email-taken");
    }
    assert_eq!((kit.runs.load(Ordering::SeqCst), kit.things().await), (2, 0));
    let mended = kit.send("key", "free").await;
    assert_eq!((mended.status, mended.is_replayed()), (201, false));
    kit.finish().await;
}

#[tokio::test]
async fn a_problem_that_was_committed_is_remembered_and_told_in_the_language_of_who_asks() {
    let kit = Kit::new("problem").await;
    let first = kit.send("key", "unwelcome").await;
    let (again, french) = (kit.send("key", "unwelcome").await, kit.send_in("fr-CA", "key", "unwelcome").await);
    assert_eq!((first.status, first.slug(), &first.body), (422, "unknown-user", &again.body));
    assert!(again.is_replayed() && french.is_replayed());
    assert_eq!(french.headers["content-language"], "fr");
    assert_eq!(french.body["title"], UNKNOWN_USER.title.get(problem_types::Language::Fr));
    assert_eq!(kit.things().await, 1);
    kit.finish().await;
}

#[tokio::test]
async fn while_the_first_request_runs_the_same_is_409_and_other_content_422() {
    let kit = Kit::new("flight").await;
    let first = tokio::spawn({
        let kit = kit.clone();
        async move { kit.send("key", "wait").await }
    });
    kit.begun.notified().await;
    assert_eq!(kit.send("key", "wait").await.slug(), "request-in-flight");
    assert_eq!(kit.send("key", "other").await.slug(), "idempotency-key-reused");
    kit.go_on.notify_one();
    assert_eq!(first.await.unwrap().status, 201);
    assert!(kit.send("key", "wait").await.is_replayed());
    kit.finish().await;
}

#[tokio::test]
async fn a_client_that_goes_frees_its_key_and_nothing_is_created() {
    let kit = Kit::new("gone").await;
    let first = tokio::spawn({
        let kit = kit.clone();
        async move { kit.send("key", "wait").await }
    });
    kit.begun.notified().await;
    first.abort();
    kit.no_claim_is_left().await;
    assert_eq!(kit.things().await, 0);
    kit.go_on.notify_one();
    assert_eq!(kit.send("key", "wait").await.status, 201);
    kit.finish().await;
}

#[tokio::test]
async fn a_claim_whose_process_died_ends_with_its_lease() {
    let kit = Kit::new("died").await;
    // What a process leaves that dies between its claim and its commit.
    kit.send("key", "one").await;
    for sql in ["UPDATE idempotency_keys SET answer = NULL", "DELETE FROM things"] {
        sqlx::query(sql).execute(kit.transactions.pool()).await.unwrap();
    }
    assert_eq!(kit.send("key", "one").await.slug(), "request-in-flight");
    kit.seconds.store(1, Ordering::SeqCst);
    let taken_over = kit.send("key", "mended").await;
    assert_eq!((taken_over.status, taken_over.is_replayed(), kit.things().await), (201, false, 1));
    kit.finish().await;
}

#[tokio::test]
async fn a_request_that_takes_its_time_keeps_its_key() {
    let kit = Kit::new("slow").await;
    let slow = tokio::spawn({
        let kit = kit.clone();
        async move { kit.send("key", "wait").await }
    });
    kit.begun.notified().await;
    kit.seconds.store(60, Ordering::SeqCst);
    assert_eq!(kit.send("key", "wait").await.slug(), "request-in-flight");
    kit.go_on.notify_one();
    let first = slow.await.unwrap();
    assert_eq!((first.status, kit.things().await), (201, 1));
    let again = kit.send("key", "wait").await;
    assert!(again.is_replayed());
    assert_eq!(again.body, first.body);
    kit.finish().await;
}

#[tokio::test]
async fn a_request_whose_key_was_taken_over_before_it_began_creates_nothing() {
    let kit = Kit::new("taken_over").await;
    // As if somebody else had the key between the claim and the first statement under it.
    let taken =
        "CREATE TRIGGER taken BEFORE INSERT ON idempotency_keys FOR EACH ROW SET NEW.owner = UNHEX(MD5('other'))";
    sqlx::raw_sql(taken).execute(kit.transactions.pool()).await.unwrap();
    assert_eq!(kit.send("key", "one").await.slug(), "request-in-flight");
    assert_eq!((kit.runs.load(Ordering::SeqCst), kit.things().await), (0, 0));
    kit.finish().await;
}

#[tokio::test]
async fn a_key_is_1_to_255_visible_characters_once() {
    let kit = Kit::new("form").await;
    for key in ["a".repeat(256), "two words".to_owned(), "clé".to_owned(), String::new()] {
        let answer = kit.send(&key, "one").await;
        assert_eq!((answer.status, answer.slug()), (400, "invalid-idempotency-key"), "{key}");
    }
    let twice = Request::post("/things").header("idempotency-key", "a").header("idempotency-key", "b");
    let twice = kit.answer(twice.body(Body::from(r#"{"name":"one"}"#)).unwrap()).await;
    assert_eq!(twice.slug(), "invalid-idempotency-key");
    assert_eq!(kit.send(&"a".repeat(255), "one").await.status, 201);
    kit.finish().await;
}

#[test]
fn both_services_have_the_same_table() {
    assert_eq!(TABLE, TABLE_OF_PAYMENTS);
}
