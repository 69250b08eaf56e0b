//! Each answer reaches the client as the service gave it: status, body, and every header.

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::json;
use tests::{Answer, Api, GOOD_CARD, Gateway, Store, card_body, id_in, order_body, wait_until};

/// Headers that are the gateway's own or the moment's.
const NOT_COMPARED: [&str; 4] = ["date", "vary", "x-krakend", "x-krakend-completed"];

/// The status, the text, and the headers that must pass.
fn essence(answer: &Answer) -> (u16, &str, HeaderMap) {
    let mut headers = answer.headers.clone();
    for name in NOT_COMPARED {
        headers.remove(name);
    }
    (answer.status, &answer.text, headers)
}

async fn same(direct: &Api, shown: &Api, method: &Method, path: &str) -> u16 {
    let direct = direct.try_bare(method.clone(), path).await.unwrap();
    let shown = shown.try_bare(method.clone(), path).await.unwrap();
    assert_eq!(essence(&direct), essence(&shown), "{method} {path}");
    direct.status
}

async fn same_post(direct: &Api, shown: &Api, path: &str, content_type: &str, body: &str) -> u16 {
    let direct = direct.post_raw(path, content_type, body).await;
    let shown = shown.post_raw(path, content_type, body).await;
    assert_eq!(essence(&direct), essence(&shown), "POST {path} {body}");
    direct.status
}

#[tokio::test]
async fn reads_and_refusals_are_those_of_the_services() {
    let store = Store::start().await;
    let gateway = Gateway::before(&store).await;
    let (user, product) = (store.user().await, store.product(2.5, 9).await);
    let order = store.order(user, &[(product, 1)]).await;
    let payment = store.until_payable(order).await;

    let direct = &store.store_manager.api;
    for (path, status) in [
        ("/", 200),
        ("/health-check", 200),
        ("/users?limit=1&after=0", 200),
        ("/users?limit=0", 400),
        ("/users/999", 404),
        ("/users/x", 400),
        ("/products?sku=none", 200),
        ("/stocks?limit=1", 200),
        ("/stocks/999", 404),
        ("/orders?status=awaiting_payment&limit=1", 200),
        ("/orders?status=odd", 400),
        ("/orders/999", 404),
        (format!("/orders/{order}").as_str(), 200),
        (format!("/orders/{order}/timeline").as_str(), 200),
        (format!("/users/{user}").as_str(), 200),
        (format!("/products/{product}").as_str(), 200),
    ] {
        assert_eq!(same(direct, &gateway.shop, &Method::GET, path).await, status, "{path}");
    }
    // A user who ordered stays, and each says so in the same words.
    assert_eq!(same(direct, &gateway.shop, &Method::DELETE, &format!("/users/{user}")).await, 409);
    for (path, content_type, body, status) in [
        ("/users", "application/json", r#"{"name": "A"}"#, 422),
        ("/users", "text/plain", "{}", 415),
        ("/orders", "application/json", "{", 400),
    ] {
        assert_eq!(same_post(direct, &gateway.shop, path, content_type, body).await, status, "{path} {body}");
    }
    let direct = &store.payment_service.api;
    for (path, status) in [
        ("/", 200),
        ("/health-check", 200),
        (format!("/payments?order_id={order}").as_str(), 200),
        (format!("/payments/{payment}").as_str(), 200),
        ("/payments/999", 404),
    ] {
        assert_eq!(same(direct, &gateway.till, &Method::GET, path).await, status, "{path}");
    }
    let no_card = r#"{"cardNumber": "1", "cardCode": "123", "expirationDate": "2099-12-31"}"#;
    let path = format!("/payments/process/{payment}");
    assert_eq!(same_post(direct, &gateway.till, &path, "application/json", no_card).await, 422);
    store.finish().await;
}

#[tokio::test]
async fn a_whole_order_goes_through_the_gateway() {
    let store = Store::start().await;
    let gateway = Gateway::before(&store).await;
    let (shop, till) = (&gateway.shop, &gateway.till);

    let body = json!({"name": "Ada", "email": "ada@example.org"});
    let created = shop.post("/users", &body).await;
    assert!(created.header("location").ends_with("users/1"), "{created:?}");
    let user = id_in(&created.expect(201), "user_id");
    shop.post("/users", &body).await.expect_problem(409, "email-taken");
    let body = json!({"name": "Chair", "sku": "C1", "price": 40});
    let product = id_in(&shop.post("/products", &body).await.expect(201), "product_id");
    shop.post("/stocks", &json!({"product_id": product, "quantity": 5})).await.expect(201);

    // Each path to the till takes one of two orders.
    for (count, path) in ["/payments/process", "/payments"].into_iter().enumerate() {
        let order = id_in(&shop.post("/orders", &order_body(user, &[(product, 1)])).await.expect(201), "order_id");
        let payment = wait_until("the order to await its payment", async || {
            let shown = shop.get(&format!("/orders/{order}")).await.expect(200);
            if shown["status"] == "awaiting_payment" { Ok(id_in(&shown, "payment_id")) } else { Err(shown.to_string()) }
        })
        .await;
        let paid = till.post(&format!("{path}/{payment}"), &card_body(GOOD_CARD)).await.expect(200);
        assert_eq!(paid["is_paid"], true);
        assert_eq!(store.until_status(order, "paid").await["id"], order);
        let left = shop.get(&format!("/stocks/{product}")).await.expect(200);
        assert_eq!(left["quantity"], 4 - count);
        assert_eq!(shop.delete(&format!("/orders/{order}")).await.expect(200)["deleted"], true);
        store.until_ended(order, "cancelled").await;
        shop.post("/stocks", &json!({"product_id": product, "quantity": 4 - count})).await.expect(201);
    }
    store.finish().await;
}
