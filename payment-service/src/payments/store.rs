//! The SQL of payments and of refusals; no decision is made here.
//!
//! `lock_…` reads take the row's lock until the transaction ends. Whoever changes a payment or emits for its
//! order holds it, which puts the events of one order into commit order.

pub mod of_orders;

use chrono::{DateTime, NaiveDateTime, Utc};
use rust_decimal::Decimal;
use shared_events::{Money, OrderId, PaymentId};
use sqlx::MySqlConnection;
use uuid::Uuid;

use super::domain::{Due, Payment, Refusal};

/// A row as MySQL gives it.
struct Row {
    id: u64,
    order_id: u64,
    user_id: u64,
    amount: Decimal,
    currency: String,
    status: String,
    correlation_id: Option<Uuid>,
    decline_reason: Option<String>,
    card_last4: Option<String>,
    created_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    processed_at: Option<NaiveDateTime>,
}

/// The columns once, the conditions where they are used; still one literal, checked at build time.
macro_rules! select_payments {
    ($condition:tt $(, $bind:expr)*) => {
        sqlx::query_as!(
            Row,
            "SELECT id, order_id, user_id, amount, currency, status, correlation_id AS `correlation_id: Uuid`, "
                + "decline_reason, card_last4, created_at, expires_at, processed_at FROM payments WHERE "
                + $condition
            $(, $bind)*
        )
    };
}

/// A payment, unlocked.
pub async fn find(connection: &mut MySqlConnection, id: PaymentId) -> Result<Option<Payment>, sqlx::Error> {
    select_payments!("id = ?", id).fetch_optional(connection).await?.map(Payment::try_from).transpose()
}

/// A payment, locked.
pub async fn lock(connection: &mut MySqlConnection, id: PaymentId) -> Result<Option<Payment>, sqlx::Error> {
    select_payments!("id = ? FOR UPDATE", id).fetch_optional(connection).await?.map(Payment::try_from).transpose()
}

/// An order's one payment, locked.
pub async fn lock_of_order(
    connection: &mut MySqlConnection,
    order_id: OrderId,
) -> Result<Option<Payment>, sqlx::Error> {
    select_payments!("order_id = ? FOR UPDATE", order_id)
        .fetch_optional(connection)
        .await?
        .map(Payment::try_from)
        .transpose()
}

/// At most `limit` payments that can no longer be paid, locked; those that somebody else has locked are left
/// for the next time.
// Without ORDER BY: sorting would read, and so lock, every overdue row before it kept the first hundred.
pub async fn lock_overdue(
    connection: &mut MySqlConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<Payment>, sqlx::Error> {
    select_payments!(
        "status IN ('open', 'declined') AND expires_at <= ? LIMIT ? FOR UPDATE SKIP LOCKED",
        now.naive_utc(),
        limit
    )
    .fetch_all(connection)
    .await?
    .into_iter()
    .map(Payment::try_from)
    .collect()
}

/// Payments in order of id, after `after`, at most `rows`; of one order, if one is given.
pub async fn list(
    connection: &mut MySqlConnection,
    order_id: Option<OrderId>,
    after: PaymentId,
    rows: u32,
) -> Result<Vec<Payment>, sqlx::Error> {
    let found = match order_id {
        Some(order_id) => {
            select_payments!("order_id = ? AND id > ? ORDER BY id LIMIT ?", order_id, after, rows)
                .fetch_all(connection)
                .await?
        }
        None => select_payments!("id > ? ORDER BY id LIMIT ?", after, rows).fetch_all(connection).await?,
    };
    found.into_iter().map(Payment::try_from).collect()
}

/// A new open payment; none when the order has one already.
pub async fn insert(
    connection: &mut MySqlConnection,
    due: &Due,
    correlation_id: Option<Uuid>,
    (created_at, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<Payment>, sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO payments (order_id, user_id, amount, currency, status, correlation_id, created_at, expires_at) \
         VALUES (?, ?, ?, ?, 'open', ?, ?, ?)",
        due.order_id,
        due.user_id,
        due.amount.as_decimal(),
        due.currency.as_str(),
        correlation_id,
        created_at.naive_utc(),
        expires_at.naive_utc()
    )
    .execute(connection)
    .await;
    match inserted {
        Ok(done) => Ok(Some(Payment::open(done.last_insert_id(), due, correlation_id, (created_at, expires_at)))),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes what may change of a payment. The caller locked it.
pub async fn save(connection: &mut MySqlConnection, payment: &Payment) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE payments SET status = ?, correlation_id = ?, decline_reason = ?, card_last4 = ?, expires_at = ?, \
         processed_at = ? WHERE id = ?",
        payment.status.as_str(),
        payment.correlation_id,
        payment.decline_reason,
        payment.card_last4,
        payment.expires_at.naive_utc(),
        payment.processed_at.map(|at| at.naive_utc()),
        payment.id
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An order's refusal, locked.
pub async fn lock_refusal(connection: &mut MySqlConnection, order_id: OrderId) -> Result<Option<Refusal>, sqlx::Error> {
    let answered_at =
        sqlx::query_scalar!("SELECT answered_at FROM payment_refusals WHERE order_id = ? FOR UPDATE", order_id)
            .fetch_optional(connection)
            .await?;
    Ok(answered_at.map(|answered_at| Refusal { answered: answered_at.is_some() }))
}

/// Remembers that an order must not be paid; what was remembered before stays.
pub async fn remember_refusal(
    connection: &mut MySqlConnection,
    order_id: OrderId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO payment_refusals (order_id, reason, created_at) VALUES (?, ?, ?) \
         ON DUPLICATE KEY UPDATE order_id = order_id",
        order_id,
        reason,
        now.naive_utc()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that the saga was told of the refusal.
pub async fn mark_refusal_answered(
    connection: &mut MySqlConnection,
    order_id: OrderId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE payment_refusals SET answered_at = ? WHERE order_id = ?", now.naive_utc(), order_id)
        .execute(connection)
        .await?;
    Ok(())
}

impl TryFrom<Row> for Payment {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let decode = |error: Box<dyn std::error::Error + Send + Sync>| sqlx::Error::Decode(error);
        Ok(Self {
            id: row.id,
            order_id: row.order_id,
            user_id: row.user_id,
            amount: Money::try_from(row.amount).map_err(|error| decode(error.into()))?,
            currency: row.currency.parse().map_err(|error: shared_events::CurrencyError| decode(error.into()))?,
            status: row.status.parse().map_err(|error: super::domain::UnknownStatus| decode(error.into()))?,
            correlation_id: row.correlation_id,
            decline_reason: row.decline_reason,
            card_last4: row.card_last4,
            created_at: row.created_at.and_utc(),
            expires_at: row.expires_at.and_utc(),
            processed_at: row.processed_at.map(|at| at.and_utc()),
        })
    }
}
