//! The one place where a feature's error becomes an answer (RFC 9457), with what to do about it.

use axum::http::StatusCode;
use serde_json::json;
use service_kit::Problem;
use service_kit::database;
use shared_events::OrderCreationFailure;
use uuid::Uuid;

use crate::orders::OrderError;
use crate::products::ProductError;
use crate::stocks::StockError;
use crate::users::UserError;

impl From<UserError> for Problem {
    fn from(error: UserError) -> Self {
        let text = error.to_string();
        match error {
            UserError::InvalidName => Problem::invalid_field("name", text),
            UserError::InvalidEmail => Problem::invalid_field("email", text),
            UserError::EmailTaken { email } => {
                Problem::new(StatusCode::CONFLICT, "email-taken", "Another user has this mail address")
                    .detail(format!("{text}; use another one, or find that user with GET /users?email="))
                    .with("email", email)
            }
            UserError::Unknown { .. } => not_found("user-not-found", "There is no such user", &text, "/users"),
            UserError::InUse { user_id } => {
                Problem::new(StatusCode::CONFLICT, "user-in-use", "The user has orders and stays")
                    .detail(format!("{text}, which stay readable for good; see GET /orders?user_id={user_id}"))
            }
            UserError::Database(cause) => database::problem(&cause),
        }
    }
}

impl From<ProductError> for Problem {
    fn from(error: ProductError) -> Self {
        let text = error.to_string();
        match error {
            ProductError::InvalidName => Problem::invalid_field("name", text),
            ProductError::InvalidSku => Problem::invalid_field("sku", text),
            ProductError::InvalidPrice => Problem::invalid_field("price", text),
            ProductError::SkuTaken { sku } => {
                Problem::new(StatusCode::CONFLICT, "sku-taken", "Another product has this sku")
                    .detail(format!("{text}; use another one, or find that product with GET /products?sku="))
                    .with("sku", sku)
            }
            ProductError::Unknown { .. } => {
                not_found("product-not-found", "There is no such product", &text, "/products")
            }
            ProductError::InUse { .. } => {
                Problem::new(StatusCode::CONFLICT, "product-in-use", "The product was ordered and stays")
                    .detail(format!("{text}, and orders stay readable for good; set its stock to 0 instead"))
            }
            ProductError::Emit(cause) => database::unexpected(&cause),
            ProductError::Database(cause) => database::problem(&cause),
        }
    }
}

impl From<StockError> for Problem {
    fn from(error: StockError) -> Self {
        let text = error.to_string();
        match error {
            StockError::InvalidLevel => Problem::invalid_field("quantity", text),
            StockError::UnknownProduct { .. } => {
                not_found("product-not-found", "There is no such product", &text, "/products")
            }
            StockError::Emit(cause) => database::unexpected(&cause),
            StockError::Database(cause) => database::problem(&cause),
        }
    }
}

impl From<OrderError> for Problem {
    fn from(error: OrderError) -> Self {
        let text = error.to_string();
        match error {
            OrderError::NoItems | OrderError::TooManyItems { .. } => Problem::invalid_field("items", text),
            OrderError::InvalidQuantity { product_id } => {
                Problem::invalid_field("items", text).with("product_id", product_id)
            }
            OrderError::TotalTooLarge => unprocessable("total-too-large", "The order's total is too large")
                .detail(format!("{text}; divide it into several orders")),
            OrderError::Unknown { .. } => not_found("order-not-found", "There is no such order", &text, "/orders"),
            OrderError::Rejected(rejected) => {
                Problem::new(StatusCode::CONFLICT, "order-conflict", "The order's state does not allow this")
                    .detail(text)
                    .with("order_status", rejected.status.name())
            }
            OrderError::Emit(cause) => database::unexpected(&cause),
            OrderError::Database(cause) => database::problem(&cause),
        }
    }
}

/// An order that was well-formed and yet cannot be. The correlation id is that of its events.
pub(crate) fn refused(reason: &OrderCreationFailure, correlation_id: Uuid) -> Problem {
    let problem = match reason {
        OrderCreationFailure::UnknownUser { user_id } => unprocessable("unknown-user", "There is no such user")
            .detail(format!("There is no user {user_id}; see GET /users for those who can order"))
            .with("user_id", *user_id),
        OrderCreationFailure::UnknownProducts { product_ids } => {
            unprocessable("unknown-product", "There is no such product")
                .detail(format!("There are no products {product_ids:?}; see GET /products for what can be ordered"))
                .with("product_ids", json!(product_ids))
        }
    };
    problem.with("correlation_id", correlation_id.to_string())
}

fn unprocessable(slug: &'static str, title: &'static str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, slug, title)
}

fn not_found(slug: &'static str, title: &'static str, what: &str, list: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, slug, title).detail(format!("{what}; see GET {list} for those there are"))
}
