//! Schemas of what several features take and answer, and whose types know nothing of OpenAPI.
//!
//! Used by name: `#[schema(value_type = service_kit::openapi::Money)]`.

use std::borrow::Cow;

use serde::Serialize;
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

/// What is answered in `application/problem+json` (RFC 9457). Which members beyond these it has depends on its type.
#[derive(Debug, ToSchema)]
pub struct Problem {
    /// The problem's type, a page of which stands at this path.
    #[schema(pattern = "^/problems/[a-z0-9-]+$")]
    pub r#type: String,
    /// What all problems of the type have in common.
    pub title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong in this very request, and what to do about it.
    #[schema(required = false)]
    pub detail: String,
}

/// What is answered to a DELETE that took effect.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deleted {
    /// Always true.
    pub deleted: bool,
}

impl Deleted {
    /// It is.
    pub const YES: Self = Self { deleted: true };
}
