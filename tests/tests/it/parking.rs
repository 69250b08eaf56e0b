//! Garbage on a topic: set aside with its bytes, counted, copied to the dead letter topic; and the rest goes on.

use serde_json::{Value, json};
use shared_events::Topic;
use tests::{GOOD_CARD, PAYMENT_SERVICE, STORE_MANAGER, Store, wait_until};

const SAGA_TOPIC: &str = Topic::OrderSagaEvents.name();

/// An envelope of any type and version around any body.
fn envelope(event_type: &str, version: u16, key: &str, data: &Value) -> Vec<u8> {
    let id = uuid::Uuid::now_v7();
    json!({
        "event_id": id, "event_type": event_type, "aggregate_type": "order", "aggregate_id": key,
        "timestamp": "2026-11-21T00:00:00.000000Z", "version": version, "correlation_id": id, "causation_id": null,
        "service_name": "somebody", "data": data, "metadata": {},
    })
    .to_string()
    .into_bytes()
}

async fn until_parked(store: &Store, count: i64) {
    wait_until(format!("{count} events to be parked"), async || {
        let parked = store.parked().await;
        if parked == count { Ok(()) } else { Err(format!("{parked}: {:?}", store.parked_errors().await)) }
    })
    .await;
}

#[tokio::test]
async fn garbage_is_set_aside_with_its_bytes_and_the_partition_goes_on() {
    let mut store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 100).await);
    let before = store.order(user, &[(product, 1)]).await;
    store.until_payable(before).await;

    let unknown = envelope("OrderTeleported", 1, "g2", &json!({}));
    let version = envelope("StockDecreased", 99, "g3", &json!({"order_id": 1}));
    let broken = envelope("OrderCreated", 1, "g4", &json!({"order_id": "seven"}));
    // Who parks what: bytes that nobody can read and types that nobody knows are everybody's; the rest is whoever
    // has to act on it.
    let garbage: [(&[u8], &[u8], &[&str], &str); 6] = [
        (b"g0", b"\xff\x00 not JSON", &[STORE_MANAGER, PAYMENT_SERVICE], "envelope"),
        (b"g1", b"{\"event_id\": 7}", &[STORE_MANAGER, PAYMENT_SERVICE], "envelope"),
        (b"g2", &unknown, &[STORE_MANAGER, PAYMENT_SERVICE], "OrderTeleported"),
        (b"g3", &version, &[PAYMENT_SERVICE], "99"),
        (b"g4", &broken, &[STORE_MANAGER], "OrderCreated"),
        (b"", b"", &[STORE_MANAGER, PAYMENT_SERVICE], "envelope"),
    ];
    let messages: Vec<(&[u8], &[u8])> = garbage.iter().map(|(key, bytes, ..)| (*key, *bytes)).collect();
    store.topics.produce(SAGA_TOPIC, &messages).await;
    let count: usize = garbage.iter().map(|(.., services, _)| services.len()).sum();
    let count = i64::try_from(count).unwrap();
    until_parked(&store, count).await;
    for (service, database) in [(STORE_MANAGER, &store.store_db), (PAYMENT_SERVICE, &store.payments_db)] {
        let rows: Vec<(Vec<u8>, String, String)> =
            sqlx::query_as("SELECT payload, cause, error FROM parked_events ORDER BY id")
                .fetch_all(&database.pool)
                .await
                .unwrap();
        for (_, bytes, _, said) in garbage.iter().filter(|(.., services, _)| services.contains(&service)) {
            let row = rows.iter().find(|(payload, ..)| payload == bytes);
            let (_, _, error) = row.unwrap_or_else(|| panic!("{service} has not parked {bytes:?}: {rows:?}"));
            assert!(error.contains(said), "{error}");
        }
        // The copy for whoever looks at the dead letter topic.
        let copies = wait_until("the copies", async || {
            let copies = store.topics.records(&format!("{service}.dlq"));
            if copies.len() == rows.len() { Ok(copies) } else { Err(format!("{} of {}", copies.len(), rows.len())) }
        })
        .await;
        for copy in copies {
            let row = rows.iter().find(|(payload, ..)| *payload == copy.payload);
            let (_, cause, _) = row.unwrap_or_else(|| panic!("nothing parked is {copy:?}"));
            assert_eq!(copy.headers.get("parked_cause"), Some(cause));
            let from = copy.headers.get("parked_from").map(String::as_str).unwrap_or_default();
            assert!(from.starts_with(&store.topics.full_name(SAGA_TOPIC)), "{copy:?}");
        }
    }

    // Each partition has had garbage or may have had; orders of many keys go on all the same.
    for _ in 0..12 {
        let order = store.order(user, &[(product, 1)]).await;
        store.until_payable(order).await;
    }
    let ours = store.store_db.number("SELECT COUNT(*) FROM orders").await;
    assert_eq!(ours, 13, "garbage made no order");
    store.expect_parked(count);
    store.finish().await;
}

#[tokio::test]
async fn garbage_that_comes_again_is_parked_once() {
    let mut store = Store::start().await;
    store.topics.produce(SAGA_TOPIC, &[(b"g", &envelope("OrderTeleported", 1, "g", &json!({})))]).await;
    until_parked(&store, 2).await;
    for _ in 0..3 {
        store.topics.repeat_all(SAGA_TOPIC).await;
    }
    store.until_all_read().await;
    store.expect_parked(2);
    store.finish().await;
}

#[tokio::test]
async fn an_event_that_cannot_be_handled_stops_its_order_alone_and_the_audit_sees_it() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 100).await);
    let (stopped, free) = (store.order(user, &[(product, 1)]).await, store.order(user, &[(product, 1)]).await);
    let (payment, other) = (store.until_payable(stopped).await, store.until_payable(free).await);
    let garbage = envelope("OrderTeleported", 1, &stopped.to_string(), &json!({}));
    store.topics.produce(SAGA_TOPIC, &[(stopped.to_string().as_bytes(), &garbage)]).await;
    until_parked(&store, 2).await;

    store.pay(payment, GOOD_CARD).await.expect(200);
    store.pay(other, GOOD_CARD).await.expect(200);
    store.until_status(free, "paid").await;
    until_parked(&store, 3).await;
    let behind = store
        .store_db
        .number("SELECT COUNT(*) FROM parked_events WHERE cause = 'behind' AND event_type = 'PaymentSucceeded'");
    assert_eq!(behind.await, 1, "its later event waits behind, in order");
    assert_eq!(store.show(stopped).await["status"], "awaiting_payment");

    let verdict = audit::audit(&store.store_db.pool, &store.payments_db.pool).await.unwrap();
    let failed: Vec<_> = verdict.checks.iter().filter(|check| !check.ok).map(|check| check.name).collect();
    assert_eq!(
        failed,
        [
            "store-manager has nothing parked",
            "orders and payments agree on what is paid",
            "payment-service has nothing parked"
        ]
    );

    // A restart changes nothing about it.
    store.store_manager.kill();
    store.store_manager.start().await;
    let after = store.order(user, &[(product, 1)]).await;
    store.until_payable(after).await;
    assert_eq!(store.parked().await, 3);
}
