//! Paying by card: what is checked, what is kept, and that nobody is charged twice.

use serde_json::json;
use tests::{DECLINED_CARD, GOOD_CARD, Store, card_body};

#[tokio::test]
async fn a_second_processing_answers_with_the_first_result_whatever_its_card() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    for (first, second, paid) in [(GOOD_CARD, DECLINED_CARD, true), (DECLINED_CARD, GOOD_CARD, false)] {
        let order = store.order(user, &[(product, 1)]).await;
        let payment = store.until_payable(order).await;
        let once = store.pay(payment, first).await.expect(200);
        assert_eq!(once["is_paid"], paid);
        for _ in 0..2 {
            assert_eq!(store.pay(payment, second).await.expect(200), once);
        }
        store.until_status(order, if paid { "paid" } else { "payment_declined" }).await;
        assert_eq!(store.payment(payment).await["card_last4"], first[12..]);
    }
    store.finish().await;
}

#[tokio::test]
async fn ten_clients_who_pay_at_once_are_charged_once() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 1)]).await;
    let payment = store.until_payable(order).await;
    let answers = futures::future::join_all((0..10).map(|_| store.pay(payment, GOOD_CARD))).await;
    for answer in answers {
        assert_eq!(answer.expect(200)["is_paid"], true);
    }
    store.until_status(order, "paid").await;
    let events = store.topics.events_of(&order.to_string());
    assert_eq!(events.iter().filter(|event| event.event_type == "PaymentSucceeded").count(), 1);
    store.finish().await;
}

#[tokio::test]
async fn a_card_that_cannot_be_charged_is_refused_and_changes_nothing() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 1)]).await;
    let payment = store.until_payable(order).await;
    let path = format!("/payments/process/{payment}");
    let api = &store.till;
    for (change, value, field) in [
        ("cardNumber", json!("4242424242424241"), "cardNumber"),
        ("cardNumber", json!("12"), "cardNumber"),
        ("cardNumber", json!("4242x42424242424"), "cardNumber"),
        ("cardCode", json!("12"), "cardCode"),
        ("cardCode", json!(12345), "cardCode"),
        ("expirationDate", json!("2020-01-05"), "expirationDate"),
        ("expirationDate", json!("2030-13-05"), "expirationDate"),
        ("expirationDate", json!("soon"), "expirationDate"),
    ] {
        let mut body = card_body(GOOD_CARD);
        body[change] = value.clone();
        let problem = api.post(&path, &body).await.expect_problem(422, "invalid-card");
        assert_eq!(problem["field"], field, "{value}");
    }
    for body in [
        json!({}),
        json!({"cardNumber": GOOD_CARD}),
        json!({"cardNumber": null, "cardCode": 1, "expirationDate": "2030-01-05"}),
    ] {
        let answer = api.post(&path, &body).await;
        assert_eq!(answer.any_problem()["status"], 422, "{body}");
        assert!(!answer.text.contains("4242"), "{}", answer.text);
    }
    let shown = store.payment(payment).await;
    assert_eq!((&shown["status"], &shown["card_last4"]), (&json!("open"), &json!(null)));
    // The course's own request: numbers in place of strings, and its card that has no check digit.
    let course = json!({"cardNumber": 9_999_999_999_999_u64, "cardCode": 123, "expirationDate": "2030-01-05"});
    let paid = api.post(&path, &course).await.expect(200);
    assert_eq!(
        (&paid["is_paid"], &paid["order_id"], &paid["payment_id"]),
        (&json!(true), &json!(order), &json!(payment))
    );
    api.post("/payments/process/999999", &course).await.expect_problem(404, "payment-not-found");
    store.finish().await;
}
