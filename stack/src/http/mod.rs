//! The services as their clients see them: HTTP and JSON, nothing else.

mod client;
mod payments;
mod reports;
mod shop;
mod types;

pub use client::{CallError, Problem, healthy};
pub use payments::{Card, Payments, Processed};
pub use reports::{BestSeller, HighestSpender, Report};
pub use shop::{NewItem, Placed, Shop};
pub use types::{Event, List, Order, OrderItem, Payment, Product, Stock, Timeline, User};
