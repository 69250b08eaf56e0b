//! A user and products of the bench's own, made through the API like anybody's.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hyper::StatusCode;
use serde_json::{Value, json};
use shared_events::{ProductId, UserId};
use store_manager::read_models::product_read;
use uuid::Uuid;

use crate::http::{Connection, Exchange};

/// Products that requests take in turn: more than one, so that orders do not all wait for the same row.
const PRODUCTS: usize = 256;
/// More than any run sells.
const STOCK: u32 = 1_000_000_000;
/// How long events may take to reach the read models, and the models of a store with a past to be built.
const READ_MODEL_LIMIT: Duration = Duration::from_mins(10);
const POLL: Duration = Duration::from_millis(20);

/// What a store has to have before it can be asked.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub user_id: UserId,
    pub product_ids: Vec<ProductId>,
}

impl Catalogue {
    /// Makes it in the store at that address.
    pub async fn make(store: SocketAddr) -> Result<Self> {
        let mut connection = Connection::open(store).await?;
        // Names that no other run has: the store may be used again.
        let run = Uuid::now_v7().simple();
        let mut create = async |path: &str, body: Value| -> Result<Value> {
            connection.json(&Exchange::post(path, &body, StatusCode::CREATED)).await
        };
        let user = create("/users", json!({"name": "Bench", "email": format!("{run}@bench.example")})).await?;
        let mut product_ids = Vec::with_capacity(PRODUCTS);
        for number in 0..PRODUCTS {
            let body = json!({"name": format!("Product {number}"), "sku": format!("{run}-{number}"), "price": 12.5});
            let product_id = id(&create("/products", body).await?, "product_id")?;
            create("/stocks", json!({"product_id": product_id, "quantity": STOCK})).await?;
            product_ids.push(product_id);
        }
        Ok(Self { user_id: id(&user, "user_id")?, product_ids })
    }

    /// Waits until Redis has the products whole: before that MySQL would answer.
    pub async fn wait_for_redis(&self, redis_url: &str, prefix: &str) -> Result<()> {
        let mut redis = redis::Client::open(redis_url)?.get_multiplexed_async_connection().await?;
        let end = Instant::now() + READ_MODEL_LIMIT;
        for product_id in &self.product_ids {
            let read = product_read(prefix, *product_id);
            loop {
                let (mark, fields): (Option<String>, [Option<String>; 4]) = read.query_async(&mut redis).await?;
                // Without the mark they are still being built.
                if mark.is_some()
                    && fields.iter().all(Option::is_some)
                    && fields[3].as_deref() == Some(STOCK.to_string().as_str())
                {
                    break;
                }
                if Instant::now() > end {
                    bail!("the read model of product {product_id} is not whole: {fields:?}");
                }
                tokio::time::sleep(POLL).await;
            }
        }
        Ok(())
    }

    /// Orders of one product each, all products in turn.
    pub fn orders(&self) -> Vec<Exchange> {
        let order = |product_id| {
            let items = [json!({"product_id": product_id, "quantity": 1})];
            Exchange::post("/orders", &json!({"user_id": self.user_id, "items": items}), StatusCode::CREATED)
        };
        self.product_ids.iter().map(order).collect()
    }
}

fn id(answer: &Value, member: &str) -> Result<u64> {
    answer[member].as_u64().with_context(|| format!("no {member} in {answer}"))
}
