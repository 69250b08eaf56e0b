//! `/products`.

use serde_json::{Value, json};
use shared_events::{ProductCreated, ProductDeleted};

use crate::fixture::Store;

fn laptop() -> Value {
    json!({"name": "Laptop ABC", "sku": "LP12567", "price": 1999.99})
}

#[tokio::test]
async fn a_product_is_created_with_no_stock_read_and_deleted() {
    let store = Store::start().await;
    let created = store.post("/products", &laptop()).await;
    assert_eq!((created.status, created.location.as_deref()), (201, Some("products/1")));
    assert_eq!(created.body, json!({"product_id": 1}));
    let (_, told) = store.take_one::<ProductCreated>().await;
    let (name, sku, price) = ("Laptop ABC".to_owned(), "LP12567".to_owned(), "1999.99".parse().unwrap());
    assert_eq!(told, ProductCreated { product_id: 1, name, sku, price, version: 1 });
    let read = store.get("/products/1").await;
    assert_eq!(
        (read.status, read.text.as_str()),
        (200, r#"{"id":1,"name":"Laptop ABC","sku":"LP12567","price":1999.99}"#)
    );
    assert_eq!(store.get("/stocks/1").await.body, json!({"product_id": 1, "quantity": 0}));
    let deleted = store.delete("/products/1").await;
    assert_eq!((deleted.status, deleted.body), (200, json!({"deleted": true})));
    let (_, told) = store.take_one::<ProductDeleted>().await;
    assert_eq!(told, ProductDeleted { product_id: 1, version: 2 });
    assert_eq!(store.get("/products/1").await.problem(), (404, "product-not-found"));
    assert_eq!(store.get("/stocks/1").await.problem(), (404, "product-not-found"));
    store.finish().await;
}

#[tokio::test]
async fn a_price_has_two_decimals_on_the_wire_however_it_was_written() {
    let store = Store::start().await;
    for (sku, price, shown) in
        [("A", "5", "5.00"), ("B", "5.5", "5.50"), ("C", "0.01", "0.01"), ("D", "9999999.99", "9999999.99")]
    {
        let body = format!(r#"{{"name":"Gadget","sku":"{sku}","price":{price}}}"#);
        let created = store.send(axum::http::Method::POST, "/products", body).await;
        store.take_one::<ProductCreated>().await;
        let read = store.get(&format!("/products/{}", created.body["product_id"])).await;
        assert!(read.text.ends_with(&format!(r#""price":{shown}}}"#)), "{read:?}");
    }
    store.finish().await;
}

#[tokio::test]
async fn a_code_belongs_to_one_product() {
    let store = Store::start().await;
    store.post("/products", &laptop()).await;
    store.take_one::<ProductCreated>().await;
    assert_eq!(store.post("/products", &laptop()).await.problem(), (409, "sku-taken"));
    assert_eq!(store.count("SELECT COUNT(*) FROM products").await, 1);
    store.finish().await;
}

#[tokio::test]
async fn a_product_that_was_ordered_stays_and_one_with_mere_stock_goes_with_it() {
    let store = Store::start().await;
    let (ordered, stocked) = (store.product(5).await, store.product(7).await);
    store.order(&[(ordered, 1)]).await;
    assert_eq!(store.delete(&format!("/products/{ordered}")).await.problem(), (409, "product-in-use"));
    assert_eq!(store.delete(&format!("/products/{stocked}")).await.status, 200);
    assert_eq!(store.count("SELECT COUNT(*) FROM stocks").await, 1);
    assert_eq!(store.count("SELECT COUNT(*) FROM stock_movements").await, 1);
    store.settle().await;
    store.finish().await;
}
