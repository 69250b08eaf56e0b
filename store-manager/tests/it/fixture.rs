//! What every test starts from: a store on a fresh database, and what must hold at its end.

use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request};
use saga_kit::{Causation, HandledAll, HandlerError, Received, Transactions, Tx, parking};
use serde_json::{Value, json};
use service_kit::openapi::check_problem;
use shared_events::{Envelope, Event, EventBody, Origin, PaymentCreated};
use sqlx::{AssertSqlSafe, MySqlPool};
use store_manager::SERVICE_NAME;
use store_manager::app::{App, MIGRATIONS, openapi, router};
use store_manager::orders::{Intake, handlers as orders};
use store_manager::read_models::ReadModels;
use store_manager::stocks::handlers as stocks;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use uuid::Uuid;

/// A database of one test, and the service on it.
pub struct Store {
    pub pool: MySqlPool,
    pub transactions: Transactions,
    pub read_models: ReadModels,
    /// Ends what outlives its request.
    pub stop: CancellationToken,
    pub router: Router,
    pub database: String,
    /// What was delivered, in order.
    history: Mutex<Vec<Envelope>>,
}

/// An HTTP answer that was read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    /// Status and slug of a problem.
    pub fn problem(&self) -> (u16, &str) {
        let slug = slug(&self.body).unwrap_or_else(|| panic!("no problem: {self:?}"));
        // What the type's page says of it holds of the answer.
        let kind = problem_types::by_slug(slug).unwrap_or_else(|| panic!("unknown type: {self:?}"));
        let documented = |name: &str| kind.members.iter().any(|(member, _)| member.name() == name);
        for name in self.body.as_object().unwrap().keys() {
            assert!(["type", "title", "status", "detail"].contains(&name.as_str()) || documented(name), "{self:?}");
        }
        assert_eq!((self.status, &self.body["status"]), (kind.status, &json!(kind.status)));
        assert!(self.body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{self:?}");
        (self.status, slug)
    }

    /// A header that must be there, once.
    pub fn header(&self, name: &str) -> &str {
        let values: Vec<_> = self.headers.get_all(name).iter().collect();
        assert_eq!(values.len(), 1, "{name} of {self:?}");
        values[0].to_str().unwrap()
    }
}

/// What the service promises.
static CONTRACT: LazyLock<Value> = LazyLock::new(openapi);

/// The slug of a problem's type; none of an answer that is no problem.
fn slug(body: &Value) -> Option<&str> {
    body["type"].as_str()?.strip_prefix("/problems/")
}

/// The server's URL and the name of a database that does not exist yet.
pub fn fresh_database() -> (String, String) {
    let server = std::env::var("TEST_DATABASE_URL")
        .unwrap_or_else(|_| panic!("TEST_DATABASE_URL is not set: run the tests with `cargo stack test`"));
    (server.trim_end_matches('/').to_owned(), format!("store_{}", Uuid::now_v7().simple()))
}

/// Read models of their own on the shared Redis, with one partition a topic.
fn read_models(prefix: &str, transactions: &Transactions) -> ReadModels {
    let url = std::env::var("TEST_REDIS_URL")
        .unwrap_or_else(|_| panic!("TEST_REDIS_URL is not set: run the tests with `cargo stack test`"));
    ReadModels::new(&url, prefix, 1, transactions.clone()).unwrap()
}

impl Store {
    pub async fn start() -> Self {
        Self::with_connections(16).await
    }

    /// With a pool of so many connections.
    pub async fn with_connections(connections: u32) -> Self {
        let (server, database) = fresh_database();
        let url = format!("{server}/{database}");
        let stop = CancellationToken::new();
        let pool = saga_kit::database::connect_and_migrate(&url, connections, &MIGRATIONS, &stop).await.unwrap();
        let transactions = Transactions::new(pool.clone(), SERVICE_NAME, "");
        let read_models = read_models(&format!("{database}."), &transactions);
        let currency = "CAD".parse().unwrap();
        let app = App {
            transactions: transactions.clone(),
            currency,
            intake: Intake::start(&transactions, currency),
            read_models: read_models.clone(),
            stop: stop.clone(),
        };
        Self { pool, transactions, read_models, stop, router: router(app), database, history: Mutex::default() }
    }

    pub async fn get(&self, uri: &str) -> Answer {
        self.send(Method::GET, uri, Body::empty()).await
    }

    pub async fn delete(&self, uri: &str) -> Answer {
        self.send(Method::DELETE, uri, Body::empty()).await
    }

    pub async fn post(&self, uri: &str, body: &Value) -> Answer {
        self.send(Method::POST, uri, body.to_string()).await
    }

    pub async fn send(&self, method: Method, uri: &str, body: impl Into<Body>) -> Answer {
        self.send_with(method, uri, &[], body).await
    }

