//! Which failures are answered with `PaymentCreationFailed`, which are tried again, and which are set aside:
//! docs/adr/0005-payment-refusal-or-retry.md. The refusals themselves are in `stock_decreased.rs`.

use saga_kit::{Failure, HandlerError};
use shared_events::Event;
use uuid::Uuid;

use crate::fixture::{Service, decreased, received};

#[tokio::test]
async fn a_lock_that_is_held_too_long_is_tried_again_and_refuses_nothing() {
    let service = Service::start().await;
    let id = service.pay_directly(7, 1, 12.5).await;
    let mut busy = service.pool.begin().await.unwrap();
    sqlx::query("SELECT id FROM payments WHERE order_id = 7 FOR UPDATE").execute(&mut *busy).await.unwrap();
    let mut tx = service.transactions.begin().await.unwrap();
    sqlx::query("SET SESSION innodb_lock_wait_timeout = 1").execute(&mut *tx).await.unwrap();
    let policy = service.policy.clone();
    let events = vec![received(decreased(7, 1, "12.50"), Uuid::now_v7())];
    let handled = payment_service::payments::handlers::stock_decreased(&mut tx, policy, events).await;
    assert!(matches!(handled, Err(Failure { error: HandlerError::Retry(_), .. })), "{handled:?}");
    drop(tx);
    busy.rollback().await.unwrap();
    assert_eq!(service.count("SELECT COUNT(*) FROM payment_refusals").await, 0);
    // And the next try makes it.
    assert_eq!(service.saga_payment(Uuid::now_v7(), 7).await, id);
    service.finish().await;
}

#[tokio::test]
async fn a_database_that_is_away_is_tried_again_and_is_503_over_http() {
    let service = Service::start().await;
    let id = service.pay_directly(7, 1, 12.5).await;
    let mut tx = service.transactions.begin().await.unwrap();
    let connection: u64 = sqlx::query_scalar("SELECT CONNECTION_ID()").fetch_one(&mut *tx).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("KILL {connection}"))).execute(&service.pool).await.unwrap();
    let policy = service.policy.clone();
    let events = vec![received(decreased(7, 1, "12.50"), Uuid::now_v7())];
    let handled = payment_service::payments::handlers::stock_decreased(&mut tx, policy, events).await;
    assert!(matches!(handled, Err(Failure { error: HandlerError::Retry(_), .. })), "{handled:?}");
    drop(tx);
    assert_eq!(service.status(id).await, "open");
    service.lose_database().await;
    let answer = service.get(&format!("/payments/{id}")).await;
    assert_eq!(answer.problem(), (503, "database-unavailable"));
    let answer = service.process(id, crate::fixture::GOOD_CARD).await;
    assert_eq!(answer.problem(), (503, "database-unavailable"));
}

#[tokio::test]
async fn a_row_that_makes_no_sense_is_set_aside_and_refuses_nothing() {
    let service = Service::start().await;
    service.pay_directly(7, 1, 12.5).await;
    sqlx::query("UPDATE payments SET currency = 'xxx'").execute(&service.pool).await.unwrap();
    let handled = service.deliver_stock_decreased(Uuid::now_v7(), decreased(7, 1, "12.50")).await;
    assert!(matches!(handled, Err(HandlerError::Park(_))), "{handled:?}");
    assert_eq!(service.get("/payments/1").await.problem(), (500, "internal-error"));
    assert_eq!(service.count("SELECT COUNT(*) FROM payment_refusals").await, 0);
    service.finish().await;
}

#[tokio::test]
async fn a_declined_card_is_no_failed_creation() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    service.process(id, crate::fixture::EMPTY_CARD).await;
    assert!(matches!(service.take_events().await.as_slice(), [(_, Event::PaymentDeclined(_))]));
    assert_eq!(service.count("SELECT COUNT(*) FROM payment_refusals").await, 0);
    service.finish().await;
}
