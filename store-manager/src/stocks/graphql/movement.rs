//! A line of the ledger, as suppliers see it.

use async_graphql::connection::{Connection, Edge, OpaqueCursor};
use async_graphql::{Context, Enum, ID, Result, SimpleObject};
use serde::{Deserialize, Serialize};
use service_kit::database;
use shared_events::ProductId;

use super::page::PageArguments;
use super::scalars::{BigInt, Instant};
use super::session::Session;
use super::store::{MovementRow, Wanted};

/// What moved the stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "StockMovementKind")]
pub(super) enum Kind {
    /// An order took it.
    Take,
    /// An order gave it back.
    GiveBack,
    /// The level was set by hand.
    Set,
    /// A supplier's goods came.
    Replenish,
}

/// One change of a product's level.
#[derive(SimpleObject)]
#[graphql(name = "StockMovement")]
pub(super) struct Movement {
    /// What moved it.
    kind: Kind,
    /// By how many the level rose; negative where it fell.
    delta: i32,
    /// The level after it.
    level_after: u32,
    /// Its number among the movements of the product: 1, 2, 3 and so on.
    version: BigInt,
    /// When it happened.
    moved_at: Instant,
    /// The order that it was for; none where it was for no order.
    order_id: Option<ID>,
}

/// The place of a movement among those of its product.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MovementKey {
    version: u64,
}

pub(super) type Movements = Connection<OpaqueCursor<MovementKey>, Movement>;

/// The movements of a product, newest first.
pub(super) async fn page(context: &Context<'_>, product_id: ProductId, arguments: PageArguments) -> Result<Movements> {
    let session = Session::of(context);
    let page = arguments.parse::<MovementKey>().map_err(|problem| session.refuse(problem))?;
    // No ledger is longer than what fits a signed number, and that is what the statement calculates with.
    let below = page.after.map_or(i64::MAX.unsigned_abs(), |key| key.version.min(i64::MAX.unsigned_abs()));
    let wanted = Wanted { product_id, below, rows: u32::try_from(page.rows()).unwrap_or(u32::MAX) };
    let rows = session.movements().load_one(wanted).await.map_err(|problem| session.refuse(problem))?;
    let (rows, before, after) = page.cut(rows.unwrap_or_default());
    let mut connection = Connection::new(before, after);
    for row in rows {
        let cursor = OpaqueCursor(MovementKey { version: row.version });
        let movement = movement(&row).map_err(|error| session.refuse(database::problem(&error)))?;
        connection.edges.push(Edge::new(cursor, movement));
    }
    Ok(connection)
}

fn movement(row: &MovementRow) -> Result<Movement, sqlx::Error> {
    let kind = match row.kind.as_str() {
        "take" => Kind::Take,
        "give_back" => Kind::GiveBack,
        "set" => Kind::Set,
        "replenish" => Kind::Replenish,
        // The table's own check lets no other in.
        other => return Err(sqlx::Error::Decode(format!("{other} is no kind of movement").into())),
    };
    Ok(Movement {
        kind,
        delta: row.delta,
        level_after: row.level_after,
        version: BigInt(row.version),
        moved_at: Instant(row.moved_at),
        order_id: row.order_id.map(ID::from),
    })
}
