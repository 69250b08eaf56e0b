//! What is read of payments, one operation a file. Queries change nothing and lock nothing.

mod get_payment;
mod list_payments;

pub use get_payment::get_payment;
pub use list_payments::list_payments;
