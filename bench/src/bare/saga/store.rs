//! The transactions of store-manager's handlers.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use chrono::Utc;
use saga_kit::rows::in_runs;
use serde_json::{Value, json};
use sqlx::{MySqlConnection, MySqlPool, QueryBuilder, Row};
use uuid::Uuid;

use super::machinery::{emit, open};
use super::told::{Kind, Payloads, Told};

/// store-manager.
#[derive(Debug, Clone)]
pub(super) struct Store {
    pub pool: MySqlPool,
    pub payloads: Arc<Payloads>,
}

impl Store {
    /// One transaction for what came together.
    pub async fn handle(&self, batch: &[Told]) -> Result<Vec<Told>> {
        let mut tx = self.pool.begin().await?;
        open(&mut tx, "store-manager", batch).await?;
        let of = |kind: Kind| batch.iter().filter(move |told| told.kind == kind).cloned().collect::<Vec<_>>();
        let (created, paid) = (of(Kind::OrderCreated), of(Kind::PaymentCreated));
        let mut told = Vec::with_capacity(created.len() + paid.len());
        if !created.is_empty() {
            take(&mut tx, &created).await?;
            told.extend(created.iter().map(|event| Told::new(Kind::StockDecreased, event.order_id)));
        }
        if !paid.is_empty() {
            complete(&mut tx, &paid).await?;
            told.extend(paid.iter().map(|event| Told::new(Kind::SagaCompleted, event.order_id)));
        }
        self.record(&mut tx, batch).await?;
        emit(&mut tx, &self.payloads, &mut told).await?;
        tx.commit().await?;
        Ok(told)
    }

    /// The timeline.
    async fn record(&self, connection: &mut MySqlConnection, batch: &[Told]) -> Result<()> {
        let (now, saga) = (Utc::now(), Uuid::now_v7());
        for run in in_runs(batch) {
            let mut insert = QueryBuilder::new(
                "INSERT INTO saga_events (event_id, event_type, aggregate_id, correlation_id, causation_id, \
                 service_name, occurred_at, recorded_at, data) ",
            );
            insert.push_values(run, |mut row, told| {
                row.push_bind(told.event_id)
                    .push_bind(told.kind.name())
                    .push_bind(told.order_id.to_string())
                    .push_bind(saga)
                    .push_bind(saga)
                    .push_bind("store-manager")
                    .push_bind(now)
                    .push_bind(now)
                    .push_bind(self.payloads.of(told.kind).1);
            });
            insert.push(" ON DUPLICATE KEY UPDATE event_id = VALUES(event_id)");
            insert.build().execute(&mut *connection).await?;
        }
        Ok(())
    }
}

