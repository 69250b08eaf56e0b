//! Several instances of each service: they share the work, and one of them may die or stand still.

use futures::future::join_all;
use tests::{PAYMENT_SERVICE, STORE_MANAGER, Service, Signal, Store, wait_until};

/// Who relays for store-manager now.
async fn relay_holder(store: &Store) -> Option<String> {
    store.store_db.text("SELECT holder FROM relay_lease WHERE name = 'relay' AND expires_at > NOW(6)").await
}

async fn place(store: &Store, at: &Service, product: u64, count: usize) -> Vec<u64> {
    let user = 1;
    let wanted = [(product, 1)];
    join_all((0..count).map(|_| store.order_at(&at.api, user, &wanted))).await
}

#[tokio::test]
async fn two_instances_of_each_service_and_one_of_each_is_killed() {
    let mut store = Store::start().await;
    let second = [store.another(STORE_MANAGER, "store-manager-2"), store.another(PAYMENT_SERVICE, "payment-service-2")];
    for service in &second {
        service.start().await;
        service.logs("\"consuming\"", 1).await;
    }
    let (_, product) = (store.user().await, store.product(5.0, 1_000).await);
    let mut orders = place(&store, &store.store_manager, product, 25).await;
    orders.extend(place(&store, &second[0], product, 25).await);
    store.store_manager.kill();
    store.payment_service.kill();
    orders.extend(place(&store, &second[0], product, 25).await);
    // The first ones stay dead: the second ones take over their partitions and their relays.
    store.until_all_ended(&orders).await;
    assert!(!store.store_manager.is_running() && !store.payment_service.is_running());
    store.more.extend(second);
    store.finish().await;
}

#[tokio::test]
async fn the_relay_fails_over_within_two_seconds_and_the_stale_one_does_no_harm() {
    let mut store = Store::start().await;
    let second = store.another(STORE_MANAGER, "store-manager-2");
    second.start().await;
    let (_, product) = (store.user().await, store.product(5.0, 1_000).await);
    let mut orders = place(&store, &store.store_manager, product, 10).await;
    let holder = wait_until("a relay", async || relay_holder(&store).await.ok_or_else(String::new)).await;
    let (stale, other) =
        if holder == second.instance { (&second, &store.store_manager) } else { (&store.store_manager, &second) };
    // It stands still with events in hand, as far as chance has it, past the end of its lease.
    orders.extend(place(&store, other, product, 10).await);
    stale.pause();
    let stopped = std::time::Instant::now();
    orders.extend(place(&store, other, product, 10).await);
    wait_until("the other to relay", async || {
        let now = relay_holder(&store).await;
        if now.as_deref() == Some(other.instance.as_str()) { Ok(()) } else { Err(format!("{now:?}")) }
    })
    .await;
    // The promise is two seconds; the rest is this machine's load.
    assert!(stopped.elapsed().as_secs() < 6, "{:?}", stopped.elapsed());
    wait_until("the outbox to be empty", async || {
        let unsent = store.store_db.number("SELECT COUNT(*) FROM outbox").await;
        if unsent == 0 { Ok(()) } else { Err(format!("{unsent} unsent")) }
    })
    .await;
    stale.go_on();
    orders.extend(place(&store, stale, product, 10).await);
    store.until_all_ended(&orders).await;
    store.more.push(second);
    store.finish().await;
}

#[tokio::test]
async fn an_instance_that_stood_still_past_its_session_does_nothing_twice() {
    let mut store = Store::start().await;
    let second = store.another(STORE_MANAGER, "store-manager-2");
    second.start().await;
    second.logs("\"consuming\"", 1).await;
    let (_, product) = (store.user().await, store.product(5.0, 1_000).await);
    let mut orders = place(&store, &store.store_manager, product, 10).await;
    store.store_manager.pause();
    orders.extend(place(&store, &second, product, 30).await);
    // They end only when the broker has given the partitions of the first to the second.
    store.until_all_ended(&orders).await;
    store.store_manager.go_on();
    orders.extend(place(&store, &store.store_manager, product, 20).await);
    store.until_all_ended(&orders).await;
    store.more.push(second);
    store.finish().await;
}

#[tokio::test]
async fn instances_that_start_at_once_on_an_empty_database_migrate_it_once() {
    let mut store = Store::builder().store_manager(&["--sample-data"]).stopped().await;
    let others: Vec<Service> = (2..=4)
        .flat_map(|number| {
            [STORE_MANAGER, PAYMENT_SERVICE].map(|service| store.another(service, &format!("{service}-{number}")))
        })
        .collect();
    store.more = others;
    store.store_manager.launch();
    store.payment_service.launch();
    for service in &store.more {
        service.launch();
    }
    store.store_manager.ready().await;
    store.payment_service.ready().await;
    for service in &store.more {
        service.ready().await;
    }
    assert_eq!(store.store_db.number("SELECT COUNT(*) FROM users").await, 3, "the sample data, once");
    assert_eq!(store.store_db.number("SELECT COUNT(*) FROM products").await, 4);
    let mut orders = Vec::new();
    let instances = store.more.iter().filter(|service| service.instance.starts_with(STORE_MANAGER));
    for instance in instances {
        orders.extend(place(&store, instance, 1, 5).await);
    }
    store.until_all_ended(&orders).await;
    store.finish().await;
}

#[tokio::test]
async fn a_second_instance_of_the_same_name_is_told_so() {
    let mut store = Store::start().await;
    store.store_manager.logs("\"consuming\"", 1).await;
    let mut twin = store.another(STORE_MANAGER, "twin");
    twin.set("--instance-id", "store-manager");
    twin.launch();
    // The broker lets the newcomer in and fences the one that was there.
    let fenced = wait_until("one of the two to end", async || {
        [&store.store_manager, &twin].into_iter().find(|service| service.ended().is_some()).ok_or_else(|| twin.log())
    })
    .await;
    assert!(!fenced.ended().unwrap().success());
    assert!(fenced.log().contains("--instance-id"), "{}", fenced.log());
    twin.end(Signal::TERM).await;
    store.more.push(twin);
    store.finish().await;
}
