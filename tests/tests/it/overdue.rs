//! Sagas that do not end in time: seen, told of once, and left alone.

use serde_json::{Value, json};
use tests::{Scrape, Servers, Service, Store, wait_until};

const OVERDUE: &str = "a saga is overdue";
const OVER: &str = "a saga that was overdue is over";

/// Sagas are overdue after a second.
const IMPATIENT: [&str; 2] = ["--saga-overdue-s", "1"];

async fn impatient() -> Store {
    Store::builder().store_manager(&IMPATIENT).start().await
}

/// Waits until the admin port lists so many overdue sagas, each for that reason, and gives the answer.
async fn until_overdue(service: &Service, count: usize, why: &str) -> Value {
    wait_until(format!("{count} sagas to be overdue because `{why}`"), async || {
        let listed = service.admin.get("/admin/sagas/overdue").await.expect(200);
        let items = listed["items"].as_array().unwrap();
        let is_so = |saga: &Value| saga["why"].as_str().is_some_and(|told| told.contains(why));
        if listed["total"] == count && items.len() == count && items.iter().all(is_so) {
            Ok(listed)
        } else {
            Err(listed.to_string())
        }
    })
    .await
}

/// Waits until `/metrics` tells of so many sagas that are open, and of so many that wait for that step.
async fn until_counted(service: &Service, in_flight: f64, (step, overdue): (&str, f64)) {
    wait_until(format!("{overdue} sagas to be counted at {step}, {in_flight} in flight"), async || {
        let scrape = Scrape::of(service).await;
        let at_step = scrape.value(&format!(r#"store_sagas_overdue{{step="{step}"}}"#));
        let seen = (scrape.value("store_sagas_in_flight"), at_step, scrape.sum("store_sagas_overdue"));
        if seen == (in_flight, overdue, overdue) { Ok(()) } else { Err(format!("{seen:?}")) }
    })
    .await;
}

#[tokio::test]
async fn a_saga_whose_payment_service_is_away_is_overdue_until_that_is_back() {
    let store = impatient().await;
    let (user, product) = (store.user().await, store.product(5.0, 10).await);
    let ended = store.order(user, &[(product, 1)]).await;
    store.until_payable(ended).await;
    store.payment_service.kill();
    let orders = [store.order(user, &[(product, 1)]).await, store.order(user, &[(product, 1)]).await];
    let service = &store.store_manager;

    let listed = until_overdue(service, 2, "payment-service is away").await;
    assert_eq!((&listed["overdue_after_s"], &listed["by_step"]), (&json!(1), &json!({"PaymentCreated": 2})));
    for (saga, order) in listed["items"].as_array().unwrap().iter().zip(orders) {
        let shown = store.show(order).await;
        assert_eq!((&saga["order_id"], &saga["correlation_id"]), (&json!(order), &shown["correlation_id"]));
        assert_eq!((&saga["status"], &shown["status"]), (&json!("creating_payment"), &json!("creating_payment")));
        assert_eq!(
            (&saga["waits_for"], &saga["waits_for_service"]),
            (&json!("PaymentCreated"), &json!("payment-service"))
        );
        assert_eq!(saga["last_event"], "StockDecreased");
        assert!(
            saga["last_event_at"].is_string() && saga["overdue_since"].as_str() > saga["began_at"].as_str(),
            "{saga}"
        );
    }
    let second = service.admin.get(&format!("/admin/sagas/overdue?limit=1&after={}", orders[0])).await.expect(200);
    assert_eq!((&second["items"][0]["order_id"], &second["next"]), (&json!(orders[1]), &json!(null)));
    until_counted(service, 2.0, ("PaymentCreated", 2.0)).await;
    service.logs(OVERDUE, 2).await;
    service.api.get("/admin/sagas/overdue").await.expect_problem(404, "no-such-route");

    // A restart forgets nothing: each is told of once.
    service.kill();
    service.start().await;
    until_overdue(service, 2, "payment-service is away").await;
    store.payment_service.start().await;
    for order in orders {
        store.until_payable(order).await;
    }
    until_counted(service, 0.0, ("PaymentCreated", 0.0)).await;
    assert_eq!(service.admin.get("/admin/sagas/overdue").await.expect(200)["items"], json!([]));
    service.logs(OVER, 2).await;
    assert_eq!(service.log().matches(OVERDUE).count(), 2, "{}", service.log());
    assert_eq!(store.store_db.number("SELECT COUNT(*) FROM overdue_sagas").await, 0);
    store.finish().await;
}

#[tokio::test]
async fn a_saga_whose_event_is_parked_is_overdue_until_that_is_mended() {
    let store = impatient().await;
    let (user, product) = (store.user().await, store.product(5.0, 10).await);
    // A table that is away stands for a fault that a person mends.
    store.store_db.execute("RENAME TABLE stock_movements TO stock_movements_away").await;
    let order = store.order(user, &[(product, 3)]).await;
    let service = &store.store_manager;
    let listed = until_overdue(service, 1, "OrderCreated is parked in store-manager").await;
    let saga = &listed["items"][0];
    assert!(saga["why"].as_str().unwrap().contains("stock_movements"), "{saga}");
    assert_eq!((&saga["order_id"], &saga["waits_for"]), (&json!(order), &json!("OrderCreated")));
    until_counted(service, 1.0, ("OrderCreated", 1.0)).await;
    service.logs(OVERDUE, 1).await;

    store.store_db.execute("RENAME TABLE stock_movements_away TO stock_movements").await;
    let key = json!({"key": order.to_string()});
    assert_eq!(service.admin.post("/admin/parked-events/replay", &key).await.expect(200)["handled"], 1);
    store.until_payable(order).await;
    until_counted(service, 0.0, ("OrderCreated", 0.0)).await;
    service.logs(OVER, 1).await;
    store.finish().await;
}

#[tokio::test]
async fn sagas_that_wait_for_the_broker_are_overdue_until_it_is_back() {
    let mut servers = Servers::start().await;
    let builder = Store::builder().store_manager(&IMPATIENT);
    let store = builder.servers(&servers.database_url(), &servers.kafka_brokers()).stopped().await;
    store.start_services().await;
    let (user, product) = (store.user().await, store.product(5.0, 10).await);
    let before = store.order(user, &[(product, 1)]).await;
    store.until_payable(before).await;
    servers.broker().kill().unwrap();
    let order = store.order(user, &[(product, 1)]).await;
    let service = &store.store_manager;
    let listed = until_overdue(service, 1, "the broker does not answer").await;
    assert_eq!((&listed["items"][0]["order_id"], &listed["by_step"]), (&json!(order), &json!({"OrderCreated": 1})));
    until_counted(service, 1.0, ("OrderCreated", 1.0)).await;
    servers.broker().restart().unwrap();
    store.until_payable(order).await;
    until_counted(service, 0.0, ("OrderCreated", 0.0)).await;
    service.logs(OVER, 1).await;
    store.finish().await;
}
