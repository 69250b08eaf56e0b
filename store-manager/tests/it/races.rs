//! What happens at the same time.

use std::sync::Arc;

use saga_kit::Received;
use serde_json::json;
use shared_events::{Envelope, PaymentVoided};
use store_manager::stocks::handlers::order_created;

use crate::fixture::{Store, order_body, payment_created};

/// Delivers each event in a task of its own, again when another transaction was in the way, as the consumer does.
async fn deliver_at_once(store: &Arc<Store>, events: Vec<Envelope>) {
    let mut tasks = tokio::task::JoinSet::new();
    for event in events {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            while let Err(error) = store.deliver(event.clone()).await {
                assert!(matches!(error, saga_kit::HandlerError::Retry(_)), "{error:?}");
            }
        });
    }
    tasks.join_all().await;
}

fn unwrapped(store: Arc<Store>) -> Store {
    Arc::into_inner(store).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_orders_for_the_last_article_and_one_gets_it() {
    let store = Arc::new(Store::start().await);
    let product_id = store.product(1).await;
    let orders = [store.order(&[(product_id, 1)]).await, store.order(&[(product_id, 1)]).await];
    let created = store.take_outbox().await;
    deliver_at_once(&store, created).await;
    store.settle().await;
    let mut statuses = [store.status(orders[0]).await, store.status(orders[1]).await];
    statuses.sort();
    assert_eq!(statuses, ["cancelled", "creating_payment"]);
    assert_eq!(store.level(product_id).await, 0);
    unwrapped(store).finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_orders_of_the_same_products_take_all_there_is_and_no_more() {
    let store = Arc::new(Store::start().await);
    let (first, second) = (store.product(30).await, store.product(40).await);
    for index in 0..50 {
        // In either order of naming: the locks are taken in product id order all the same.
        let items = if index % 2 == 0 { [(first, 1), (second, 1)] } else { [(second, 1), (first, 1)] };
        store.order(&items).await;
    }
    let created = store.take_outbox().await;
    deliver_at_once(&store, created).await;
    store.settle().await;
    assert_eq!((store.level(first).await, store.level(second).await), (0, 10));
    assert_eq!(store.count("SELECT COUNT(*) FROM orders WHERE status = 'creating_payment'").await, 30);
    assert_eq!(store.count("SELECT COUNT(*) FROM orders WHERE status = 'cancelled'").await, 20);
    unwrapped(store).finish().await;
}

/// Handles the events in one transaction, as the consumer does with a batch.
async fn deliver_batch(store: Arc<Store>, events: Vec<Envelope>) {
    let mut tx = store.transactions.begin().await.unwrap();
    order_created(&mut tx, events.iter().map(|event| Received::read(event).unwrap()).collect()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_whose_orders_cross_wait_for_each_other_and_never_deadlock() {
    let store = Arc::new(Store::start().await);
    let (first, second) = (store.product(1_000).await, store.product(1_000).await);
    let mut batches = Vec::new();
    for round in 0..20 {
        let crossing = if round % 2 == 0 { [first, second] } else { [second, first] };
        for product_id in crossing {
            store.order(&[(product_id, 1)]).await;
        }
        batches.push(deliver_batch(Arc::clone(&store), store.take_outbox().await));
    }
    batches.into_iter().collect::<tokio::task::JoinSet<()>>().join_all().await;
    assert_eq!((store.level(first).await, store.level(second).await), (980, 980));
    assert_eq!(store.settle().await, ["StockDecreased"; 40]);
    unwrapped(store).finish().await;
}

#[tokio::test]
async fn an_order_waits_for_nobody_who_moves_other_products() {
    let store = Store::start().await;
    // Few products: an optimiser is then tempted to read, and so to lock, all of them.
    let products = [store.product(5).await, store.product(5).await, store.product(5).await];
    let mut orders = Vec::new();
    for product_id in products {
        orders.push(store.order(&[(product_id, 1)]).await);
    }
    let created = store.take_outbox().await;
    let mut open = store.transactions.begin().await.unwrap();
    order_created(&mut open, vec![Received::read(&created[0]).unwrap()]).await.unwrap();
    for event in &created[1..] {
        store.deliver(event.clone()).await.unwrap();
    }
    store.settle().await;
    store.deliver_from_payments(orders[1], &payment_created(orders[1])).await.unwrap();
    store.deliver_from_payments(orders[1], &PaymentVoided { order_id: orders[1], payment_id: 70 }).await.unwrap();
    open.commit().await.unwrap();
    store.settle().await;
    assert_eq!((store.level(products[0]).await, store.level(products[1]).await), (4, 5));
    store.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_giving_back_and_setting_at_once_keep_level_and_ledger_equal() {
    let store = Arc::new(Store::start().await);
    let product_id = store.product(100).await;
    let mut events = Vec::new();
    for _ in 0..10 {
        let order_id = store.order_with_payment(&[(product_id, 2)]).await;
        let saga = store.saga(order_id).await;
        events.push(crate::fixture::envelope(&PaymentVoided { order_id, payment_id: 70 }, saga));
        store.order(&[(product_id, 3)]).await;
        events.extend(store.take_outbox().await);
    }
    let setting = {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for level in 500..510 {
                let set = store.post("/stocks", &json!({"product_id": product_id, "quantity": level})).await;
                assert_eq!(set.status, 201, "{set:?}");
            }
        })
    };
    deliver_at_once(&store, events).await;
    setting.await.unwrap();
    store.settle().await;
    // A set, ten takes by paid orders, ten by others, ten returns, ten more sets; the versions have no gap.
    assert_eq!(store.count("SELECT COUNT(*) FROM stock_movements").await, 41);
    assert_eq!(store.count("SELECT CAST(version AS SIGNED) FROM stocks").await, 41);
    unwrapped(store).finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_taken_and_a_product_deleted_at_once_are_no_fault() {
    let store = Arc::new(Store::start().await);
    let (user_id, product_id) = (store.user().await, store.product(9).await);
    let mut tasks = tokio::task::JoinSet::new();
    for index in 0..20 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            match index % 4 {
                0 => store.post("/users", &json!({"name": "Ada", "email": "ada@example.org"})).await,
                1 => store.delete(&format!("/products/{product_id}")).await,
                2 => store.delete(&format!("/users/{user_id}")).await,
                _ => store.post("/orders", &order_body(user_id, &[(product_id, 1)])).await,
            }
        });
    }
    for answer in tasks.join_all().await {
        assert!(answer.status < 500, "{answer:?}");
    }
    assert_eq!(store.count("SELECT COUNT(*) FROM users WHERE email = 'ada@example.org'").await, 1);
    store.settle().await;
    unwrapped(store).finish().await;
}
