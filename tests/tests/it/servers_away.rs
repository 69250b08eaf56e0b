//! The database or the broker away: it stops progress, never correctness. On servers of the test's own.

use std::time::Duration;

use futures::stream::{self, StreamExt};
use tests::{Servers, Signal, Store, order_body, wait_until};

async fn store_on(servers: &Servers) -> Store {
    Store::builder().servers(&servers.database_url(), &servers.kafka_brokers()).stopped().await
}

#[tokio::test]
async fn services_that_are_started_first_wait_with_a_clear_line_and_are_ready_when_their_servers_are() {
    let mut servers = Servers::stopped().await;
    let store = store_on(&servers).await;
    for service in [&store.store_manager, &store.payment_service] {
        service.launch();
        service.logs("waiting for the database", 1).await;
    }
    // Whoever waits can also be stopped.
    let waiting = store.payment_service.end(Signal::TERM).await.unwrap();
    assert!(waiting.status.success(), "{}", waiting.output);
    store.payment_service.launch();

    servers.start_database();
    for service in [&store.store_manager, &store.payment_service] {
        service.ready().await;
        service.logs("waiting for the broker", 1).await;
    }
    let (user, product) = (store.user().await, store.product(5.0, 100).await);
    let mut orders = Vec::new();
    for _ in 0..30 {
        orders.push(store.order(user, &[(product, 1)]).await);
    }
    assert_eq!(store.show(orders[0]).await["status"], "decreasing_stock");
    // A stop without a broker is clean too, and loses nothing.
    store.store_manager.stop().await;
    store.store_manager.start().await;

    servers.start_broker();
    store.until_all_ended(&orders).await;

    // The broker dies while the services run: orders are accepted, and end when it is back.
    servers.broker().kill().unwrap();
    for _ in 0..30 {
        orders.push(store.order(user, &[(product, 1)]).await);
    }
    store.cancel(orders[0]).await;
    for service in [&store.payment_service, &store.store_manager] {
        service.stop().await;
        service.start().await;
    }
    servers.broker().restart().unwrap();
    store.until_all_ended(&orders).await;
    assert_eq!(store.show(orders[0]).await["status"], "cancelled");
    store.finish().await;
}

#[tokio::test]
async fn a_database_that_restarts_under_load_loses_nothing() {
    let mut servers = Servers::start().await;
    let store = store_on(&servers).await;
    store.start_services().await;
    let (user, product) = (store.user().await, store.product(5.0, 1_000).await);
    let wanted = [(product, 1)];
    let mut orders: Vec<u64> = Vec::new();
    for clean in [true, false, false] {
        let before = i64::try_from(orders.len()).unwrap();
        let placed =
            stream::iter(0..40).map(|_| store.order_at_last(user, &wanted)).buffer_unordered(6).collect::<Vec<_>>();
        let restarted = async {
            wait_until("orders to restart amid", async || {
                let there = store.store_db.number("SELECT COUNT(*) FROM orders").await;
                if there >= before + 12 { Ok(()) } else { Err(format!("{there} orders")) }
            })
            .await;
            let database = servers.database();
            if clean {
                database.stop().unwrap();
            } else {
                database.kill().unwrap();
            }
            // A client is told what to do, within the time a client waits.
            let body = order_body(user, &wanted);
            let answer = store.store_manager.api.post("/orders", &body).await;
            assert!(answer.header("retry-after").parse::<u32>().is_ok(), "{answer:?}");
            answer.expect_problem(503, "database-unavailable");
            database.restart().unwrap();
        };
        let (placed, ()) = tokio::join!(placed, restarted);
        orders.extend(placed);
        store.until_all_ended(&orders).await;
    }
    store.finish().await;
}

#[tokio::test]
async fn a_service_whose_database_is_unreachable_for_good_still_ends_when_it_is_told_to() {
    let servers = Servers::stopped().await;
    let store = store_on(&servers).await;
    store.store_manager.launch();
    store.store_manager.logs("waiting for the database", 1).await;
    let ended = store.store_manager.end(Signal::TERM).await.unwrap();
    assert!(ended.status.success() && ended.took < Duration::from_secs(5), "{}", ended.output);
}
