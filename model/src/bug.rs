//! Faults that can be put into the model on purpose, to show that it finds them.

use std::fmt;

use clap::ValueEnum;

/// A deliberate fault. Each is a guard of the store taken away, or a step done in the wrong order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ValueEnum)]
pub enum Bug {
    /// The inbox is not asked: an event that comes again is handled again
    InboxOff,
    /// Handlers do not see, by the order's state or the ledger's unique key, that an event took effect before
    Forgetful,
    /// Events are sent before their transaction commits, without an outbox
    PublishBeforeCommit,
    /// The relay deletes a row before the broker acknowledged it
    DeleteBeforeAck,
    /// A consumer stores its offset before the transaction of the event commits
    OffsetBeforeCommit,
    /// Stock is taken without looking whether there is enough
    NoStockGuard,
    /// What was ordered is given back, past the ledger, in place of what the ledger says was taken
    CompensateFromOrder,
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.pad(value.as_ref().map_or("", |value| value.get_name()))
    }
}
