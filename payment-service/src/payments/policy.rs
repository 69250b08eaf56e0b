//! What this service allows and grants: the ceiling, blocked users, the time to pay, the payment link.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use shared_events::{Currency, Money, PaymentId, PaymentRefusal, UserId};

use super::domain::Due;

/// The settings that decide about payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentPolicy {
    /// The largest amount that may be paid.
    pub ceiling: Money,
    /// Users who may not pay.
    pub blocked_users: BlockedUsers,
    /// How long a payment may be paid.
    pub time_to_pay: Duration,
    /// The payment link without `/{id}` at its end.
    pub link_base: LinkBase,
    /// The currency of a payment that a client makes directly.
    pub currency: Currency,
}

impl PaymentPolicy {
    /// Why this must not be paid, if so. Business refusals only: what may pass by itself is none
    /// (docs/adr/0005-payment-refusal-or-retry.md).
    #[must_use]
    pub fn refusal(&self, due: &Due) -> Option<PaymentRefusal> {
        if self.blocked_users.0.contains(&due.user_id) {
            return Some(PaymentRefusal::UserBlocked { user_id: due.user_id });
        }
        (due.amount > self.ceiling).then_some(PaymentRefusal::AmountAboveCeiling { ceiling: self.ceiling })
    }

    /// Where the client pays.
    #[must_use]
    pub fn link(&self, payment_id: PaymentId) -> String {
        format!("{}/{payment_id}", self.link_base.0)
    }

    /// The end of the time to pay for a payment made at `now`.
    #[must_use]
    pub fn expires_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + self.time_to_pay
    }
}

/// Users who may not pay, written `3,17`; empty for none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlockedUsers(pub BTreeSet<UserId>);

impl FromStr for BlockedUsers {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let ids = text.split(',').map(str::trim).filter(|id| !id.is_empty());
        ids.map(|id| id.parse().map_err(|_| format!("`{id}` is no user id; write ids with commas between: 3,17")))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// An http or https URL, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkBase(String);

impl FromStr for LinkBase {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        match rest {
            Some(rest) if !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace) => {
                Ok(Self(text.trim_end_matches('/').to_owned()))
            }
            _ => Err("write an http:// or https:// URL, such as http://127.0.0.1:8080/payments-api/payments/process"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> PaymentPolicy {
        PaymentPolicy {
            ceiling: "50000.00".parse().unwrap(),
            blocked_users: "3, 17".parse().unwrap(),
            time_to_pay: Duration::from_mins(1),
            link_base: "http://host:1/payments/process/".parse().unwrap(),
            currency: "CAD".parse().unwrap(),
        }
    }

    fn due(user_id: UserId, amount: &str) -> Due {
        Due { order_id: 1, user_id, amount: amount.parse().unwrap(), currency: "CAD".parse().unwrap() }
    }

    #[test]
    fn the_ceiling_itself_may_be_paid_and_a_cent_more_may_not() {
        let ceiling = policy().ceiling;
        assert_eq!(policy().refusal(&due(1, "50000.00")), None);
        assert_eq!(policy().refusal(&due(1, "50000.01")), Some(PaymentRefusal::AmountAboveCeiling { ceiling }));
    }

    #[test]
    fn a_blocked_user_may_pay_nothing() {
        for user_id in [3, 17] {
            assert_eq!(policy().refusal(&due(user_id, "0.01")), Some(PaymentRefusal::UserBlocked { user_id }));
        }
        assert_eq!("".parse(), Ok(BlockedUsers::default()));
        assert!("3,x".parse::<BlockedUsers>().unwrap_err().contains("`x`"));
    }

    #[test]
    fn the_link_ends_with_the_id() {
        assert_eq!(policy().link(7), "http://host:1/payments/process/7");
        for wrong in ["", "host:1", "ftp://host", "http://", "http:///x", "http://a b"] {
            assert!(wrong.parse::<LinkBase>().is_err(), "{wrong}");
        }
    }
}
