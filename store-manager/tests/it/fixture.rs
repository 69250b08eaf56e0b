//! What every test starts from: a store on a fresh database, and what must hold at its end.

mod answer;
mod delivery;
mod events;

use std::sync::Mutex;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use saga_kit::{Transactions, parking};
use serde_json::{Value, json};
use shared_events::Envelope;
use sqlx::{AssertSqlSafe, MySqlPool};
use store_manager::SERVICE_NAME;
use store_manager::app::{App, MIGRATIONS, router};
use store_manager::orders::Intake;
use store_manager::read_models::ReadModels;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use uuid::Uuid;

pub use self::answer::Answer;
pub use self::events::{envelope, payment_created};

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
        let body = serde_json::from_str(&text).unwrap_or_default();
        answer::check((method.as_str(), uri), status, &body);
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

/// The body of `POST /orders`.
pub fn order_body(user_id: u64, items: &[(u64, u32)]) -> Value {
    let items: Vec<Value> =
        items.iter().map(|(id, quantity)| json!({"product_id": id, "quantity": quantity})).collect();
    json!({"user_id": user_id, "items": items})
}
