//! Orders that cannot be, or whose steps are undone.

use serde_json::Value;
use shared_events::{Event, PaymentRefusal, SagaOutcome};
use tests::{Store, order_body, wait_until};

use super::{bodies, body};

const REFUSED: [&str; 6] =
    ["OrderCreated", "StockDecreased", "PaymentCreationFailed", "StockIncreased", "OrderCancelled", "SagaCompleted"];

#[tokio::test]
async fn order_created_for_more_than_there_is_takes_nothing_and_says_of_what() {
    let store = Store::start().await;
    let (user, lamp, chair) = (store.user().await, store.product(10.0, 5).await, store.product(3.0, 1).await);
    let order = store.order(user, &[(lamp, 2), (chair, 2)]).await;
    let shown = store.until_ended(order, "cancelled").await;
    assert!(
        shown["cancel_reason"].as_str().unwrap().contains(&format!("product {chair}: 2 wanted, 1 there")),
        "{shown}"
    );
    store.until_events(order, &["OrderCreated", "StockDecreaseFailed", "OrderCancelled", "SagaCompleted"]).await;
    assert_eq!((store.stock(lamp).await, store.stock(chair).await), (5, 1), "all or nothing");
    assert_eq!(store.payments_db.number("SELECT COUNT(*) FROM payments").await, 0);
    store.finish().await;
}

#[tokio::test]
async fn order_creation_failed_is_recorded_and_ends_its_saga() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(1.0, 5).await);
    let api = &store.shop;
    let unknown_user = api.post("/orders", &order_body(user + 1, &[(product, 1)])).await;
    let unknown_product = api.post("/orders", &order_body(user, &[(product, 1), (product + 7, 1)])).await;
    for (answer, slug, code) in
        [(unknown_user, "unknown-user", "unknown_user"), (unknown_product, "unknown-product", "unknown_products")]
    {
        let problem = answer.expect_problem(422, slug);
        let saga = problem["correlation_id"].as_str().unwrap().to_owned();
        wait_until("the refusal's saga to end", async || {
            let seen: Vec<_> = store.topics.events_of(&saga).into_iter().map(|event| event.event_type).collect();
            if seen == ["OrderCreationFailed", "SagaCompleted"] { Ok(()) } else { Err(format!("{seen:?}")) }
        })
        .await;
        let Event::SagaCompleted(end) = bodies(&store, &saga, "SagaCompleted").remove(0) else { panic!() };
        assert_eq!((end.order_id, end.outcome), (None, SagaOutcome::Refused));
        let reason: String = sqlx::query_scalar("SELECT reason FROM order_refusals WHERE correlation_id = ?")
            .bind(saga.parse::<uuid::Uuid>().unwrap())
            .fetch_one(&store.store_db.pool)
            .await
            .unwrap();
        assert_eq!(serde_json::from_str::<Value>(&reason).unwrap()["code"], code);
    }
    assert_eq!(store.store_db.number("SELECT COUNT(*) FROM orders").await, 0);
    assert_eq!(store.stock(product).await, 5);
    store.finish().await;
}

#[tokio::test]
async fn payment_creation_failed_above_the_ceiling_gives_the_stock_back() {
    let store = Store::builder().payment_service(&["--payment-ceiling", "100.00"]).start().await;
    let (user, product) = (store.user().await, store.product(50.0, 9).await);
    let at_the_ceiling = store.order(user, &[(product, 2)]).await;
    store.until_ended(at_the_ceiling, "awaiting_payment").await;
    let above = store.order(user, &[(product, 3)]).await;
    let shown = store.until_ended(above, "cancelled").await;
    assert!(shown["cancel_reason"].as_str().unwrap().contains("100.00"), "{shown}");
    store.until_events(above, &REFUSED).await;
    let Event::PaymentCreationFailed(failed) = body(&store, above, "PaymentCreationFailed") else { panic!() };
    assert_eq!(failed.reason, PaymentRefusal::AmountAboveCeiling { ceiling: "100.00".parse().unwrap() });
    assert_eq!(store.stock(product).await, 7);
    store.finish().await;
}

#[tokio::test]
async fn payment_creation_failed_for_a_blocked_user_gives_the_stock_back() {
    // The first user of a fresh store has the id 1.
    let store = Store::builder().payment_service(&["--blocked-users", "1,77"]).start().await;
    let (blocked, other, product) = (store.user().await, store.user().await, store.product(5.0, 9).await);
    assert_eq!(blocked, 1);
    let refused = store.order(blocked, &[(product, 4)]).await;
    store.until_ended(refused, "cancelled").await;
    store.until_events(refused, &REFUSED).await;
    let Event::PaymentCreationFailed(failed) = body(&store, refused, "PaymentCreationFailed") else { panic!() };
    assert_eq!(failed.reason, PaymentRefusal::UserBlocked { user_id: blocked });
    assert_eq!(store.stock(product).await, 9);
    let good = store.order(other, &[(product, 4)]).await;
    store.until_ended(good, "awaiting_payment").await;
    store.finish().await;
}

#[tokio::test]
async fn stock_increased_and_order_cancelled_close_the_way_back_with_the_reason() {
    let store = Store::builder().payment_service(&["--payment-ceiling", "1.00"]).start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 4)]).await;
    let shown = store.until_ended(order, "cancelled").await;
    store.until_events(order, &REFUSED).await;
    let Event::StockIncreased(increased) = body(&store, order, "StockIncreased") else { panic!() };
    let items: Vec<_> = increased.items.iter().map(|item| (item.product_id, item.quantity, item.level)).collect();
    assert_eq!(items, [(product, 4, 9)]);
    let Event::OrderCancelled(cancelled) = body(&store, order, "OrderCancelled") else { panic!() };
    assert_eq!((cancelled.user_id, cancelled.reason.as_str()), (user, shown["cancel_reason"].as_str().unwrap()));
    let Event::SagaCompleted(end) = body(&store, order, "SagaCompleted") else { panic!() };
    assert_eq!((end.outcome, end.reason.as_deref()), (SagaOutcome::Cancelled, shown["cancel_reason"].as_str()));
    store.finish().await;
}
