//! Schemas of what several features take and answer, and whose types know nothing of OpenAPI.
//!
//! Used by name: `#[schema(value_type = service_kit::openapi::Money)]`.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// The largest amount that `shared_events::Money` takes.
const MAX_AMOUNT: f64 = 9_999_999_999.99;

/// An amount: a JSON number with two decimals.
#[derive(Debug)]
pub enum Money {}

impl PartialSchema for Money {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .description(Some(
                "An amount: a number in plain digits, answered with two decimals and read with at most two",
            ))
            .minimum(Some(0.0))
            .maximum(Some(MAX_AMOUNT))
            .examples([serde_json::json!(12.5)])
            .into()
    }
}

impl ToSchema for Money {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Money")
    }
}

/// A currency by its ISO 4217 code.
#[derive(Debug)]
pub enum Currency {}

impl PartialSchema for Currency {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A currency by its ISO 4217 code"))
            .pattern(Some("^[A-Z]{3}$"))
            .examples([serde_json::json!("CAD")])
            .into()
    }
}

impl ToSchema for Currency {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Currency")
    }
}
