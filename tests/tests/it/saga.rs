//! Each row of the saga's table: the event arrives, the rows change in one transaction, the next event goes out.
//!
//! An event is observed on its topic, where all readers see it; its effect in the tables and in the answers.

use serde_json::{Value, json};
use shared_events::{Event, PAYMENT_SERVICE, PaymentRefusal, SAGA, STORE_MANAGER, SagaOutcome, Topic};
use tests::{DECLINED_CARD, GOOD_CARD, Store, order_body, wait_until};

const GOOD_WAY: [&str; 4] = ["OrderCreated", "StockDecreased", "PaymentCreated", "SagaCompleted"];

/// The bodies of an order's events of one type.
fn bodies(store: &Store, key: &str, event_type: &str) -> Vec<Event> {
    let events = store.topics.events_of(key);
    events.iter().filter(|event| event.event_type == event_type).map(|event| Event::decode(event).unwrap()).collect()
}

fn body(store: &Store, order: u64, event_type: &str) -> Event {
    let mut bodies = bodies(store, &order.to_string(), event_type);
    assert_eq!(bodies.len(), 1, "{event_type} of order {order}");
    bodies.remove(0)
}

#[tokio::test]
async fn order_created_takes_each_item_with_one_line_in_the_ledger() {
    let store = Store::start().await;
    let (user, lamp, chair) = (store.user().await, store.product(10.25, 5).await, store.product(3.0, 4).await);
    let order = store.order(user, &[(chair, 1), (lamp, 2)]).await;
    store.until_events(order, &GOOD_WAY).await;
    assert_eq!((store.stock(lamp).await, store.stock(chair).await), (3, 3));
    let taken = "SELECT COUNT(*) FROM stock_movements WHERE order_id = ? AND kind = 'take'";
    assert_eq!(store.store_db.number_of(taken, order).await, 2);

    let Event::OrderCreated(created) = body(&store, order, "OrderCreated") else { panic!() };
    assert_eq!((created.user_id, created.total_amount.to_string().as_str()), (user, "23.50"));
    let Event::StockDecreased(decreased) = body(&store, order, "StockDecreased") else { panic!() };
    let items: Vec<_> = decreased.items.iter().map(|item| (item.product_id, item.quantity, item.level)).collect();
    assert_eq!(items, [(lamp, 2, 3), (chair, 1, 3)], "in product id order, with the levels after");
    assert!(decreased.items.iter().all(|item| item.version == 2), "the level was set before: {decreased:?}");
    store.finish().await;
}

#[tokio::test]
async fn order_created_for_more_than_there_is_takes_nothing_and_says_of_what() {
    let store = Store::start().await;
    let (user, lamp, chair) = (store.user().await, store.product(10.0, 5).await, store.product(3.0, 1).await);
    let order = store.order(user, &[(lamp, 2), (chair, 2)]).await;
    let shown = store.until_ended(order, "cancelled").await;
    assert!(
        shown["cancel_reason"].as_str().unwrap().contains(&format!("product {chair}: 2 wanted, 1 there")),
        "{shown}"
    );
    store.until_events(order, &["OrderCreated", "StockDecreaseFailed", "OrderCancelled", "SagaCompleted"]).await;
    assert_eq!((store.stock(lamp).await, store.stock(chair).await), (5, 1), "all or nothing");
    assert_eq!(store.payments_db.number("SELECT COUNT(*) FROM payments").await, 0);
    store.finish().await;
}

#[tokio::test]
async fn order_creation_failed_is_recorded_and_ends_its_saga() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(1.0, 5).await);
    let api = &store.store_manager.api;
    let unknown_user = api.post("/orders", &order_body(user + 1, &[(product, 1)])).await;
    let unknown_product = api.post("/orders", &order_body(user, &[(product, 1), (product + 7, 1)])).await;
    for (answer, slug, code) in
        [(unknown_user, "unknown-user", "unknown_user"), (unknown_product, "unknown-product", "unknown_products")]
    {
        let problem = answer.expect_problem(422, slug);
        let saga = problem["correlation_id"].as_str().unwrap().to_owned();
        wait_until("the refusal's saga to end", async || {
            let seen: Vec<_> = store.topics.events_of(&saga).into_iter().map(|event| event.event_type).collect();
            if seen == ["OrderCreationFailed", "SagaCompleted"] { Ok(()) } else { Err(format!("{seen:?}")) }
        })
        .await;
        let Event::SagaCompleted(end) = bodies(&store, &saga, "SagaCompleted").remove(0) else { panic!() };
        assert_eq!((end.order_id, end.outcome), (None, SagaOutcome::Refused));
        let reason: String = sqlx::query_scalar("SELECT reason FROM order_refusals WHERE correlation_id = ?")
            .bind(saga.parse::<uuid::Uuid>().unwrap())
            .fetch_one(&store.store_db.pool)
            .await
            .unwrap();
        assert_eq!(serde_json::from_str::<Value>(&reason).unwrap()["code"], code);
    }
    assert_eq!(store.store_db.number("SELECT COUNT(*) FROM orders").await, 0);
    assert_eq!(store.stock(product).await, 5);
    store.finish().await;
}

