//! Why the business refuses a payment.
//!
//! Owns the reasons' shape inside `PaymentCreationFailed`. Which refusal is due is for payment-service to decide.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PaymentId, UserId};
use crate::money::Money;

/// Why there is no payment for an order. On the wire an object whose `code` says which reason it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case", try_from = "Fields")]
pub enum PaymentRefusal {
    /// The amount is above what payments are made for.
    AmountAboveCeiling {
        /// The highest amount that would have been accepted.
        ceiling: Money,
    },
    /// The user may not pay here.
    UserBlocked {
        /// The user.
        user_id: UserId,
    },
    /// The order was cancelled before its payment was made.
    OrderCancelled,
    /// The order has a payment already, made directly, that is of another amount or user.
    AmountMismatch {
        /// The payment that was found.
        payment_id: PaymentId,
    },
}

/// All fields of all reasons. Read first, because serde buffers what it reads of a tagged enum, and in a buffer
/// an amount would be a float.
#[derive(Deserialize, JsonSchema)]
struct Fields {
    code: Code,
    ceiling: Option<Money>,
    user_id: Option<UserId>,
    payment_id: Option<PaymentId>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Code {
    AmountAboveCeiling,
    UserBlocked,
    OrderCancelled,
    AmountMismatch,
}

impl TryFrom<Fields> for PaymentRefusal {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, &'static str> {
        Ok(match fields.code {
            Code::AmountAboveCeiling => {
                PaymentRefusal::AmountAboveCeiling { ceiling: fields.ceiling.ok_or("missing field `ceiling`")? }
            }
            Code::UserBlocked => {
                PaymentRefusal::UserBlocked { user_id: fields.user_id.ok_or("missing field `user_id`")? }
            }
            Code::OrderCancelled => PaymentRefusal::OrderCancelled,
            Code::AmountMismatch => {
                PaymentRefusal::AmountMismatch { payment_id: fields.payment_id.ok_or("missing field `payment_id`")? }
            }
        })
    }
}
