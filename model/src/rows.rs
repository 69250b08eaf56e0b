//! Between the rows of the model and the services' own types, whose functions decide.

use chrono::DateTime;
use payment_service::payments::domain::{Due, Payment};
use shared_events::Money;
use store_manager::orders::Order;
use uuid::Uuid;

use crate::saga::{CUSTOMER, STRANGER, currency};
use crate::state::{OrderRow, PaymentRow};

/// More than payments are made for.
pub const DEAR: Money = Money::MAX;

/// An order as the service has it.
pub fn order_of(id: u64, row: &OrderRow) -> Order {
    Order {
        id,
        user_id: CUSTOMER,
        status: row.status,
        total_amount: if row.is_dear { DEAR } else { Money::ZERO },
        currency: currency(),
        is_paid: row.is_paid,
        payment_id: row.has_payment.then_some(id),
        payment_link: None,
        decline_reason: None,
        cancel_reason: None,
        correlation_id: Uuid::from_u128(row.saga.into()),
        created_at: DateTime::UNIX_EPOCH,
        saga_ended_at: row.ended.then_some(DateTime::UNIX_EPOCH),
    }
}

/// A payment as the service has it.
pub fn payment_of(due: &Due, row: &PaymentRow) -> Payment {
    Payment {
        id: due.order_id,
        order_id: due.order_id,
        user_id: if row.is_strangers { STRANGER } else { due.user_id },
        amount: due.amount,
        currency: due.currency,
        status: row.status,
        correlation_id: row.saga.map(|saga| Uuid::from_u128(saga.into())),
        decline_reason: None,
        card_last4: None,
        created_at: DateTime::UNIX_EPOCH,
        expires_at: DateTime::UNIX_EPOCH,
        processed_at: None,
    }
}

/// The number of a saga, by the id that it has in the services' types.
pub fn number_of(saga: Uuid) -> u8 {
    saga.as_bytes()[15]
}

/// What the model keeps of an order.
pub fn row_of_order(order: &Order) -> OrderRow {
    OrderRow {
        status: order.status,
        is_paid: order.is_paid,
        has_payment: order.payment_id.is_some(),
        saga: number_of(order.correlation_id),
        ended: order.saga_ended_at.is_some(),
        is_dear: order.total_amount != Money::ZERO,
    }
}

/// What the model keeps of a payment.
pub fn row_of_payment(payment: &Payment) -> PaymentRow {
    PaymentRow {
        status: payment.status,
        saga: payment.correlation_id.map(number_of),
        is_strangers: payment.user_id != CUSTOMER,
    }
}
