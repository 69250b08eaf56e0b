//! What a level of stock may be, and whether there is enough for an order.

mod replenishment;

use saga_kit::EmitError;
use saga_kit::mutation::{self, Mutation};
use serde::Serialize;
use service_kit::transactional::DatabaseCause;
use shared_events::{ProductId, Shortage, StockChange};
use utoipa::ToSchema;

pub use self::replenishment::{Announcement, IdempotencyKey, MAX_KEY_CHARS, Pieces, Replenished};
use crate::name::MAX_NAME_CHARS;

/// The highest level that can be set. What comes back from orders may go beyond, and still fits its column.
pub const MAX_LEVEL: u32 = 1_000_000_000;

/// Why something cannot be done with stock.
#[derive(Debug, thiserror::Error)]
pub enum StockError {
    /// A level below zero, or above what is sensible.
    #[error("quantity: must be 0 to {MAX_LEVEL}")]
    InvalidLevel,
    /// A delivery of nothing, or of more than there is room for.
    #[error("quantity: must be 1 to {MAX_LEVEL}")]
    InvalidPieces,
    /// A supplier's name that cannot be shown.
    #[error("supplier: must have 1 to {MAX_NAME_CHARS} characters, none of them a control character")]
    InvalidSupplier,
    /// A key that is none.
    #[error("idempotencyKey: must have 1 to {MAX_KEY_CHARS} letters, digits or signs of ASCII, and no spaces")]
    InvalidKey,
    /// The goods would bring the level above the highest.
    #[error("the level of product {product_id} is {level} and cannot go above {MAX_LEVEL}")]
    LevelTooHigh {
        /// The product.
        product_id: ProductId,
        /// The level as it is.
        level: u32,
    },
    /// The key belongs to another announcement.
    #[error("the idempotency key belongs to another announcement")]
    KeyReused,
    /// No product has this id.
    #[error("there is no product {product_id}")]
    UnknownProduct {
        /// The id.
        product_id: ProductId,
    },
    /// It is another version than those that the new level was made from.
    #[error("the stock of product {product_id} was changed meanwhile and is at version {version} now")]
    Changed {
        /// The product.
        product_id: ProductId,
        /// The version of its stock now.
        version: u64,
    },
    /// An event could not be emitted.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl DatabaseCause for StockError {
    fn database_cause(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Database(cause) => Some(cause),
            _ => None,
        }
    }
}

/// A level that may be set: 0 to [`MAX_LEVEL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level(u32);

impl Level {
    /// Checks a number as it was typed.
    pub fn parse(quantity: i64) -> Result<Self, StockError> {
        match u32::try_from(quantity) {
            Ok(level) if level <= MAX_LEVEL => Ok(Self(level)),
            _ => Err(StockError::InvalidLevel),
        }
    }

    /// How many pieces.
    #[must_use]
    pub fn pieces(self) -> u32 {
        self.0
    }
}

/// The level of a product, as it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StockLevel {
    /// The product.
    #[schema(value_type = u64)]
    pub product_id: ProductId,
    /// How many there are.
    pub quantity: u32,
    /// How often it was moved, which its entity tag says.
    #[serde(skip)]
    pub version: u64,
}

/// One product's stock, locked, beside how many of it are to be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockedStock {
    /// The product.
    pub product_id: ProductId,
    /// How many are to be taken or given back.
    pub quantity: u32,
    /// How many there are.
    pub level: u32,
    /// How often the level was moved.
    pub version: u64,
}

/// Takes each from its stock, or tells of what there is too little: all or nothing. Public for the saga's model.
pub fn take_all(stocks: &[LockedStock]) -> Result<Vec<StockChange>, Vec<Shortage>> {
    let short = stocks.iter().filter(|stock| stock.level < stock.quantity);
    let shortages: Vec<Shortage> = short
        .map(|stock| Shortage { product_id: stock.product_id, requested: stock.quantity, available: stock.level })
        .collect();
    if !shortages.is_empty() && !mutation::is_on(Mutation::StockGuardOff) {
        return Err(shortages);
    }
    // Nothing is short, so no level goes below zero.
    Ok(stocks.iter().map(|stock| moved(stock, stock.level.saturating_sub(stock.quantity))).collect())
}

/// Puts each back into its stock. Public for the saga's model.
#[must_use]
pub fn give_all_back(stocks: &[LockedStock]) -> Vec<StockChange> {
    stocks.iter().map(|stock| moved(stock, stock.level.saturating_add(stock.quantity))).collect()
}

fn moved(stock: &LockedStock, level: u32) -> StockChange {
    StockChange { product_id: stock.product_id, quantity: stock.quantity, level, version: stock.version + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stock(product_id: ProductId, quantity: u32, level: u32) -> LockedStock {
        LockedStock { product_id, quantity, level, version: 4 }
    }

    #[test]
    fn a_level_is_0_to_a_billion() {
        assert_eq!(Level::parse(0).unwrap().pieces(), 0);
        assert_eq!(Level::parse(1_000_000_000).unwrap().pieces(), MAX_LEVEL);
        for quantity in [-1, 1_000_000_001, i64::from(u32::MAX) + 2, i64::MIN, i64::MAX] {
            assert!(matches!(Level::parse(quantity), Err(StockError::InvalidLevel)), "{quantity}");
        }
    }

    #[test]
    fn the_last_piece_can_be_taken_and_levels_tell_what_is_left() {
        let taken = take_all(&[stock(1, 2, 2), stock(2, 1, 9)]).unwrap();
        assert_eq!(taken[0], StockChange { product_id: 1, quantity: 2, level: 0, version: 5 });
        assert_eq!(taken[1], StockChange { product_id: 2, quantity: 1, level: 8, version: 5 });
    }

    #[test]
    fn one_shortage_means_that_nothing_is_taken() {
        let short = take_all(&[stock(1, 1, 9), stock(2, 3, 2)]).unwrap_err();
        assert_eq!(short, [Shortage { product_id: 2, requested: 3, available: 2 }]);
    }

    #[test]
    fn what_is_given_back_is_there_again() {
        assert_eq!(give_all_back(&[stock(1, 2, 0)])[0].level, 2);
        assert!(give_all_back(&[]).is_empty());
    }
}