#[tokio::test]
async fn stock_decreased_makes_the_orders_one_payment() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(19.99, 5).await);
    let order = store.order(user, &[(product, 3)]).await;
    let payment = store.until_payable(order).await;
    let shown = store.payment(payment).await;
    assert_eq!(
        (&shown["order_id"], &shown["user_id"], &shown["status"], shown["total_amount"].to_string().as_str()),
        (&json!(order), &json!(user), &json!("open"), "59.97")
    );
    let of_order = store.payment_service.api.get(&format!("/payments?order_id={order}")).await.expect(200);
    assert_eq!(of_order["items"].as_array().unwrap().len(), 1);
    store.finish().await;
}

#[tokio::test]
async fn payment_created_puts_the_link_on_the_order_and_is_the_good_end() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(2.0, 5).await);
    let order = store.order(user, &[(product, 1)]).await;
    let payment = store.until_payable(order).await;
    let shown = store.show(order).await;
    let link = shown["payment_link"].as_str().unwrap();
    assert!(link.starts_with("http") && link.ends_with(&format!("/{payment}")), "{shown}");
    assert_eq!((&shown["is_paid"], &shown["payment_id"]), (&json!(false), &json!(payment)));
    store.until_events(order, &GOOD_WAY).await;
    let Event::SagaCompleted(end) = body(&store, order, "SagaCompleted") else { panic!() };
    assert_eq!((end.order_id, end.outcome, end.reason), (Some(order), SagaOutcome::Succeeded, None));
    store.finish().await;
}

#[tokio::test]
async fn payment_creation_failed_above_the_ceiling_gives_the_stock_back() {
    let store = Store::builder().payment_service(&["--payment-ceiling", "100.00"]).start().await;
    let (user, product) = (store.user().await, store.product(50.0, 9).await);
    let at_the_ceiling = store.order(user, &[(product, 2)]).await;
    store.until_ended(at_the_ceiling, "awaiting_payment").await;
    let above = store.order(user, &[(product, 3)]).await;
    let shown = store.until_ended(above, "cancelled").await;
    assert!(shown["cancel_reason"].as_str().unwrap().contains("100.00"), "{shown}");
    store.until_events(above, &REFUSED).await;
    let Event::PaymentCreationFailed(failed) = body(&store, above, "PaymentCreationFailed") else { panic!() };
    assert_eq!(failed.reason, PaymentRefusal::AmountAboveCeiling { ceiling: "100.00".parse().unwrap() });
    assert_eq!(store.stock(product).await, 7);
    store.finish().await;
}

const REFUSED: [&str; 6] =
    ["OrderCreated", "StockDecreased", "PaymentCreationFailed", "StockIncreased", "OrderCancelled", "SagaCompleted"];

#[tokio::test]
async fn payment_creation_failed_for_a_blocked_user_gives_the_stock_back() {
    // The first user of a fresh store has the id 1.
    let store = Store::builder().payment_service(&["--blocked-users", "1,77"]).start().await;
    let (blocked, other, product) = (store.user().await, store.user().await, store.product(5.0, 9).await);
    assert_eq!(blocked, 1);
    let refused = store.order(blocked, &[(product, 4)]).await;
    store.until_ended(refused, "cancelled").await;
    store.until_events(refused, &REFUSED).await;
    let Event::PaymentCreationFailed(failed) = body(&store, refused, "PaymentCreationFailed") else { panic!() };
    assert_eq!(failed.reason, PaymentRefusal::UserBlocked { user_id: blocked });
    assert_eq!(store.stock(product).await, 9);
    let good = store.order(other, &[(product, 4)]).await;
    store.until_ended(good, "awaiting_payment").await;
    store.finish().await;
}

#[tokio::test]
async fn stock_increased_and_order_cancelled_close_the_way_back_with_the_reason() {
    let store = Store::builder().payment_service(&["--payment-ceiling", "1.00"]).start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 4)]).await;
    let shown = store.until_ended(order, "cancelled").await;
    store.until_events(order, &REFUSED).await;
    let Event::StockIncreased(increased) = body(&store, order, "StockIncreased") else { panic!() };
    let items: Vec<_> = increased.items.iter().map(|item| (item.product_id, item.quantity, item.level)).collect();
    assert_eq!(items, [(product, 4, 9)]);
    let Event::OrderCancelled(cancelled) = body(&store, order, "OrderCancelled") else { panic!() };
    assert_eq!((cancelled.user_id, cancelled.reason.as_str()), (user, shown["cancel_reason"].as_str().unwrap()));
    let Event::SagaCompleted(end) = body(&store, order, "SagaCompleted") else { panic!() };
    assert_eq!((end.outcome, end.reason.as_deref()), (SagaOutcome::Cancelled, shown["cancel_reason"].as_str()));
    store.finish().await;
}

