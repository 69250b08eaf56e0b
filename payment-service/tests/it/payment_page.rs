//! The payment link in a browser: which page, in which language, with which headers; and JSON for everybody else.

use axum::body::Body;
use axum::http::Request;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::fixture::{EMPTY_CARD, GOOD_CARD, Page, Service};

/// What Firefox and Chromium send, as far as it matters.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";

fn card(number: &str) -> String {
    format!("cardNumber={number}&expirationDate=01%2F30&cardCode=731")
}

impl Service {
    async fn open(&self, payment_id: u64, language: &str) -> Page {
        let request = Request::get(format!("/payments/process/{payment_id}"))
            .header("accept", BROWSER)
            .header("accept-language", language);
        self.browse(request.body(Body::empty()).unwrap()).await
    }

    async fn submit(&self, payment_id: u64, form: impl Into<Body>) -> Page {
        let request = Request::post(format!("/payments/process/{payment_id}"))
            .header("accept", BROWSER)
            .header("content-type", "application/x-www-form-urlencoded");
        self.browse(request.body(form.into()).unwrap()).await
    }
}

#[tokio::test]
async fn a_browser_gets_a_page_with_a_form_and_everybody_else_json() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    let page = service.open(id, "en").await;
    assert_eq!((page.status, page.header("content-type").as_str()), (200, "text/html; charset=utf-8"));
    for part in
        ["<html lang=\"en\">", "Pay for order 7", "CAD\u{a0}12.50", "<form method=\"post\">", "4242 4242 4242 4242"]
    {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    for nothing in ["<script", "http://", "https://", "url("] {
        assert!(!page.text.contains(nothing), "{nothing}: {}", page.text);
    }
    for accept in ["application/json", "*/*", "application/json, text/html;q=0.5"] {
        let request = Request::get(format!("/payments/process/{id}")).header("accept", accept);
        let json = service.browse(request.body(Body::empty()).unwrap()).await;
        assert_eq!((json.status, json.header("content-type").as_str()), (200, "application/json"), "{accept}");
        assert!(json.header("vary").contains("accept"));
        let shown: serde_json::Value = serde_json::from_str(&json.text).unwrap();
        assert_eq!(shown, service.get(&format!("/payments/{id}")).await.body);
    }
    service.finish().await;
}

#[tokio::test]
async fn the_page_is_kept_by_nobody_and_framed_by_nobody() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    for page in [service.open(id, "fr").await, service.open(999, "fr").await, service.submit(id, card("1")).await] {
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{policy}");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("vary"), "accept, accept-language");
    }
    service.finish().await;
}

#[tokio::test]
async fn each_language_has_its_words_and_its_way_to_write_an_amount() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    for (language, tag, words) in [
        (
            "fr-CA,fr;q=0.9,en;q=0.8",
            "fr",
            ["Payer la commande 7", "12,50\u{a0}CAD", "Numéro de carte", "solde insuffisant"],
        ),
        ("en-GB,en;q=0.9,fr;q=0.8", "en", ["Pay for order 7", "CAD\u{a0}12.50", "Card number", "insufficient funds"]),
        ("de", "en", ["Pay for order 7", "CAD\u{a0}12.50", "Card number", "insufficient funds"]),
    ] {
        let page = service.open(id, language).await;
        assert_eq!(page.header("content-language"), tag);
        assert!(page.text.contains(&format!("<html lang=\"{tag}\">")));
        for word in words {
            assert!(page.text.contains(word), "{word}: {}", page.text);
        }
    }
    service.finish().await;
}

#[tokio::test]
async fn a_form_pays_once_however_often_it_is_sent() {
    let service = std::sync::Arc::new(Service::start().await);
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    let mut clicks = JoinSet::new();
    for _ in 0..6 {
        let service = std::sync::Arc::clone(&service);
        clicks.spawn(async move { service.submit(id, card("4242+4242+4242+4242")).await });
    }
    for page in clicks.join_all().await {
        assert_eq!(page.status, 200);
        assert!(
            page.text.contains("Paid") && page.text.contains("4242") && !page.text.contains("<form"),
            "{}",
            page.text
        );
    }
    assert_eq!(service.take_events().await.len(), 1, "charged once");
    let again = service.submit(id, card(EMPTY_CARD)).await;
    assert!(again.text.contains("ending in 4242"), "another card changes nothing: {}", again.text);
    assert!(service.open(id, "en").await.text.contains("ending in 4242"));
    std::sync::Arc::into_inner(service).unwrap().finish().await;
}

#[tokio::test]
async fn a_decline_says_why_and_offers_no_form_that_could_not_work() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    let page = service.submit(id, card(EMPTY_CARD)).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("insufficient funds") && page.text.contains("Nothing was charged"), "{}", page.text);
    assert!(!page.text.contains("<form"));
    assert!(service.open(id, "fr").await.text.contains("solde insuffisant"));
    assert_eq!(service.take_events().await.len(), 1);
    service.finish().await;
}

