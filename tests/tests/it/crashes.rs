//! Processes that die or stand still at any instruction.

use futures::future::join_all;
use futures::stream::{self, StreamExt};
use tests::{GOOD_CARD, Service, Store, wait_until};

/// Orders on their way when a service dies.
const ORDERS: usize = 50;

/// Places the orders, eight at a time, and kills and starts `service` again each time another part of them is there.
async fn place_while_killing(store: &Store, service: &Service, kills: i64) -> Vec<u64> {
    let (user, product) = (store.user().await, store.product(5.0, 1_000).await);
    let wanted = [(product, 1)];
    let orders = stream::iter(0..ORDERS).map(|_| store.order_at_last(user, &wanted)).buffer_unordered(8).collect();
    let killing = async {
        for kill in 1..=kills {
            let there = i64::try_from(ORDERS).unwrap() * kill / (kills + 1);
            wait_until("orders to kill amid", async || {
                let orders = store.store_db.number("SELECT COUNT(*) FROM orders").await;
                if orders >= there { Ok(()) } else { Err(format!("{orders} orders")) }
            })
            .await;
            service.kill();
            service.launch();
        }
    };
    let (orders, ()) = tokio::join!(orders, killing);
    orders
}

#[tokio::test]
async fn store_manager_dies_amid_fifty_orders() {
    let store = Store::start().await;
    let orders = place_while_killing(&store, &store.store_manager, 1).await;
    store.until_all_ended(&orders).await;
    store.finish().await;
}

#[tokio::test]
async fn payment_service_dies_amid_fifty_orders() {
    let store = Store::start().await;
    let orders = place_while_killing(&store, &store.payment_service, 1).await;
    store.until_all_ended(&orders).await;
    assert_eq!(orders.len(), ORDERS);
    store.finish().await;
}

#[tokio::test]
async fn store_manager_dies_again_and_again() {
    let store = Store::start().await;
    let orders = place_while_killing(&store, &store.store_manager, 6).await;
    store.until_all_ended(&orders).await;
    store.finish().await;
}

#[tokio::test]
async fn payment_service_dies_again_and_again_while_orders_are_refused() {
    let store = Store::builder().payment_service(&["--payment-ceiling", "1.00"]).start().await;
    let orders = place_while_killing(&store, &store.payment_service, 6).await;
    store.until_all_ended(&orders).await;
    assert_eq!(store.store_db.number("SELECT COUNT(*) FROM orders WHERE status <> 'cancelled'").await, 0);
    assert_eq!(store.stock(1).await, 1_000);
    store.finish().await;
}

#[tokio::test]
async fn payment_service_dies_while_cards_are_charged() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 1_000).await);
    let wanted = [(product, 1)];
    let orders = join_all((0..30).map(|_| store.order(user, &wanted))).await;
    store.until_all_ended(&orders).await;
    let mut payments = Vec::new();
    for order in &orders {
        payments.push(store.until_payable(*order).await);
    }
    let paying =
        stream::iter(&payments).map(|payment| pay_at_last(&store, *payment)).buffer_unordered(6).collect::<Vec<()>>();
    let killing = async {
        for paid in [5, 15, 25] {
            wait_until("payments to kill amid", async || {
                let there = store.payments_db.number("SELECT COUNT(*) FROM payments WHERE status = 'paid'").await;
                if there >= paid { Ok(()) } else { Err(format!("{there} paid")) }
            })
            .await;
            store.payment_service.kill();
            store.payment_service.launch();
        }
    };
    tokio::join!(paying, killing);
    for order in &orders {
        store.until_status(*order, "paid").await;
    }
    for order in orders {
        let events = store.topics.events_of(&order.to_string());
        let told = events.iter().filter(|event| event.event_type == "PaymentSucceeded").count();
        assert_eq!(told, 1, "order {order} was charged once");
    }
    store.finish().await;
}

async fn pay_at_last(store: &Store, payment: u64) {
    let path = format!("/payments/process/{payment}");
    let body = tests::card_body(GOOD_CARD);
    wait_until("a payment to go through", async || match store.payment_service.api.try_post(&path, &body).await {
        Ok(answer) if answer.status == 200 => Ok(()),
        Ok(answer) => Err(format!("{} {}", answer.status, answer.text)),
        Err(error) => Err(error.to_string()),
    })
    .await;
}

#[tokio::test]
async fn both_services_die_at_once_and_go_on_where_they_were() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 1_000).await);
    let wanted = [(product, 1)];
    let mut orders = Vec::new();
    for _ in 0..4 {
        orders.extend(join_all((0..10).map(|_| store.order(user, &wanted))).await);
        store.cancel(orders[orders.len() - 1]).await;
        store.store_manager.kill();
        store.payment_service.kill();
        store.start_services().await;
    }
    store.until_all_ended(&orders).await;
    store.finish().await;
}

#[tokio::test]
async fn a_service_that_stood_still_goes_on() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 1_000).await);
    let wanted = [(product, 1)];
    let mut orders = join_all((0..10).map(|_| store.order(user, &wanted))).await;
    store.payment_service.pause();
    orders.extend(join_all((0..20).map(|_| store.order(user, &wanted))).await);
    // It has certainly work that it does not do: its lease ends meanwhile.
    wait_until("its lease to end", async || {
        let live = store.payments_db.number("SELECT COUNT(*) FROM relay_lease WHERE expires_at > NOW(6)").await;
        if live == 0 { Ok(()) } else { Err(format!("{live} leases")) }
    })
    .await;
    store.payment_service.go_on();
    store.until_all_ended(&orders).await;
    store.finish().await;
}
