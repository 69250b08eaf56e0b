//! What may be ordered: which products, each once, and how many of each.

use std::collections::BTreeMap;

use shared_events::{Money, OrderItem, ProductId, RequestedItem, UserId};

use super::OrderError;

/// Different products of an order at most.
pub const MAX_ITEMS: usize = 500;
/// Pieces of one product in an order at most.
pub const MAX_QUANTITY: u32 = 10_000;

/// An order to be: well-formed, though nobody has looked yet whether its user and its products exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    user_id: UserId,
    items: BTreeMap<ProductId, u32>,
}

impl NewOrder {
    /// Checks what was asked for. A product that is named twice is merged.
    pub fn parse(user_id: UserId, items: impl IntoIterator<Item = (ProductId, u32)>) -> Result<Self, OrderError> {
        let mut merged = BTreeMap::new();
        for (product_id, quantity) in items {
            let sum: &mut u32 = merged.entry(product_id).or_default();
            *sum = sum.saturating_add(quantity);
            // None of a product is a mistake also where the product is named again.
            if quantity == 0 || *sum > MAX_QUANTITY {
                return Err(OrderError::InvalidQuantity { product_id });
            }
        }
        match merged.len() {
            0 => Err(OrderError::NoItems),
            1..=MAX_ITEMS => Ok(Self { user_id, items: merged }),
            count => Err(OrderError::TooManyItems { count }),
        }
    }

    /// Who orders.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        self.user_id
    }

    /// What is ordered, in product id order.
    #[must_use]
    pub fn requested(&self) -> Vec<RequestedItem> {
        let item = |(&product_id, &quantity)| RequestedItem { product_id, quantity };
        self.items.iter().map(item).collect()
    }

    /// The products, in id order.
    pub fn product_ids(&self) -> impl Iterator<Item = ProductId> {
        self.items.keys().copied()
    }

    /// The items at these prices, or the products that have none because they don't exist.
    pub fn priced(&self, prices: &BTreeMap<ProductId, Money>) -> Result<Vec<OrderItem>, Vec<ProductId>> {
        let unknown: Vec<ProductId> = self.items.keys().filter(|id| !prices.contains_key(id)).copied().collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let at_price = |(&product_id, &quantity)| {
            prices.get(&product_id).map(|&unit_price| OrderItem { product_id, quantity, unit_price })
        };
        Ok(self.items.iter().filter_map(at_price).collect())
    }
}

/// Sum over the items of quantity times unit price.
pub fn total(items: &[OrderItem]) -> Result<Money, OrderError> {
    items
        .iter()
        .try_fold(Money::ZERO, |sum, item| sum.checked_add(item.unit_price.checked_mul(item.quantity)?))
        .ok_or(OrderError::TotalTooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    #[test]
    fn a_product_named_twice_is_merged() {
        let order = NewOrder::parse(1, [(3, 1), (2, 5), (3, 2)]).unwrap();
        assert_eq!(order.product_ids().collect::<Vec<_>>(), [2, 3]);
        assert_eq!(order.requested()[1], RequestedItem { product_id: 3, quantity: 3 });
    }

    #[test]
    fn an_order_names_1_to_500_products_and_1_to_10_000_of_each() {
        let of = |count: u64| NewOrder::parse(1, (1..=count).map(|id| (id, 1)));
        assert!(matches!(of(0), Err(OrderError::NoItems)));
        assert!(of(500).is_ok());
        assert!(matches!(of(501), Err(OrderError::TooManyItems { count: 501 })));
        assert!(NewOrder::parse(1, [(7, 4_000), (7, 6_000)]).is_ok());
        for items in
            [vec![(7, 0)], vec![(7, 10_001)], vec![(7, 10_000), (7, 1)], vec![(7, u32::MAX); 2], vec![(7, 1), (7, 0)]]
        {
            assert!(matches!(NewOrder::parse(1, items), Err(OrderError::InvalidQuantity { product_id: 7 })));
        }
    }

    #[test]
    fn items_get_the_prices_of_now_and_unknown_products_are_named() {
        let order = NewOrder::parse(1, [(3, 3), (2, 2), (9, 1)]).unwrap();
        assert_eq!(order.priced(&BTreeMap::from([(2, money("1.50"))])), Err(vec![3, 9]));
        let items =
            order.priced(&BTreeMap::from([(9, money("0.01")), (2, money("1.50")), (3, money("5.75"))])).unwrap();
        assert_eq!(items[0], OrderItem { product_id: 2, quantity: 2, unit_price: money("1.50") });
        assert_eq!(total(&items).unwrap(), money("20.26"));
    }

    #[test]
    fn a_total_beyond_what_the_column_holds_is_refused() {
        let item = OrderItem { product_id: 1, quantity: 10_000, unit_price: money("999999.99") };
        assert_eq!(total(std::slice::from_ref(&item)).unwrap(), money("9999999900.00"));
        assert!(matches!(total(&[item.clone(), item]), Err(OrderError::TotalTooLarge)));
    }
}
