//! How it is told: envelopes, keys, headers, the other topic, the timeline.

use serde_json::json;
use shared_events::{Event, PAYMENT_SERVICE, SAGA, STORE_MANAGER, Topic};
use tests::{GOOD_CARD, Store, wait_until};

use super::GOOD_WAY;

#[tokio::test]
async fn a_product_and_its_stock_travel_on_their_own_topic() {
    let store = Store::start().await;
    let product = store.product(5.0, 9).await;
    store.set_stock(product, 4).await;
    let set = wait_until("the product and both settings on the topic", async || {
        let records = store.topics.records(Topic::STOCK_EVENTS.name());
        let events: Vec<_> = records.iter().map(|record| (record.key.clone(), record.envelope().unwrap())).collect();
        if events.len() == 3 { Ok(events) } else { Err(format!("{events:?}")) }
    })
    .await;
    let told: Vec<_> = set
        .iter()
        .map(|(key, envelope)| {
            assert_eq!(key, product.to_string().as_bytes());
            match Event::decode(envelope).unwrap() {
                Event::ProductCreated(created) => (0, 0, created.version),
                Event::StockLevelSet(set) => (set.delta, set.level, set.version),
                other => panic!("{other:?}"),
            }
        })
        .collect();
    assert_eq!(told, [(0, 0, 1), (9, 9, 1), (-5, 4, 2)]);
    store.finish().await;
}

#[tokio::test]
async fn every_event_carries_its_envelope_its_key_and_the_same_identity_in_its_headers() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 1)]).await;
    let payment = store.until_payable(order).await;
    store.pay(payment, GOOD_CARD).await.expect(200);
    store.until_status(order, "paid").await;
    let correlation = store.show(order).await["correlation_id"].as_str().unwrap().to_owned();
    let records = wait_until("all events", async || {
        let records = store.topics.records(Topic::ORDER_SAGA_EVENTS.name());
        if records.len() == 6 { Ok(records) } else { Err(records.len().to_string()) }
    })
    .await;
    for record in &records {
        let envelope = record.envelope().unwrap();
        let spec = SAGA.spec(&envelope.event_type).unwrap();
        assert_eq!((envelope.aggregate_id.as_bytes(), envelope.aggregate_type.as_str()), (&record.key[..], "order"));
        assert_eq!((envelope.version, envelope.correlation_id.to_string()), (spec.version, correlation.clone()));
        assert!([STORE_MANAGER, PAYMENT_SERVICE].contains(&envelope.service_name.as_str()));
        // What was caused by an event names it; what a client caused names none.
        let by_client = ["OrderCreated", "PaymentSucceeded"].contains(&envelope.event_type.as_str());
        assert_eq!(envelope.causation_id.is_none(), by_client, "{envelope:?}");
        let header = |name: &str| record.headers.get(name).map(String::as_str);
        assert_eq!(header("ce_id"), Some(envelope.event_id.to_string().as_str()));
        assert_eq!(header("ce_type"), Some(envelope.event_type.as_str()));
        assert_eq!(header("ce_source"), Some(envelope.service_name.as_str()));
        assert_eq!(header("ce_specversion"), Some("1.0"));
        assert!(header("ce_time").is_some());
    }
    store.finish().await;
}

#[tokio::test]
async fn the_timeline_tells_what_happened_by_whom_and_what_is_still_to_come() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    // Without payment-service the saga stands after the stock.
    store.payment_service.stop().await;
    let order = store.order(user, &[(product, 1)]).await;
    let path = format!("/orders/{order}/timeline");
    let waiting = wait_until("the stock to be taken", async || {
        let timeline = store.shop.get(&path).await.expect(200);
        if timeline["events"].as_array().unwrap().len() == 2 { Ok(timeline) } else { Err(timeline.to_string()) }
    })
    .await;
    assert_eq!(waiting["steps_to_come"], json!(["PaymentCreated", "SagaCompleted"]));
    store.payment_service.start().await;
    let done = wait_until("the saga's end in the timeline", async || {
        let timeline = store.shop.get(&path).await.expect(200);
        if timeline["steps_to_come"] == json!([]) { Ok(timeline) } else { Err(timeline.to_string()) }
    })
    .await;
    let told: Vec<_> = done["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            assert!(event["occurred_at"].as_str().is_some_and(|time| !time.is_empty()), "{event}");
            (event["event_type"].as_str().unwrap(), event["service_name"].as_str().unwrap())
        })
        .collect();
    let by = [STORE_MANAGER, STORE_MANAGER, PAYMENT_SERVICE, STORE_MANAGER];
    assert_eq!(told, GOOD_WAY.into_iter().zip(by).collect::<Vec<_>>());
    store.shop.get("/orders/999999/timeline").await.expect_problem(404, "order-not-found");
    store.finish().await;
}
