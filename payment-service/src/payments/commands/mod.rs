//! What changes payments, one operation a file. A command takes the open transaction, locks its payment,
//! applies the pure transition, stores it and hands its events to the outbox; it never begins or commits.
//!
//! A payment and a refusal of one order exclude each other. The consumer handles the events of an order one
//! after the other, so only a client's direct request can run beside them. Whoever writes one of the two rows
//! therefore writes first and reads the other with a lock afterwards: of two that run at once, one waits for
//! the other and sees it, or MySQL ends one as a deadlock and it runs again.

mod answer_order;
mod cancel_payment;
mod create_payment;
mod expire_payments;
mod process_payment;

pub use answer_order::answer_orders;
pub use cancel_payment::cancel_payment;
pub use create_payment::{Created, create_payment};
pub use expire_payments::{EXPIRY_BATCH, expire_payments};
pub use process_payment::process_payment;
