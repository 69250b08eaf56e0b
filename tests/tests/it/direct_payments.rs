//! Payments that a client asks for directly, beside the saga: idempotent by order, adopted or undone by the saga.

use serde_json::{Value, json};
use shared_events::{Event, PaymentRefusal};
use tests::{DECLINED_CARD, GOOD_CARD, Store, id_in, wait_until};

fn body(order: u64, user: u64, amount: f64) -> Value {
    json!({"order_id": order, "user_id": user, "total_amount": amount})
}

/// The next order's id: a client may know it from elsewhere, such as an older store.
async fn next_order(store: &Store) -> u64 {
    let last = "SELECT CAST(COALESCE(MAX(id), 0) AS SIGNED) FROM orders";
    u64::try_from(store.store_db.number(last).await).unwrap() + 1
}

async fn ask(store: &Store, body: &Value, status: u16) -> u64 {
    id_in(&store.till.post("/payments", body).await.expect(status), "payment_id")
}

#[tokio::test]
async fn asking_again_gives_the_same_payment_and_asking_differently_a_conflict() {
    let store = Store::start().await;
    let first = ask(&store, &body(900, 1, 12.5), 201).await;
    for _ in 0..3 {
        assert_eq!(ask(&store, &body(900, 1, 12.5), 200).await, first);
    }
    for different in [body(900, 2, 12.5), body(900, 1, 12.51)] {
        let problem = store.till.post("/payments", &different).await.expect_problem(409, "payment-differs");
        assert_eq!(problem["payment_id"], first);
    }
    let at_once = body(901, 1, 7.0);
    let answers = futures::future::join_all((0..8).map(|_| store.till.post("/payments", &at_once))).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    let ids: std::collections::BTreeSet<_> = answers.iter().map(|answer| id_in(&answer.json(), "payment_id")).collect();
    assert_eq!((created, ids.len()), (1, 1), "{answers:?}");
    assert_eq!(store.payments_db.number("SELECT COUNT(*) FROM payments").await, 2);
    store.finish().await;
}

#[tokio::test]
async fn an_open_payment_is_adopted() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(12.5, 9).await);
    let order = next_order(&store).await;
    let payment = ask(&store, &body(order, user, 25.0), 201).await;
    assert_eq!(store.order(user, &[(product, 2)]).await, order);
    assert_eq!(store.until_payable(order).await, payment);
    store.until_events(order, &["OrderCreated", "StockDecreased", "PaymentCreated", "SagaCompleted"]).await;
    assert_eq!(ask(&store, &body(order, user, 25.0), 200).await, payment, "asking after it is the same");
    store.pay(payment, GOOD_CARD).await.expect(200);
    store.until_status(order, "paid").await;
    store.finish().await;
}

#[tokio::test]
async fn a_payment_that_is_paid_already_is_adopted_as_paid() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(12.5, 9).await);
    let order = next_order(&store).await;
    let payment = ask(&store, &body(order, user, 12.5), 201).await;
    store.pay(payment, GOOD_CARD).await.expect(200);
    assert_eq!(store.order(user, &[(product, 1)]).await, order);
    let shown = store.until_ended(order, "paid").await;
    assert_eq!(shown["payment_id"], payment);
    // PaymentSucceeded and SagaCompleted are told by two services, and come in either order.
    let way = ["OrderCreated", "OrderPaid", "PaymentCreated", "PaymentSucceeded", "SagaCompleted", "StockDecreased"];
    wait_until("each of these events, once", async || {
        let mut told: Vec<_> =
            store.topics.events_of(&order.to_string()).into_iter().map(|event| event.event_type).collect();
        told.sort();
        if told == way { Ok(()) } else { Err(format!("{told:?}")) }
    })
    .await;
    store.finish().await;
}

