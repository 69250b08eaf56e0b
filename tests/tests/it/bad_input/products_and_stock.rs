//! Products and levels that cannot be, and products that cannot go.

use serde_json::json;
use tests::Store;

use super::{refuses_fields, unknown_ids};

#[tokio::test]
async fn products_and_levels_that_cannot_be() {
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
