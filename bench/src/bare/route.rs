//! A bare axum route with the Redis read of the supplier's `product`, in a process of its own as the store is.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use redis::aio::MultiplexedConnection;
use serde::Serialize;
use shared_events::ProductId;
use store_manager::read_models::product_read;
use tokio::net::TcpListener;

use crate::child::Running;
use crate::settings::{RouteSettings, RunSettings};

#[derive(Clone)]
struct App {
    redis: MultiplexedConnection,
    topic_prefix: String,
}

/// Name, code, price and level, as Redis has them.
type Fields = (String, String, String, u32);

#[derive(Serialize)]
struct Product {
    id: ProductId,
    name: String,
    sku: String,
    price: String,
    quantity: u32,
}

/// Serves until it is killed; the first line that it writes is where.
pub async fn serve(settings: &RouteSettings) -> Result<()> {
    let redis = redis::Client::open(settings.redis_url.as_str())?.get_multiplexed_async_connection().await?;
    let app = App { redis, topic_prefix: settings.topic_prefix.clone() };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?);
    let router = Router::new().route("/products/{id}", get(product)).with_state(app);
    Ok(axum::serve(axum::serve::ListenerExt::tap_io(listener, nodelay), router).await?)
}

/// As the services do; without it a small answer may wait for an acknowledgement.
fn nodelay(stream: &mut tokio::net::TcpStream) {
    let _ = stream.set_nodelay(true);
}

async fn product(State(mut app): State<App>, Path(id): Path<ProductId>) -> Result<Json<Product>, StatusCode> {
    let read = product_read(&app.topic_prefix, id);
    let answer: Result<(String, Fields), _> = read.query_async(&mut app.redis).await;
    let (_mark, (name, sku, price, quantity)) = answer.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(Product { id, name, sku, price, quantity }))
}

/// Starts the route in a process of its own.
pub(crate) fn start(settings: &RunSettings) -> Result<(Running, SocketAddr)> {
    Running::serve(&["route", "--redis-url", &settings.redis_url, "--topic-prefix", &settings.topic_prefix])
}
