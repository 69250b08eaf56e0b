//! Lists orders.

use std::collections::BTreeMap;

use serde::Deserialize;
use service_kit::{List, Page};
use shared_events::{OrderId, OrderItem, UserId};
use sqlx::MySqlConnection;
use utoipa::IntoParams;

use super::OrderView;
use crate::orders::{OrderError, OrderStatus, store};

/// Which orders.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrderFilter {
    /// Those of this user.
    #[param(value_type = Option<u64>)]
    pub user_id: Option<UserId>,
    /// Those in this state.
    #[param(inline)]
    pub status: Option<OrderStatus>,
}

/// A page of orders with their items, with two statements.
pub async fn list_orders(
    connection: &mut MySqlConnection,
    page: &Page,
    filter: &OrderFilter,
) -> Result<List<OrderView>, OrderError> {
    let orders = store::list(connection, (page.after(), page.rows()), (filter.user_id, filter.status)).await?;
    let orders = page.list(orders, |order| order.id);
    let order_ids: Vec<OrderId> = orders.items.iter().map(|order| order.id).collect();
    let mut items: BTreeMap<OrderId, Vec<OrderItem>> = BTreeMap::new();
    for (order_id, item) in store::items_of(connection, &order_ids).await? {
        items.entry(order_id).or_default().push(item);
    }
    let view = |order: crate::orders::Order| {
        let items = items.remove(&order.id).unwrap_or_default();
        OrderView::new(order, items)
    };
    Ok(List { items: orders.items.into_iter().map(view).collect(), next: orders.next })
}
