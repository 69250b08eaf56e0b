//! Requests that are none: bodies that are no JSON, paths and methods that do not exist; and lists, page by page.

use serde_json::json;
use tests::{Api, Store};

/// A body over the limit of 64 KiB that is JSON otherwise.
fn too_large() -> String {
    json!({"name": "x".repeat(70_000), "email": "x@example.org"}).to_string()
}

/// Posts to a path that takes JSON what no path could take.
async fn refuses_what_is_no_body(api: &Api, path: &str) {
    for body in ["", "{", "not JSON", "{'a': 1}", "{\"a\": 01}", "\u{feff}{}"] {
        api.post_raw(path, "application/json", body).await.expect_problem(400, "malformed-json");
    }
    api.post_raw(path, "application/json", [b'"', 0xff, b'"']).await.expect_problem(400, "malformed-json");
    api.post_raw(path, "application/json", "[".repeat(10_000)).await.any_problem();
    for body in ["null", "7", "[]", "\"x\"", "{}", "[{}]", "{\"a\":1}"] {
        api.post_raw(path, "application/json", body).await.expect_problem(422, "invalid-body");
    }
    for content_type in ["text/plain", "multipart/form-data", "application/xml", "json"] {
        api.post_raw(path, content_type, "{}").await.expect_problem(415, "unsupported-media-type");
    }
    api.post_raw(path, "application/json", too_large()).await.expect_problem(413, "body-too-large");
}

#[tokio::test]
async fn bodies_of_no_form_at_all() {
    let store = Store::start().await;
    let before = store.fingerprint().await;
    for path in ["/users", "/products", "/stocks", "/orders"] {
        refuses_what_is_no_body(&store.store_manager.api, path).await;
    }
    // What is no form for them either; the payment link takes one.
    for (api, path) in [(&store.store_manager.api, "/orders"), (&store.payment_service.api, "/payments")] {
        let form = "application/x-www-form-urlencoded";
        api.post_raw(path, form, "{}").await.expect_problem(415, "unsupported-media-type");
    }
    for path in ["/payments", "/payments/process/1"] {
        refuses_what_is_no_body(&store.payment_service.api, path).await;
    }
    assert_eq!(store.fingerprint().await, before);
    store.finish().await;
}

#[tokio::test]
async fn paths_and_methods_that_do_not_exist() {
    let store = Store::start().await;
    for api in [&store.store_manager.api, &store.payment_service.api] {
        for path in ["/nowhere", "/users/1/2/3", "/orders/", "//", "/payments/process"] {
            let answer = api.get(path).await;
            assert!([400, 404].contains(&answer.status), "{answer:?}");
            answer.any_problem();
        }
    }
    for (api, path) in [(&store.store_manager.api, "/orders"), (&store.payment_service.api, "/payments")] {
        let answer = api.delete(path).await;
        assert!(answer.header("allow").contains("GET") && answer.header("allow").contains("POST"), "{answer:?}");
        answer.expect_problem(405, "method-not-allowed");
    }
    store.finish().await;
}

#[tokio::test]
async fn lists_go_page_by_page_and_find_what_is_asked_for() {
    let store = Store::start().await;
    let api = &store.store_manager.api;
    let mut users = Vec::new();
    for _ in 0..5 {
        users.push(store.user().await);
    }
    let product = store.product(5.0, 100).await;
    let mut orders = Vec::new();
    for user in &users {
        orders.push(store.order(*user, &[(product, 1)]).await);
    }
    store.until_all_ended(&orders).await;
    for (api, path, count) in [
        (api, "/users", 5),
        (api, "/orders", 5),
        (api, "/products", 1),
        (api, "/stocks", 1),
        (&store.payment_service.api, "/payments", 5),
    ] {
        let (mut next, mut seen) = (format!("{path}?limit=2"), 0);
        loop {
            let page = api.get(&next).await.expect(200);
            seen += page["items"].as_array().unwrap().len();
            let Some(more) = page["next"].as_str() else { break };
            next = format!("{path}{more}");
        }
        assert_eq!(seen, count, "{path}");
    }
    let of_user = api.get(&format!("/orders?user_id={}", users[2])).await.expect(200);
    assert_eq!((of_user["items"].as_array().unwrap().len(), &of_user["items"][0]["id"]), (1, &json!(orders[2])));
    assert_eq!(api.get("/orders?status=cancelled").await.expect(200)["items"], json!([]));
    store.finish().await;
}
