//! Problems in the reader's language, and the pages about them.

use axum::http::Method;
use serde_json::json;

use crate::fixture::{Answer, Store, order_body};

impl Store {
    async fn ask(&self, language: &str, (method, uri, body): &(Method, String, String)) -> Answer {
        self.send_with(method.clone(), uri, &[("accept-language", language)], body.clone()).await
    }
}

/// The French rule: no ordinary space before a mark, and some space before each.
fn assert_french(text: &str) {
    let chars: Vec<char> = text.chars().collect();
    for pair in chars.windows(2) {
        let wrong = matches!(pair, [' ', ':' | ';' | '?' | '!' | '»'] | ['«', ' ']);
        let bare = matches!(pair, [before, ';' | '!' | '»'] if !matches!(before, '\u{a0}' | '\u{202f}'));
        assert!(!wrong && !bare, "{pair:?} in {text}");
    }
}

#[tokio::test]
async fn every_problem_of_the_store_is_told_in_english_and_in_french() {
    let store = Store::start().await;
    let ordered = store.product(5).await;
    store.order(&[(ordered, 1)]).await;
    store.settle().await;
    let post = |uri: &str, body: serde_json::Value| (Method::POST, uri.to_owned(), body.to_string());
    let on = |method: Method, uri: &str| (method, uri.to_owned(), String::new());
    let ada = json!({"name": "Ada", "email": "ada@example.org"});
    store.post("/users", &ada).await;
    store.post("/products", &json!({"name": "Lamp", "sku": "LA1", "price": 1})).await;
    store.take_outbox().await;
    let many: Vec<(u64, u32)> = (1..=501).map(|id| (id, 1)).collect();
    for (request, slug) in [
        (post("/users", ada), "email-taken"),
        (post("/users", json!({"name": "", "email": "a@b.org"})), "invalid-body"),
        (post("/users", json!({"name": "Ada", "email": "ada"})), "invalid-body"),
        (post("/users", json!({"name": "Ada"})), "invalid-body"),
        (post("/users", json!([])), "invalid-body"),
        (post("/products", json!({"name": "Lamp", "sku": "LA1", "price": 1})), "sku-taken"),
        (post("/products", json!({"name": "", "sku": "LA1", "price": 1})), "invalid-body"),
        (post("/products", json!({"name": "Lamp", "sku": " ", "price": 1})), "invalid-body"),
        (post("/products", json!({"name": "Lamp", "sku": "LA2", "price": 0})), "invalid-body"),
        (post("/products", json!({"name": "Lamp", "sku": "LA2", "price": -1})), "invalid-body"),
        (post("/products", json!({"name": "Lamp", "sku": "LA2", "price": 1.234})), "invalid-body"),
        (post("/stocks", json!({"product_id": 1, "quantity": -1})), "invalid-body"),
        (post("/stocks", json!({"product_id": 1, "quantity": "1"})), "invalid-body"),
        (post("/stocks", json!({"product_id": 999, "quantity": 1})), "product-not-found"),
        (post("/orders", order_body(1, &[])), "invalid-body"),
        (post("/orders", order_body(1, &many)), "invalid-body"),
        (post("/orders", order_body(1, &[(1, 0)])), "invalid-body"),
        (post("/orders", order_body(999, &[(1, 1)])), "unknown-user"),
        (post("/orders", order_body(1, &[(999, 1)])), "unknown-product"),
        ((Method::POST, "/orders".to_owned(), "{".to_owned()), "malformed-json"),
        ((Method::POST, "/orders".to_owned(), "nonsense".to_owned()), "malformed-json"),
        (on(Method::GET, "/users/999"), "user-not-found"),
        (on(Method::GET, "/products/999"), "product-not-found"),
        (on(Method::GET, "/orders/999"), "order-not-found"),
        (on(Method::GET, "/orders/seven"), "invalid-id"),
        (on(Method::GET, "/orders?limit=0"), "invalid-query"),
        (on(Method::GET, "/orders?user_id=x"), "invalid-query"),
        (on(Method::GET, "/orders?status=lost"), "invalid-query"),
        (on(Method::GET, "/nowhere"), "no-such-route"),
        (on(Method::GET, "/problems/nothing"), "unknown-problem-type"),
        (on(Method::PATCH, "/orders"), "method-not-allowed"),
        (on(Method::DELETE, "/users/1"), "user-in-use"),
        (on(Method::DELETE, "/products/1"), "product-in-use"),
    ] {
        let en = store.ask("en-CA, fr;q=0.5", &request).await;
        let fr = store.ask("fr-CA, en;q=0.5", &request).await;
        assert_eq!((en.problem().1, fr.problem().1), (slug, slug), "{request:?}");
        assert_eq!((en.header("content-language"), fr.header("content-language")), ("en", "fr"), "{request:?}");
        for member in ["title", "detail"] {
            assert_ne!(en.body[member], fr.body[member], "{request:?}");
            assert_french(fr.body[member].as_str().unwrap());
        }
    }
    let refusals = store.take_outbox().await;
    assert!(refusals.iter().all(|event| event.event_type == "OrderCreationFailed") && refusals.len() == 4);
    store.finish().await;
}

#[tokio::test]
async fn a_state_that_was_not_read_is_told_in_both_too() {
    let store = Store::start().await;
    let product = store.product(5).await;
    store.order(&[(product, 1)]).await;
    store.settle().await;
    for uri in ["/users/1", "/orders/1", "/products/1"] {
        let told = async |language| {
            let headers = [("accept-language", language), ("if-match", "\"0\"")];
            let answer = store.send_with(Method::DELETE, uri, &headers, "").await;
            assert_eq!(answer.problem(), (412, "precondition-failed"), "{uri}");
            answer.body["detail"].as_str().unwrap().to_owned()
        };
        let (en, fr) = (told("en").await, told("fr").await);
        assert_ne!(en, fr);
        assert_french(&fr);
    }
    store.finish().await;
}

#[tokio::test]
async fn the_type_of_a_problem_leads_to_its_page() {
    let store = Store::start().await;
    let problem = store.get("/users/999").await;
    let page = store.ask("fr", &(Method::GET, problem.body["type"].as_str().unwrap().to_owned(), String::new())).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(
        page.text.contains("Cet utilisateur n&#39;existe pas") || page.text.contains("Cet utilisateur n'existe pas")
    );
    let json = store.send_with(Method::GET, "/problems/user-not-found", &[("accept", "application/json")], "").await;
    assert_eq!((json.status, &json.body["type"]), (200, &json!("/problems/user-not-found")));
    store.finish().await;
}

#[tokio::test]
async fn a_list_links_to_its_next_page() {
    let store = Store::start().await;
    for _ in 0..3 {
        store.user().await;
    }
    for path in ["/users", "/problems"] {
        let last = store.send_with(Method::GET, path, &[("accept", "application/json")], "").await;
        assert!(last.headers.get("link").is_none(), "{path}");
    }
    let first = store.get("/users?limit=2").await;
    assert_eq!(first.header("link"), "<?after=2&limit=2>; rel=\"next\"");
    assert_eq!(first.body["next"], "?after=2&limit=2");
    store.finish().await;
}
