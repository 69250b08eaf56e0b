//! One trace shows a whole saga: told by both services to a collector, held against what lies on the topic and what
//! the saga's map says of it.

use shared_events::SAGA;
use tests::{Api, Collector, Store, StoreBuilder, id_in, order_body, wait_until};

mod carried;
mod tree;

use tree::Tree;

/// A store whose services tell their traces, soon after each span's end.
async fn traced(builder: StoreBuilder, collector: &Collector, more: &[(&str, &str)]) -> Store {
    let mut store = builder.stopped().await;
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()), ("OTEL_BSP_SCHEDULE_DELAY", "50")];
    for (name, value) in settings.iter().chain(more) {
        store.store_manager.set_env(name, value);
        store.payment_service.set_env(name, value);
    }
    store.start_services().await;
    store
}

/// A client's trace: its own span's id is that of its number.
struct Caller {
    trace_id: String,
    span_id: String,
}

impl Caller {
    fn number(number: u32) -> Self {
        Self { trace_id: format!("0af7651916cd43dd8448eb21{number:08x}"), span_id: format!("b7ad6b71{number:08x}") }
    }

    fn header(&self, flags: &str) -> String {
        format!("00-{}-{}-{flags}", self.trace_id, self.span_id)
    }

    /// A new order in this trace.
    async fn order(&self, api: &Api, user: u64, product: u64) -> u64 {
        let api = api.with("traceparent", &self.header("01"));
        id_in(&api.post("/orders", &order_body(user, &[(product, 1)])).await.expect(201), "order_id")
    }
}

/// Waits until the trace holds all that the order's events left in it, and checks that it holds nothing else.
async fn until_told(store: &Store, collector: &Collector, (caller, order): (&Caller, u64)) -> Tree {
    let events = store.topics.events_of(&order.to_string());
    wait_until(format!("the trace of order {order}"), async || {
        Tree::new(collector.trace(&caller.trace_id), &events, &store.topics.full_name("")).whole(&caller.span_id)
    })
    .await
}

#[tokio::test]
async fn one_orders_trace_holds_every_step_and_wait_of_both_services() {
    let collector = Collector::start().await;
    let store = traced(Store::builder(), &collector, &[]).await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let caller = Caller::number(1);
    let order = caller.order(&store.shop, user, product).await;
    store.until_payable(order).await;
    let ordinary: Vec<&str> = std::iter::once("OrderCreated").chain(SAGA.steps_to_come("OrderCreated")).collect();
    store.until_events(order, &ordinary).await;

    let tree = until_told(&store, &collector, (&caller, order)).await;
    let request = tree.request();
    assert_eq!((request.name.as_str(), request.service.as_str()), ("POST /orders", "store-manager"));
    for (name, value) in
        [("http.request.method", "POST"), ("http.route", "/orders"), ("http.response.status_code", "201")]
    {
        assert_eq!(request.attributes.get(name).map(String::as_str), Some(value), "{request:?}");
    }
    tree.waits_follow_each_other();
    // Both were asked for their health until they answered.
    let of_health = collector.spans().into_iter().find(|span| span.name.contains("/health"));
    assert!(of_health.is_none(), "{of_health:?}");
    store.finish().await;
}

#[tokio::test]
async fn a_saga_that_compensates_is_one_trace_to_its_end() {
    let collector = Collector::start().await;
    let builder = Store::builder().payment_service(&["--payment-ceiling", "1.00"]);
    let store = traced(builder, &collector, &[]).await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let caller = Caller::number(2);
    let order = caller.order(&store.shop, user, product).await;
    store.until_ended(order, "cancelled").await;
    let tree = until_told(&store, &collector, (&caller, order)).await;
    assert!(tree.events().any(|event| event == "StockIncreased"), "it compensated");
    tree.waits_follow_each_other();
    store.finish().await;
}

#[tokio::test]
async fn orders_that_share_transactions_keep_a_trace_each() {
    const ORDERS: u32 = 24;
    let collector = Collector::start().await;
    let store = traced(Store::builder(), &collector, &[]).await;
    let (user, product) = (store.user().await, store.product(5.0, 99).await);
    // What waits for payment-service is then there at once, and handled together.
    store.payment_service.stop().await;
    let callers: Vec<Caller> = (100..100 + ORDERS).map(Caller::number).collect();
    let placed = callers.iter().map(|caller| caller.order(&store.store_manager.api, user, product));
    let orders = futures::future::join_all(placed).await;
    store.payment_service.start().await;
    store.until_all_ended(&orders).await;
    let mut shared = 0;
    for (caller, order) in callers.iter().zip(orders) {
        shared += until_told(&store, &collector, (caller, order)).await.shared_transactions();
    }
    assert!(shared > 0, "no event shared a transaction with another");
    store.finish().await;
}
