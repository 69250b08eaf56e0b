//! Places an order: prices and total are fixed, its saga begins.

use saga_kit::Tx;
use shared_events::{Currency, OrderCreated, OrderCreationFailed, OrderCreationFailure, OrderId};
use uuid::Uuid;

use crate::orders::domain::basket::{NewOrder, total};
use crate::orders::store::{self, PricedOrder};
use crate::orders::{OrderError, OrderStatus};
use crate::{products, users};

/// What came of placing an order. A refusal is an outcome of the business and no error: its event is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placed {
    /// The order is written, and its saga under way.
    Created {
        /// The order.
        order_id: OrderId,
        /// Where it stands.
        status: OrderStatus,
        /// Its saga.
        correlation_id: Uuid,
    },
    /// It was well-formed and yet cannot be.
    Refused {
        /// The saga that ends instead.
        correlation_id: Uuid,
        /// Why.
        reason: OrderCreationFailure,
    },
}

/// Places the order, with five statements whatever it names.
///
/// The user and the products are held by shared locks, so that none is deleted, and no price changes, before the
/// order that refers to them is committed. A new order's row is its own lock: nobody else can emit for it yet.
pub async fn create_order(tx: &mut Tx, currency: Currency, order: &NewOrder) -> Result<Placed, OrderError> {
    if !users::store::hold(tx, order.user_id()).await? {
        return refuse(tx, order, OrderCreationFailure::UnknownUser { user_id: order.user_id() });
    }
    let prices = products::store::hold_prices(tx, &order.product_ids()).await?;
    let items = match order.priced(&prices) {
        Ok(items) => items,
        Err(product_ids) => return refuse(tx, order, OrderCreationFailure::UnknownProducts { product_ids }),
    };
    let total_amount = total(&items)?;
    let (user_id, correlation_id, created_at) = (order.user_id(), tx.correlation_id(), tx.now());
    let fixed = PricedOrder { user_id, items, total_amount, currency, correlation_id, created_at };
    let order_id = store::insert(tx, &fixed).await?;
    tx.emit(&OrderCreated { order_id, user_id, items: fixed.items, total_amount, currency })?;
    Ok(Placed::Created { order_id, status: OrderStatus::DecreasingStock, correlation_id })
}

/// The client gets its error; the event tells everyone else.
fn refuse(tx: &mut Tx, order: &NewOrder, reason: OrderCreationFailure) -> Result<Placed, OrderError> {
    let correlation_id = tx.correlation_id();
    tx.emit(&OrderCreationFailed {
        correlation_id,
        user_id: order.user_id(),
        items: order.requested(),
        reason: reason.clone(),
    })?;
    Ok(Placed::Refused { correlation_id, reason })
}
