//! Problems in the reader's language, entity tags, and links that a client resolves.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixture::{Answer, BLOCKED_USER, GOOD_CARD, Service};

impl Service {
    async fn post_in(&self, language: &str, uri: &str, body: &Value) -> Answer {
        let request = Request::post(uri).header("content-type", "application/json").header("accept-language", language);
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }
}

#[tokio::test]
async fn every_problem_of_payments_is_told_in_english_and_in_french() {
    let service = Service::start().await;
    let expired = service.saga_payment(Uuid::now_v7(), 7).await;
    service.pass_time_to_pay();
    let open = service.saga_payment(Uuid::now_v7(), 8).await;
    let payment =
        |order: u64, user: u64, amount: f64| json!({"order_id": order, "user_id": user, "total_amount": amount});
    let card =
        |number: &str, code: &str, date: &str| json!({"cardNumber": number, "cardCode": code, "expirationDate": date});
    let on = |id: u64| format!("/payments/process/{id}");
    for (uri, body, slug) in [
        ("/payments".to_owned(), payment(8, 99, 1.0), "payment-differs"),
        ("/payments".to_owned(), payment(9, 1, 60_000.0), "payment-not-allowed"),
        ("/payments".to_owned(), payment(9, BLOCKED_USER, 1.0), "payment-not-allowed"),
        ("/payments".to_owned(), payment(0, 1, 1.0), "invalid-body"),
        ("/payments".to_owned(), payment(9, 1, 0.0), "invalid-body"),
        (on(999), card(GOOD_CARD, "123", "2030-01"), "payment-not-found"),
        (on(expired), card(GOOD_CARD, "123", "2030-01"), "payment-closed"),
        (on(open), card("4242424242424241", "123", "2030-01"), "invalid-card"),
        (on(open), card("42", "123", "2030-01"), "invalid-card"),
        (on(open), card(GOOD_CARD, "1", "2030-01"), "invalid-card"),
        (on(open), card(GOOD_CARD, "123", "2020-01"), "invalid-card"),
        (on(open), card(GOOD_CARD, "123", "soon"), "invalid-card"),
        (on(open), json!({"cardNumber": -1, "cardCode": 123, "expirationDate": "2030-01"}), "invalid-body"),
    ] {
        let (en, fr) = (service.post_in("en", &uri, &body).await, service.post_in("fr-CA", &uri, &body).await);
        assert_eq!((en.problem().1, fr.problem().1), (slug, slug), "{uri}");
        assert_eq!((en.language.as_deref(), fr.language.as_deref()), (Some("en"), Some("fr")));
        for member in ["title", "detail"] {
            assert_ne!(en.body[member], fr.body[member], "{uri} {body}");
            let french: Vec<char> = fr.body[member].as_str().unwrap().chars().collect();
            let wrong = |pair: &&[char]| matches!(pair, [' ', ':' | ';' | '?' | '!']);
            assert_eq!(french.windows(2).find(wrong), None, "{}", fr.body[member]);
        }
    }
    service.take_events().await;
    service.finish().await;
}

#[tokio::test]
async fn a_payment_that_did_not_change_is_not_sent_twice() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    let uri = format!("/payments/{id}");
    let etag = service.get(&uri).await.etag.unwrap();
    let unless = |etag: &str| Request::get(&uri).header("if-none-match", etag).body(Body::empty()).unwrap();
    let same = service.send(unless(&etag)).await;
    assert_eq!((same.status, same.etag.as_deref(), same.body), (304, Some(etag.as_str()), Value::Null));
    service.process(id, GOOD_CARD).await;
    let changed = service.send(unless(&etag)).await;
    assert_eq!((changed.status, &changed.body["status"]), (200, &json!("paid")));
    service.take_events().await;
    service.finish().await;
}
