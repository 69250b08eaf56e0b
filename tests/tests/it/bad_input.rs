//! Bad input: each kind has its status and a problem that says what to do; never a 500, never a half-written row.

use serde_json::{Value, json};
use tests::{Api, GOOD_CARD, Store, card_body, order_body};

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
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/xml", "json"] {
        api.post_raw(path, content_type, "{}").await.expect_problem(415, "unsupported-media-type");
    }
    api.post_raw(path, "application/json", too_large()).await.expect_problem(413, "body-too-large");
}

/// Posts bodies of which one field each is wrong; the problem names the field.
async fn refuses_fields(api: &Api, path: &str, good: &Value, wrong: &[(&str, Value)]) {
    for (field, value) in wrong {
        let mut body = good.clone();
        body[*field] = value.clone();
        let problem = api.post(path, &body).await.expect_problem(422, "invalid-body");
        assert!(problem["field"].as_str().unwrap().starts_with(field), "{field} = {value}: {problem}");
    }
    for field in good.as_object().unwrap().keys() {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(field);
        let problem = api.post(path, &body).await.expect_problem(422, "invalid-body");
        assert_eq!(problem["field"], *field, "without {field}");
    }
}

#[tokio::test]
async fn of_no_form_at_all() {
    let store = Store::start().await;
    let before = store.fingerprint().await;
    for path in ["/users", "/products", "/stocks", "/orders"] {
        refuses_what_is_no_body(&store.store_manager.api, path).await;
    }
    for path in ["/payments", "/payments/process/1"] {
        refuses_what_is_no_body(&store.payment_service.api, path).await;
    }
    assert_eq!(store.fingerprint().await, before);
    store.finish().await;
}

#[tokio::test]
async fn about_users() {
    let store = Store::start().await;
    let api = &store.store_manager.api;
    let good = json!({"name": "Ada", "email": "ada@example.org"});
    let user = api.post("/users", &good).await.expect(201)["user_id"].as_u64().unwrap();
    let before = store.fingerprint().await;
    let wrong = [
        ("name", json!("")),
        ("name", json!("   ")),
        ("name", json!(7)),
        ("name", json!(null)),
        ("name", json!("a\u{0}b")),
        ("name", json!("x".repeat(201))),
        ("email", json!("ada")),
        ("email", json!("@example.org")),
        ("email", json!("a b@example.org")),
        ("email", json!(["x@example.org"])),
        ("email", json!(format!("{}@example.org", "x".repeat(300)))),
    ];
    refuses_fields(api, "/users", &good, &wrong).await;
    for taken in ["ada@example.org", "ADA@example.org", " ada@example.org "] {
        api.post("/users", &json!({"name": "Other", "email": taken})).await.expect_problem(409, "email-taken");
    }
    unknown_ids(api, "/users", "user-not-found").await;
    assert_eq!(store.fingerprint().await, before);

    let product = store.product(5.0, 5).await;
    let order = store.order(user, &[(product, 1)]).await;
    api.delete(&format!("/users/{user}")).await.expect_problem(409, "user-in-use");
    store.until_payable(order).await;
    api.get(&format!("/users/{user}")).await.expect(200);
    // What looks dangerous and is not: it is text, and stays as it is.
    let name = "Robert'); DROP TABLE users; -- 😀";
    let robert =
        api.post("/users", &json!({"name": name, "email": "r@example.org"})).await.expect(201)["user_id"].clone();
    assert_eq!(api.get(&format!("/users/{robert}")).await.expect(200)["name"], name);
    assert_eq!(api.delete(&format!("/users/{robert}")).await.expect(200), json!({"deleted": true}));
    store.finish().await;
}