#[tokio::test]
async fn a_wrong_field_is_marked_and_nothing_is_charged_or_sent_back() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    for (form, field) in [
        (card("4242424242424241"), "cardNumber"),
        ("cardNumber=4242424242424242&expirationDate=01%2F30&cardCode=9".to_owned(), "cardCode"),
        ("cardNumber=4242424242424242&expirationDate=01%2F20&cardCode=731".to_owned(), "expirationDate"),
        ("cardNumber=4242424242424242&expirationDate=&cardCode=731".to_owned(), "expirationDate"),
    ] {
        let page = service.submit(id, form.clone()).await;
        assert_eq!(page.status, 422, "{form}");
        let marked = format!("aria-describedby=\"{field}-wrong {field}-hint\" aria-invalid=\"true\" autofocus");
        assert!(page.text.contains(&marked) && page.text.matches("aria-invalid").count() == 2, "{form}: {}", page.text);
        for secret in ["424242424242424", "731", "01/20"] {
            assert!(!page.text.contains(secret), "{secret}: {}", page.text);
        }
    }
    assert_eq!(service.status(id).await, "open");
    assert_eq!(service.submit(id, card(GOOD_CARD)).await.status, 200);
    assert_eq!(service.take_events().await.len(), 1);
    service.finish().await;
}

#[tokio::test]
async fn what_can_no_longer_be_paid_says_why_before_and_after_a_card() {
    let service = Service::start().await;
    let [voided, refunded, expired] = [
        service.saga_payment(Uuid::now_v7(), 1).await,
        service.saga_payment(Uuid::now_v7(), 2).await,
        service.saga_payment(Uuid::now_v7(), 3).await,
    ];
    service.process(refunded, GOOD_CARD).await;
    for order_id in [1, 2] {
        service.deliver_cancellation(Uuid::now_v7(), order_id).await.unwrap();
    }
    service.pass_time_to_pay();
    // The job that closes what is overdue has not run yet; the page tells the truth all the same.
    for (id, words) in [(voided, "cancelled before it was paid"), (refunded, "given back"), (expired, "has passed")] {
        let page = service.open(id, "en").await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains(words) && !page.text.contains("<form"), "{}", page.text);
        let refused = service.submit(id, card(GOOD_CARD)).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains(words), "{}", refused.text);
    }
    service.take_events().await;
    service.finish().await;
}

#[tokio::test]
async fn an_error_is_a_page_for_a_browser_and_a_problem_for_everybody_else() {
    let service = Service::start().await;
    let form = "application/x-www-form-urlencoded";
    assert_eq!(service.open(999, "en").await.status, 404);
    assert_eq!(service.submit(999, card(GOOD_CARD)).await.status, 404);
    let large = service.submit(1, format!("cardNumber={}", "4".repeat(70_000))).await;
    assert_eq!((large.status, large.header("content-type").as_str()), (413, "text/html; charset=utf-8"));
    assert_eq!(service.submit(1, "cardNumber=1").await.status, 422);
    assert_eq!(service.submit(1, "").await.status, 422);
    let uri = "/payments/process/999";
    assert_eq!(service.post_raw(uri, form, card(GOOD_CARD)).await.problem(), (404, "payment-not-found"));
    assert_eq!(service.post_raw(uri, form, "cardNumber=1").await.problem(), (422, "invalid-body"));
    let huge = service.post_raw(uri, form, "x=".repeat(40_000)).await;
    assert_eq!(huge.problem(), (413, "body-too-large"));
    let request = Request::post(uri).header("accept", BROWSER).header("content-type", "application/json");
    let json = service.browse(request.body(Body::from("{}")).unwrap()).await;
    assert_eq!(json.header("content-type"), "application/problem+json", "who sends JSON is answered in JSON");
    service.finish().await;
}

#[tokio::test]
async fn a_form_without_a_browser_is_answered_in_json() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    let answer = service
        .post_raw(&format!("/payments/process/{id}"), "application/x-www-form-urlencoded", card(GOOD_CARD))
        .await;
    assert_eq!((answer.status, &answer.body["is_paid"]), (200, &serde_json::json!(true)));
    service.take_events().await;
    service.finish().await;
}

#[tokio::test]
async fn a_database_that_is_away_is_a_page_that_says_so() {
    let service = Service::start().await;
    service.lose_database().await;
    for page in [service.open(1, "fr").await, service.submit(1, card(GOOD_CARD)).await] {
        assert_eq!((page.status, page.header("retry-after").as_str()), (503, "2"));
        assert!(page.text.contains("href=\"1\""), "{}", page.text);
    }
}
