//! `POST /payments/process/{id}`: a card is charged once, declined once, or not touched.

use serde_json::{Value, json};
use shared_events::Event;
use uuid::Uuid;

use crate::fixture::{EMPTY_CARD, GOOD_CARD, Service};

#[tokio::test]
async fn the_courses_own_request_pays_and_the_saga_is_told() {
    let service = Service::start().await;
    let saga = Uuid::now_v7();
    let id = service.saga_payment(saga, 7).await;
    let course = json!({"cardNumber": 9_999_999_999_999_u64, "cardCode": 123, "expirationDate": "2030-01-05"});
    let answer = service.post(&format!("/payments/process/{id}"), &course).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, json!({"is_paid": true, "order_id": 7, "payment_id": id, "status": "paid"}));
    let events = service.take_events().await;
    let [(of, Event::PaymentSucceeded(paid))] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((*of, paid.order_id, paid.payment_id, paid.amount.to_string()), (saga, 7, id, "12.50".to_owned()));
    service.finish().await;
}

#[tokio::test]
async fn a_decline_is_an_answer_with_its_reason_and_final() {
    let service = Service::start().await;
    let saga = Uuid::now_v7();
    let id = service.saga_payment(saga, 7).await;
    let declined = json!({"is_paid": false, "order_id": 7, "payment_id": id, "status": "declined",
                          "reason": "insufficient funds"});
    for card in [EMPTY_CARD, GOOD_CARD] {
        let answer = service.process(id, card).await;
        assert_eq!((answer.status, &answer.body), (200, &declined));
    }
    let events = service.take_events().await;
    let [(of, Event::PaymentDeclined(told))] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((*of, told.payment_id, told.reason.as_str()), (saga, id, "insufficient funds"));
    service.finish().await;
}

#[tokio::test]
async fn a_second_processing_answers_with_the_first_result_whatever_the_card() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    let first = service.process(id, GOOD_CARD).await.body;
    for card in [GOOD_CARD, EMPTY_CARD, "4242424242424242"] {
        let again = service.process(id, card).await;
        assert_eq!((again.status, &again.body), (200, &first));
    }
    assert_eq!(service.take_events().await.len(), 1);
    assert_eq!(service.get(&format!("/payments/{id}")).await.body["card_last4"], "9999");
    service.finish().await;
}

/// A card that is mistyped, and one that has expired.
fn bad_cards() -> [Value; 2] {
    [
        json!({"cardNumber": "4242424242424241", "cardCode": 123, "expirationDate": "2030-01"}),
        json!({"cardNumber": GOOD_CARD, "cardCode": 123, "expirationDate": "2026-10"}),
    ]
}

#[tokio::test]
async fn only_an_open_payment_depends_on_the_card() {
    let service = Service::start().await;
    for (order_id, card) in [(7, GOOD_CARD), (8, EMPTY_CARD)] {
        let id = service.saga_payment(Uuid::now_v7(), order_id).await;
        let uri = format!("/payments/process/{id}");
        for bad in bad_cards() {
            assert_eq!(service.post(&uri, &bad).await.problem(), (422, "invalid-card"));
        }
        assert_eq!(service.status(id).await, "open");
        let first = service.process(id, card).await.body;
        for bad in bad_cards() {
            let again = service.post(&uri, &bad).await;
            assert_eq!((again.status, &again.body), (200, &first));
        }
        assert_eq!(service.take_events().await.len(), 1);
        service.deliver_cancellation(Uuid::now_v7(), order_id).await.unwrap();
        for bad in bad_cards() {
            assert_eq!(service.post(&uri, &bad).await.problem(), (409, "payment-closed"));
        }
        service.take_events().await;
    }
    assert_eq!(service.post("/payments/process/999", &bad_cards()[0]).await.problem(), (404, "payment-not-found"));
    service.finish().await;
}

#[tokio::test]
async fn a_payment_that_no_saga_adopted_is_paid_in_silence() {
    let service = Service::start().await;
    let id = service.pay_directly(7, 1, 12.5).await;
    assert_eq!(service.process(id, GOOD_CARD).await.body["is_paid"], true);
    service.finish().await;
}