/// `OrderCreated`: the stock is taken.
async fn take(connection: &mut MySqlConnection, events: &[Told]) -> Result<()> {
    let sagas = lock(connection, events).await?;
    let orders: Vec<u64> = events.iter().map(|event| event.order_id).collect();
    let items: Vec<(u64, u64, u32)> = sqlx::query_as(
        "SELECT items.order_id, items.product_id, items.quantity
         FROM JSON_TABLE(?, '$[*]' COLUMNS (order_id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN order_items AS items FORCE INDEX (PRIMARY) ON items.order_id = wanted.order_id",
    )
    .bind(json!(orders).to_string())
    .fetch_all(&mut *connection)
    .await?;
    let mut products: Vec<u64> = items.iter().map(|(_, product_id, _)| *product_id).collect();
    products.sort_unstable();
    products.dedup();
    let levels: Vec<(u64, u32, u64)> = sqlx::query_as(
        "SELECT stocks.product_id, stocks.quantity, stocks.version
         FROM JSON_TABLE(?, '$[*]' COLUMNS (product_id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN stocks FORCE INDEX (PRIMARY) ON stocks.product_id = wanted.product_id FOR UPDATE",
    )
    .bind(json!(products).to_string())
    .fetch_all(&mut *connection)
    .await?;
    let before: BTreeMap<u64, (u32, u64)> =
        levels.into_iter().map(|(id, level, version)| (id, (level, version))).collect();
    let mut after = before.clone();
    let mut lines = Vec::with_capacity(items.len());
    for (order_id, product_id, quantity) in items {
        let (level, version) = after.get_mut(&product_id).context("no stock")?;
        (*level, *version) = (*level - quantity, *version + 1);
        let delta = -i64::from(quantity);
        lines.push(json!({"order_id": order_id, "product_id": product_id, "delta": delta, "level": level,
                          "version": version}));
    }
    let moves = before.iter().zip(&after).map(|((product_id, from), (_, to))| {
        json!({"product_id": product_id, "from_level": from.0, "from_version": from.1, "level": to.0, "version": to.1})
    });
    move_stock(connection, &lines, &moves.collect::<Vec<_>>()).await?;
    save(connection, events, ("creating_payment", &sagas)).await
}

async fn move_stock(connection: &mut MySqlConnection, lines: &[Value], levels: &[Value]) -> Result<()> {
    sqlx::query(
        "INSERT INTO stock_movements (product_id, order_id, kind, delta, level_after, version, moved_at)
         SELECT moved.product_id, moved.order_id, ?, moved.delta, moved.level, moved.version, ?
         FROM JSON_TABLE(?, '$[*]' COLUMNS (
             order_id BIGINT UNSIGNED PATH '$.order_id', product_id BIGINT UNSIGNED PATH '$.product_id',
             delta INT PATH '$.delta', level INT UNSIGNED PATH '$.level', version BIGINT UNSIGNED PATH '$.version'
         )) AS moved",
    )
    .bind("take")
    .bind(Utc::now())
    .bind(json!(lines).to_string())
    .execute(&mut *connection)
    .await?;
    let moved = sqlx::query(
        "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
             product_id BIGINT UNSIGNED PATH '$.product_id', from_level BIGINT PATH '$.from_level',
             from_version BIGINT UNSIGNED PATH '$.from_version', level INT UNSIGNED PATH '$.level',
             version BIGINT UNSIGNED PATH '$.version'
         )) AS moved
         STRAIGHT_JOIN stocks FORCE INDEX (PRIMARY) ON stocks.product_id = moved.product_id
         SET stocks.quantity = moved.level, stocks.version = moved.version
         WHERE stocks.version = moved.from_version AND stocks.quantity = moved.from_level",
    )
    .bind(json!(levels).to_string())
    .execute(connection)
    .await?;
    ensure!(moved.rows_affected() == levels.len() as u64, "the stock of {levels:?} did not move");
    Ok(())
}

/// `PaymentCreated`: the good end.
async fn complete(connection: &mut MySqlConnection, events: &[Told]) -> Result<()> {
    let sagas = lock(connection, events).await?;
    save(connection, events, ("awaiting_payment", &sagas)).await
}

/// Locks orders, and gives the saga of each.
async fn lock(connection: &mut MySqlConnection, events: &[Told]) -> Result<HashMap<u64, Uuid>> {
    let mut orders: Vec<u64> = events.iter().map(|event| event.order_id).collect();
    orders.sort_unstable();
    let rows = sqlx::query(
        r#"SELECT id, user_id, status, total_amount, currency, is_paid AS "is_paid: bool", payment_id, payment_link,
                  decline_reason, cancel_reason, correlation_id AS "correlation_id: Uuid",
                  created_at AS "created_at: DateTime<Utc>", saga_ended_at AS "saga_ended_at: DateTime<Utc>"
           FROM JSON_TABLE(?, '$[*]' COLUMNS (wanted_id BIGINT UNSIGNED PATH '$')) AS wanted STRAIGHT_JOIN
           orders FORCE INDEX (PRIMARY) ON id = wanted_id FOR UPDATE"#,
    )
    .bind(json!(orders).to_string())
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(10)?))).collect()
}

async fn save(
    connection: &mut MySqlConnection,
    events: &[Told],
    (status, sagas): (&str, &HashMap<u64, Uuid>),
) -> Result<()> {
    let now = Utc::now().naive_utc().to_string();
    let mut rows = Vec::with_capacity(events.len());
    for Told { order_id, payment_id, .. } in events {
        let saga = sagas.get(order_id).context("no order")?.simple().to_string();
        let mut row = json!({"id": order_id, "status": status, "is_paid": 0, "correlation_id": saga});
        if let Some(payment_id) = payment_id {
            row["payment_id"] = json!(payment_id);
            row["payment_link"] = json!(format!("http://127.0.0.1:8080/payments-api/payments/process/{payment_id}"));
            row["saga_ended_at"] = json!(now);
        }
        rows.push(row);
    }
    sqlx::query(
        "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
             id BIGINT UNSIGNED PATH '$.id', status VARCHAR(32) PATH '$.status', is_paid TINYINT PATH '$.is_paid',
             payment_id BIGINT UNSIGNED PATH '$.payment_id', payment_link TEXT PATH '$.payment_link',
             decline_reason TEXT PATH '$.decline_reason', cancel_reason TEXT PATH '$.cancel_reason',
             correlation_id CHAR(32) PATH '$.correlation_id', saga_ended_at DATETIME(6) PATH '$.saga_ended_at'
         )) AS changed
         STRAIGHT_JOIN orders FORCE INDEX (PRIMARY) ON orders.id = changed.id
         SET orders.status = changed.status, orders.is_paid = changed.is_paid,
             orders.payment_id = changed.payment_id, orders.payment_link = changed.payment_link,
             orders.decline_reason = changed.decline_reason, orders.cancel_reason = changed.cancel_reason,
             orders.correlation_id = UNHEX(changed.correlation_id), orders.saga_ended_at = changed.saga_ended_at",
    )
    .bind(json!(rows).to_string())
    .execute(connection)
    .await?;
    Ok(())
}
