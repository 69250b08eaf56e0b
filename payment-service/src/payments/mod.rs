//! Payments: one an order, ever. Made when the order's stock is taken or when a client asks, paid by card,
//! undone when the order is cancelled, expired when nobody pays in time.

pub mod authorisation;
pub mod card;
pub mod card_form;
pub mod commands;
pub mod domain;
pub mod error;
pub mod events;
pub mod handlers;
pub mod jobs;
mod page;
mod paying;
pub mod policy;
pub mod queries;
pub mod routes;
pub mod store;

pub use error::PaymentError;
pub use policy::PaymentPolicy;
