//! Stock: the level of each product, the ledger of what moved it, and what is taken and given back for orders.
//!
//! A level is only ever changed through the ledger: the movement is written first, and the level follows it.

pub mod commands;
mod domain;
pub mod graphql;
pub mod handlers;
pub mod queries;
mod routes;
pub(crate) mod store;

pub use domain::{
    Announcement, IdempotencyKey, Level, LockedStock, MAX_KEY_CHARS, MAX_LEVEL, Pieces, Replenished, StockError,
    StockLevel, give_all_back, take_all,
};
pub(crate) use routes::routes;
