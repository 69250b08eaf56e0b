//! Operating a store over its admin ports: health, and what is parked.

use serde_json::{Value, json};
use shared_events::Topic;
use tests::{GOOD_CARD, Scrape, Servers, Service, Store, wait_until};

/// Waits until `/health/ready` answers this, and gives the whole answer.
async fn until_health(service: &Service, http: u16, status: &str) -> Value {
    wait_until(format!("{} to be {status}", service.instance), async || {
        let answer = service.admin.get("/health/ready").await;
        let shown = answer.json();
        if answer.status == http && shown["status"] == status { Ok(shown) } else { Err(answer.text) }
    })
    .await
}

/// Waits until `/metrics` says this of a dependency, and gives all that it says.
async fn until_dependency(service: &Service, name: &str, up: bool) -> Scrape {
    let sample = format!(r#"store_dependency_up{{dependency="{name}"}}"#);
    wait_until(format!("{} to count {name} as up: {up}", service.instance), async || {
        let scrape = Scrape::of(service).await;
        let seen = scrape.samples.get(&sample).copied();
        if seen == Some(f64::from(u8::from(up))) { Ok(scrape) } else { Err(format!("{seen:?}")) }
    })
    .await
}

/// Waits until so many events are parked in a service, and gives the list.
async fn until_listed(service: &Service, count: usize) -> Value {
    wait_until(format!("{} to list {count} parked events", service.instance), async || {
        let shown = service.admin.get("/admin/parked-events").await.expect(200);
        if shown["total"] == count { Ok(shown) } else { Err(shown.to_string()) }
    })
    .await
}

#[tokio::test]
async fn a_store_that_runs_is_ready_and_tells_so_on_its_admin_port_alone() {
    let store = Store::start().await;
    for service in [&store.store_manager, &store.payment_service] {
        assert_eq!(service.admin.get("/health/live").await.expect(200), json!({"status": "live"}));
        let shown = until_health(service, 200, "ready").await;
        for (name, dependency) in shown["dependencies"].as_object().unwrap() {
            assert!(["mysql", "kafka", "redis"].contains(&name.as_str()), "{shown}");
            assert_eq!(dependency["state"], "up", "{shown}");
            assert!(dependency["latency_ms"].as_f64().unwrap() < 1_000.0, "{shown}");
        }
        let relaying = wait_until("it relays and has its partitions", async || {
            let shown = service.admin.get("/health/ready").await.expect(200);
            let machinery = shown["dependencies"]["kafka"]["detail"].clone();
            let all = machinery["assigned_partitions"].as_array().is_some_and(|all| all.len() >= 4);
            if machinery["relaying"] == true && all { Ok(machinery) } else { Err(machinery.to_string()) }
        });
        assert_eq!(relaying.await["topics_ready"], true);
        for path in ["/health/live", "/health/ready", "/admin/parked-events", "/admin/discarded-events"] {
            service.api.get(path).await.expect_problem(404, "no-such-route");
        }
    }
    store.finish().await;
}

#[tokio::test]
async fn what_is_away_is_named_and_only_the_database_makes_a_service_not_ready() {
    let mut servers = Servers::stopped().await;
    let store = Store::builder().servers(&servers.database_url(), &servers.kafka_brokers()).stopped().await;
    let service = &store.store_manager;
    service.launch();
    service.logs("serving the admin port", 1).await;
    service.admin.get("/health/live").await.expect(200);
    until_health(service, 503, "starting").await;
    assert_eq!(Scrape::of(service).await.of_name("store_build_info").count(), 1);
    service.admin.get("/admin/parked-events").await.expect_problem(503, "database-unavailable");

    servers.start_database();
    store.start_services().await;
    let shown = until_health(service, 200, "degraded").await;
    let kafka = &shown["dependencies"]["kafka"];
    assert_eq!((&kafka["state"], &kafka["needed"]), (&json!("down"), &json!(false)));
    let said = wait_until("it says why", async || {
        let shown = service.admin.get("/health/ready").await.expect(200);
        let why = shown["dependencies"]["kafka"]["why"].as_str().unwrap_or_default().to_owned();
        if why.contains("refused") { Ok(why) } else { Err(why) }
    });
    said.await;

    servers.start_broker();
    until_health(service, 200, "ready").await;
    let (user, product) = (store.user().await, store.product(5.0, 100).await);
    servers.broker().kill().unwrap();
    let down = until_health(service, 200, "degraded").await;
    let order = store.order(user, &[(product, 1)]).await;
    let again = until_health(service, 200, "degraded").await;
    let scrape = until_dependency(service, "kafka", false).await;
    assert!(scrape.value("store_outbox_events") >= 1.0, "{scrape:?}");
    assert!(scrape.value("store_sagas_in_flight") >= 1.0, "{scrape:?}");
    assert!(scrape.value("store_outbox_oldest_age_seconds") > 0.0, "{scrape:?}");
    let since = |shown: &Value| shown["dependencies"]["kafka"]["since"].clone();
    assert_eq!(since(&down), since(&again), "since it is down, not since it was asked");
    servers.broker().restart().unwrap();
    until_health(service, 200, "ready").await;
    store.until_payable(order).await;

    servers.database().kill().unwrap();
    let down = until_health(service, 503, "not_ready").await;
    let mysql = &down["dependencies"]["mysql"];
    assert_eq!((&mysql["state"], &mysql["needed"]), (&json!("down"), &json!(true)));
    assert!(mysql["why"].as_str().is_some_and(|why| !why.is_empty()), "{mysql}");
    service.admin.get("/health/live").await.expect(200);
    service.admin.get("/admin/parked-events").await.expect_problem(503, "database-unavailable");
    let scrape = until_dependency(service, "mysql", false).await;
    for unknown in ["store_outbox_events", "store_parked_events", "store_sagas_in_flight"] {
        assert!(scrape.value(unknown).is_nan(), "{unknown}: {scrape:?}");
    }
    servers.database().restart().unwrap();
    until_health(service, 200, "ready").await;
    service.logs("a dependency is back", 1).await;
    store.finish().await;
}

#[tokio::test]
async fn an_event_that_failed_is_seen_mended_and_replayed_in_order() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 10).await);
    let admin = &store.store_manager.admin;
    // A table that is away stands for a fault that a person mends.
    store.store_db.execute("RENAME TABLE stock_movements TO stock_movements_away").await;
    let order = store.order(user, &[(product, 3)]).await;
    until_listed(&store.store_manager, 1).await;
    store.cancel(order).await;
    let listed = until_listed(&store.store_manager, 2).await;
    assert_eq!(listed["by_cause"], json!({"behind": 1, "failed": 1}));
    let key = order.to_string();
    let [failed, behind] = [&listed["items"][0], &listed["items"][1]];
    assert_eq!((&failed["event_type"], &failed["cause"]), (&json!("OrderCreated"), &json!("failed")));
    assert_eq!((&behind["event_type"], &behind["event_key"]), (&json!("OrderCancellationRequested"), &json!(key)));
    let first_page = admin.get("/admin/parked-events?limit=1").await.expect(200);
    let next = format!("/admin/parked-events{}", first_page["next"].as_str().unwrap());
    let second_page = admin.get(&next).await.expect(200);
    assert_eq!((&second_page["items"][0], &second_page["next"]), (behind, &json!(null)));

    let shown = admin.get(&format!("/admin/parked-events/{}", failed["id"])).await.expect(200);
    assert_eq!(shown["payload"]["data"]["order_id"], order, "{shown}");
    assert_eq!(shown["payload_text"], json!(null));
    assert!(shown["event"]["error"].as_str().unwrap().contains("stock_movements"), "{shown}");

    let stopped = admin.post("/admin/parked-events/replay", &json!({"key": key})).await.expect(200);
    assert_eq!((&stopped["handled"], &stopped["still_parked"]), (&json!(0), &json!(2)));
    assert!(stopped["stopped_by"].as_str().unwrap().contains("stock_movements"), "{stopped}");

    store.store_db.execute("RENAME TABLE stock_movements_away TO stock_movements").await;
    let home = admin.post("/admin/parked-events/replay", &json!({"id": behind["id"]})).await.expect(200);
    assert_eq!(home, json!({"key": key, "handled": 2, "stopped_by": null, "still_parked": 0}));
    store.until_ended(order, "cancelled").await;
    assert_eq!(store.stock(product).await, 10);
    let nothing = admin.post("/admin/parked-events/replay", &json!({"key": key})).await.expect(200);
    assert_eq!(nothing["handled"], 0, "a second replay finds nothing to do");
    store.finish().await;
}

