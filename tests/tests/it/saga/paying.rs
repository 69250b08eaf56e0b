//! What happens after the link: paid, declined, or nobody in time.

use serde_json::json;
use shared_events::Event;
use tests::{DECLINED_CARD, GOOD_CARD, Store};

use super::{GOOD_WAY, body};

#[tokio::test]
async fn payment_succeeded_marks_the_order_as_paid() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 1)]).await;
    let payment = store.until_payable(order).await;
    // The events of two services come in either order unless one waits for the other's.
    store.until_events(order, &GOOD_WAY).await;
    let paid = store.pay(payment, GOOD_CARD).await.expect(200);
    assert_eq!(
        (&paid["is_paid"], &paid["order_id"], &paid["payment_id"]),
        (&json!(true), &json!(order), &json!(payment))
    );
    let shown = store.until_ended(order, "paid").await;
    assert_eq!(shown["is_paid"], true);
    store.until_events(order, &[&GOOD_WAY[..], &["PaymentSucceeded", "OrderPaid"]].concat()).await;
    let Event::OrderPaid(event) = body(&store, order, "OrderPaid") else { panic!() };
    assert_eq!((event.payment_id, event.amount.to_string().as_str()), (payment, "5.00"));
    store.finish().await;
}

#[tokio::test]
async fn payment_declined_leaves_the_order_waiting_with_the_reason() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 1)]).await;
    let payment = store.until_payable(order).await;
    // The events of two services come in either order unless one waits for the other's.
    store.until_events(order, &GOOD_WAY).await;
    let declined = store.pay(payment, DECLINED_CARD).await.expect(200);
    assert_eq!((&declined["is_paid"], &declined["status"]), (&json!(false), &json!("declined")));
    let shown = store.until_ended(order, "payment_declined").await;
    assert_eq!((&shown["is_paid"], &shown["decline_reason"]), (&json!(false), &declined["reason"]));
    store.until_events(order, &[&GOOD_WAY[..], &["PaymentDeclined"]].concat()).await;
    assert_eq!(store.stock(product).await, 8, "the order still holds its item");
    store.finish().await;
}

#[tokio::test]
async fn payment_expired_gives_the_stock_back_in_a_saga_of_its_own() {
    let quick = ["--payment-ttl-s", "1", "--expiry-cron", "* * * * * *"];
    let store = Store::builder().payment_service(&quick).start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 2)]).await;
    let shown = store.until_ended(order, "cancelled").await;
    assert!(shown["cancel_reason"].as_str().unwrap().contains("in time"), "{shown}");
    let way = [&GOOD_WAY[..], &["PaymentExpired", "StockIncreased", "OrderCancelled", "SagaCompleted"]].concat();
    store.until_events(order, &way).await;
    let events = store.topics.events_of(&order.to_string());
    let (first, second) = events.split_at(4);
    assert!(first.iter().all(|event| event.correlation_id == first[0].correlation_id));
    assert!(second.iter().all(|event| event.correlation_id == second[0].correlation_id));
    assert_ne!(first[0].correlation_id, second[0].correlation_id);
    assert_eq!(store.stock(product).await, 9);
    let payment = shown["payment_id"].as_u64().unwrap();
    assert_eq!(store.payment(payment).await["status"], "expired");
    store.pay(payment, GOOD_CARD).await.expect_problem(409, "payment-closed");
    store.finish().await;
}
