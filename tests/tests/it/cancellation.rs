//! Cancelling an order in every state it can be in, and what the customer is told.
//!
//! A state that lasts for a moment is held: by stopping the service whose step comes next, or by keeping the events
//! of one in its outbox.

use serde_json::json;
use tests::{DECLINED_CARD, GOOD_CARD, PAYMENT_SERVICE, STORE_MANAGER, Store, wait_until};

/// The end of each way back.
const BACK: [&str; 3] = ["StockIncreased", "OrderCancelled", "SagaCompleted"];

const GOOD_WAY: [&str; 4] = ["OrderCreated", "StockDecreased", "PaymentCreated", "SagaCompleted"];

async fn requested(store: &Store, order: u64) {
    let answer = store.cancel(order).await;
    assert_eq!(answer, json!({"deleted": true, "order_id": order, "status": "cancellation_requested"}));
}

/// The number of sagas that the events of an order belong to, in order and without repetition.
fn sagas(store: &Store, order: u64) -> usize {
    let mut ids: Vec<_> = store.topics.events_of(&order.to_string()).iter().map(|event| event.correlation_id).collect();
    ids.dedup();
    ids.len()
}

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
async fn while_it_awaits_its_payment() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 2)]).await;
    let payment = store.until_payable(order).await;
    requested(&store, order).await;
    store.until_ended(order, "cancelled").await;
    let way = ["OrderCancellationRequested", "PaymentVoided"];
    store.until_events(order, &[&GOOD_WAY[..], &way, &BACK].concat()).await;
    assert_eq!(sagas(&store, order), 2, "after the good end it is a saga of its own");
    assert_eq!(store.payment(payment).await["status"], "voided");
    store.pay(payment, GOOD_CARD).await.expect_problem(409, "payment-closed");
    assert_eq!(store.stock(product).await, 9);
    store.finish().await;
}

#[tokio::test]
async fn after_its_payment_was_declined() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 2)]).await;
    let payment = store.until_payable(order).await;
    store.pay(payment, DECLINED_CARD).await.expect(200);
    store.until_status(order, "payment_declined").await;
    requested(&store, order).await;
    store.until_ended(order, "cancelled").await;
    assert_eq!(store.payment(payment).await["status"], "voided");
    assert_eq!(store.stock(product).await, 9);
    store.finish().await;
}

#[tokio::test]
async fn after_it_was_paid_the_money_and_the_stock_go_back() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 2)]).await;
    let payment = store.until_payable(order).await;
    store.pay(payment, GOOD_CARD).await.expect(200);
    store.until_status(order, "paid").await;
    requested(&store, order).await;
    let shown = store.until_ended(order, "cancelled").await;
    assert_eq!(shown["is_paid"], false);
    let way = ["PaymentSucceeded", "OrderPaid", "OrderCancellationRequested", "PaymentRefunded"];
    store.until_events(order, &[&GOOD_WAY[..], &way, &BACK].concat()).await;
    assert_eq!(store.payment(payment).await["status"], "refunded");
    assert_eq!(store.stock(product).await, 9);
    store.finish().await;
}

#[tokio::test]
async fn while_the_customer_pays_at_the_same_moment() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 99).await);
    let mut orders = Vec::new();
    for _ in 0..15 {
        let order = store.order(user, &[(product, 1)]).await;
        let payment = store.until_payable(order).await;
        let (cancelled, paid) = tokio::join!(store.cancel(order), store.pay(payment, GOOD_CARD));
        assert_eq!(cancelled["deleted"], true);
        // The payment's row decides: charged and then refunded, or refused.
        let charged = match paid.status {
            200 => true,
            409 => false,
            _ => panic!("{paid:?}"),
        };
        orders.push((order, payment, charged));
    }
    for (order, payment, charged) in orders {
        let shown = store.until_ended(order, "cancelled").await;
        assert_eq!(shown["is_paid"], false);
        assert_eq!(store.payment(payment).await["status"], if charged { "refunded" } else { "voided" });
    }
    assert_eq!(store.stock(product).await, 99);
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

#[tokio::test]
async fn an_order_that_is_cancelled_stays_and_says_so() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 2)]).await;
    store.until_payable(order).await;
    requested(&store, order).await;
    let before = store.until_ended(order, "cancelled").await;
    let events = store.topics.events_of(&order.to_string()).len();
    let answer = store.cancel(order).await;
    assert_eq!(
        (&answer["deleted"], &answer["order_id"], &answer["status"]),
        (&json!(false), &json!(order), &json!("cancelled"))
    );
    assert!(answer["message"].as_str().unwrap().contains("nothing was removed"), "{answer}");
    assert_eq!(store.show(order).await, before, "nothing was removed and nothing changed");
    assert_eq!(store.topics.events_of(&order.to_string()).len(), events, "and nothing was told");
    store.store_manager.api.delete("/orders/999999").await.expect_problem(404, "order-not-found");
    store.finish().await;
}
