//! Orders whose saga has ended: the cancellation is one of its own.

use serde_json::json;
use tests::{DECLINED_CARD, GOOD_CARD, Store};

use super::{BACK, requested, sagas};

const GOOD_WAY: [&str; 4] = ["OrderCreated", "StockDecreased", "PaymentCreated", "SagaCompleted"];

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
    // The events of two services come in either order unless one waits for the other's.
    store.until_events(order, &GOOD_WAY).await;
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
    store.shop.delete("/orders/999999").await.expect_problem(404, "order-not-found");
    store.finish().await;
}
