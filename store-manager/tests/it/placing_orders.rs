//! `POST /orders` and `GET /orders/{id}`.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::json;
use shared_events::{OrderCreated, OrderCreationFailed, OrderCreationFailure, SagaCompleted, SagaOutcome};

use crate::fixture::{Store, order_body};
use crate::wait::wait_until;

#[tokio::test]
async fn an_order_is_written_with_its_prices_and_its_event() {
    let store = Store::start().await;
    let (user_id, first, second) = (store.user().await, store.product(9).await, store.product(9).await);
    let items = [(second, 2), (first, 1), (second, 1)];
    let placed = store.post("/orders", &order_body(user_id, &items)).await;
    assert_eq!((placed.status, placed.location.as_deref()), (201, Some("orders/1")));
    assert_eq!((&placed.body["order_id"], &placed.body["status"]), (&json!(1), &json!("decreasing_stock")));
    let (envelope, event) = store.take_one::<OrderCreated>().await;
    assert_eq!(placed.body["correlation_id"], envelope.correlation_id.to_string());
    assert_eq!((envelope.aggregate_id.as_str(), envelope.causation_id), ("1", None));
    assert_eq!(
        event.items.iter().map(|item| (item.product_id, item.quantity)).collect::<Vec<_>>(),
        [(first, 1), (second, 3)]
    );
    assert_eq!(event.total_amount.to_string(), "23.00");

    let order = store.get("/orders/1").await;
    assert!(order.text.contains(r#""unit_price":5.75}],"total_amount":23.00,"currency":"CAD""#), "{}", order.text);
    let members = [
        "id",
        "user_id",
        "items",
        "total_amount",
        "currency",
        "status",
        "is_paid",
        "payment_id",
        "payment_link",
        "decline_reason",
        "cancel_reason",
        "correlation_id",
        "created_at",
        "saga_ended_at",
    ];
    assert_eq!(order.body.as_object().unwrap().len(), members.len());
    assert!(members.iter().all(|member| order.body.get(member).is_some()), "{order:?}");
    assert_eq!(order.body["items"][1], json!({"product_id": second, "quantity": 3, "unit_price": 5.75}));
    assert_eq!(order.body["is_paid"], json!(false));
    assert_eq!(order.body["payment_link"], json!(null));
    store.finish().await;
}

#[tokio::test]
async fn an_order_keeps_the_price_of_its_moment() {
    let store = Store::start().await;
    let product_id = store.product(9).await;
    let order_id = store.order(&[(product_id, 1)]).await;
    sqlx::query("UPDATE products SET price = 99").execute(&store.pool).await.unwrap();
    assert_eq!(store.show(order_id).await["items"][0]["unit_price"], json!(5.75));
    store.settle().await;
    store.finish().await;
}

#[tokio::test]
async fn an_order_of_an_unknown_user_or_product_is_refused_and_everyone_told() {
    let store = Store::start().await;
    let (user_id, product_id) = (store.user().await, store.product(9).await);
    let cases = [
        (order_body(999, &[(product_id, 1)]), "unknown-user", OrderCreationFailure::UnknownUser { user_id: 999 }),
        (
            order_body(user_id, &[(u64::MAX, 1), (998, 1), (product_id, 1)]),
            "unknown-product",
            OrderCreationFailure::UnknownProducts { product_ids: vec![998, u64::MAX] },
        ),
    ];
    for (body, slug, reason) in cases {
        let refused = store.post("/orders", &body).await;
        assert_eq!(refused.problem(), (422, slug));
        let (envelope, event) = store.take_one::<OrderCreationFailed>().await;
        assert_eq!((event.reason.clone(), event.correlation_id), (reason, envelope.correlation_id));
        assert_eq!(envelope.aggregate_id, envelope.correlation_id.to_string());
        assert_eq!(refused.body["correlation_id"], envelope.aggregate_id);
        store.deliver(envelope).await.unwrap();
        let (ended, end) = store.take_one::<SagaCompleted>().await;
        assert_eq!((end.order_id, end.correlation_id, end.outcome), (None, event.correlation_id, SagaOutcome::Refused));
        store.deliver(ended).await.unwrap();
    }
    assert_eq!(store.count("SELECT COUNT(*) FROM orders").await, 0);
    assert_eq!(store.count("SELECT COUNT(*) FROM order_refusals WHERE reason LIKE '%unknown_%'").await, 2);
    store.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_that_arrive_together_each_get_their_own_answer_and_saga() {
    let store = Store::start().await;
    let (user_id, product_id) = (store.user().await, store.product(9).await);
    // While the user is held, the first orders wait with their transactions and the others for those.
    let mut busy = store.pool.begin().await.unwrap();
    sqlx::query("SELECT id FROM users FOR UPDATE").execute(&mut *busy).await.unwrap();
    let bodies: Vec<_> = (0..24)
        .map(|number| match number % 4 {
            0 => order_body(999, &[(product_id, 1)]),
            1 => order_body(user_id, &[(998, 1)]),
            _ => order_body(user_id, &[(product_id, 1)]),
        })
        .collect();
    let release = async {
        let waiting = "SELECT COUNT(*) FROM information_schema.processlist
                       WHERE db = DATABASE() AND info LIKE '%JOIN users%' AND info NOT LIKE '%processlist%'";
        // Both workers wait, or one that has taken all of them.
        wait_until("a transaction that waits", async || match store.count(waiting).await {
            0 => Err("none".to_owned()),
            _ => Ok(()),
        })
        .await;
        busy.rollback().await.unwrap();
    };
    let posts = join_all(bodies.iter().map(|body| store.post("/orders", body)));
    let (answers, ()) = tokio::join!(posts, release);
    let mut sagas = BTreeSet::new();
    for (number, answer) in answers.iter().enumerate() {
        match number % 4 {
            0 => assert_eq!(answer.problem(), (422, "unknown-user")),
            1 => assert_eq!(answer.problem(), (422, "unknown-product")),
            _ => assert_eq!(answer.status, 201, "{answer:?}"),
        }
        sagas.insert(answer.body["correlation_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(sagas.len(), 24);
    assert_eq!(store.count("SELECT COUNT(*) FROM orders").await, 12);
    let events = store.take_outbox().await;
    let told: BTreeSet<String> = events.iter().map(|event| event.correlation_id.to_string()).collect();
    assert_eq!(told, sagas);
    for event in events {
        store.deliver(event).await.unwrap();
    }
    store.settle().await;
    store.finish().await;
}

/// Each is told at once, and none waits for the others to find it out one after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_that_arrive_together_while_the_database_is_away_are_all_told_so() {
    let store = Store::with_connections(1).await;
    let user_id = store.user().await;
    let held = store.pool.acquire().await.unwrap();
    let body = order_body(user_id, &[(1, 1)]);
    for answer in join_all((0..12).map(|_| store.post("/orders", &body))).await {
        assert_eq!(answer.problem(), (503, "database-unavailable"));
    }
    drop(held);
    store.finish().await;
}

#[tokio::test]
async fn a_hundred_products_are_one_order_and_two_orders_are_counted_apart() {
    let store = Store::start().await;
    let mut items = Vec::new();
    for _ in 0..100 {
        items.push((store.product(3).await, 2));
    }
    let orders = [store.order(&items).await, store.order(&items).await];
    store.settle().await;
    assert_eq!(store.status(orders[0]).await, "creating_payment");
    assert_eq!(store.status(orders[1]).await, "cancelled");
    assert_eq!(store.count("SELECT COUNT(*) FROM stock_movements WHERE kind = 'take'").await, 100);
    assert_eq!(store.count("SELECT CAST(SUM(quantity) AS SIGNED) FROM stocks").await, 100);
    store.finish().await;
}
