//! Poison among good orders, on the same partition: only its own orders stop, in order; and once the cause is mended
//! a replay brings them home, in order.

use serde_json::{Value, json};
use shared_events::{EventBody, PaymentDeclined, Topic};
use tests::{Database, GOOD_CARD, Item, Service, Store, wait_until};

use crate::parking::envelope;

/// Faults that last until somebody takes them away, each for the orders of one amount alone.
const TAKING_FAILS: &str = "CREATE TRIGGER taking_fails BEFORE INSERT ON stock_movements FOR EACH ROW \
     IF NEW.delta = -7 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'seven cannot be taken'; END IF";
const CHARGING_FAILS: &str = "CREATE TRIGGER charging_fails BEFORE INSERT ON payments FOR EACH ROW \
     IF NEW.amount = 40.00 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'eight cannot be charged'; END IF";
const LINKING_FAILS: &str = "CREATE TRIGGER linking_fails BEFORE UPDATE ON orders FOR EACH ROW \
     IF NEW.total_amount = 45.00 AND NEW.payment_id IS NOT NULL THEN \
       SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'nine cannot be linked'; END IF";

const PRICE: f64 = 5.0;
const IN_STOCK: u32 = 1_000;

/// Type and cause of each event that a service has parked for an order, in their order.
async fn parked(database: &Database, order: u64) -> Vec<(Option<String>, String)> {
    let sql = "SELECT event_type, cause FROM parked_events WHERE event_key = ? ORDER BY id";
    sqlx::query_as(sql).bind(order.to_string()).fetch_all(&database.pool).await.unwrap()
}

/// Waits until a service has parked exactly these events of an order.
async fn until_parked(database: &Database, order: u64, expected: &[(&str, &str)]) {
    wait_until(format!("order {order} to have {expected:?} parked"), async || {
        let parked = parked(database, order).await;
        let seen = parked.iter().map(|(name, cause)| (name.as_deref().unwrap_or("-"), cause.as_str()));
        if seen.eq(expected.iter().copied()) { Ok(()) } else { Err(format!("{parked:?}")) }
    })
    .await;
}

async fn replay(service: &Service, order: u64) -> Value {
    service.admin.post("/admin/parked-events/replay", &json!({"key": order.to_string()})).await.expect(200)
}

async fn comes_home(service: &Service, order: u64, events: u32) {
    let home = replay(service, order).await;
    let expected = json!({"key": order.to_string(), "handled": events, "stopped_by": null, "still_parked": 0});
    assert_eq!(home, expected, "{}", service.instance);
}

/// Gives the oldest parked event of an order up.
async fn discard_oldest(service: &Service, database: &Database, order: u64) {
    let sql = "SELECT CAST(MIN(id) AS SIGNED) FROM parked_events WHERE event_key = CAST(? AS CHAR)";
    let path = format!("/admin/parked-events/{}/discard", database.number_of(sql, order).await);
    service.admin.post(&path, &json!({"reason": "nobody can read it"})).await.expect(200);
}

/// Customers whose orders have nothing to do with any of it: one in three pays, one in three cancels.
async fn live(store: &Store, (user, product): (u64, u64), orders: usize) {
    for number in 0..orders {
        let order = store.order(user, &[(product, 1)]).await;
        let payment = store.until_payable(order).await;
        match number % 3 {
            0 => {
                store.pay(payment, GOOD_CARD).await.expect(200);
                store.until_ended(order, "paid").await;
            }
            1 => {
                store.cancel(order).await;
                store.until_ended(order, "cancelled").await;
            }
            _ => {}
        }
    }
}

/// The orders that stop, by what stops them.
struct Stopped {
    at_stock: u64,
    at_payment: u64,
    at_link: u64,
    by_broken: u64,
    by_newer: u64,
}

impl Stopped {
    /// Each with a later event behind the one that cannot be handled.
    async fn begin(store: &Store, (user, product): (u64, u64)) -> Self {
        for (database, fault) in
            [(&store.store_db, TAKING_FAILS), (&store.payments_db, CHARGING_FAILS), (&store.store_db, LINKING_FAILS)]
        {
            database.execute(fault).await;
        }
        let order = async |quantity| {
            let wanted: [Item; 1] = [(product, quantity)];
            store.order(user, &wanted).await
        };
        let (by_broken, by_newer) = (order(1).await, order(2).await);
        let payments = [store.until_payable(by_broken).await, store.until_payable(by_newer).await];
        let newer = envelope(PaymentDeclined::TYPE, 99, &by_newer.to_string(), &json!({"why": {"code": 5}}));
        let messages = [(by_broken.to_string(), b"{\"event_id\":".to_vec()), (by_newer.to_string(), newer)];
        let messages: Vec<(&[u8], &[u8])> = messages.iter().map(|(key, bytes)| (key.as_bytes(), &bytes[..])).collect();
        store.topics.produce(Topic::ORDER_SAGA_EVENTS.name(), &messages).await;
        let (at_stock, at_payment, at_link) = (order(7).await, order(8).await, order(9).await);

        until_parked(&store.store_db, at_stock, &[("OrderCreated", "failed")]).await;
        until_parked(&store.payments_db, at_payment, &[("StockDecreased", "failed")]).await;
        until_parked(&store.store_db, at_link, &[("PaymentCreated", "failed")]).await;
        until_parked(&store.store_db, by_broken, &[("-", "unreadable")]).await;
        until_parked(&store.store_db, by_newer, &[("PaymentDeclined", "failed")]).await;
        store.cancel(at_stock).await;
        store.cancel(at_payment).await;
        let unlinked = "SELECT CAST(id AS SIGNED) FROM payments WHERE order_id = ?";
        let unlinked = u64::try_from(store.payments_db.number_of(unlinked, at_link).await).unwrap();
        for payment in payments.into_iter().chain([unlinked]) {
            store.pay(payment, GOOD_CARD).await.expect(200);
        }
        Self { at_stock, at_payment, at_link, by_broken, by_newer }
    }

