//! A past: orders that have ended long ago, with all that belongs to them, written in bulk.
//!
//! Every table is empty, and the checks of keys are off for this connection: MariaDB then builds the indexes in one
//! go. That what is written holds together is the audit's to say, at the end of the measure.

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection};

use crate::backlog::numbers;

/// Products of the past; each order takes one of one of them.
const PRODUCTS: u64 = 256;
const USERS: u64 = 1_000;
const STOCK: u64 = 1_000_000_000;

/// How much of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Past {
    pub orders: u64,
    pub inbox_rows: u64,
}

impl Past {
    /// Writes it to empty databases.
    pub async fn write(self, store_url: &str, payments_url: &str) -> Result<()> {
        let mut store = open(store_url).await?;
        let at = "UTC_TIMESTAMP(6) - INTERVAL 2 DAY";
        let of_orders = [
            format!(
                "INSERT INTO orders (id, user_id, status, total_amount, currency, is_paid, payment_id, payment_link, \
                 correlation_id, created_at, saga_ended_at) SELECT n + 1, 1 + n % {USERS}, 'paid', 12.50, 'CAD', 1, \
                 n + 1, CONCAT('http://127.0.0.1:8080/payments-api/payments/process/', n + 1), \
                 UNHEX(LPAD(HEX(n), 32, '0')), {at}, {at}"
            ),
            format!(
                "INSERT INTO order_items (order_id, product_id, quantity, unit_price) \
                 SELECT n + 1, 1 + n % {PRODUCTS}, 1, 12.50"
            ),
            format!(
                "INSERT INTO stock_movements (product_id, order_id, kind, delta, level_after, version, moved_at) \
                 SELECT 1 + n % {PRODUCTS}, n + 1, 'take', -1, {STOCK} - 1 - n DIV {PRODUCTS}, \
                 2 + n DIV {PRODUCTS}, {at}"
            ),
            timeline("OrderCreated", 0, at),
            timeline("SagaCompleted", 1, at),
        ];
        for insert in &of_orders {
            fill(&mut store, insert, self.orders).await?;
        }
        fill(&mut store, &inbox("store-manager", at), self.inbox_rows).await?;
        // Last: the ledger was empty until now.
        self.catalogue(&mut store).await?;
        let mut payments = open(payments_url).await?;
        let of_payments = format!(
            "INSERT INTO payments (id, order_id, user_id, amount, currency, status, correlation_id, card_last4, \
             created_at, expires_at, processed_at) SELECT n + 1, n + 1, 1 + n % {USERS}, 12.50, 'CAD', 'paid', \
             UNHEX(LPAD(HEX(n), 32, '0')), '4242', {at}, {at}, {at}"
        );
        fill(&mut payments, &of_payments, self.orders).await?;
        fill(&mut payments, &inbox("payment-service", at), self.inbox_rows).await
    }

    /// Users, products and their levels, with the lines of the ledger that the orders will go on from.
    async fn catalogue(self, store: &mut MySqlConnection) -> Result<()> {
        let of_product = format!("({} + {PRODUCTS} - 1 - n) DIV {PRODUCTS}", self.orders);
        let inserts = [
            (USERS, "INSERT INTO users (id, name, email) SELECT n + 1, 'Past', CONCAT(n, '@past.example')".to_owned()),
            (
                PRODUCTS,
                "INSERT INTO products (id, name, sku, price) SELECT n + 1, 'Past', CONCAT('past-', n), 12.50"
                    .to_owned(),
            ),
            (
                PRODUCTS,
                format!(
                    "INSERT INTO stocks (product_id, quantity, version) \
                     SELECT n + 1, {STOCK} - {of_product}, 1 + {of_product}"
                ),
            ),
            (
                PRODUCTS,
                format!(
                    "INSERT INTO stock_movements (product_id, order_id, kind, delta, level_after, version, moved_at) \
                     SELECT n + 1, NULL, 'set', {STOCK}, {STOCK}, 1, UTC_TIMESTAMP(6) - INTERVAL 3 DAY"
                ),
            ),
        ];
        for (rows, insert) in inserts {
            fill(store, &insert, rows).await?;
        }
        Ok(())
    }
}

async fn open(url: &str) -> Result<MySqlConnection> {
    let mut connection = MySqlConnection::connect(url).await?;
    let checks = "SET SESSION unique_checks = 0, foreign_key_checks = 0, time_zone = '+00:00'";
    sqlx::query(checks).execute(&mut connection).await?;
    Ok(connection)
}

/// Two of the four rows of an order: its beginning and its end. The ids are lower than any of today's.
fn timeline(event_type: &str, of_two: u8, at: &str) -> String {
    format!(
        "INSERT INTO saga_events (event_id, event_type, aggregate_id, correlation_id, service_name, occurred_at, \
         recorded_at, data) SELECT UNHEX(LPAD(HEX(n * 2 + {of_two}), 32, '0')), '{event_type}', n + 1, \
         UNHEX(LPAD(HEX(n), 32, '0')), 'store-manager', {at}, {at}, '{{}}'"
    )
}

fn inbox(consumer: &str, at: &str) -> String {
    format!(
        "INSERT INTO inbox (consumer, event_id, processed_at) \
         SELECT '{consumer}', UNHEX(LPAD(HEX(n), 32, '0')), {at}"
    )
}

/// An insert of so many rows.
async fn fill(connection: &mut MySqlConnection, insert: &str, rows: u64) -> Result<()> {
    let sql = format!("{insert} FROM {}", numbers(rows));
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await.with_context(|| insert.to_owned())?;
    Ok(())
}
