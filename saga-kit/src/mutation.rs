//! Deliberate faults, to show that the crash laboratory finds them: a promise that no test could break is none.
//!
//! Each takes one of the means away by which nothing is lost and nothing done twice. They are compiled in with the
//! feature `mutations` only, and then asked for by the environment.

/// What is done wrong.
/// ```
/// use saga_kit::mutation::{Mutation, is_on};
///
/// assert!(!is_on(Mutation::CompensationFromTheOrder), "nobody asked for it");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// An event that comes again is handled again.
    InboxOff,
    /// An outbox row is deleted when it is read, and not when the broker has acknowledged it.
    DeleteBeforeAcknowledgement,
    /// An offset is committed before the transaction of its event.
    OffsetBeforeCommit,
    /// More is taken from stock than there is.
    StockGuardOff,
    /// What is given back is what the order says, past the ledger.
    CompensationFromTheOrder,
}

/// Whether the fault is asked for (`MUTATION=inbox-off`).
#[cfg(feature = "mutations")]
#[must_use]
pub fn is_on(mutation: Mutation) -> bool {
    static ASKED_FOR: std::sync::LazyLock<Option<String>> = std::sync::LazyLock::new(|| {
        let asked_for = std::env::var("MUTATION").ok();
        if let Some(name) = &asked_for {
            tracing::warn!(mutation = name, "a deliberate fault is on");
        }
        asked_for
    });
    ASKED_FOR.as_deref() == Some(mutation.name())
}

/// Never: this build has no faults on purpose.
#[cfg(not(feature = "mutations"))]
#[must_use]
pub const fn is_on(_: Mutation) -> bool {
    false
}

#[cfg(feature = "mutations")]
impl Mutation {
    const fn name(self) -> &'static str {
        match self {
            Self::InboxOff => "inbox-off",
            Self::DeleteBeforeAcknowledgement => "delete-before-acknowledgement",
            Self::OffsetBeforeCommit => "offset-before-commit",
            Self::StockGuardOff => "stock-guard-off",
            Self::CompensationFromTheOrder => "compensation-from-the-order",
        }
    }
}
