//! What one order adds to the reports.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use shared_events::{Money, OrderId, ProductId, StockDecreased, UserId};

/// An order's part in the reports: its user's spending and its products' units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contribution {
    pub order_id: OrderId,
    pub user_id: UserId,
    /// The order's total.
    pub cents: i64,
    /// Units by product.
    pub items: Vec<(ProductId, u32)>,
}

impl From<&StockDecreased> for Contribution {
    fn from(event: &StockDecreased) -> Self {
        Self {
            order_id: event.order_id,
            user_id: event.user_id,
            cents: cents(event.total_amount),
            items: event.items.iter().map(|item| (item.product_id, item.quantity)).collect(),
        }
    }
}

/// An amount in cents. The largest total of an order is far below what an `i64`, or a score in Redis, holds exactly.
pub(super) fn cents(amount: Money) -> i64 {
    (amount.as_decimal() * Decimal::ONE_HUNDRED).to_i64().unwrap_or(i64::MAX)
}

/// The amount of so many cents.
pub(super) fn amount(cents: i64) -> Option<Money> {
    Money::try_from(Decimal::new(cents, 2)).ok()
}