/// Ids that are none, and ids of nothing.
async fn unknown_ids(api: &Api, path: &str, slug: &str) {
    for id in ["x", "-1", "1.5", "99999999999999999999999", "1%20", "+1", "%00", "1;2"] {
        api.get(&format!("{path}/{id}")).await.expect_problem(400, "invalid-id");
    }
    for id in ["0", "999999", "18446744073709551615"] {
        api.get(&format!("{path}/{id}")).await.expect_problem(404, slug);
    }
    for query in ["limit=0", "limit=201", "limit=x", "after=-1"] {
        api.get(&format!("{path}?{query}")).await.expect_problem(400, "invalid-query");
    }
}

#[tokio::test]
async fn about_products_and_stock() {
    let store = Store::start().await;
    let api = &store.store_manager.api;
    let good = json!({"name": "Lamp", "sku": "L-1", "price": 12.5});
    let product = api.post("/products", &good).await.expect(201)["product_id"].as_u64().unwrap();
    let before = store.fingerprint().await;
    let wrong = [
        ("price", json!(12.345)),
        ("price", json!(0.001)),
        ("price", json!(-1)),
        ("price", json!(0)),
        ("price", json!("12.50")),
        ("price", json!(1e12)),
        ("price", json!(null)),
        ("sku", json!("")),
        ("sku", json!("a b")),
        ("sku", json!("x".repeat(65))),
        ("sku", json!(7)),
        ("name", json!("")),
        ("name", json!({})),
    ];
    refuses_fields(api, "/products", &good, &wrong).await;
    api.post("/products", &json!({"name": "Other", "sku": "L-1", "price": 1})).await.expect_problem(409, "sku-taken");
    unknown_ids(api, "/products", "product-not-found").await;
    api.delete("/products/999999").await.expect_problem(404, "product-not-found");

    let level = json!({"product_id": product, "quantity": 5});
    let wrong = [
        ("quantity", json!(-1)),
        ("quantity", json!(1.5)),
        ("quantity", json!("5")),
        ("quantity", json!(1e18)),
        ("quantity", json!(4_294_967_296_u64)),
        ("product_id", json!("x")),
        ("product_id", json!(-7)),
    ];
    refuses_fields(api, "/stocks", &level, &wrong).await;
    api.post("/stocks", &json!({"product_id": 999_999, "quantity": 5})).await.expect_problem(404, "product-not-found");
    unknown_ids(api, "/stocks", "product-not-found").await;
    assert_eq!(store.fingerprint().await, before);

    let user = store.user().await;
    store.set_stock(product, 5).await;
    let order = store.order(user, &[(product, 1)]).await;
    store.until_payable(order).await;
    api.delete(&format!("/products/{product}")).await.expect_problem(409, "product-in-use");
    // Deleted with its stock and its ledger, when nobody ordered it.
    let other = store.product(1.0, 3).await;
    assert_eq!(api.delete(&format!("/products/{other}")).await.expect(200), json!({"deleted": true}));
    api.get(&format!("/stocks/{other}")).await.expect_problem(404, "product-not-found");
    store.finish().await;
}

