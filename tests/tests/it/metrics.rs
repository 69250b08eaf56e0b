//! Metrics: counted exactly over real sagas, and as the document says.

mod document;

use std::collections::{BTreeMap, BTreeSet};

use shared_events::Topic;
use tests::{GOOD_CARD, PAYMENT_SERVICE, STORE_MANAGER, Scrape, Service, Store, order_body, wait_until};

use self::document::{Row, documented};

const SAGA_TOPIC: &str = Topic::ORDER_SAGA_EVENTS.name();

/// What a service has counted since an earlier scrape.
struct Since<'s> {
    service: &'s Service,
    before: Scrape,
    relays: [&'s Service; 2],
    relays_began_again: f64,
}

/// How often a relay has begun again: a machine that stood still for longer than the lease makes it send again what it
/// has sent.
async fn began_again(relays: [&Service; 2]) -> f64 {
    let [one, other] = [Scrape::of(relays[0]).await, Scrape::of(relays[1]).await];
    one.sum("store_relay_failures_total") + other.sum("store_relay_failures_total")
}

impl<'s> Since<'s> {
    async fn now(store: &'s Store, service: &'s Service) -> Self {
        let relays = [&store.store_manager, &store.payment_service];
        Self { service, before: Scrape::of(service).await, relays, relays_began_again: began_again(relays).await }
    }

    /// Waits until each of these samples has risen by so much, and by no more, unless a relay has begun again. What is
    /// counted is counted a moment after its commit, which others may see before.
    async fn until(&self, risen: &[(&str, f64)]) {
        let risen: BTreeMap<&str, f64> = risen.iter().copied().collect();
        wait_until(format!("{} to have counted {risen:?}", self.service.instance), async || {
            let now = Scrape::of(self.service).await;
            let seen: BTreeMap<&str, f64> =
                risen.keys().map(|sample| (*sample, now.value(sample) - self.before.value(sample))).collect();
            let have_all = seen.iter().zip(&risen).all(|((_, seen), (_, wanted))| seen >= wanted);
            let is_so = seen == risen || (have_all && began_again(self.relays).await > self.relays_began_again);
            if is_so { Ok(()) } else { Err(format!("{seen:?}")) }
        })
        .await;
    }
}

/// Waits until gauges have these values.
async fn until_gauges(service: &Service, gauges: &[(&str, f64)]) -> Scrape {
    wait_until(format!("{} to tell {gauges:?}", service.instance), async || {
        let now = Scrape::of(service).await;
        let seen: Vec<_> = gauges.iter().map(|(sample, _)| (*sample, now.samples.get(*sample).copied())).collect();
        let is_so = seen.iter().zip(gauges).all(|((_, seen), (_, wanted))| *seen == Some(*wanted));
        if is_so { Ok(now) } else { Err(format!("{seen:?}")) }
    })
    .await
}

