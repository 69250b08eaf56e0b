//! The read models: events in any number and order, a Redis that is emptied, tampered with, or away.

mod models;
mod reads;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::Utc;
use saga_kit::projection::{Progress, ReadModel};
use shared_events::{Envelope, PaymentVoided, StockDecreased};
use store_manager::read_models::{CheckError, Checked, Source};

use self::models::{
    apply, busy_store, deliver, from_mysql, from_redis, keys, note_now, prefix, redis, until_equal, watched,
};
use crate::fixture::{Store, envelope};
use crate::wait::wait_until;

#[tokio::test]
async fn reports_are_built_from_mysql_and_equal_it() {
    let (store, _) = busy_store().await;
    let (models, stop) = watched(&store, &prefix("built"));
    until_equal(&store, &models).await;
    let wanted = from_mysql(&store).await;
    // 2 × 5.75 + 1 × 5.75 of the one order that stands; the second product is back where it was.
    assert!(wanted.contains("17.25") && !wanted.contains("28.75"), "{wanted}");
    stop.cancel();
    store.finish().await;
}

#[tokio::test]
async fn events_that_come_twice_and_late_change_nothing() {
    let (store, events) = busy_store().await;
    // The same history in ten sequences, a batch or one by one, each event at least twice.
    for seed in 0..10_u64 {
        let prefix = prefix("late");
        let (models, stop) = watched(&store, &prefix);
        until_equal(&store, &models).await;
        stop.cancel();
        let mut shuffled: Vec<(u64, &Envelope)> =
            events.iter().chain(&events).enumerate().map(|(at, event)| (mix(seed, at), event)).collect();
        shuffled.sort_by_key(|(place, _)| *place);
        let shuffled: Vec<Envelope> = shuffled.into_iter().map(|(_, event)| event.clone()).collect();
        apply(&models, &shuffled[..shuffled.len() / 2]).await;
        for event in &shuffled[shuffled.len() / 2..] {
            apply(&models, std::slice::from_ref(event)).await;
        }
        assert_eq!(from_redis(&models).await.unwrap(), from_mysql(&store).await, "seed {seed}");
    }
    store.finish().await;
}

/// It is well-formed, and yet Redis cannot note it: what comes behind it must not wait for that.
#[tokio::test]
async fn an_order_with_an_impossible_number_stops_no_other() {
    let (store, events) = busy_store().await;
    let (models, stop) = watched(&store, &prefix("impossible"));
    until_equal(&store, &models).await;
    let (total_amount, currency) = ("1.00".parse().unwrap(), "CAD".parse().unwrap());
    let poison = StockDecreased { order_id: 1 << 60, user_id: 1, total_amount, currency, items: Vec::new() };
    let poison = envelope(&poison, uuid::Uuid::now_v7());
    apply(&models, &[&[poison], &events[..]].concat()).await;
    until_equal(&store, &models).await;
    stop.cancel();
    store.finish().await;
}

#[tokio::test]
async fn events_alone_bring_about_what_mysql_says() {
    let store = Store::start().await;
    let prefix = prefix("events");
    let (models, stop) = watched(&store, &prefix);
    until_equal(&store, &models).await;
    let product = store.product(9).await;
    let placed = [store.order(&[(product, 2)]).await, store.order(&[(product, 3)]).await];
    let mut events = deliver(&store).await;
    store.delete(&format!("/orders/{}", placed[0])).await;
    events.extend(deliver(&store).await);
    let voided = PaymentVoided { order_id: placed[0], payment_id: 1 };
    store.deliver(envelope(&voided, uuid::Uuid::now_v7())).await.unwrap();
    events.extend(deliver(&store).await);
    apply(&models, &events).await;
    stop.cancel();
    // The product itself was told before this test could listen; a miss in Redis is looked up in MySQL.
    let spenders = models.highest_spenders(10).await.unwrap();
    assert!(matches!(spenders.source, Source::Redis { .. }));
    assert_eq!(spenders.value.len(), 1);
    assert_eq!(spenders.value[0].total_expense.to_string(), "17.25");
    assert_eq!(models.products(&[product]).await.unwrap()[&product].quantity, 6);
    store.finish().await;
}

#[tokio::test]
async fn an_emptied_redis_is_filled_again_and_mysql_answers_meanwhile() {
    let (store, _) = busy_store().await;
    let prefix = prefix("emptied");
    let (models, stop) = watched(&store, &prefix);
    for _ in 0..3 {
        until_equal(&store, &models).await;
        let all = keys(&prefix).await;
        let _: () = redis::cmd("DEL").arg(all).query_async(&mut redis().await).await.unwrap();
        let overview = models.stock_overview(10).await.unwrap();
        assert_eq!(overview.value.len(), 2);
    }
    until_equal(&store, &models).await;
    stop.cancel();
    store.finish().await;
}

#[tokio::test]
async fn drift_is_found_repaired_and_counted_and_lag_is_no_drift() {
    let (store, _) = busy_store().await;
    let prefix = prefix("drift");
    let (models, stop) = watched(&store, &prefix);
    until_equal(&store, &models).await;
    stop.cancel();
    note_now(&models, &prefix).await;
    assert_eq!(models.check_now().await.unwrap(), Some(Checked { products: 0, entries: 0 }));
    let mut connection = redis().await;
    let product = format!("{prefix}store:product:1");
    let _: () = redis::cmd("HSET").arg(&product).arg("quantity").arg(999).query_async(&mut connection).await.unwrap();
    let ghost = format!("{prefix}store:product:77");
    let _: () = redis::cmd("HSET").arg(&ghost).arg("name").arg("Ghost").query_async(&mut connection).await.unwrap();
    let products = format!("{prefix}store:products");
    let _: () = redis::cmd("ZADD").arg(&products).arg(77).arg(77).query_async(&mut connection).await.unwrap();
    let spenders = format!("{prefix}store:live:spenders");
    let _: () =
        redis::cmd("ZINCRBY").arg(&spenders).arg(-500).arg("nobody").query_async(&mut connection).await.unwrap();
    assert_eq!(models.check_now().await.unwrap(), Some(Checked { products: 2, entries: 1 }));
    assert_eq!(from_redis(&models).await.unwrap(), from_mysql(&store).await);
    assert_eq!(models.check_now().await.unwrap(), Some(Checked { products: 0, entries: 0 }));
    assert_eq!(models.drift().await.unwrap(), Checked { products: 2, entries: 1 });
    store.finish().await;
}