    pub async fn send_with(
        &self,
        method: Method,
        uri: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(&method).uri(uri).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
        // A page and a 304 are no JSON.
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        // The list of problem types names some, and is none.
        if let Some(slug) = slug(&body).filter(|_| status >= 400) {
            check_problem(&CONTRACT, (method.as_str(), uri), slug).unwrap_or_else(|fault| panic!("{fault}"));
        }
        Answer { status, location, headers, text, body }
    }

    /// A user; answers the id.
    pub async fn user(&self) -> u64 {
        let email = format!("{}@example.org", Uuid::now_v7().simple());
        let answer = self.post("/users", &json!({"name": "Ada", "email": email})).await;
        answer.body["user_id"].as_u64().unwrap_or_else(|| panic!("{answer:?}"))
    }

    /// A product at 5.75 with so many in stock; answers the id.
    pub async fn product(&self, level: u32) -> u64 {
        let sku = Uuid::now_v7().simple().to_string();
        let answer = self.post("/products", &json!({"name": "Gadget", "sku": sku, "price": 5.75})).await;
        let product_id = answer.body["product_id"].as_u64().unwrap_or_else(|| panic!("{answer:?}"));
        let answer = self.post("/stocks", &json!({"product_id": product_id, "quantity": level})).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        self.take_outbox().await;
        product_id
    }

    /// An order by a new user; answers the id.
    pub async fn order(&self, items: &[(u64, u32)]) -> u64 {
        let user_id = self.user().await;
        let answer = self.post("/orders", &order_body(user_id, items)).await;
        answer.body["order_id"].as_u64().unwrap_or_else(|| panic!("{answer:?}"))
    }

    /// An order whose stock is taken and whose payment 70 is made; answers the id.
    pub async fn order_with_payment(&self, items: &[(u64, u32)]) -> u64 {
        let order_id = self.order(items).await;
        assert_eq!(self.settle().await, ["OrderCreated", "StockDecreased"]);
        self.deliver_from_payments(order_id, &payment_created(order_id)).await.unwrap();
        assert_eq!(self.settle().await, ["SagaCompleted"]);
        order_id
    }