#[tokio::test]
async fn about_orders() {
    let store = Store::start().await;
    let api = &store.store_manager.api;
    let (user, lamp, chair) =
        (store.user().await, store.product(10.0, 50).await, store.product(9_999_999.99, 50).await);
    let before = store.fingerprint().await;
    let good = order_body(user, &[(lamp, 1)]);
    let item = |quantity: Value| json!([{"product_id": lamp, "quantity": quantity}]);
    let many: Vec<Value> = (1..=501).map(|id| json!({"product_id": id, "quantity": 1})).collect();
    let wrong = [
        ("items", item(json!(0))),
        ("items", item(json!(-1))),
        ("items", item(json!(10_001))),
        ("items", item(json!(4_294_967_296_u64))),
        ("items", item(json!(1e300))),
        ("items", item(json!("2"))),
        ("items", item(json!(1.5))),
        ("items", item(json!(null))),
        ("items", json!([])),
        ("items", json!({})),
        ("items", json!([7])),
        ("items", json!([{"product_id": lamp}])),
        ("items", json!([{"quantity": 1}])),
        ("items", json!(many)),
        ("items", json!([{"product_id": lamp, "quantity": 10_000}, {"product_id": lamp, "quantity": 1}])),
        ("items", json!([{"product_id": "x", "quantity": 1}])),
        ("user_id", json!("x")),
        ("user_id", json!(-1)),
        ("user_id", json!(null)),
    ];
    refuses_fields(api, "/orders", &good, &wrong).await;
    api.post("/orders", &order_body(user, &[(chair, 10_000)])).await.expect_problem(422, "total-too-large");
    unknown_ids(api, "/orders", "order-not-found").await;
    api.get("/orders?status=lost").await.expect_problem(400, "invalid-query");
    api.get("/orders?user_id=x").await.expect_problem(400, "invalid-query");
    api.delete("/orders/x").await.expect_problem(400, "invalid-id");
    api.delete("/orders/999999").await.expect_problem(404, "order-not-found");
    assert_eq!(store.fingerprint().await, before);

    // A product twice is one item.
    let placed = api.post("/orders", &order_body(user, &[(lamp, 1), (lamp, 2)])).await;
    let location = placed.header("location").to_owned();
    let order = placed.expect(201)["order_id"].as_u64().unwrap();
    assert_eq!(location, format!("/orders/{order}"));
    let shown = store.until_ended(order, "awaiting_payment").await;
    assert_eq!(shown["items"].as_array().unwrap().len(), 1);
    assert_eq!((&shown["items"][0]["quantity"], shown["total_amount"].to_string().as_str()), (&json!(3), "30.0"));
    // Fields that nobody knows are passed over.
    let mut more = order_body(user, &[(lamp, 1)]);
    more["coupon"] = json!("FREE");
    api.post("/orders", &more).await.expect(201);
    // The price of an order is that of its moment, and the number on the wire has two decimals.
    let raw = api.get(&format!("/orders/{order}")).await.text;
    assert!(raw.contains("\"total_amount\":30.00"), "{raw}");
    store.finish().await;
}

#[tokio::test]
async fn about_payments() {
    let store = Store::start().await;
    let api = &store.payment_service.api;
    let before = store.fingerprint().await;
    let good = json!({"order_id": 7, "user_id": 1, "total_amount": 12.5});
    let wrong = [
        ("total_amount", json!(0)),
        ("total_amount", json!(-1)),
        ("total_amount", json!(12.345)),
        ("total_amount", json!("12.50")),
        ("total_amount", json!(1e12)),
        ("order_id", json!(0)),
        ("order_id", json!(-1)),
        ("order_id", json!("7")),
        ("user_id", json!(0)),
        ("user_id", json!(null)),
    ];
    refuses_fields(api, "/payments", &good, &wrong).await;
    api.post("/payments", &json!({"order_id": 7, "user_id": 1, "total_amount": 50_000.01}))
        .await
        .expect_problem(422, "payment-refused");
    unknown_ids(api, "/payments", "payment-not-found").await;
    api.post("/payments/process/x", &card_body(GOOD_CARD)).await.expect_problem(400, "invalid-id");
    api.post("/payments/process/999999", &card_body(GOOD_CARD)).await.expect_problem(404, "payment-not-found");
    api.get("/payments?order_id=x").await.expect_problem(400, "invalid-query");
    assert_eq!(store.fingerprint().await, before);
    store.finish().await;
}

#[tokio::test]
async fn about_paths_and_methods() {
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
            next = more.to_owned();
        }
        assert_eq!(seen, count, "{path}");
    }
    let of_user = api.get(&format!("/orders?user_id={}", users[2])).await.expect(200);
    assert_eq!((of_user["items"].as_array().unwrap().len(), &of_user["items"][0]["id"]), (1, &json!(orders[2])));
    assert_eq!(api.get("/orders?status=cancelled").await.expect(200)["items"], json!([]));
    store.finish().await;
}