    /// What is parked where, and nothing else of these orders.
    async fn until_all_parked(&self, store: &Store) {
        const CANCELLATION: (&str, &str) = ("OrderCancellationRequested", "behind");
        const SUCCESS: (&str, &str) = ("PaymentSucceeded", "behind");
        let Self { at_stock, at_payment, at_link, by_broken, by_newer } = *self;
        let (shop, till) = (&store.store_db, &store.payments_db);
        until_parked(shop, at_stock, &[("OrderCreated", "failed"), CANCELLATION]).await;
        until_parked(till, at_payment, &[("StockDecreased", "failed"), CANCELLATION]).await;
        until_parked(shop, at_link, &[("PaymentCreated", "failed"), SUCCESS]).await;
        until_parked(shop, by_broken, &[("-", "unreadable"), SUCCESS]).await;
        until_parked(till, by_broken, &[("-", "unreadable")]).await;
        until_parked(shop, by_newer, &[("PaymentDeclined", "failed"), SUCCESS]).await;
        assert_eq!(store.parked().await, 11, "{:?}", store.parked_errors().await);
    }

    /// Takes the causes away and brings everything home.
    async fn mend(&self, store: &Store) {
        let Self { at_stock, at_payment, at_link, by_broken, by_newer } = *self;
        let (shop, till) = (&store.store_manager, &store.payment_service);
        store.store_db.execute("DROP TRIGGER taking_fails").await;
        store.payments_db.execute("DROP TRIGGER charging_fails").await;
        store.store_db.execute("DROP TRIGGER linking_fails").await;
        comes_home(shop, at_stock, 2).await;
        comes_home(till, at_payment, 2).await;
        comes_home(shop, at_link, 2).await;
        // There is no service yet that reads the one, and there will be none that reads the other.
        for order in [by_broken, by_newer] {
            discard_oldest(shop, &store.store_db, order).await;
            comes_home(shop, order, 1).await;
        }
        discard_oldest(till, &store.payments_db, by_broken).await;
    }
}

#[tokio::test]
async fn poison_stops_its_own_orders_and_a_replay_brings_them_home_in_order() {
    let store = Store::builder().both(&["--topic-partitions", "1"]).start().await;
    let shopper = (store.user().await, store.product(PRICE, IN_STOCK).await);
    live(&store, shopper, 3).await;
    let unlucky = store.product(PRICE, IN_STOCK).await;
    let stopped = Stopped::begin(&store, (shopper.0, unlucky)).await;
    live(&store, shopper, 6).await;
    stopped.until_all_parked(&store).await;

    // What is parked survives its service, and a replay that comes too early changes nothing.
    store.store_manager.kill();
    store.payment_service.kill();
    store.start_services().await;
    let early = replay(&store.store_manager, stopped.at_stock).await;
    assert_eq!((&early["handled"], &early["still_parked"]), (&json!(0), &json!(2)));
    assert!(early["stopped_by"].as_str().is_some_and(|why| why.contains("seven cannot be taken")), "{early}");
    let early = replay(&store.payment_service, stopped.at_payment).await;
    assert!(early["stopped_by"].as_str().is_some_and(|why| why.contains("eight cannot be charged")), "{early}");
    live(&store, shopper, 3).await;
    stopped.until_all_parked(&store).await;

    stopped.mend(&store).await;
    store.until_ended(stopped.at_stock, "cancelled").await;
    store.until_ended(stopped.at_payment, "cancelled").await;
    for order in [stopped.at_link, stopped.by_broken, stopped.by_newer] {
        store.until_ended(order, "paid").await;
    }
    in_order(&store, &stopped).await;
    assert_eq!(store.stock(unlucky).await, u64::from(IN_STOCK) - 9 - 1 - 2, "two were cancelled, three are paid");
    store.finish().await;
}

/// Each saga as it would have been, but for the time that it took.
async fn in_order(store: &Store, stopped: &Stopped) {
    let way_back = ["StockIncreased", "OrderCancelled", "SagaCompleted"];
    let before = ["OrderCreated", "OrderCancellationRequested", "StockDecreased", "PaymentCreationFailed"];
    store.until_events(stopped.at_stock, &[&before[..], &way_back].concat()).await;
    let before = ["OrderCreated", "StockDecreased", "OrderCancellationRequested", "PaymentCreated", "PaymentVoided"];
    store.until_events(stopped.at_payment, &[&before[..], &way_back].concat()).await;
    let paid = ["OrderCreated", "StockDecreased", "PaymentCreated", "PaymentSucceeded", "SagaCompleted", "OrderPaid"];
    store.until_events(stopped.at_link, &paid).await;
}
