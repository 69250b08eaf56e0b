//! The state machine of a payment: one exhaustive match over (status, command).

use super::PaymentStatus;

/// What can be done to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentCommand {
    /// Record that the card was charged.
    Approve,
    /// Record that the card was declined.
    Decline,
    /// Make it the payment of the order's saga.
    Adopt,
    /// Undo it: its order is cancelled, or is not what it was made for.
    Cancel,
    /// Close it: its time to be paid has passed.
    Expire,
}

/// What a command does to a payment in some state.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// The payment is in this state now.
    Applied(PaymentStatus),
    /// The command, or one that excludes it, took effect before: answer as at the first time.
    AlreadyApplied,
    /// The state does not allow it.
    Rejected,
}

/// The whole state machine. A payment is charged at most once because `Open` alone leads to `Paid`.
#[allow(clippy::match_same_arms, reason = "a table of states and commands, read row by row")]
pub fn transition(status: PaymentStatus, command: PaymentCommand) -> Transition {
    use PaymentCommand as C;
    use PaymentStatus as S;
    use Transition::{AlreadyApplied, Applied, Rejected};
    match (status, command) {
        (S::Open, C::Approve) => Applied(S::Paid),
        (S::Open, C::Decline) => Applied(S::Declined),
        // The first processing decides, whatever the second card would have brought.
        (S::Paid | S::Declined, C::Approve | C::Decline) => AlreadyApplied,
        (S::Voided | S::Refunded | S::Expired, C::Approve | C::Decline) => Rejected,

        (S::Open, C::Adopt) => Applied(S::Open),
        (S::Paid, C::Adopt) => Applied(S::Paid),
        (S::Declined, C::Adopt) => Applied(S::Declined),
        // A payment made directly expired before its order's stock was taken. The order is alive, and has
        // its time to be paid from now on.
        (S::Expired, C::Adopt) => Applied(S::Open),
        (S::Voided | S::Refunded, C::Adopt) => Rejected,

        (S::Open | S::Declined, C::Cancel) => Applied(S::Voided),
        (S::Paid, C::Cancel) => Applied(S::Refunded),
        // The expiry has already sent the order on its way back.
        (S::Voided | S::Refunded | S::Expired, C::Cancel) => AlreadyApplied,

        (S::Open | S::Declined, C::Expire) => Applied(S::Expired),
        (S::Expired, C::Expire) => AlreadyApplied,
        (S::Paid | S::Voided | S::Refunded, C::Expire) => Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::PaymentCommand::{Adopt, Approve, Cancel, Decline, Expire};
    use super::PaymentStatus::{Declined, Expired, Open, Paid, Refunded, Voided};
    use super::Transition::{AlreadyApplied, Applied, Rejected};
    use super::*;

    /// Every pair, one row a status.
    #[test]
    fn every_command_in_every_status() {
        let commands = [Approve, Decline, Adopt, Cancel, Expire];
        let table = [
            (Open, [Applied(Paid), Applied(Declined), Applied(Open), Applied(Voided), Applied(Expired)]),
            (Paid, [AlreadyApplied, AlreadyApplied, Applied(Paid), Applied(Refunded), Rejected]),
            (Declined, [AlreadyApplied, AlreadyApplied, Applied(Declined), Applied(Voided), Applied(Expired)]),
            (Voided, [Rejected, Rejected, Rejected, AlreadyApplied, Rejected]),
            (Refunded, [Rejected, Rejected, Rejected, AlreadyApplied, Rejected]),
            (Expired, [Rejected, Rejected, Applied(Open), AlreadyApplied, AlreadyApplied]),
        ];
        assert_eq!(table.map(|(status, _)| status), PaymentStatus::ALL);
        for (status, row) in table {
            for (command, expected) in commands.into_iter().zip(row) {
                assert_eq!(transition(status, command), expected, "{command:?} in {status}");
            }
        }
    }

    #[test]
    fn a_payment_is_charged_at_most_once_on_any_path() {
        let charges = PaymentStatus::ALL
            .into_iter()
            .filter(|status| transition(*status, Approve) == Applied(Paid))
            .collect::<Vec<_>>();
        assert_eq!(charges, [Open]);
        // And once charged, no command leads back to open.
        for status in [Paid, Refunded] {
            for command in [Approve, Decline, Adopt, Cancel, Expire] {
                assert_ne!(transition(status, command), Applied(Open), "{command:?} in {status}");
            }
        }
    }

    #[test]
    fn a_charge_and_a_decline_are_possible_in_the_same_states() {
        for status in PaymentStatus::ALL {
            let kind = |command| std::mem::discriminant(&transition(status, command));
            assert_eq!(kind(Approve), kind(Decline), "{status}");
        }
    }

    #[test]
    fn a_status_is_read_as_it_was_written() {
        for status in PaymentStatus::ALL {
            assert_eq!(status.as_str().parse::<PaymentStatus>().unwrap(), status);
        }
        assert!("OPEN".parse::<PaymentStatus>().is_err());
    }
}
