//! The log as an operator reads it: each line a flat JSON object, and whatever is about a request or an event says
//! which order, saga, event and trace.

use serde_json::{Value, json};
use shared_events::Topic;
use tests::{Collector, PAYMENT_SERVICE, STORE_MANAGER, Service, Store, order_body, wait_until};

use crate::parking::envelope;

const TRACE_ID: &str = "0af7651916cd43dd8448eb2100000051";

fn lines(service: &Service) -> Vec<Value> {
    let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in the line {line}"));
    service.log().lines().map(line).collect()
}

/// The lines with that text that tell of an order, once there are so many.
async fn until_told(service: &Service, text: &str, (order, count): (u64, usize)) -> Vec<Value> {
    wait_until(format!("{count} lines `{text}` of order {order}"), async || {
        let mut lines = lines(service);
        lines.retain(|line| line["message"] == text && line["order_id"] == order);
        if lines.len() >= count { Ok(lines) } else { Err(service.log()) }
    })
    .await
}

#[tokio::test]
async fn every_line_of_a_request_or_an_event_says_what_it_is_about() {
    let collector = Collector::start().await;
    let mut store = Store::builder().stopped().await;
    for service in [&mut store.store_manager, &mut store.payment_service] {
        service.set_env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url);
        service.set_env("RUST_LOG", "info,saga_kit=debug,service_kit=debug");
    }
    store.start_services().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let api = store.shop.with("traceparent", &format!("00-{TRACE_ID}-b7ad6b7100000051-01"));
    let placed = api.post("/orders", &order_body(user, &[(product, 1)])).await.expect(201);
    let (order, saga) = (placed["order_id"].as_u64().unwrap(), placed["correlation_id"].as_str().unwrap().to_owned());
    store.until_payable(order).await;

    let answered = until_told(&store.store_manager, "answered", (order, 1)).await;
    let request = answered.iter().find(|line| line["route"] == "/orders").expect("the request's line");
    for (name, value) in [
        ("service", STORE_MANAGER),
        ("level", "DEBUG"),
        ("correlation_id", saga.as_str()),
        ("trace_id", TRACE_ID),
        ("method", "POST"),
    ] {
        assert_eq!(request[name], value, "{request}");
    }
    // OrderCreated, StockDecreased, PaymentCreated and SagaCompleted there; the second and the last here.
    for (service, name, count) in
        [(&store.store_manager, STORE_MANAGER, 4), (&store.payment_service, PAYMENT_SERVICE, 2)]
    {
        for line in until_told(service, "handled", (order, count)).await {
            let ids = (&line["service"], &line["correlation_id"], &line["trace_id"]);
            assert_eq!(ids, (&json!(name), &json!(saga), &json!(TRACE_ID)), "{line}");
            assert!(line["event_id"].is_string() && line["event_type"].is_string(), "{line}");
        }
    }
    for line in lines(&store.store_manager).iter().chain(&lines(&store.payment_service)) {
        let fields = line.as_object().expect("an object");
        assert!(fields.values().all(|value| !value.is_object() && !value.is_array()), "not flat: {line}");
        for name in ["timestamp", "level", "service", "message", "target"] {
            assert!(line[name].is_string(), "{name} of {line}");
        }
    }
    store.finish().await;
}

#[tokio::test]
async fn an_event_that_is_set_aside_is_found_by_its_order_and_so_is_its_replay() {
    let mut store = Store::start().await;
    // Of an order that there is not.
    let event = envelope("StockIncreased", 1, "4711", &json!({"order_id": 4711, "reason": "x", "items": []}));
    let sent: Value = serde_json::from_slice(&event).unwrap();
    store.topics.produce(Topic::ORDER_SAGA_EVENTS.name(), &[(b"4711", &event)]).await;
    let parked = until_told(&store.store_manager, "parking an event", (4711, 1)).await;
    for name in ["event_id", "event_type", "correlation_id"] {
        assert_eq!(parked[0][name], sent[name], "{parked:?}");
    }
    assert_eq!(parked[0]["level"], "WARN");
    store.expect_parked(1);
    store.finish().await;
}
