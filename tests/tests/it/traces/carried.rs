//! What is carried on and what is not: off is off, a caller decides, a ratio decides where nobody else does, and a
//! collector that is away holds nothing up.

use shared_events::Topic;
use tests::{Api, Collector, STORE_MANAGER, Store, id_in, order_body, wait_until};

use super::{Caller, traced};

/// The headers of the events of an order that lie on the topic.
fn carried(store: &Store, order: u64) -> Vec<Option<String>> {
    let records = store.topics.records(Topic::ORDER_SAGA_EVENTS.name());
    let of_order = records.into_iter().filter(|record| record.key == order.to_string().as_bytes());
    of_order.map(|record| record.headers.get("traceparent").cloned()).collect()
}

async fn order(api: &Api, traceparent: Option<String>, (user, product): (u64, u64)) -> u64 {
    let api = traceparent.map_or_else(|| api.clone(), |header| api.with("traceparent", &header));
    id_in(&api.post("/orders", &order_body(user, &[(product, 1)])).await.expect(201), "order_id")
}

#[tokio::test]
async fn while_traces_are_off_nothing_is_written_and_nothing_is_sent() {
    let store = Store::start().await;
    let of = (store.user().await, store.product(5.0, 9).await);
    store.hold_relay(STORE_MANAGER).await;
    let order = order(&store.shop, Some(Caller::number(7).header("01")), of).await;
    // What tells of the product may wait too, under a key of the same number.
    let rows = "SELECT COUNT(*) FROM outbox WHERE event_key = ? AND event_type = 'OrderCreated' AND headers IS NULL";
    assert_eq!(store.store_db.number_of(rows, order).await, 1, "its event waits, without a header");
    store.release_relay(STORE_MANAGER).await;
    store.until_payable(order).await;
    let carried = carried(&store, order);
    assert!(carried.len() >= 4 && carried.iter().all(Option::is_none), "{carried:?}");
    store.finish().await;
}

#[tokio::test]
async fn the_caller_decides_what_is_traced_and_where_there_is_none_the_ratio() {
    let collector = Collector::start().await;
    let store = traced(Store::builder(), &collector, &[("OTEL_TRACES_SAMPLER_ARG", "0")]).await;
    let of = (store.user().await, store.product(5.0, 9).await);
    let (yes, no) = (Caller::number(11), Caller::number(12));
    let unasked = order(&store.shop, None, of).await;
    let unwanted = order(&store.shop, Some(no.header("00")), of).await;
    let broken = order(&store.shop, Some("00-xyz".to_owned()), of).await;
    let wanted = order(&store.shop, Some(yes.header("01")), of).await;
    for order in [unasked, unwanted, broken, wanted] {
        store.until_payable(order).await;
    }
    for order in [unasked, unwanted, broken] {
        let carried = carried(&store, order);
        assert!(carried.len() >= 4 && carried.iter().all(Option::is_none), "order {order}: {carried:?}");
    }
    let carried = carried(&store, wanted);
    let is_carried = |header: &Option<String>| header.as_ref().is_some_and(|header| header.contains(&yes.trace_id));
    assert!(carried.len() >= 4 && carried.iter().all(is_carried), "{carried:?}");
    wait_until("the wanted trace", async || match collector.trace(&yes.trace_id).len() {
        0 => Err("nothing".to_owned()),
        _ => Ok(()),
    })
    .await;
    let others: Vec<_> = collector.spans().into_iter().filter(|span| span.trace_id != yes.trace_id).collect();
    assert!(others.is_empty(), "{others:?}");
    store.finish().await;
}

#[tokio::test]
async fn a_collector_that_is_away_holds_up_neither_sagas_nor_the_stop() {
    // Whoever listened on this port is gone.
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let mut store = Store::builder().stopped().await;
    for service in [&mut store.store_manager, &mut store.payment_service] {
        service.set_env("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{gone}"));
        service.set_env("OTEL_BSP_SCHEDULE_DELAY", "50");
    }
    store.start_services().await;
    let of = (store.user().await, store.product(5.0, 9).await);
    let order = order(&store.shop, None, of).await;
    store.until_payable(order).await;
    store.store_manager.logs("traces do not reach their collector", 1).await;
    // Each stop is held against its limit.
    store.store_manager.stop().await;
    store.payment_service.stop().await;
    store.start_services().await;
    store.finish().await;
}
