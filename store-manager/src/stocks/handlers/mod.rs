//! What stock does about events, each in a file of the event's name, and what a batch of them locks first.

mod lock_stock;
mod order_created;
mod payment_creation_failed;
mod payment_expired;
mod payment_refunded;
mod payment_voided;

pub use lock_stock::lock_stock;
pub use order_created::order_created;
pub use payment_creation_failed::payment_creation_failed;
pub use payment_expired::payment_expired;
pub use payment_refunded::payment_refunded;
pub use payment_voided::payment_voided;
