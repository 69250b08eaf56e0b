//! What every test starts from: a service on a fresh database, with a clock that the test sets.

mod answer;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use chrono::{DateTime, TimeDelta, Utc};
use clap::Parser;
use payment_service::SERVICE_NAME;
use payment_service::app::{App, MIGRATIONS, router};
use payment_service::config::Settings;
use payment_service::payments::PaymentPolicy;
use payment_service::payments::handlers::{order_cancellation_requested, saga_completed, stock_decreased};
use payment_service::payments::jobs::expire_overdue;
use saga_kit::clock::{Clock, Ids};
use saga_kit::{Causation, HandlerError, Received, Transactions, parking};
use serde_json::{Value, json};
use shared_events::{Envelope, Event, OrderCancellationRequested, SagaCompleted, SagaOutcome, StockDecreased};
use sqlx::{AssertSqlSafe, MySqlPool};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use uuid::Uuid;

pub use self::answer::{Answer, Page};

/// The course's card: charged.
pub const GOOD_CARD: &str = "9999999999999";
/// Declined for insufficient funds.
pub const EMPTY_CARD: &str = "4000000000009995";
/// The ceiling of the tests' policy.
pub const CEILING: &str = "50000.00";
/// A user who may not pay.
pub const BLOCKED_USER: u64 = 666;
/// How long a payment may be paid, in seconds.
const TTL_S: i64 = 3_600;

/// A database of one test, and the service on it.
pub struct Service {
    pub pool: MySqlPool,
    pub transactions: Transactions,
    pub policy: Arc<PaymentPolicy>,
    router: Router,
    seconds: Arc<AtomicI64>,
    database: String,
}

/// The server's URL and the name of a database that does not exist yet.
pub fn fresh_database() -> (String, String) {
    let server = std::env::var("TEST_DATABASE_URL")
        .unwrap_or_else(|_| panic!("TEST_DATABASE_URL is not set: run the tests with `cargo stack test`"));
    (server.trim_end_matches('/').to_owned(), format!("payments_{}", Uuid::now_v7().simple()))
}

/// Midnight of the day on which all tests begin.
fn midnight() -> DateTime<Utc> {
    "2026-11-21T00:00:00Z".parse().unwrap()
}

impl Service {
    pub async fn start() -> Self {
        let (server, database) = fresh_database();
        let url = format!("{server}/{database}");
        let stop = CancellationToken::new();
        let pool = saga_kit::database::connect_and_migrate(&url, 16, &MIGRATIONS, &stop).await.unwrap();
        let seconds = Arc::new(AtomicI64::new(0));
        let now = Arc::clone(&seconds);
        let clock = Clock::from_fn(move || midnight() + TimeDelta::seconds(now.load(Ordering::SeqCst)));
        let transactions = Transactions::with_sources(pool.clone(), SERVICE_NAME, "", (clock, Ids::v7()));
        let arguments = ["--payment-ceiling", CEILING, "--blocked-users", "666", "--payment-ttl-s", "3600"];
        let settings = Settings::try_parse_from(["payment-service"].iter().chain(&arguments)).unwrap();
        let policy = settings.policy();
        let router = router(App { transactions: transactions.clone(), policy: Arc::clone(&policy) });
        Self { pool, transactions, policy, router, seconds, database }
    }

    /// Lets the time pass until every payment made so far is overdue.
    pub fn pass_time_to_pay(&self) {
        self.seconds.fetch_add(TTL_S, Ordering::SeqCst);
    }

