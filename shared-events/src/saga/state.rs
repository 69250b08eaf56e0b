//! The states of a saga, as people see them.
//!
//! Owns their names. Which event brings a saga to which state stands in the map.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is being done for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SagaState {
    /// The order is being written, or what kept it from being written recorded.
    CreatingOrder,
    /// Its items are being taken from stock.
    DecreasingStock,
    /// Its payment is being made and put on the order.
    CreatingPayment,
    /// Compensation: what was taken is being given back.
    IncreasingStock,
    /// Compensation: the order is being cancelled and closed.
    CancellingOrder,
    /// The end: nothing is being done any more.
    Completed,
}

impl SagaState {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            SagaState::CreatingOrder => "creating_order",
            SagaState::DecreasingStock => "decreasing_stock",
            SagaState::CreatingPayment => "creating_payment",
            SagaState::IncreasingStock => "increasing_stock",
            SagaState::CancellingOrder => "cancelling_order",
            SagaState::Completed => "completed",
        }
    }
}

impl fmt::Display for SagaState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
