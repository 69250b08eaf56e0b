//! SIGTERM ends a service within five seconds, with nothing half done, whatever it is doing.

use futures::stream::{self, StreamExt};
use tests::{Service, Signal, Store, wait_until};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Places orders, and stops and starts `service` again three times amid them. Every stop is checked: it takes five
/// seconds at most and ends with status 0.
async fn place_while_stopping(store: &Store, service: &Service) -> Vec<u64> {
    let (user, product) = (store.user().await, store.product(5.0, 1_000).await);
    let wanted = [(product, 1)];
    let orders = stream::iter(0..60).map(|_| store.order_at_last(user, &wanted)).buffer_unordered(8).collect();
    let stopping = async {
        for there in [15, 30, 45] {
            wait_until("orders to stop amid", async || {
                let orders = store.store_db.number("SELECT COUNT(*) FROM orders").await;
                if orders >= there { Ok(()) } else { Err(format!("{orders} orders")) }
            })
            .await;
            service.stop().await;
            service.start().await;
        }
    };
    let (orders, ()) = tokio::join!(orders, stopping);
    orders
}

#[tokio::test]
async fn store_manager_amid_sixty_orders() {
    let store = Store::start().await;
    let orders = place_while_stopping(&store, &store.store_manager).await;
    store.until_all_ended(&orders).await;
    // Unlike a kill, a stop answers what it has begun: each order that was written was also told.
    assert_eq!(store.store_db.number("SELECT COUNT(*) FROM orders").await, 60);
    store.finish().await;
}

#[tokio::test]
async fn payment_service_amid_sixty_orders() {
    let store = Store::start().await;
    let orders = place_while_stopping(&store, &store.payment_service).await;
    store.until_all_ended(&orders).await;
    store.finish().await;
}

#[tokio::test]
async fn ctrl_c_is_as_good() {
    let store = Store::start().await;
    for service in [&store.store_manager, &store.payment_service] {
        let ended = service.end(Signal::INT).await.unwrap();
        assert!(ended.status.success(), "{}", ended.output);
    }
    store.finish().await;
}

#[tokio::test]
async fn clients_that_keep_a_connection_or_never_finish_a_request_do_not_hold_it_up() {
    let store = Store::start().await;
    let address = store.store_manager.api.address();
    let mut idle = TcpStream::connect(&address).await.unwrap();
    idle.write_all(b"GET /health-check HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut half = TcpStream::connect(&address).await.unwrap();
    half.write_all(
        b"POST /orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{",
    )
    .await
    .unwrap();
    store.store_manager.stop().await;
    drop((idle, half));
    store.finish().await;
}

#[tokio::test]
async fn while_a_handler_waits_for_a_row_that_somebody_holds() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let mut holder = store.store_db.pool.begin().await.unwrap();
    sqlx::query("SELECT quantity FROM stocks WHERE product_id = ? FOR UPDATE")
        .bind(product)
        .execute(&mut *holder)
        .await
        .unwrap();
    let order = store.order(user, &[(product, 1)]).await;
    store.until_events(order, &["OrderCreated"]).await;
    store.store_manager.stop().await;
    holder.rollback().await.unwrap();
    store.store_manager.start().await;
    store.until_payable(order).await;
    store.finish().await;
}
