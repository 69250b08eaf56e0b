//! From the order to its payment link.

use serde_json::json;
use shared_events::{Event, SagaOutcome};
use tests::Store;

use super::{GOOD_WAY, body};

#[tokio::test]
async fn order_created_takes_each_item_with_one_line_in_the_ledger() {
    let store = Store::start().await;
    let (user, lamp, chair) = (store.user().await, store.product(10.25, 5).await, store.product(3.0, 4).await);
    let order = store.order(user, &[(chair, 1), (lamp, 2)]).await;
    store.until_events(order, &GOOD_WAY).await;
    assert_eq!((store.stock(lamp).await, store.stock(chair).await), (3, 3));
    let taken = "SELECT COUNT(*) FROM stock_movements WHERE order_id = ? AND kind = 'take'";
    assert_eq!(store.store_db.number_of(taken, order).await, 2);

    let Event::OrderCreated(created) = body(&store, order, "OrderCreated") else { panic!() };
    assert_eq!((created.user_id, created.total_amount.to_string().as_str()), (user, "23.50"));
    let Event::StockDecreased(decreased) = body(&store, order, "StockDecreased") else { panic!() };
    let items: Vec<_> = decreased.items.iter().map(|item| (item.product_id, item.quantity, item.level)).collect();
    assert_eq!(items, [(lamp, 2, 3), (chair, 1, 3)], "in product id order, with the levels after");
    assert!(decreased.items.iter().all(|item| item.version == 2), "the level was set before: {decreased:?}");
    store.finish().await;
}

#[tokio::test]
async fn stock_decreased_makes_the_orders_one_payment() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(19.99, 5).await);
    let order = store.order(user, &[(product, 3)]).await;
    let payment = store.until_payable(order).await;
    let shown = store.payment(payment).await;
    assert_eq!(
        (&shown["order_id"], &shown["user_id"], &shown["status"], shown["total_amount"].to_string().as_str()),
        (&json!(order), &json!(user), &json!("open"), "59.97")
    );
    let of_order = store.till.get(&format!("/payments?order_id={order}")).await.expect(200);
    assert_eq!(of_order["items"].as_array().unwrap().len(), 1);
    store.finish().await;
}

#[tokio::test]
async fn payment_created_puts_the_link_on_the_order_and_is_the_good_end() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(2.0, 5).await);
    let order = store.order(user, &[(product, 1)]).await;
    let payment = store.until_payable(order).await;
    let shown = store.show(order).await;
    let link = shown["payment_link"].as_str().unwrap();
    assert!(link.starts_with("http") && link.ends_with(&format!("/{payment}")), "{shown}");
    assert_eq!((&shown["is_paid"], &shown["payment_id"]), (&json!(false), &json!(payment)));
    store.until_events(order, &GOOD_WAY).await;
    let Event::SagaCompleted(end) = body(&store, order, "SagaCompleted") else { panic!() };
    assert_eq!((end.order_id, end.outcome, end.reason), (Some(order), SagaOutcome::Succeeded, None));
    store.finish().await;
}

#[tokio::test]
async fn an_order_is_paid_for_by_the_prices_of_its_moment() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(19.99, 5).await);
    store.payment_service.stop().await;
    let order = store.order(user, &[(product, 3)]).await;
    store.until_status(order, "creating_payment").await;
    let shown = store.shop.get(&format!("/products/{product}")).await.expect(200);
    let dearer = json!({"name": shown["name"], "sku": shown["sku"], "price": 99});
    store.shop.put(&format!("/products/{product}"), &dearer).await.expect(200);
    store.payment_service.start().await;
    let payment = store.until_payable(order).await;
    assert_eq!(store.payment(payment).await["total_amount"].to_string(), "59.97");
    let shown = store.show(order).await;
    assert_eq!(
        (shown["total_amount"].to_string().as_str(), &shown["items"][0]["unit_price"]),
        ("59.97", &json!(19.99))
    );
    store.finish().await;
}
