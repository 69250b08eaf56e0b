//! The services' handlers, one function an event, under the names that they have there.
//!
//! Each mirrors a file of the service, with the database left out: what it asks of an order, a payment or a level it
//! asks of that service's own function.

mod orders;
mod payments;
mod stocks;

use crate::event::{Event, Kind, Service};
use crate::transaction::{Parked, Tx};

pub use payments::cancel_payment;

/// Handles an event in an open transaction. What concerns the service by the saga's map and has no arm here fails
/// the tests, which hold the reactions against the map.
pub fn handle(tx: &mut Tx, event: Event) -> Result<(), Parked> {
    tx.correlation = event.saga;
    match (tx.service, event.kind) {
        (Service::Store, Kind::OrderCreated) => stocks::order_created(tx),
        (Service::Store, Kind::OrderCreationFailed) => {
            orders::order_creation_failed(tx);
            Ok(())
        }
        (Service::Store, Kind::PaymentCreated) => orders::payment_created(tx),
        (
            Service::Store,
            Kind::PaymentCreationFailed | Kind::PaymentVoided | Kind::PaymentRefunded | Kind::PaymentExpired,
        ) => stocks::give_back(tx),
        (Service::Store, Kind::StockDecreaseFailed) => orders::stock_decrease_failed(tx),
        (Service::Store, Kind::StockIncreased) => orders::stock_increased(tx),
        (Service::Store, Kind::OrderCancelled) => orders::order_cancelled(tx),
        (Service::Store, Kind::PaymentSucceeded) => orders::payment_succeeded(tx),
        (Service::Store, Kind::PaymentDeclined) => orders::payment_declined(tx),
        (Service::Payments, Kind::StockDecreased) => payments::stock_decreased(tx),
        (Service::Payments, Kind::OrderCancellationRequested) => {
            cancel_payment(tx);
            Ok(())
        }
        (Service::Payments, Kind::SagaCompleted(outcome)) => {
            payments::saga_completed(tx, outcome);
            Ok(())
        }
        _ => Ok(()),
    }
}
