//! Orders whose saga is under way, or whose events are: the cancellation joins it.

use serde_json::json;
use tests::{DECLINED_CARD, GOOD_CARD, PAYMENT_SERVICE, STORE_MANAGER, Store, wait_until};

use super::{BACK, requested, sagas};

#[tokio::test]
async fn before_its_stock_is_taken() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    store.hold_relay(STORE_MANAGER).await;
    let order = store.order(user, &[(product, 2)]).await;
    assert_eq!(store.show(order).await["status"], "decreasing_stock");
    requested(&store, order).await;
    store.release_relay(STORE_MANAGER).await;
    let shown = store.until_ended(order, "cancelled").await;
    assert_eq!(shown["cancel_reason"], "its cancellation was requested");
    // payment-service remembers that there must be no payment, and says so when it is asked for one.
    let way = ["OrderCreated", "OrderCancellationRequested", "StockDecreased", "PaymentCreationFailed"];
    store.until_events(order, &[&way[..], &BACK].concat()).await;
    assert_eq!(sagas(&store, order), 1, "it joined the saga that was under way");
    assert_eq!(store.payments_db.number("SELECT COUNT(*) FROM payments").await, 0);
    assert_eq!(store.stock(product).await, 9);
    store.finish().await;
}

#[tokio::test]
async fn before_its_stock_is_refused() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 1).await);
    store.hold_relay(STORE_MANAGER).await;
    let order = store.order(user, &[(product, 2)]).await;
    requested(&store, order).await;
    store.release_relay(STORE_MANAGER).await;
    store.until_ended(order, "cancelled").await;
    let way = ["OrderCreated", "OrderCancellationRequested", "StockDecreaseFailed", "OrderCancelled", "SagaCompleted"];
    store.until_events(order, &way).await;
    assert_eq!(store.stock(product).await, 1);
    store.finish().await;
}

#[tokio::test]
async fn before_stock_decreased_reaches_payment_service() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    store.payment_service.stop().await;
    let order = store.order(user, &[(product, 2)]).await;
    store.until_status(order, "creating_payment").await;
    requested(&store, order).await;
    let again = store.cancel(order).await;
    assert_eq!((&again["deleted"], &again["status"]), (&json!(false), &json!("cancellation_requested")));
    store.payment_service.start().await;
    store.until_ended(order, "cancelled").await;
    // The events of one order keep their order, so StockDecreased comes first here: a payment is made and voided.
    let way = ["OrderCreated", "StockDecreased", "OrderCancellationRequested", "PaymentCreated", "PaymentVoided"];
    store.until_events(order, &[&way[..], &BACK].concat()).await;
    assert_eq!(sagas(&store, order), 1);
    assert_eq!(store.stock(product).await, 9);
    store.finish().await;
}

#[tokio::test]
async fn while_payment_service_is_paused_in_the_middle_of_it() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 40).await);
    store.payment_service.pause();
    let mut orders = Vec::new();
    for _ in 0..20 {
        let order = store.order(user, &[(product, 2)]).await;
        orders.push(order);
        assert_eq!(store.cancel(order).await["deleted"], true);
    }
    store.payment_service.go_on();
    store.until_all_ended(&orders).await;
    for order in orders {
        assert_eq!(store.show(order).await["status"], "cancelled");
        assert_eq!(sagas(&store, order), 1);
    }
    assert_eq!(store.stock(product).await, 40);
    store.finish().await;
}

#[tokio::test]
async fn while_its_payment_is_on_its_way() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    store.hold_relay(PAYMENT_SERVICE).await;
    let order = store.order(user, &[(product, 2)]).await;
    wait_until("the payment's event in the outbox", async || {
        let waiting = store.payments_db.number("SELECT COUNT(*) FROM outbox").await;
        if waiting == 1 { Ok(()) } else { Err(waiting.to_string()) }
    })
    .await;
    requested(&store, order).await;
    store.release_relay(PAYMENT_SERVICE).await;
    store.until_ended(order, "cancelled").await;
    assert_eq!(sagas(&store, order), 1);
    assert_eq!(store.stock(product).await, 9);
    store.finish().await;
}

#[tokio::test]
async fn while_its_payments_refusal_is_on_its_way() {
    let store = Store::builder().payment_service(&["--payment-ceiling", "1.00"]).start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    store.hold_relay(PAYMENT_SERVICE).await;
    let order = store.order(user, &[(product, 2)]).await;
    store.until_status(order, "creating_payment").await;
    requested(&store, order).await;
    store.release_relay(PAYMENT_SERVICE).await;
    store.until_ended(order, "cancelled").await;
    assert_eq!(sagas(&store, order), 1);
    assert_eq!(store.stock(product).await, 9);
    store.finish().await;
}

#[tokio::test]
async fn while_the_news_of_its_payment_is_on_its_way() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    for (card, undone) in [(GOOD_CARD, "refunded"), (DECLINED_CARD, "voided")] {
        let order = store.order(user, &[(product, 2)]).await;
        let payment = store.until_payable(order).await;
        store.hold_relay(PAYMENT_SERVICE).await;
        store.pay(payment, card).await.expect(200);
        requested(&store, order).await;
        store.until_payment(payment, undone).await;
        store.release_relay(PAYMENT_SERVICE).await;
        let shown = store.until_ended(order, "cancelled").await;
        assert_eq!(shown["is_paid"], false);
        let events = store.topics.events_of(&order.to_string());
        assert!(events.iter().all(|event| event.event_type != "OrderPaid"), "it never was, for the store");
    }
    assert_eq!(store.stock(product).await, 9);
    store.finish().await;
}

#[tokio::test]
async fn while_its_payments_expiry_is_on_its_way() {
    let quick = ["--payment-ttl-s", "2", "--expiry-cron", "* * * * * *"];
    let store = Store::builder().payment_service(&quick).start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 2)]).await;
    let payment = store.until_payable(order).await;
    store.hold_relay(PAYMENT_SERVICE).await;
    store.until_payment(payment, "expired").await;
    requested(&store, order).await;
    store.release_relay(PAYMENT_SERVICE).await;
    store.until_ended(order, "cancelled").await;
    let ends = store.topics.events_of(&order.to_string());
    let ends = ends.iter().filter(|event| event.event_type == "SagaCompleted").count();
    assert_eq!(ends, 2, "the good end, and one end for the cancellation and the expiry together");
    assert_eq!(store.stock(product).await, 9);
    store.finish().await;
}
