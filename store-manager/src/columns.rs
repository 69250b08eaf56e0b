//! From what a column holds to what the domain knows. What does not fit was written by nobody here, so it is an
//! error of decoding and not of a feature.

use std::str::FromStr;

use rust_decimal::Decimal;
use shared_events::{Currency, Money};

/// An amount, as `DECIMAL(12,2)` holds it.
pub(crate) fn money(column: Decimal) -> Result<Money, sqlx::Error> {
    Money::try_from(column).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// A currency, as `CHAR(3)` holds it.
pub(crate) fn currency(column: &str) -> Result<Currency, sqlx::Error> {
    Currency::from_str(column).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Whether a write failed because a unique key holds that value already.
pub(crate) fn is_taken(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(cause) if cause.is_unique_violation())
}

/// Whether a delete failed because other rows refer to the row.
pub(crate) fn is_referred_to(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(cause) if cause.is_foreign_key_violation())
}
