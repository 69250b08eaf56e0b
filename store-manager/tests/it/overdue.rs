//! Which sagas are overdue, and of which of them the log was told.

use std::time::Duration;

use clap::Parser;
use shared_events::PaymentVoided;
use store_manager::config::Settings;
use store_manager::orders::queries::{OverdueSaga, overdue_sagas};
use store_manager::orders::{OrderStatus, Watchdog};

use crate::fixture::{Store, payment_created};
use crate::wait::wait_until;

/// Those that are overdue after so long.
async fn overdue(store: &Store, after: Duration) -> Vec<OverdueSaga> {
    let mut connection = store.pool.acquire().await.unwrap();
    // Ids tell milliseconds: what began in this one has begun before the next.
    let now = store.transactions.clock().now() + Duration::from_millis(1);
    overdue_sagas(&mut connection, (now, after)).await.unwrap()
}

fn waits(sagas: &[OverdueSaga]) -> Vec<(u64, &str, &str)> {
    sagas.iter().map(|saga| (saga.order_id, saga.waits_for, saga.waits_for_service)).collect()
}

#[tokio::test]
async fn an_open_saga_waits_for_its_next_step_and_an_ended_one_for_nothing() {
    let store = Store::start().await;
    let product_id = store.product(9).await;
    let ended = store.order_with_payment(&[(product_id, 1)]).await;
    let paying = store.order(&[(product_id, 1)]).await;
    store.settle().await;
    let written = store.order(&[(product_id, 1)]).await;
    let sagas = overdue(&store, Duration::ZERO).await;
    let both = [(paying, "PaymentCreated", "payment-service"), (written, "OrderCreated", "store-manager")];
    assert_eq!(waits(&sagas), both, "oldest first");
    assert_eq!(overdue(&store, Duration::from_secs(30)).await, [], "they have only begun");

    // A cancellation after the good end is a saga of its own, as old as its own beginning.
    store.delete(&format!("/orders/{ended}")).await;
    let again = overdue(&store, Duration::ZERO).await;
    assert_eq!(waits(&again)[2], (ended, "OrderCancellationRequested", "store-manager"));
    assert!(again[2].began_at >= sagas[1].began_at, "{again:?}");
    store.settle().await;
    store.deliver_from_payments(ended, &PaymentVoided { order_id: ended, payment_id: 70 }).await.unwrap();
    store.deliver_from_payments(paying, &payment_created(paying)).await.unwrap();
    store.settle().await;
    assert_eq!(waits(&overdue(&store, Duration::ZERO).await), [(written, "PaymentCreated", "payment-service")]);
    store.finish().await;
}

#[tokio::test]
async fn an_open_saga_is_found_whatever_state_its_order_is_in() {
    let store = Store::start().await;
    let product_id = store.product(9).await;
    let order_id = store.order(&[(product_id, 1)]).await;
    store.settle().await;
    let before = store.status(order_id).await;
    for status in OrderStatus::ALL {
        let set = "UPDATE orders SET status = ? WHERE id = ?";
        sqlx::query(set).bind(status.name()).bind(order_id).execute(&store.pool).await.unwrap();
        let sagas = overdue(&store, Duration::ZERO).await;
        assert_eq!(sagas.iter().map(|saga| (saga.order_id, saga.status)).collect::<Vec<_>>(), [(order_id, status)]);
        assert!(!sagas[0].waits_for.is_empty(), "{sagas:?}");
    }
    sqlx::query("UPDATE orders SET status = ?").bind(before).execute(&store.pool).await.unwrap();
    store.finish().await;
}

#[tokio::test]
async fn of_each_overdue_saga_is_told_once_and_its_end_noted() {
    let store = Store::start().await;
    let product_id = store.product(9).await;
    let order_id = store.order(&[(product_id, 1)]).await;
    store.settle().await;
    let settings = Settings::try_parse_from(["store-manager", "--kafka-brokers", "127.0.0.1:1"]).unwrap().saga;
    let watchdog = Watchdog::new(Duration::ZERO, &settings);
    let noticed = "SELECT COUNT(*) FROM overdue_sagas";
    // The millisecond of its beginning must have passed.
    wait_until("the saga to be noticed", async || {
        watchdog.look(&store.transactions).await.unwrap();
        if store.count(noticed).await == 1 { Ok(()) } else { Err("it is not".to_owned()) }
    })
    .await;
    let first: chrono::NaiveDateTime =
        sqlx::query_scalar("SELECT noticed_at FROM overdue_sagas").fetch_one(&store.pool).await.unwrap();
    watchdog.look(&store.transactions).await.unwrap();
    let again = sqlx::query_scalar("SELECT noticed_at FROM overdue_sagas").fetch_one(&store.pool).await.unwrap();
    assert_eq!(first, again, "it is not told of again");
    store.deliver_from_payments(order_id, &payment_created(order_id)).await.unwrap();
    store.settle().await;
    watchdog.look(&store.transactions).await.unwrap();
    assert_eq!(store.count(noticed).await, 0);
    store.finish().await;
}
