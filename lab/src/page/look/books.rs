//! Looks at the orders and the queues, in the tables: they are there also when the services are not.

use anyhow::{Context as _, Result};
use chrono::NaiveDateTime;
use sqlx::MySqlPool;
use stack::store::Name;

use super::ANSWER_LIMIT;
use crate::laboratory::Laboratory;
use crate::page::app::App;
use crate::page::seen::{Books, Order, Parked, Queues};

/// An order as the list shows it. It moved last when its last event came about, or when it was placed.
#[derive(sqlx::FromRow)]
struct OrderRow {
    id: u64,
    status: String,
    amount: String,
    has_ended: bool,
    moved_at: NaiveDateTime,
}

/// The last orders; the newest first.
const ORDERS: &str = "SELECT o.id, o.status, CONCAT(o.total_amount, ' ', o.currency) AS amount, \
    o.saga_ended_at IS NOT NULL AS has_ended, \
    COALESCE((SELECT MAX(e.occurred_at) FROM saga_events e WHERE e.aggregate_id = CAST(o.id AS CHAR)), o.created_at) AS moved_at \
    FROM orders o ORDER BY o.id DESC LIMIT 8";

const COUNTS: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(saga_ended_at IS NULL), 0) AS SIGNED) FROM orders";

const QUEUES: &str =
    "SELECT (SELECT COUNT(*) FROM outbox), (SELECT COUNT(*) FROM inbox), (SELECT COUNT(*) FROM parked_events)";

const PARKED: &str = "SELECT CONVERT(event_key USING utf8mb4), COUNT(*), CAST(SUBSTRING_INDEX(GROUP_CONCAT(error \
    ORDER BY id SEPARATOR '\\n'), '\\n', 1) AS CHAR) FROM parked_events GROUP BY event_key ORDER BY MIN(id) LIMIT 5";

pub(super) fn look(app: &App, lab: &Laboratory) {
    let databases = lab.databases();
    let books = databases.wait(async {
        tokio::time::timeout(ANSWER_LIMIT, read(databases.store(), databases.payments())).await.context("no answer")?
    });
    app.note(|seen| match books {
        Ok(books) => seen.books = books,
        Err(_) => seen.books.is_old = true,
    });
}

async fn read(store: &MySqlPool, payments: &MySqlPool) -> Result<Books> {
    let rows: Vec<OrderRow> = sqlx::query_as(ORDERS).fetch_all(store).await?;
    let (total, under_way) = sqlx::query_as(COUNTS).fetch_one(store).await?;
    let mut books = Books { orders: rows.into_iter().map(order).collect(), total, under_way, ..Books::default() };
    for service in Name::SERVICES {
        let pool = if service == Name::StoreManager { store } else { payments };
        let (outbox, inbox, parked) = sqlx::query_as(QUEUES).fetch_one(pool).await?;
        books.queues.push(Queues { service, outbox, inbox, parked });
        let rows: Vec<(String, i64, String)> = sqlx::query_as(PARKED).fetch_all(pool).await?;
        books.parked.extend(rows.into_iter().map(|(key, events, error)| Parked { service, key, events, error }));
    }
    Ok(books)
}

fn order(row: OrderRow) -> Order {
    let OrderRow { id, status, amount, has_ended, moved_at } = row;
    Order { id, status, amount, has_ended, moved_at: moved_at.and_utc() }
}
