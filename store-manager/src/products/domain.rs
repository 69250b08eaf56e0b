//! What a product is: a name, a code of its own, and a price.

use rust_decimal::Decimal;
use saga_kit::EmitError;
use serde::Serialize;
use service_kit::openapi;
use service_kit::transactional::DatabaseCause;
use shared_events::{Money, ProductId};
use utoipa::ToSchema;

use crate::name::{MAX_NAME_CHARS, Name};

/// Characters of a code at most.
pub(crate) const MAX_SKU_CHARS: usize = 64;
/// The lowest price, 0.01.
pub(crate) const MIN_PRICE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);
/// The highest price, 9,999,999.99.
pub(crate) const MAX_PRICE: Decimal = Decimal::from_parts(999_999_999, 0, 0, false, 2);

/// Why something cannot be done with a product.
#[derive(Debug, thiserror::Error)]
pub enum ProductError {
    /// No name, or none that can be shown.
    #[error("name: must have 1 to {MAX_NAME_CHARS} characters, none of them a control character")]
    InvalidName,
    /// No code, or none that can be typed.
    #[error("sku: must have 1 to {MAX_SKU_CHARS} characters, without spaces")]
    InvalidSku,
    /// A price out of its bounds.
    #[error("price: must be {MIN_PRICE} to {MAX_PRICE}")]
    InvalidPrice,
    /// Another product has the code.
    #[error("another product has the sku {sku}")]
    SkuTaken {
        /// The code.
        sku: String,
    },
    /// No product has this id.
    #[error("there is no product {product_id}")]
    Unknown {
        /// The id.
        product_id: ProductId,
    },
    /// Orders refer to the product.
    #[error("product {product_id} was ordered")]
    InUse {
        /// The product.
        product_id: ProductId,
    },
    /// It is another version than those that the edit was made from.
    #[error("product {product_id} was changed meanwhile and is at version {version} now")]
    Changed {
        /// The product.
        product_id: ProductId,
        /// Its version now.
        version: u64,
    },
    /// An event could not be written.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl DatabaseCause for ProductError {
    fn database_cause(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Database(cause) => Some(cause),
            _ => None,
        }
    }
}

/// A stock keeping unit: the code that people know a product by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sku(String);

impl Sku {
    /// Checks a code as it was typed.
    pub fn parse(text: &str) -> Result<Self, ProductError> {
        let sku = text.trim();
        let length_fits = (1..=MAX_SKU_CHARS).contains(&sku.chars().count());
        if length_fits && !sku.contains(|char: char| char.is_whitespace() || char.is_control()) {
            Ok(Self(sku.to_owned()))
        } else {
            Err(ProductError::InvalidSku)
        }
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The price of one, 0.01 to 9,999,999.99.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price(Money);

impl Price {
    /// Checks an amount.
    pub fn parse(amount: Money) -> Result<Self, ProductError> {
        if (MIN_PRICE..=MAX_PRICE).contains(&amount.as_decimal()) {
            Ok(Self(amount))
        } else {
            Err(ProductError::InvalidPrice)
        }
    }

    /// The amount.
    #[must_use]
    pub fn amount(self) -> Money {
        self.0
    }
}

/// A product to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProduct {
    /// What to call it.
    pub name: Name,
    /// Its code; no two products share one.
    pub sku: Sku,
    /// What one costs.
    pub price: Price,
}

impl NewProduct {
    /// Checks what was typed.
    pub fn parse(name: &str, sku: &str, price: Money) -> Result<Self, ProductError> {
        Ok(Self {
            name: Name::parse(name).ok_or(ProductError::InvalidName)?,
            sku: Sku::parse(sku)?,
            price: Price::parse(price)?,
        })
    }
}

/// A product, as it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Product {
    /// The id.
    #[schema(value_type = u64)]
    pub id: ProductId,
    /// What to call it.
    pub name: String,
    /// Its code.
    pub sku: String,
    /// What one costs.
    #[schema(value_type = openapi::Money)]
    pub price: Money,
    /// How often it was changed, which its entity tag says.
    #[serde(skip)]
    pub version: u64,
}

impl Product {
    /// The product as it is to be, at its next version; none when it is that already.
    #[must_use]
    pub fn changed_to(&self, new: &NewProduct) -> Option<Self> {
        let (name, sku, price) = (new.name.as_str().to_owned(), new.sku.as_str().to_owned(), new.price.amount());
        let same = (&self.name, &self.sku, self.price) == (&name, &sku, price);
        (!same).then(|| Self { id: self.id, name, sku, price, version: self.version + 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_one_cent_to_almost_ten_million() {
        for price in ["0.01", "5.75", "9999999.99"] {
            assert_eq!(Price::parse(price.parse().unwrap()).unwrap().amount().to_string(), price);
        }
        for price in ["0.00", "10000000.00"] {
            assert!(matches!(Price::parse(price.parse().unwrap()), Err(ProductError::InvalidPrice)), "{price}");
        }
    }

    #[test]
    fn a_code_has_no_blanks() {
        assert_eq!(Sku::parse(" LP12567 ").unwrap().as_str(), "LP12567");
        for sku in ["", "  ", "LP 12567", "LP\u{7}", &"X".repeat(MAX_SKU_CHARS + 1)] {
            assert!(matches!(Sku::parse(sku), Err(ProductError::InvalidSku)), "{sku:?}");
        }
    }
}
