//! `/stocks`, and what an order takes.

use serde_json::json;
use shared_events::{OrderCreated, ProductCreated, StockDecreaseFailed, StockDecreased, StockLevelSet};

use crate::fixture::Store;

#[tokio::test]
async fn a_level_is_set_through_the_ledger_and_told() {
    let store = Store::start().await;
    store.post("/products", &json!({"name": "Gadget", "sku": "GG12345", "price": 5.75})).await;
    store.take_one::<ProductCreated>().await;
    for (version, level, delta) in [(1, 56, 56), (2, 6, -50), (3, 6, 0)] {
        let set = store.post("/stocks", &json!({"product_id": 1, "quantity": level})).await;
        let expected = json!({"result": "rows updated: 1", "product_id": 1, "quantity": level, "version": version});
        assert_eq!((set.status, set.body), (201, expected));
        let (envelope, told) = store.take_one::<StockLevelSet>().await;
        assert_eq!(told, StockLevelSet { product_id: 1, level, version, delta });
        assert_eq!((envelope.aggregate_type.as_str(), envelope.aggregate_id.as_str()), ("product", "1"));
        assert_eq!(store.get("/stocks/1").await.body, json!({"product_id": 1, "quantity": level}));
    }
    assert_eq!(store.count("SELECT COUNT(*) FROM stock_movements WHERE kind = 'set'").await, 3);
    store.finish().await;
}

#[tokio::test]
async fn an_order_takes_every_item_and_tells_what_is_left() {
    let store = Store::start().await;
    let (first, second) = (store.product(5).await, store.product(2).await);
    let order_id = store.order(&[(second, 2), (first, 1)]).await;
    let (envelope, _) = store.take_one::<OrderCreated>().await;
    store.deliver(envelope.clone()).await.unwrap();
    let (decreased, event) = store.take_one::<StockDecreased>().await;
    assert_eq!(decreased.correlation_id, envelope.correlation_id);
    assert_eq!((event.order_id, event.total_amount.to_string()), (order_id, "17.25".to_owned()));
    let left: Vec<_> =
        event.items.iter().map(|item| (item.product_id, item.quantity, item.level, item.version)).collect();
    assert_eq!(left, [(first, 1, 4, 2), (second, 2, 0, 2)]);
    assert_eq!((store.level(first).await, store.level(second).await), (4, 0));
    assert_eq!(store.status(order_id).await, "creating_payment");
    store.finish().await;
}

#[tokio::test]
async fn one_shortage_takes_nothing_and_cancels_the_order() {
    let store = Store::start().await;
    let (enough, scarce) = (store.product(5).await, store.product(2).await);
    let order_id = store.order(&[(enough, 1), (scarce, 3)]).await;
    let (created, _) = store.take_one::<OrderCreated>().await;
    store.deliver(created).await.unwrap();
    let (failed, event) = store.take_one::<StockDecreaseFailed>().await;
    assert_eq!(event.shortages.len(), 1);
    assert_eq!((event.shortages[0].product_id, event.shortages[0].available), (scarce, 2));
    assert_eq!(store.status(order_id).await, "cancelling_order");
    store.deliver(failed).await.unwrap();
    assert_eq!(store.settle().await, ["OrderCancelled", "SagaCompleted"]);
    let order = store.show(order_id).await;
    assert_eq!(order["status"], "cancelled");
    assert!(order["saga_ended_at"].is_string());
    let reason = format!("too little in stock (product {scarce}: 3 wanted, 2 there)");
    assert_eq!(order["cancel_reason"], reason.as_str());
    assert_eq!((store.level(enough).await, store.level(scarce).await), (5, 2));
    assert_eq!(store.count("SELECT COUNT(*) FROM stock_movements WHERE kind <> 'set'").await, 0);
    store.finish().await;
}

#[tokio::test]
async fn an_event_for_an_order_that_is_not_there_is_set_aside() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    store.order(&[(product_id, 1)]).await;
    let (envelope, mut event) = store.take_one::<OrderCreated>().await;
    event.order_id = 999;
    let unknown = crate::fixture::envelope(&event, envelope.correlation_id);
    let error = store.deliver(unknown).await.unwrap_err();
    assert!(matches!(error, saga_kit::HandlerError::Park(_)), "{error:?}");
    store.deliver(envelope).await.unwrap();
    store.settle().await;
    store.finish().await;
}
