//! A store to make models of, and what Redis and MySQL say of it.

use chrono::Utc;
use saga_kit::projection::{Progress, ReadModel};
use shared_events::{Envelope, PaymentVoided, SAGA};
use store_manager::read_models::{ReadModels, Source, Sourced};
use tokio_util::sync::CancellationToken;

use crate::fixture::{Store, envelope};
use crate::wait::wait_until;

/// A store with two users, two products and four orders: one that stands, two cancelled, one short of stock.
pub(super) async fn busy_store() -> (Store, Vec<Envelope>) {
    let store = Store::start().await;
    let (first, second) = (store.product(10).await, store.product(3).await);
    store.order(&[(first, 2), (second, 1)]).await;
    let cancelled = [store.order(&[(first, 3)]).await, store.order(&[(second, 2)]).await];
    store.order(&[(second, 9)]).await;
    let mut events = deliver(&store).await;
    for order_id in cancelled {
        assert_eq!(store.delete(&format!("/orders/{order_id}")).await.status, 200);
        events.extend(deliver(&store).await);
        let voided = envelope(&PaymentVoided { order_id, payment_id: order_id }, uuid::Uuid::now_v7());
        store.deliver(voided).await.unwrap();
        events.extend(deliver(&store).await);
    }
    (store, events)
}

/// Delivers what the service emitted, and answers it.
pub(super) async fn deliver(store: &Store) -> Vec<Envelope> {
    let before = store.delivered().len();
    store.settle().await;
    store.delivered().split_off(before)
}

pub(super) async fn apply(models: &ReadModels, events: &[Envelope]) {
    models.projection().model.apply(events).await.unwrap();
}

/// Says of every partition that it is applied until now, as the projection does where nothing more is to come.
pub(super) async fn note_now(models: &ReadModels, prefix: &str) {
    let now = Utc::now() + chrono::Duration::seconds(60);
    let progress: Progress = SAGA.topics().iter().map(|topic| (format!("{prefix}{}/0", topic.name()), now)).collect();
    models.note(&progress).await.unwrap();
}

/// Both reports and the overview, which must come from Redis.
pub(super) async fn from_redis(models: &ReadModels) -> Option<String> {
    fn of<T: std::fmt::Debug>(answer: &Sourced<T>) -> Option<String> {
        matches!(answer.source, Source::Redis { .. }).then(|| format!("{:?}", answer.value))
    }
    let spenders = of(&models.highest_spenders(10).await.unwrap())?;
    let sellers = of(&models.best_sellers(10).await.unwrap())?;
    let overview = of(&models.stock_overview(10).await.unwrap())?;
    Some([spenders, sellers, overview].join("\n"))
}

/// The same from MySQL, by read models whose Redis is not there.
pub(super) async fn from_mysql(store: &Store) -> String {
    let models = ReadModels::new("redis://127.0.0.1:1", "", 1, store.transactions.clone()).unwrap();
    let spenders = models.highest_spenders(10).await.unwrap();
    let (sellers, overview) = (models.best_sellers(10).await.unwrap(), models.stock_overview(10).await.unwrap());
    assert_eq!([spenders.source, sellers.source, overview.source], [Source::MySql; 3]);
    format!("{:?}\n{:?}\n{:?}", spenders.value, sellers.value, overview.value)
}

/// Waits until Redis answers as MySQL does.
pub(super) async fn until_equal(store: &Store, models: &ReadModels) {
    let wanted = from_mysql(store).await;
    wait_until(format_args!("Redis to answer as MySQL does: {wanted}"), async || {
        let seen = from_redis(models).await;
        if seen.as_ref() == Some(&wanted) { Ok(()) } else { Err(format!("{seen:?}")) }
    })
    .await;
}

/// The models of another Redis prefix, watched over until the token is cancelled.
pub(super) fn watched(store: &Store, prefix: &str) -> (ReadModels, CancellationToken) {
    let url = std::env::var("TEST_REDIS_URL").unwrap();
    let models = ReadModels::new(&url, prefix, 1, store.transactions.clone()).unwrap();
    let stop = CancellationToken::new();
    let (kept, stopped) = (models.clone(), stop.clone());
    tokio::spawn(async move { kept.keep(&stopped).await });
    (models, stop)
}

pub(super) async fn redis() -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(std::env::var("TEST_REDIS_URL").unwrap()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

pub(super) async fn keys(prefix: &str) -> Vec<String> {
    redis::cmd("KEYS").arg(format!("{prefix}*")).query_async(&mut redis().await).await.unwrap()
}

pub(super) fn prefix(name: &str) -> String {
    format!("{name}-{}.", uuid::Uuid::now_v7().simple())
}