    pub async fn get(&self, uri: &str) -> Answer {
        self.send(Request::get(uri).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, uri: &str, body: &Value) -> Answer {
        self.post_raw(uri, "application/json", body.to_string()).await
    }

    pub async fn post_raw(&self, uri: &str, content_type: &str, body: impl Into<Body>) -> Answer {
        self.send(Request::post(uri).header("content-type", content_type).body(body.into()).unwrap()).await
    }

    /// Sends what a browser sends.
    pub async fn browse(&self, request: Request<Body>) -> Page {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Page { status, headers, text: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (method, uri) = (request.method().clone(), request.uri().to_string());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let headers = response.headers().clone();
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let (location, etag, language) = (header("location"), header("etag"), header("content-language"));
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        // A page and a 304 are no JSON.
        let body = serde_json::from_slice(&body).unwrap_or_default();
        answer::check((method.as_str(), &uri), status, &body);
        Answer { status, location, etag, language, body }
    }

    /// `POST /payments`; answers the payment's id.
    pub async fn pay_directly(&self, order_id: u64, user_id: u64, total_amount: f64) -> u64 {
        let body = json!({"order_id": order_id, "user_id": user_id, "total_amount": total_amount});
        let answer = self.post("/payments", &body).await;
        assert!([200, 201].contains(&answer.status), "{answer:?}");
        answer.body["payment_id"].as_u64().unwrap()
    }

    /// `POST /payments/process/{id}` with a card that is fine but for its number.
    pub async fn process(&self, payment_id: u64, card_number: &str) -> Answer {
        let card = json!({"cardNumber": card_number, "cardCode": 123, "expirationDate": "2030-01-05"});
        self.post(&format!("/payments/process/{payment_id}"), &card).await
    }

    /// The status that `GET /payments/{id}` shows.
    pub async fn status(&self, payment_id: u64) -> String {
        self.get(&format!("/payments/{payment_id}")).await.body["status"].as_str().unwrap().to_owned()
    }

    /// Delivers `StockDecreased` of a saga, as the consumer would.
    pub async fn deliver_stock_decreased(&self, saga: Uuid, event: StockDecreased) -> Result<(), HandlerError> {
        let mut tx = self.transactions.begin().await?;
        let handled = stock_decreased(&mut tx, Arc::clone(&self.policy), vec![received(event, saga)]).await;
        handled.map_err(|failure| failure.error)?;
        Ok(tx.commit().await?)
    }

    /// Delivers `OrderCancellationRequested` of a saga, as the consumer would.
    pub async fn deliver_cancellation(&self, saga: Uuid, order_id: u64) -> Result<(), HandlerError> {
        let event = OrderCancellationRequested { order_id, user_id: 1, reason: "changed my mind".to_owned() };
        let mut tx = self.transactions.begin().await?;
        tx.correlate(saga);
        order_cancellation_requested(&mut tx, event).await?;
        Ok(tx.commit().await?)
    }

    /// Delivers `SagaCompleted` of an order, as the consumer would.
    pub async fn deliver_end(&self, order_id: u64, outcome: SagaOutcome) -> Result<(), HandlerError> {
        let mut tx = self.transactions.begin().await?;
        let end =
            SagaCompleted { order_id: Some(order_id), correlation_id: tx.correlation_id(), outcome, reason: None };
        saga_completed(&mut tx, end).await?;
        Ok(tx.commit().await?)
    }

    /// Runs the expiry job once.
    pub async fn expire(&self) {
        expire_overdue(self.transactions.clone()).await.unwrap();
    }

    /// An order's payment as the saga makes it, its event taken; answers the payment's id.
    pub async fn saga_payment(&self, saga: Uuid, order_id: u64) -> u64 {
        self.deliver_stock_decreased(saga, decreased(order_id, 1, "12.50")).await.unwrap();
        let events = self.take_events().await;
        let [(_, Event::PaymentCreated(created))] = events.as_slice() else { panic!("{events:?}") };
        created.payment_id
    }

    /// What the outbox holds, oldest first, with each event's saga; and empties it.
    pub async fn take_events(&self) -> Vec<(Uuid, Event)> {
        let rows: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT event_key, payload FROM outbox ORDER BY id").fetch_all(&self.pool).await.unwrap();
        sqlx::query("DELETE FROM outbox").execute(&self.pool).await.unwrap();
        rows.into_iter()
            .map(|(key, payload)| {
                let envelope = Envelope::decode(&payload).unwrap();
                assert_eq!(envelope.service_name, "payment-service");
                assert_eq!((envelope.aggregate_type.as_str(), &envelope.aggregate_id), ("order", &key));
                (envelope.correlation_id, Event::decode(&envelope).unwrap())
            })
            .collect()
    }

    /// A number out of the database.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    /// From here on the service has no database; it goes with that.
    pub async fn lose_database(&self) {
        sqlx::query(AssertSqlSafe(format!("DROP DATABASE {}", self.database))).execute(&self.pool).await.unwrap();
        self.pool.close().await;
    }

    /// The end of a test: every event was looked at, nothing is parked, and the database goes.
    pub async fn finish(self) {
        let unseen = self.take_events().await;
        assert!(unseen.is_empty(), "events that no test line looked at: {unseen:?}");
        let parked = parking::list(&self.pool, 0, 10).await.unwrap();
        assert!(parked.is_empty(), "{parked:?}");
        sqlx::query(AssertSqlSafe(format!("DROP DATABASE {}", self.database))).execute(&self.pool).await.unwrap();
    }
}

/// An event of a saga, as a handler of several is given it.
pub fn received<E>(event: E, saga: Uuid) -> Received<E> {
    Received { event, cause: Causation::new(Uuid::now_v7(), saga) }
}

/// `StockDecreased` of an order without articles, which payments don't look at.
pub fn decreased(order_id: u64, user_id: u64, total_amount: &str) -> StockDecreased {
    let (total_amount, currency) = (total_amount.parse().unwrap(), "CAD".parse().unwrap());
    StockDecreased { order_id, user_id, total_amount, currency, items: Vec::new() }
}