#[tokio::test]
async fn a_payment_of_another_amount_is_undone_with_its_order() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(12.5, 9).await);
    for (paid, undone) in [(false, "voided"), (true, "refunded")] {
        let order = next_order(&store).await;
        let payment = ask(&store, &body(order, user, 12.0), 201).await;
        if paid {
            store.pay(payment, GOOD_CARD).await.expect(200);
        }
        assert_eq!(store.order(user, &[(product, 1)]).await, order);
        let shown = store.until_ended(order, "cancelled").await;
        assert!(shown["cancel_reason"].as_str().unwrap().contains("another amount"), "{shown}");
        let events = store.topics.events_of(&order.to_string());
        let failed = events.iter().find(|event| event.event_type == "PaymentCreationFailed").unwrap();
        let Event::PaymentCreationFailed(failed) = Event::decode(failed).unwrap() else { panic!() };
        assert_eq!(failed.reason, PaymentRefusal::AmountMismatch { payment_id: payment });
        assert_eq!(store.payment(payment).await["status"], undone);
    }
    assert_eq!(store.stock(product).await, 9);
    store.finish().await;
}

#[tokio::test]
async fn a_payment_for_an_order_that_is_short_of_stock_is_undone_too() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(12.5, 0).await);
    for (paid, undone) in [(false, "voided"), (true, "refunded")] {
        let order = next_order(&store).await;
        let payment = ask(&store, &body(order, user, 12.5), 201).await;
        if paid {
            store.pay(payment, GOOD_CARD).await.expect(200);
        }
        assert_eq!(store.order(user, &[(product, 1)]).await, order);
        store.until_ended(order, "cancelled").await;
        store.until_payment(payment, undone).await;
    }
    store.finish().await;
}

#[tokio::test]
async fn a_payment_that_was_declined_already_is_adopted_as_declined() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(12.5, 9).await);
    let order = next_order(&store).await;
    let payment = ask(&store, &body(order, user, 12.5), 201).await;
    let reason = store.pay(payment, DECLINED_CARD).await.expect(200)["reason"].clone();
    assert_eq!(store.order(user, &[(product, 1)]).await, order);
    let shown = store.until_ended(order, "payment_declined").await;
    assert_eq!((&shown["payment_id"], &shown["decline_reason"]), (&json!(payment), &reason));
    store.cancel(order).await;
    store.until_ended(order, "cancelled").await;
    assert_eq!(store.payment(payment).await["status"], "voided");
    store.finish().await;
}

#[tokio::test]
async fn nobody_can_pay_for_an_order_that_was_short_of_stock() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(12.5, 0).await);
    let order = store.order(user, &[(product, 1)]).await;
    store.until_events(order, &["OrderCreated", "StockDecreaseFailed", "OrderCancelled", "SagaCompleted"]).await;
    store.until_all_read().await;
    let late = body(order, user, 12.5);
    store.till.post("/payments", &late).await.expect_problem(409, "payment-refused");
    store.finish().await;
}

#[tokio::test]
async fn a_payment_for_an_order_that_was_cancelled_is_refused() {
    let mut store = Store::start().await;
    let (user, product) = (store.user().await, store.product(12.5, 9).await);
    let order = store.order(user, &[(product, 1)]).await;
    store.until_payable(order).await;
    store.cancel(order).await;
    store.until_ended(order, "cancelled").await;
    // It had a payment: that one, voided, is what a client gets.
    let voided = store.till.post("/payments", &body(order, user, 12.5)).await.expect(200);
    assert_eq!(voided["status"], "voided");
    // One that never had a payment, because it was refused.
    store.payment_service.stop().await;
    store.payment_service.set("--blocked-users", &user.to_string());
    store.payment_service.start().await;
    let refused = store.order(user, &[(product, 1)]).await;
    store.until_ended(refused, "cancelled").await;
    let other = body(refused, user + 1, 12.5);
    store.till.post("/payments", &other).await.expect_problem(409, "payment-refused");
    assert_eq!(store.stock(product).await, 9);
    store.finish().await;
}