#[tokio::test]
async fn what_nobody_can_handle_is_discarded_with_a_reason_and_the_order_goes_on() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 10).await);
    let order = store.order(user, &[(product, 1)]).await;
    let payment = store.until_payable(order).await;
    let key = order.to_string();
    store.topics.produce(Topic::ORDER_SAGA_EVENTS.name(), &[(key.as_bytes(), b"\xffrubbish")]).await;
    for service in [&store.store_manager, &store.payment_service] {
        until_listed(service, 1).await;
    }
    store.pay(payment, GOOD_CARD).await.expect(200);
    until_listed(&store.store_manager, 2).await;

    for service in [&store.store_manager, &store.payment_service] {
        let listed = service.admin.get("/admin/parked-events?limit=1").await.expect(200);
        let id = &listed["items"][0]["id"];
        let shown = service.admin.get(&format!("/admin/parked-events/{id}")).await.expect(200);
        assert_eq!((&shown["payload"], &shown["payload_bytes"]), (&json!(null), &json!(8)));
        assert_eq!(shown["payload_text"], r"\xffrubbish");
        let path = format!("/admin/parked-events/{id}/discard");
        for without in [json!({}), json!({"reason": "  "}), json!({"reason": "x".repeat(1_001)})] {
            let problem = service.admin.post(&path, &without).await.expect_problem(422, "invalid-body");
            assert_eq!(problem["field"], "reason");
        }
        let discarded = service.admin.post(&path, &json!({"reason": "rubbish, by hand"})).await.expect(200);
        assert_eq!((&discarded["discarded"], &discarded["key"]), (&json!(true), &json!(key)));
        service.admin.post(&path, &json!({"reason": "again"})).await.expect_problem(404, "parked-event-not-found");
        let kept = service.admin.get("/admin/discarded-events").await.expect(200);
        assert_eq!((&kept["items"][0]["id"], &kept["items"][0]["reason"]), (id, &json!("rubbish, by hand")));
        assert_eq!(kept["items"][0]["event_key"], key);
    }
    let admin = &store.store_manager.admin;
    let home = admin.post("/admin/parked-events/replay", &json!({"key": key})).await.expect(200);
    assert_eq!(home["stopped_by"], json!(null));
    store.until_status(order, "paid").await;
    store.finish().await;
}

#[tokio::test]
async fn a_request_that_names_no_event_is_told_so() {
    let store = Store::start().await;
    let admin = &store.payment_service.admin;
    admin.get("/admin/parked-events/7").await.expect_problem(404, "parked-event-not-found");
    admin.get("/admin/parked-events/seven").await.expect_problem(400, "invalid-id");
    admin.get("/admin/parked-events?limit=0").await.expect_problem(400, "invalid-query");
    for body in [json!({}), json!({"key": "1", "id": 1})] {
        admin.post("/admin/parked-events/replay", &body).await.expect_problem(422, "invalid-body");
    }
    admin.post("/admin/parked-events/replay", &json!({"id": 7})).await.expect_problem(404, "parked-event-not-found");
    let plain = admin.post_raw("/admin/parked-events/replay", "text/plain", r#"{"key":"1"}"#).await;
    plain.expect_problem(415, "unsupported-media-type");
    store.finish().await;
}
