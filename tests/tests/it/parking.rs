//! Garbage on a topic: set aside with its bytes, counted, copied to the dead letter topic; and the rest goes on.

use serde_json::{Value, json};
use shared_events::Topic;
use tests::{Database, GOOD_CARD, PAYMENT_SERVICE, STORE_MANAGER, Store, wait_until};

const SAGA_TOPIC: &str = Topic::ORDER_SAGA_EVENTS.name();

/// An envelope of any type and version around any body.
pub(crate) fn envelope(event_type: &str, version: u16, key: &str, data: &Value) -> Vec<u8> {
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

/// A message that cannot be handled, and what must become of it.
struct Garbage {
    key: &'static str,
    bytes: Vec<u8>,
    /// Bytes that nobody can read and types that nobody knows are everybody's; the rest is whoever has to act on it.
    parked_by: &'static [&'static str],
    /// A part of the error that is kept with it.
    said: &'static str,
}

fn garbage() -> Vec<Garbage> {
    const BOTH: &[&str] = &[STORE_MANAGER, PAYMENT_SERVICE];
    let it = |key, bytes: &[u8], parked_by, said| Garbage { key, bytes: bytes.to_vec(), parked_by, said };
    vec![
        it("g0", b"\xff\x00 not JSON", BOTH, "envelope"),
        it("g1", b"{\"event_id\": 7}", BOTH, "envelope"),
        it("g2", &envelope("OrderTeleported", 1, "g2", &json!({})), BOTH, "OrderTeleported"),
        it("g3", &envelope("StockDecreased", 99, "g3", &json!({"order_id": 1})), &[PAYMENT_SERVICE], "99"),
        it("g4", &envelope("OrderCreated", 1, "g4", &json!({"order_id": "seven"})), &[STORE_MANAGER], "OrderCreated"),
        it("g5", &envelope("OrderPaid", 1, &"5".repeat(100), &json!({})), &[STORE_MANAGER], "aggregate_id"),
        it("", b"", BOTH, "envelope"),
    ]
}

/// Bytes, cause and error of each parked event.
type Parked = Vec<(Vec<u8>, String, String)>;

async fn parked_in(database: &Database) -> Parked {
    let sql = "SELECT payload, cause, error FROM parked_events ORDER BY id";
    sqlx::query_as(sql).fetch_all(&database.pool).await.unwrap()
}

/// Each parked event has its copy for whoever watches the dead letter topic, and nothing else has.
async fn dead_letters_are(store: &Store, service: &str, parked: &Parked) {
    let copies = wait_until("the copies", async || {
        let copies = store.topics.records(&format!("{service}.dlq"));
        if copies.len() == parked.len() { Ok(copies) } else { Err(format!("{} of {}", copies.len(), parked.len())) }
    })
    .await;
    for copy in copies {
        let row = parked.iter().find(|(payload, ..)| *payload == copy.payload);
        let (_, cause, _) = row.unwrap_or_else(|| panic!("nothing parked is {copy:?}"));
        assert_eq!(copy.headers.get("parked_cause"), Some(cause));
        let from = copy.headers.get("parked_from").map(String::as_str).unwrap_or_default();
        assert!(from.starts_with(&store.topics.full_name(SAGA_TOPIC)), "{copy:?}");
    }
}

#[tokio::test]
async fn garbage_is_set_aside_with_its_bytes_and_the_partition_goes_on() {
    let mut store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 100).await);
    let before = store.order(user, &[(product, 1)]).await;
    store.until_payable(before).await;

    let garbage = garbage();
    let messages: Vec<(&[u8], &[u8])> = garbage.iter().map(|it| (it.key.as_bytes(), &it.bytes[..])).collect();
    store.topics.produce(SAGA_TOPIC, &messages).await;
    let count: usize = garbage.iter().map(|it| it.parked_by.len()).sum();
    let count = i64::try_from(count).unwrap();
    until_parked(&store, count).await;
    for (service, database) in [(STORE_MANAGER, &store.store_db), (PAYMENT_SERVICE, &store.payments_db)] {
        let parked = parked_in(database).await;
        for Garbage { bytes, said, .. } in garbage.iter().filter(|it| it.parked_by.contains(&service)) {
            let row = parked.iter().find(|(payload, ..)| payload == bytes);
            let (_, _, error) = row.unwrap_or_else(|| panic!("{service} has not parked {bytes:?}: {parked:?}"));
            assert!(error.contains(said), "{error}");
        }
        dead_letters_are(&store, service, &parked).await;
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
