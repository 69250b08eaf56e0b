//! What a supplier may announce, and what came of it.

use chrono::{DateTime, Utc};
use shared_events::{ProductId, StockReplenished};

use super::{MAX_LEVEL, StockError};
use crate::name::Name;

/// Characters of an idempotency key at most; a UUID has 36.
pub const MAX_KEY_CHARS: usize = 128;

/// The key under which a client sends one announcement, however often. In visible ASCII, so that no two keys are the
/// same to the database and different to whoever sent them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Checks a key as it was sent.
    pub fn parse(text: &str) -> Result<Self, StockError> {
        let fits = (1..=MAX_KEY_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(StockError::InvalidKey) }
    }

    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many pieces a delivery has: 1 to [`MAX_LEVEL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pieces(u32);

impl Pieces {
    /// Checks a number as it was typed.
    pub fn parse(quantity: i64) -> Result<Self, StockError> {
        match u32::try_from(quantity) {
            Ok(pieces @ 1..=MAX_LEVEL) => Ok(Self(pieces)),
            _ => Err(StockError::InvalidPieces),
        }
    }

    /// The number.
    #[must_use]
    pub fn count(self) -> u32 {
        self.0
    }
}

/// Goods that a supplier says are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The product.
    pub product_id: ProductId,
    /// How many.
    pub pieces: Pieces,
    /// Who says so, as they call themselves.
    pub supplier: Option<Name>,
    /// What tells a repetition from a second delivery.
    pub key: IdempotencyKey,
}

impl Announcement {
    /// What comes of it at that level and version.
    pub(crate) fn apply(&self, level: u32, version: u64) -> Result<StockReplenished, StockError> {
        let (product_id, quantity) = (self.product_id, self.pieces.count());
        let after = level.checked_add(quantity).filter(|after| *after <= MAX_LEVEL);
        let level = after.ok_or(StockError::LevelTooHigh { product_id, level })?;
        let supplier = self.supplier.as_ref().map(|name| name.as_str().to_owned());
        Ok(StockReplenished { product_id, quantity, level, version: version + 1, supplier })
    }

    /// Whether that came of an announcement like this one.
    pub(crate) fn is_same_as(&self, told: &StockReplenished) -> bool {
        let supplier = self.supplier.as_ref().map(Name::as_str);
        (self.product_id, self.pieces.count(), supplier) == (told.product_id, told.quantity, told.supplier.as_deref())
    }
}

/// An announcement that took effect, now or when it was sent before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replenished {
    /// What was told to everyone.
    pub told: StockReplenished,
    /// When it took effect.
    pub announced_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announcement(quantity: i64) -> Announcement {
        let (pieces, key) = (Pieces::parse(quantity).unwrap(), IdempotencyKey::parse("k-1").unwrap());
        Announcement { product_id: 3, pieces, supplier: Name::parse("Ada & Co"), key }
    }

    #[test]
    fn a_key_is_visible_ascii() {
        for key in ["k", "01890f3e-7b2a-7cc0-98c4-dc0c0c07398f", "a/b:c~!", &"k".repeat(MAX_KEY_CHARS)] {
            assert_eq!(IdempotencyKey::parse(key).unwrap().as_str(), key);
        }
        for key in ["", " ", "a b", "a ", "é", "a\n", &"k".repeat(MAX_KEY_CHARS + 1)] {
            assert!(matches!(IdempotencyKey::parse(key), Err(StockError::InvalidKey)), "{key:?}");
        }
    }

    #[test]
    fn a_delivery_has_a_piece_at_least() {
        for quantity in [0, -1, i64::from(MAX_LEVEL) + 1, i64::MAX, i64::MIN] {
            assert!(matches!(Pieces::parse(quantity), Err(StockError::InvalidPieces)), "{quantity}");
        }
    }

    #[test]
    fn goods_raise_the_level_up_to_the_highest_and_not_beyond() {
        let told = announcement(5).apply(MAX_LEVEL - 5, 8).unwrap();
        assert_eq!((told.level, told.version, told.quantity), (MAX_LEVEL, 9, 5));
        for level in [MAX_LEVEL - 4, MAX_LEVEL, u32::MAX] {
            assert!(matches!(announcement(5).apply(level, 8), Err(StockError::LevelTooHigh { product_id: 3, .. })));
        }
    }

    #[test]
    fn another_product_amount_or_supplier_is_another_announcement() {
        let told = announcement(5).apply(0, 0).unwrap();
        assert!(announcement(5).is_same_as(&told));
        assert!(!announcement(6).is_same_as(&told));
        assert!(!Announcement { product_id: 4, ..announcement(5) }.is_same_as(&told));
        assert!(!Announcement { supplier: None, ..announcement(5) }.is_same_as(&told));
    }
}
