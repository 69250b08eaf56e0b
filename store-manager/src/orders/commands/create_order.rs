//! Places orders: prices and totals are fixed, their sagas begin.

use std::collections::{BTreeMap, BTreeSet};

use saga_kit::Tx;
use saga_kit::trace::TraceContext;
use shared_events::{
    Currency, Money, OrderCreated, OrderCreationFailed, OrderCreationFailure, OrderId, OrderItem, ProductId, UserId,
};
use uuid::Uuid;

use crate::orders::domain::basket::{NewOrder, total};
use crate::orders::store::{self, PricedOrder};
use crate::orders::{OrderError, OrderStatus, metrics};
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

/// An order as a request asks for it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The order to be.
    pub order: NewOrder,
    /// Where the request stands in a trace: the order's saga goes on from there.
    pub trace: Option<TraceContext>,
}

/// Places one order.
pub async fn create_order(tx: &mut Tx, currency: Currency, order: &NewOrder) -> Result<Placed, OrderError> {
    let asked = Asked { order: order.clone(), trace: tx.trace() };
    let placed = create_orders(tx, currency, &[asked]).await?;
    placed.into_iter().next().unwrap_or(Err(sqlx::Error::RowNotFound.into()))
}

/// Places several orders, with as many statements as one, whatever they name; each has a saga of its own. What comes of
/// each stands at its place: one that cannot be is no hindrance to the others.
///
/// The users and the products are held by shared locks, so that none is deleted, and no price changes, before the
/// orders that refer to them are committed. A new order's row is its own lock: nobody else can emit for it yet.
pub async fn create_orders(
    tx: &mut Tx,
    currency: Currency,
    asked: &[Asked],
) -> Result<Vec<Result<Placed, OrderError>>, OrderError> {
    let known = Known::hold(tx, asked).await?;
    let prepared: Vec<Prepared> = asked
        .iter()
        .map(|Asked { order, trace }| {
            tx.new_saga();
            tx.goes_on_from(*trace);
            match known.price(order) {
                Ok(items) => match total(&items) {
                    Ok(total_amount) => Prepared::Priced(PricedOrder {
                        user_id: order.user_id(),
                        items,
                        total_amount,
                        currency,
                        correlation_id: tx.correlation_id(),
                        created_at: tx.now(),
                    }),
                    Err(error) => Prepared::Decided(Err(error)),
                },
                Err(reason) => Prepared::Decided(refuse(tx, order, reason)),
            }
        })
        .collect();
    let mut ids =
        store::insert(tx, &prepared.iter().filter_map(Prepared::priced).collect::<Vec<_>>()).await?.into_iter();
    prepared
        .into_iter()
        .zip(asked)
        .map(|(prepared, asked)| match prepared {
            Prepared::Decided(outcome) => Ok(outcome),
            Prepared::Priced(order) => {
                let order_id = ids.next().ok_or(sqlx::Error::RowNotFound)?;
                tx.goes_on_from(asked.trace);
                created(tx, order_id, order).map(Ok)
            }
        })
        .collect()
}

/// What is known of an order before the first row is written.
enum Prepared {
    /// It is to be written.
    Priced(PricedOrder),
    /// It is not.
    Decided(Result<Placed, OrderError>),
}

impl Prepared {
    fn priced(&self) -> Option<&PricedOrder> {
        match self {
            Self::Priced(order) => Some(order),
            Self::Decided(_) => None,
        }
    }
}

/// Tells of an order that is written.
fn created(tx: &mut Tx, order_id: OrderId, order: PricedOrder) -> Result<Placed, OrderError> {
    let PricedOrder { user_id, items, total_amount, currency, correlation_id, .. } = order;
    tx.correlate(correlation_id);
    metrics::began(tx);
    tx.emit(&OrderCreated { order_id, user_id, items, total_amount, currency })?;
    Ok(Placed::Created { order_id, status: OrderStatus::DecreasingStock, correlation_id })
}

/// What the orders name and there is: held until the transaction ends.
struct Known {
    users: BTreeSet<UserId>,
    prices: BTreeMap<ProductId, Money>,
}

impl Known {
    async fn hold(tx: &mut Tx, asked: &[Asked]) -> Result<Self, sqlx::Error> {
        let orders = || asked.iter().map(|asked| &asked.order);
        let users = orders().map(NewOrder::user_id).collect();
        let products = orders().flat_map(NewOrder::product_ids).collect();
        Ok(Self {
            users: users::store::hold(tx, &users).await?,
            prices: products::store::hold_prices(tx, &products).await?,
        })
    }

    fn price(&self, order: &NewOrder) -> Result<Vec<OrderItem>, OrderCreationFailure> {
        if !self.users.contains(&order.user_id()) {
            return Err(OrderCreationFailure::UnknownUser { user_id: order.user_id() });
        }
        order.priced(&self.prices).map_err(|product_ids| OrderCreationFailure::UnknownProducts { product_ids })
    }
}

/// The client gets its error; the event tells everyone else.
fn refuse(tx: &mut Tx, order: &NewOrder, reason: OrderCreationFailure) -> Result<Placed, OrderError> {
    let correlation_id = tx.correlation_id();
    metrics::began(tx);
    tx.emit(&OrderCreationFailed {
        correlation_id,
        user_id: order.user_id(),
        items: order.requested(),
        reason: reason.clone(),
    })?;
    Ok(Placed::Refused { correlation_id, reason })
}