    /// What `GET /orders/{id}` shows.
    pub async fn show(&self, order_id: u64) -> Value {
        let answer = self.get(&format!("/orders/{order_id}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    pub async fn status(&self, order_id: u64) -> String {
        self.show(order_id).await["status"].as_str().unwrap().to_owned()
    }

    pub async fn level(&self, product_id: u64) -> u64 {
        self.get(&format!("/stocks/{product_id}")).await.body["quantity"].as_u64().unwrap()
    }

    /// The saga that runs for the order, or the last one.
    pub async fn saga(&self, order_id: u64) -> Uuid {
        self.show(order_id).await["correlation_id"].as_str().unwrap().parse().unwrap()
    }

    /// Delivers an event of payment-service, in the order's present saga.
    pub async fn deliver_from_payments<E: EventBody>(&self, order_id: u64, event: &E) -> Result<(), HandlerError> {
        let saga = self.saga(order_id).await;
        self.deliver(envelope(event, saga)).await
    }

    /// Delivers an event as the consumer would, but for the inbox.
    pub async fn deliver(&self, event: Envelope) -> Result<(), HandlerError> {
        self.handle(&event).await?;
        self.history.lock().unwrap().push(event);
        Ok(())
    }

    async fn handle(&self, envelope: &Envelope) -> Result<(), HandlerError> {
        let mut tx = self.transactions.begin().await?;
        tx.correlate(envelope.correlation_id);
        dispatch(&mut tx, Event::decode(envelope).unwrap(), envelope.into()).await?;
        orders::record_timeline(&mut tx, vec![Arc::new(envelope.clone())]).await?;
        Ok(tx.commit().await?)
    }

    /// Delivers what the service itself emitted, and what that leads to, until nothing more comes of it. Answers the
    /// types of the events, in order.
    pub async fn settle(&self) -> Vec<String> {
        let mut types = Vec::new();
        loop {
            let events = self.take_outbox().await;
            if events.is_empty() {
                return types;
            }
            for event in events {
                types.push(event.event_type.clone());
                self.deliver(event).await.unwrap();
            }
        }
    }

    /// What the outbox holds, oldest first; and empties it.
    pub async fn take_outbox(&self) -> Vec<Envelope> {
        let rows: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT event_key, payload FROM outbox ORDER BY id").fetch_all(&self.pool).await.unwrap();
        sqlx::query("DELETE FROM outbox").execute(&self.pool).await.unwrap();
        let envelope = |(key, payload): (String, Vec<u8>)| {
            let envelope = Envelope::decode(&payload).unwrap();
            assert_eq!((envelope.service_name.as_str(), &envelope.aggregate_id), (SERVICE_NAME, &key));
            envelope
        };
        rows.into_iter().map(envelope).collect()
    }

    /// The one event in the outbox, which must be an `E`; and empties it. It is not delivered.
    pub async fn take_one<E: EventBody>(&self) -> (Envelope, E) {
        let mut events = self.take_outbox().await;
        assert_eq!(events.len(), 1, "{events:?}");
        let envelope = events.remove(0);
        let body = envelope.body().unwrap();
        (envelope, body)
    }

    /// What was delivered so far, in order.
    pub fn delivered(&self) -> Vec<Envelope> {
        self.history.lock().unwrap().clone()
    }

    /// A number out of the database.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    /// The end of a test: every event was looked at, nothing is parked, level and ledger agree; and all that was
    /// delivered can be delivered again, as to a new consumer group, without any effect.
    pub async fn finish(self) {
        let unseen = self.take_outbox().await;
        assert!(unseen.is_empty(), "events that no test line looked at: {unseen:?}");
        assert!(parking::list(&self.pool, 0, 10).await.unwrap().is_empty());
        let differ = "SELECT COUNT(*) FROM stocks WHERE quantity <> (
                          SELECT COALESCE(SUM(delta), 0) FROM stock_movements AS m WHERE m.product_id = stocks.product_id)";
        assert_eq!(self.count(differ).await, 0, "level and ledger differ");
        let before = self.checksums().await;
        let history = std::mem::take(&mut *self.history.lock().unwrap());
        for event in &history {
            self.handle(event).await.unwrap();
        }
        let emitted = self.take_outbox().await;
        assert!(emitted.is_empty(), "emitted when delivered again: {emitted:?}");
        assert_eq!(self.checksums().await, before, "changed when delivered again");
        self.lose_database().await;
    }

    /// From here on the service has no database; it goes with that.
    pub async fn lose_database(&self) {
        sqlx::query(AssertSqlSafe(format!("DROP DATABASE {}", self.database))).execute(&self.pool).await.unwrap();
        self.pool.close().await;
    }

    async fn checksums(&self) -> Vec<(String, Option<i64>)> {
        let tables = "CHECKSUM TABLE orders, order_items, order_refusals, stocks, stock_movements, saga_events";
        sqlx::query_as(tables).fetch_all(&self.pool).await.unwrap()
    }
}

/// Calls the handler of an event, if the service has one.
async fn dispatch(tx: &mut Tx, event: Event, cause: Causation) -> Result<(), HandlerError> {
    let alone = |handled: HandledAll| handled.map_err(|failure| failure.error);
    match event {
        Event::OrderCreated(event) => alone(stocks::order_created(tx, vec![Received { event, cause }]).await),
        Event::PaymentCreationFailed(event) => stocks::payment_creation_failed(tx, event).await,
        Event::PaymentVoided(event) => stocks::payment_voided(tx, event).await,
        Event::PaymentRefunded(event) => stocks::payment_refunded(tx, event).await,
        Event::PaymentExpired(event) => stocks::payment_expired(tx, event).await,
        Event::OrderCreationFailed(event) => orders::order_creation_failed(tx, event).await,
        Event::PaymentCreated(event) => alone(orders::payment_created(tx, vec![Received { event, cause }]).await),
        Event::PaymentSucceeded(event) => orders::payment_succeeded(tx, event).await,
        Event::PaymentDeclined(event) => orders::payment_declined(tx, event).await,
        Event::StockDecreaseFailed(event) => orders::stock_decrease_failed(tx, event).await,
        Event::StockIncreased(event) => orders::stock_increased(tx, event).await,
        Event::OrderCancelled(event) => orders::order_cancelled(tx, event).await,
        Event::OrderCancellationRequested(_)
        | Event::OrderPaid(_)
        | Event::StockDecreased(_)
        | Event::StockLevelSet(_)
        | Event::StockReplenished(_)
        | Event::ProductCreated(_)
        | Event::ProductChanged(_)
        | Event::ProductDeleted(_)
        | Event::SagaCompleted(_) => Ok(()),
    }
}

/// An event of payment-service in its envelope.
pub fn envelope<E: EventBody>(event: &E, saga: Uuid) -> Envelope {
    let origin = Origin {
        event_id: Uuid::now_v7(),
        timestamp: chrono::Utc::now(),
        correlation_id: saga,
        causation_id: None,
        service_name: "payment-service".to_owned(),
        metadata: std::collections::BTreeMap::new(),
    };
    Envelope::new(event, origin).unwrap()
}

/// The body of `POST /orders`.
pub fn order_body(user_id: u64, items: &[(u64, u32)]) -> Value {
    let items: Vec<Value> =
        items.iter().map(|(id, quantity)| json!({"product_id": id, "quantity": quantity})).collect();
    json!({"user_id": user_id, "items": items})
}

/// Payment 70 for an order.
pub fn payment_created(order_id: u64) -> PaymentCreated {
    PaymentCreated {
        order_id,
        payment_id: 70,
        payment_link: "http://127.0.0.1:5009/payments/process/70".to_owned(),
        amount: "11.50".parse().unwrap(),
        currency: "CAD".parse().unwrap(),
    }
}
