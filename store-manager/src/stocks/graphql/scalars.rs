//! Values that GraphQL has no type for: exact amounts, instants, and whole numbers beyond 32 bits.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::{
    ContextSelectionSet, InputValueError, InputValueResult, OutputType, Positioned, Scalar, ScalarType, ServerResult,
    Value, registry,
};
use chrono::{DateTime, SecondsFormat, Utc};
use shared_events::Money;

/// An amount with exactly two decimals, as text, such as "12.50": no reader can lose a cent to a binary fraction.
pub(super) struct Decimal(pub(super) Money);

/// An amount with exactly two decimals, as text, such as "12.50".
#[Scalar(name = "Decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        Ok(Self(text.parse().map_err(InputValueError::custom)?))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An instant in UTC (RFC 3339), such as "2026-11-21T12:00:00.000250Z".
pub(super) struct Instant(pub(super) DateTime<Utc>);

/// An instant in UTC (RFC 3339), such as "2026-11-21T12:00:00.000250Z".
#[Scalar(name = "DateTime")]
impl ScalarType for Instant {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let instant = DateTime::parse_from_rfc3339(text).map_err(InputValueError::custom)?;
        Ok(Self(instant.to_utc()))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// A whole number that may go beyond the 32 bits of Int, as a JSON number.
pub(super) struct BigInt(pub(super) u64);

/// A whole number that may go beyond the 32 bits of Int, as a JSON number.
#[Scalar(name = "BigInt")]
impl ScalarType for BigInt {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => number.as_u64().map(Self).ok_or_else(|| InputValueError::expected_type(value)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}

/// An amount as the course's clients expect it: GraphQL's own Float. It is made of the amount's digits, so that what
/// is written is the shortest number that reads back as the same two decimals.
pub(super) struct FloatAmount(pub(super) Money);

impl OutputType for FloatAmount {
    fn type_name() -> Cow<'static, str> {
        <f64 as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut registry::Registry) -> String {
        <f64 as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        // Plain digits with a point always are a JSON number; the fallback keeps this total.
        Ok(serde_json::from_str(&self.0.to_string()).map_or(Value::Null, Value::Number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_cents() {
        for amount in ["0.01", "5.75", "12.50", "1999.99", "9999999999.99"] {
            assert_eq!(Decimal(amount.parse().unwrap()).to_value(), Value::from(amount));
        }
    }

    #[test]
    fn an_instant_ends_with_z() {
        let instant = DateTime::from_timestamp_micros(1_763_697_600_000_250).unwrap();
        assert_eq!(Instant(instant).to_value(), Value::from("2025-11-21T04:00:00.000250Z"));
    }
}