/// Puts a value of a type that the key never has.
async fn spoil(prefix: &str, name: &str) {
    let key = format!("{prefix}store:{name}");
    let mut both = redis::pipe();
    both.atomic().del(&key).ignore().rpush(&key, "junk").ignore();
    both.query_async::<()>(&mut redis().await).await.unwrap();
}

#[tokio::test]
async fn a_key_of_the_wrong_type_is_drift_that_a_check_repairs_and_counts() {
    let (store, _) = busy_store().await;
    let (none, product) = (Checked { products: 0, entries: 0 }, Checked { products: 1, entries: 0 });
    let entry = Checked { products: 0, entries: 1 };
    for (name, found) in [
        ("as_of", entry),
        ("mark", entry),
        ("live:taken", entry),
        ("live:spenders", entry),
        ("products", entry),
        ("users", entry),
        ("product:1", product),
        ("product:77", product),
    ] {
        let prefix = prefix("type");
        let (models, stop) = watched(&store, &prefix);
        until_equal(&store, &models).await;
        stop.cancel();
        note_now(&models, &prefix).await;
        if name == "product:77" {
            let products = format!("{prefix}store:products");
            let _: () = redis::cmd("ZADD").arg(products).arg(77).arg(77).query_async(&mut redis().await).await.unwrap();
        }
        spoil(&prefix, name).await;
        assert_eq!(models.check_now().await.unwrap(), Some(found), "{name}");
        let (models, stop) = watched(&store, &prefix);
        until_equal(&store, &models).await;
        stop.cancel();
        note_now(&models, &prefix).await;
        assert_eq!(models.check_now().await.unwrap(), Some(none), "{name}");
        assert_eq!(models.drift().await.unwrap(), found, "{name}");
    }
    store.finish().await;
}

/// Events come before the next check does, and one that cannot be written would hold up all that follow.
#[tokio::test]
async fn a_key_of_the_wrong_type_stops_no_event() {
    let (store, _) = busy_store().await;
    for name in ["as_of", "mark", "next:token", "live:taken", "live:spenders", "product:1"] {
        let prefix = prefix("stopped");
        let (models, stop) = watched(&store, &prefix);
        until_equal(&store, &models).await;
        spoil(&prefix, name).await;
        store.order(&[(1, 1)]).await;
        let events = deliver(&store).await;
        wait_until(format_args!("an event to be applied over {name}"), async || {
            models.projection().model.apply(&events).await.map_err(|error| error.to_string())
        })
        .await;
        until_equal(&store, &models).await;
        assert_eq!(models.drift().await.unwrap().entries, u64::from(name != "product:1"), "{name}");
        stop.cancel();
    }
    store.finish().await;
}

/// Who is to build the models anew waits for the lock under which a check is made.
#[tokio::test]
async fn a_check_that_waits_for_events_ends_when_redis_is_emptied() {
    let (store, _) = busy_store().await;
    let prefix = prefix("interrupted");
    let (models, stop) = watched(&store, &prefix);
    until_equal(&store, &models).await;
    stop.cancel();
    // Nobody says that anything is applied, so the check has to wait.
    let checked = tokio::spawn({
        let models = models.clone();
        async move { models.check_now().await }
    });
    wait_until("a check", async || {
        let all = keys(&prefix).await;
        if all.iter().any(|key| key.ends_with("next:token")) { Ok(()) } else { Err(format!("{all:?}")) }
    })
    .await;
    let _: () = redis::cmd("DEL").arg(keys(&prefix).await).query_async(&mut redis().await).await.unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(10), checked).await.expect("it goes on waiting").unwrap();
    assert!(matches!(ended, Err(CheckError::Interrupted)), "{ended:?}");
    store.finish().await;
}

#[tokio::test]
async fn an_answer_says_how_old_it_is_once_every_partition_was_heard_of() {
    let store = Store::start().await;
    let prefix = prefix("age");
    let (models, stop) = watched(&store, &prefix);
    until_equal(&store, &models).await;
    stop.cancel();
    let at = |seconds| Utc::now() - chrono::Duration::seconds(seconds);
    let names: BTreeMap<&str, i64> = [("order-saga-events", 90), ("stock-events", 5)].into();
    let progress: Progress = names.iter().map(|(name, age)| (format!("{prefix}{name}/0"), at(*age))).collect();
    models.note(&progress).await.unwrap();
    let Source::Redis { age_s: Some(age_s) } = models.best_sellers(1).await.unwrap().source else { panic!() };
    assert!((90..=100).contains(&age_s), "{age_s}");
    store.finish().await;
}

/// A place in a sequence that differs with the seed (the finalizer of `SplitMix64`).
fn mix(seed: u64, at: usize) -> u64 {
    let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(at as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^= z >> 27;
    z.wrapping_mul(0x94d0_49bb_1331_11eb)
}