#[tokio::test]
async fn payment_succeeded_marks_the_order_as_paid() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 1)]).await;
    let payment = store.until_payable(order).await;
    let paid = store.pay(payment, GOOD_CARD).await.expect(200);
    assert_eq!(
        (&paid["is_paid"], &paid["order_id"], &paid["payment_id"]),
        (&json!(true), &json!(order), &json!(payment))
    );
    let shown = store.until_ended(order, "paid").await;
    assert_eq!(shown["is_paid"], true);
    store.until_events(order, &[&GOOD_WAY[..], &["PaymentSucceeded", "OrderPaid"]].concat()).await;
    let Event::OrderPaid(event) = body(&store, order, "OrderPaid") else { panic!() };
    assert_eq!((event.payment_id, event.amount.to_string().as_str()), (payment, "5.00"));
    store.finish().await;
}

#[tokio::test]
async fn payment_declined_leaves_the_order_waiting_with_the_reason() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 1)]).await;
    let payment = store.until_payable(order).await;
    let declined = store.pay(payment, DECLINED_CARD).await.expect(200);
    assert_eq!((&declined["is_paid"], &declined["status"]), (&json!(false), &json!("declined")));
    let shown = store.until_ended(order, "payment_declined").await;
    assert_eq!((&shown["is_paid"], &shown["decline_reason"]), (&json!(false), &declined["reason"]));
    store.until_events(order, &[&GOOD_WAY[..], &["PaymentDeclined"]].concat()).await;
    assert_eq!(store.stock(product).await, 8, "the order still holds its item");
    store.finish().await;
}

#[tokio::test]
async fn payment_expired_gives_the_stock_back_in_a_saga_of_its_own() {
    let quick = ["--payment-ttl-s", "1", "--expiry-cron", "* * * * * *"];
    let store = Store::builder().payment_service(&quick).start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 2)]).await;
    let shown = store.until_ended(order, "cancelled").await;
    assert!(shown["cancel_reason"].as_str().unwrap().contains("in time"), "{shown}");
    let way = [&GOOD_WAY[..], &["PaymentExpired", "StockIncreased", "OrderCancelled", "SagaCompleted"]].concat();
    store.until_events(order, &way).await;
    let events = store.topics.events_of(&order.to_string());
    let (first, second) = events.split_at(4);
    assert!(first.iter().all(|event| event.correlation_id == first[0].correlation_id));
    assert!(second.iter().all(|event| event.correlation_id == second[0].correlation_id));
    assert_ne!(first[0].correlation_id, second[0].correlation_id);
    assert_eq!(store.stock(product).await, 9);
    let payment = shown["payment_id"].as_u64().unwrap();
    assert_eq!(store.payment(payment).await["status"], "expired");
    store.pay(payment, GOOD_CARD).await.expect_problem(409, "payment-closed");
    store.finish().await;
}

#[tokio::test]
async fn stock_that_is_set_travels_on_its_own_topic() {
    let store = Store::start().await;
    let product = store.product(5.0, 9).await;
    store.set_stock(product, 4).await;
    let set = wait_until("both settings on the topic", async || {
        let records = store.topics.records(Topic::StockEvents.name());
        let events: Vec<_> = records.iter().map(|record| (record.key.clone(), record.envelope().unwrap())).collect();
        if events.len() == 2 { Ok(events) } else { Err(format!("{events:?}")) }
    })
    .await;
    let deltas: Vec<_> = set
        .iter()
        .map(|(key, envelope)| {
            assert_eq!(key, product.to_string().as_bytes());
            let Event::StockLevelSet(set) = Event::decode(envelope).unwrap() else { panic!() };
            (set.delta, set.level, set.version)
        })
        .collect();
    assert_eq!(deltas, [(9, 9, 1), (-5, 4, 2)]);
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
        let records = store.topics.records(Topic::OrderSagaEvents.name());
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
        let timeline = store.store_manager.api.get(&path).await.expect(200);
        if timeline["events"].as_array().unwrap().len() == 2 { Ok(timeline) } else { Err(timeline.to_string()) }
    })
    .await;
    assert_eq!(waiting["steps_to_come"], json!(["PaymentCreated", "SagaCompleted"]));
    store.payment_service.start().await;
    let done = wait_until("the saga's end in the timeline", async || {
        let timeline = store.store_manager.api.get(&path).await.expect(200);
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
    store.store_manager.api.get("/orders/999999/timeline").await.expect_problem(404, "order-not-found");
    store.finish().await;
}
