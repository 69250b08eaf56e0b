//! Events that come more than once: from a broker that holds them twice, from a group that begins again.

use futures::future::join_all;
use shared_events::{SAGA, Topic};
use tests::{DECLINED_CARD, GOOD_CARD, PAYMENT_SERVICE, STORE_MANAGER, Store, order_body};

/// A store in which each kind of story has been told: every reaction of the saga's map took place.
async fn lived_in() -> Store {
    let settings = ["--payment-ceiling", "1000.00"];
    let store = Store::builder().payment_service(&settings).start().await;
    let (user, product, scarce) = (store.user().await, store.product(100.0, 200).await, store.product(1.0, 1).await);
    let wanted = [(product, 1)];
    let orders = join_all((0..8).map(|_| store.order(user, &wanted))).await;
    let mut all = orders.clone();
    // Too dear, too few, nobody's.
    all.push(store.order(user, &[(product, 11)]).await);
    all.push(store.order(user, &[(scarce, 2)]).await);
    store.shop.post("/orders", &order_body(user + 1, &wanted)).await.expect_problem(422, "unknown-user");
    store.until_all_ended(&all).await;
    for (number, order) in orders.iter().enumerate() {
        let payment = store.until_payable(*order).await;
        match number {
            0 | 1 => drop(store.pay(payment, GOOD_CARD).await.expect(200)),
            2 | 3 => drop(store.pay(payment, DECLINED_CARD).await.expect(200)),
            _ => {}
        }
    }
    for order in [orders[0], orders[2], orders[4]] {
        store.cancel(order).await;
    }
    // And one that is cancelled before it has its payment.
    store.hold_relay(STORE_MANAGER).await;
    let early = store.order(user, &wanted).await;
    store.cancel(early).await;
    store.release_relay(STORE_MANAGER).await;
    all.push(early);
    store.until_all_ended(&all).await;
    store.audit().await;
    store.until_all_read().await;
    store
}

#[tokio::test]
async fn a_topic_whose_every_event_lies_there_twice_changes_nothing() {
    let store = lived_in().await;
    let before = store.fingerprint().await;
    for topic in SAGA.topics() {
        store.topics.repeat_all(topic.name()).await;
    }
    let twice = store.until_all_read().await;
    assert_eq!(twice % 2, 0);
    assert_eq!(store.fingerprint().await, before);
    let after = store.until_all_read().await;
    assert_eq!(after, twice, "nothing was told in answer to a duplicate");
    store.finish().await;
}

#[tokio::test]
async fn every_event_is_delivered_twice_while_orders_are_on_their_way() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 25).await);
    let wanted = [(product, 1)];
    let mut copied = std::collections::HashSet::new();
    let mut orders = Vec::new();
    // A copy goes out as soon as its original is seen, behind whatever came in between.
    for round in 0..40 {
        orders.push(store.order(user, &wanted).await);
        if round % 4 == 3 {
            store.cancel(orders[round / 2]).await;
        }
        store.topics.repeat_new(Topic::ORDER_SAGA_EVENTS.name(), &mut copied).await;
    }
    store.until_all_ended(&orders).await;
    store.topics.repeat_new(Topic::ORDER_SAGA_EVENTS.name(), &mut copied).await;
    store.audit().await;
    store.topics.repeat_new(Topic::ORDER_SAGA_EVENTS.name(), &mut copied).await;
    let twice = store.until_all_read().await;
    assert_eq!(usize::try_from(twice).unwrap(), 2 * copied.len());
    store.finish().await;
}

#[tokio::test]
async fn whole_topics_are_replayed_to_fresh_consumer_groups() {
    let store = lived_in().await;
    let before = store.fingerprint().await;
    begin_again(&store).await;
    assert_eq!(store.fingerprint().await, before);
    store.finish().await;
}

/// The inbox is what makes an effect happen once, but not what makes it right: each state machine knows what it
/// has seen. So even a replay that the inbox has forgotten may tell nobody anything new.
#[tokio::test]
async fn whole_topics_are_replayed_to_services_whose_inbox_has_forgotten_them() {
    let store = lived_in().await;
    let before = store.fingerprint().await;
    store.store_manager.stop().await;
    store.payment_service.stop().await;
    store.store_db.execute("DELETE FROM inbox").await;
    store.payments_db.execute("DELETE FROM inbox").await;
    begin_again(&store).await;
    assert_eq!(store.fingerprint().await, before);
    store.finish().await;
}

async fn begin_again(store: &Store) {
    let there = store.until_all_read().await;
    store.store_manager.stop().await;
    store.payment_service.stop().await;
    store.topics.forget_group(STORE_MANAGER).await;
    store.topics.forget_group(PAYMENT_SERVICE).await;
    store.start_services().await;
    assert_eq!(store.until_all_read().await, there, "a replay tells nobody anything");
}