#[tokio::test]
async fn sagas_that_succeed_fall_short_are_refused_and_cancelled_are_counted_exactly() {
    let store = Store::start().await;
    let (user, product, scarce) = (store.user().await, store.product(5.0, 10).await, store.product(1.0, 1).await);
    // What products and levels told is acknowledged, and gone from the outbox.
    let at_rest = [("store_outbox_events", 0.0), ("store_sagas_in_flight", 0.0)];
    wait_until("the relay to have sent all", async || {
        let now = until_gauges(&store.store_manager, &at_rest).await;
        let acknowledged = now.value("store_relay_lag_seconds_count");
        if acknowledged >= 4.0 { Ok(()) } else { Err(format!("{acknowledged}")) }
    })
    .await;
    let (shop, till) =
        (Since::now(&store, &store.store_manager).await, Since::now(&store, &store.payment_service).await);

    let good = store.order(user, &[(product, 1)]).await;
    store.until_payable(good).await;
    let short = store.order(user, &[(scarce, 2)]).await;
    store.until_ended(short, "cancelled").await;
    store.shop.post("/orders", &order_body(user + 1, &[(product, 1)])).await.expect_problem(422, "unknown-user");
    store.cancel(good).await;
    store.until_ended(good, "cancelled").await;
    store.until_all_read().await;

    shop.until(&[
        // Two orders, a refusal, and the cancellation of an order whose first saga had ended.
        ("store_sagas_started_total", 4.0),
        (r#"store_sagas_ended_total{outcome="succeeded"}"#, 1.0),
        (r#"store_sagas_ended_total{outcome="cancelled"}"#, 2.0),
        (r#"store_sagas_ended_total{outcome="refused"}"#, 1.0),
        (r#"store_saga_duration_seconds_count{outcome="succeeded"}"#, 1.0),
        (r#"store_saga_duration_seconds_count{outcome="cancelled"}"#, 2.0),
        (r#"store_saga_duration_seconds_count{outcome="refused"}"#, 1.0),
        (r#"messaging_client_consumed_messages_total{event="OrderCreated"}"#, 2.0),
        (r#"messaging_client_consumed_messages_total{event="PaymentCreated"}"#, 1.0),
        (r#"messaging_client_consumed_messages_total{event="SagaCompleted"}"#, 4.0),
        (r#"store_handler_duration_seconds_count{event="OrderCreated"}"#, 2.0),
        (r#"store_handler_duration_seconds_count{event="PaymentVoided"}"#, 1.0),
        (r#"store_handler_errors_total{event="OrderCreated",kind="park"}"#, 0.0),
        // All events but PaymentCreated and PaymentVoided.
        ("store_relay_batch_events_sum", 13.0),
        ("store_relay_lag_seconds_count", 13.0),
        (&requests("POST", 201, "/orders"), 2.0),
        (&requests("POST", 422, "/orders"), 1.0),
        (&requests("DELETE", 200, "/orders/{id}"), 1.0),
    ])
    .await;
    till.until(&[
        (r#"messaging_client_consumed_messages_total{event="OrderCreated"}"#, 2.0),
        (r#"store_handler_duration_seconds_count{event="StockDecreased"}"#, 1.0),
        (r#"store_handler_duration_seconds_count{event="SagaCompleted"}"#, 4.0),
        (r#"store_handler_duration_seconds_count{event="OrderCancellationRequested"}"#, 1.0),
        ("store_relay_batch_events_sum", 2.0),
        ("store_relay_lag_seconds_count", 2.0),
    ])
    .await;
    store.finish().await;
}

/// The count of a route's requests.
fn requests(method: &str, status: u16, route: &str) -> String {
    format!(
        r#"http_server_request_duration_seconds_count{{http_request_method="{method}",http_response_status_code="{status}",http_route="{route}"}}"#
    )
}

#[tokio::test]
async fn a_store_at_rest_tells_so() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 10).await);
    let order = store.order(user, &[(product, 1)]).await;
    store.until_payable(order).await;
    for (service, dependencies) in
        [(&store.store_manager, &["mysql", "kafka", "redis"][..]), (&store.payment_service, &["mysql", "kafka"])]
    {
        let mut gauges = vec![
            ("store_outbox_events".to_owned(), 0.0),
            ("store_outbox_oldest_age_seconds".to_owned(), 0.0),
            ("store_parked_events".to_owned(), 0.0),
            ("store_relay_leader".to_owned(), 1.0),
            ("db_client_connection_max".to_owned(), 12.0),
        ];
        gauges.extend(dependencies.iter().map(|name| (format!(r#"store_dependency_up{{dependency="{name}"}}"#), 1.0)));
        // Each service has all partitions of the topic, and is behind in none.
        let lag = |number: i32| {
            format!(
                r#"store_consumer_lag_events{{partition="{number}",topic="{}"}}"#,
                store.topics.full_name(SAGA_TOPIC)
            )
        };
        gauges.extend((0..4).map(|number| (lag(number), 0.0)));
        let gauges: Vec<(&str, f64)> = gauges.iter().map(|(sample, value)| (sample.as_str(), *value)).collect();
        let scrape = until_gauges(service, &gauges).await;
        assert!(scrape.sum("db_client_connection_count") >= 1.0, "{scrape:?}");
        assert_eq!(scrape.of_name("store_dependency_up").count(), dependencies.len(), "{scrape:?}");
    }
    store.finish().await;
}

#[tokio::test]
async fn duplicates_and_parked_events_are_counted_exactly() {
    let mut store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 10).await);
    let order = store.order(user, &[(product, 1)]).await;
    let payment = store.until_payable(order).await;
    store.until_all_read().await;
    let (shop, till) =
        (Since::now(&store, &store.store_manager).await, Since::now(&store, &store.payment_service).await);
    store.topics.repeat_all(SAGA_TOPIC).await;
    store.until_all_read().await;
    let again = |event: &str| format!(r#"store_inbox_duplicates_total{{event="{event}"}}"#);
    let events = ["OrderCreated", "StockDecreased", "PaymentCreated", "SagaCompleted"].map(again);
    shop.until(&events.each_ref().map(|event| (event.as_str(), 1.0))).await;
    // What payment-service does not react to has no row in its inbox, and is passed over without a look.
    let [created, decreased, paid, completed] = events.each_ref().map(String::as_str);
    till.until(&[(created, 0.0), (decreased, 1.0), (paid, 0.0), (completed, 1.0)]).await;

    let key = order.to_string();
    let unknown = crate::parking::envelope("OrderTeleported", 1, "g", &serde_json::json!({}));
    store.topics.produce(SAGA_TOPIC, &[(key.as_bytes(), b"\xffrubbish"), (b"g", &unknown)]).await;
    let parked =
        |event: &str, reason: &str| format!(r#"store_parked_events_total{{event="{event}",reason="{reason}"}}"#);
    let garbage = [parked("unreadable", "unreadable"), parked("unknown", "unreadable")];
    for since in [&shop, &till] {
        since.until(&garbage.each_ref().map(|sample| (sample.as_str(), 1.0))).await;
        until_gauges(since.service, &[("store_parked_events", 2.0)]).await;
    }
    store.pay(payment, GOOD_CARD).await.expect(200);
    shop.until(&[(&parked("PaymentSucceeded", "behind"), 1.0), (&parked("PaymentSucceeded", "failed"), 0.0)]).await;
    until_gauges(&store.store_manager, &[("store_parked_events", 3.0)]).await;

    // Brought home, it is parked no more, and was parked all the same.
    let admin = &store.store_manager.admin;
    let listed = admin.get("/admin/parked-events").await.expect(200);
    let rubbish = listed["items"].as_array().unwrap().iter().find(|event| event["event_key"] == key);
    let (id, reason) = (rubbish.unwrap()["id"].clone(), serde_json::json!({"reason": "rubbish"}));
    admin.post(&format!("/admin/parked-events/{id}/discard"), &reason).await.expect(200);
    admin.post("/admin/parked-events/replay", &serde_json::json!({"key": key})).await.expect(200);
    store.until_status(order, "paid").await;
    until_gauges(&store.store_manager, &[("store_parked_events", 1.0)]).await;
    shop.until(&[(&parked("PaymentSucceeded", "behind"), 1.0)]).await;
    store.expect_parked(3);
    store.finish().await;
}

#[tokio::test]
async fn the_document_lists_the_metrics_that_there_are() {
    let store = Store::start().await;
    for (name, service) in [(STORE_MANAGER, &store.store_manager), (PAYMENT_SERVICE, &store.payment_service)] {
        let documented = documented(name);
        assert!(documented.len() > 15, "{documented:?}");
        // The lag of partitions comes with the broker's first answer.
        wait_until(format!("{name} to tell what the document says"), async || {
            let scrape = Scrape::of(service).await;
            let told: BTreeSet<Row> = scrape
                .types
                .iter()
                .map(|(name, kind)| Row { name: name.clone(), kind: kind.clone(), labels: scrape.labels(name) })
                .collect();
            let missing: Vec<_> = documented.difference(&told).collect();
            let more: Vec<_> = told.difference(&documented).collect();
            if missing.is_empty() && more.is_empty() {
                Ok(())
            } else {
                Err(format!("documented only: {missing:?}; told only: {more:?}"))
            }
        })
        .await;
    }
    store.finish().await;
}
