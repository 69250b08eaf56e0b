//! The topics that events travel on.
//!
//! Owns their names. Partitions, retention and the prefix of an installation are settings of `saga-kit`.

/// A stream of events. Each event type travels on exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// All that happens to orders, keyed by order id: one topic for all of it, so that every reader sees the
    /// events of one order in one and the same order.
    OrderSagaEvents,
    /// Changes of stock that belong to no order, keyed by product id.
    StockEvents,
}

impl Topic {
    /// Every topic there is.
    pub const ALL: &'static [Topic] = &[Topic::OrderSagaEvents, Topic::StockEvents];

    /// The name in Kafka, before an installation's prefix.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Topic::OrderSagaEvents => "order-saga-events",
            Topic::StockEvents => "stock-events",
        }
    }
}
