//! What must hold between the databases: orders and their payments.
//!
//! Two services, two databases, perhaps two servers: no query can join them. Both are read in order of the order's
//! id and merged, so that memory does not grow with the number of orders.

use futures::stream::Peekable;
use futures::{Stream, TryStreamExt};
use rust_decimal::Decimal;
use sqlx::MySqlPool;
use std::pin::Pin;

use crate::verdict::{Offenders, Outcome};

#[derive(Debug, sqlx::FromRow)]
struct Order {
    id: u64,
    user_id: u64,
    status: String,
    total_amount: Decimal,
    currency: String,
    payment_id: Option<u64>,
    is_paid: bool,
    ended: bool,
}

#[derive(Debug, sqlx::FromRow)]
struct Payment {
    id: u64,
    order_id: u64,
    user_id: u64,
    amount: Decimal,
    currency: String,
    status: String,
    adopted: bool,
}

/// What was looked at, and what breaks each of the checks.
#[derive(Debug, Default)]
struct Found {
    ended_well: i64,
    cancelled: i64,
    adopted: i64,
    not_one: Offenders,
    disagree: Offenders,
    owed: Offenders,
    orphans: Offenders,
    /// Charged, and for an order that the store does not have: no fault, but somebody's money.
    paid_for_nothing: Offenders,
}

type Rows<'a, T> = Pin<Box<dyn Stream<Item = Result<T, sqlx::Error>> + Send + 'a>>;

/// Holds the payments against the orders that have ended.
pub(crate) async fn check(store: &MySqlPool, payments: &MySqlPool) -> Result<Vec<Outcome>, sqlx::Error> {
    let mut orders: Rows<'_, Order> = sqlx::query_as(
        "SELECT id, user_id, status, total_amount, currency, payment_id, is_paid, \
         saga_ended_at IS NOT NULL AS ended FROM orders ORDER BY id",
    )
    .fetch(store);
    let rows: Rows<'_, Payment> = sqlx::query_as(
        "SELECT id, order_id, user_id, amount, currency, status, correlation_id IS NOT NULL AS adopted \
         FROM payments ORDER BY order_id, id",
    )
    .fetch(payments);
    let mut rows = futures::StreamExt::peekable(rows);
    let mut found = Found::default();
    while let Some(order) = orders.try_next().await? {
        for orphan in take_below(&mut rows, order.id).await? {
            found.orphan(&orphan);
        }
        let own = take_below(&mut rows, order.id + 1).await?;
        found.hold(&order, &own);
    }
    for orphan in take_below(&mut rows, u64::MAX).await? {
        found.orphan(&orphan);
    }
    drop((orders, rows));
    Ok(found.outcomes())
}

/// The payments of orders with an id below `end` that were not taken before.
async fn take_below(rows: &mut Peekable<Rows<'_, Payment>>, end: u64) -> Result<Vec<Payment>, sqlx::Error> {
    let mut taken = Vec::new();
    loop {
        let next = Pin::new(&mut *rows).next_if(|row| row.as_ref().map_or(true, |payment| payment.order_id < end));
        match next.await {
            Some(row) => taken.push(row?),
            None => return Ok(taken),
        }
    }
}

impl Found {
    /// Orders whose sagas are under way are another check's.
    fn hold(&mut self, order: &Order, payments: &[Payment]) {
        self.adopted += payments.iter().map(|payment| i64::from(payment.adopted)).sum::<i64>();
        if !order.ended {
            return;
        }
        if order.is_paid != (order.status == "paid") {
            self.disagree.add(format!("{} ({}, is_paid {})", order.id, order.status, order.is_paid));
        }
        if order.status == "cancelled" {
            self.cancelled += 1;
            for payment in payments {
                if !matches!(payment.status.as_str(), "voided" | "refunded" | "expired") {
                    self.owed.add(format!("{} (payment {} is {})", order.id, payment.id, payment.status));
                }
            }
            return;
        }
        self.ended_well += 1;
        let [payment] = payments else {
            self.not_one.add(format!("{} ({} payments)", order.id, payments.len()));
            return;
        };
        let due = (order.total_amount, &order.currency, order.user_id, order.payment_id);
        if due != (payment.amount, &payment.currency, payment.user_id, Some(payment.id)) {
            let Payment { id, amount, currency, .. } = payment;
            self.not_one.add(format!("{} (due {} {}; payment {id}: {amount} {currency})", order.id, due.0, due.1));
        }
        if !agree(&order.status, &payment.status) {
            self.disagree.add(format!("{} ({}, its payment {})", order.id, order.status, payment.status));
        }
    }

    /// A client may pay for an order directly before there is one; a payment that a saga adopted has its order.
    fn orphan(&mut self, payment: &Payment) {
        let said = format!("{} (order {})", payment.id, payment.order_id);
        if payment.adopted {
            self.adopted += 1;
            self.orphans.add(said);
        } else if payment.status == "paid" {
            self.paid_for_nothing.add(said);
        }
    }

    fn outcomes(self) -> Vec<Outcome> {
        let well = (self.ended_well, "orders that ended well");
        let cancelled = (self.cancelled, "cancelled orders");
        let ended = (self.ended_well + self.cancelled, "ended orders");
        let mut of_sagas =
            self.orphans.outcome("each payment of a saga has its order", (self.adopted, "payments of sagas"), true);
        if let Some(named) = self.paid_for_nothing.named("paid directly for no order") {
            of_sagas.detail = format!("{}; {named}", of_sagas.detail);
        }
        vec![
            self.not_one.outcome("each order that ended well has one payment of its amount", well, true),
            self.disagree.outcome("orders and payments agree on what is paid", ended, true),
            self.owed.outcome("no cancelled order has a payment open or kept", cancelled, true),
            of_sagas,
        ]
    }
}

/// Whether an order that ended well and its payment say the same.
fn agree(order: &str, payment: &str) -> bool {
    matches!((order, payment), ("awaiting_payment", "open") | ("payment_declined", "declined") | ("paid", "paid"))
}