#[tokio::test]
async fn a_wrong_card_is_422_names_the_field_and_records_nothing() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    let card = |field: &str, value: Value| {
        let mut card = json!({"cardNumber": "4242 4242 4242 4242", "cardCode": "012", "expirationDate": "12/30"});
        card[field] = value;
        card
    };
    for (field, value, slug) in [
        ("cardNumber", json!("4242 4242 4242 4241"), "invalid-card"),
        ("cardNumber", json!(42), "invalid-card"),
        ("cardNumber", json!(""), "invalid-card"),
        ("cardNumber", json!(-4_242_424_242_424_242_i64), "invalid-body"),
        ("cardNumber", json!(4242.5), "invalid-body"),
        ("cardNumber", json!([4242]), "invalid-body"),
        ("cardNumber", json!(null), "invalid-body"),
        ("cardCode", json!(12), "invalid-card"),
        ("cardCode", json!("12345"), "invalid-card"),
        ("cardCode", json!(true), "invalid-body"),
        ("expirationDate", json!("2026-11-20"), "invalid-card"),
        ("expirationDate", json!("10/26"), "invalid-card"),
        ("expirationDate", json!("soon"), "invalid-card"),
        ("expirationDate", json!({}), "invalid-body"),
    ] {
        let answer = service.post(&format!("/payments/process/{id}"), &card(field, value.clone())).await;
        assert_eq!(answer.problem(), (422, slug), "{field} {value}");
        assert_eq!(answer.body["field"], field, "{field} {value}");
        assert!(!answer.body.to_string().contains("4242"), "{}", answer.body);
    }
    let missing = service.post(&format!("/payments/process/{id}"), &json!({"cardNumber": GOOD_CARD})).await;
    assert_eq!((missing.problem(), &missing.body["field"]), ((422, "invalid-body"), &json!("cardCode")));
    assert_eq!(service.status(id).await, "open");
    let accepted = service.post(&format!("/payments/process/{id}"), &card("cardCode", json!("012"))).await;
    assert_eq!(accepted.status, 200);
    service.take_events().await;
    service.finish().await;
}

#[tokio::test]
async fn nothing_of_the_card_is_stored_but_its_last_four_digits() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    service.process(id, "4242424242424242").await;
    let payments = "SELECT COUNT(*) FROM payments WHERE card_last4 = '4242' AND CONCAT_WS('|', id, order_id, \
                    user_id, amount, currency, status, decline_reason, created_at, expires_at) NOT LIKE '%4242%'";
    assert_eq!(service.count(payments).await, 1);
    assert_eq!(service.count("SELECT COUNT(*) FROM outbox WHERE payload LIKE '%4242%'").await, 0);
    service.take_events().await;
    service.finish().await;
}

#[tokio::test]
async fn a_payment_past_its_time_is_409_even_before_the_job_came_to_it() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    service.pass_time_to_pay();
    for stored in ["open", "expired"] {
        assert_eq!(service.status(id).await, stored);
        let answer = service.process(id, GOOD_CARD).await;
        assert_eq!(answer.problem(), (409, "payment-closed"), "{stored}");
        assert_eq!(answer.body["payment_status"], "expired", "{stored}");
        // A refused request gives its lock back a moment after its answer, and the job passes over what is locked.
        while service.status(id).await == "open" {
            service.expire().await;
        }
    }
    assert_eq!(service.take_events().await.len(), 1);
    service.finish().await;
}

#[tokio::test]
async fn unknown_payments_and_malformed_requests_have_their_problems() {
    let service = Service::start().await;
    assert_eq!(service.process(999, GOOD_CARD).await.problem(), (404, "payment-not-found"));
    assert_eq!(service.process(0, GOOD_CARD).await.problem(), (404, "payment-not-found"));
    let uri = "/payments/process/1";
    let json = "application/json";
    assert_eq!(service.post_raw("/payments/process/one", json, "{}").await.problem(), (400, "invalid-id"));
    assert_eq!(service.post_raw(uri, json, "{").await.problem(), (400, "malformed-json"));
    assert_eq!(service.post_raw(uri, "text/plain", "{}").await.problem(), (415, "unsupported-media-type"));
    assert_eq!(service.post_raw(uri, json, " ".repeat(70_000)).await.problem(), (413, "body-too-large"));
    assert_eq!(service.get(uri).await.problem(), (404, "payment-not-found"));
    service.finish().await;
}
