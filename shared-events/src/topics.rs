//! The topics that events travel on.
//!
//! Owns their names. Partitions, retention and the prefix of an installation are settings of `saga-kit`.

/// A stream of events. Each event type travels on exactly one, which its [`crate::EventBody`] names; those of a saga
/// are all that its map names: [`crate::SagaMap::topics`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic(&'static str);

impl Topic {
    /// All that happens to orders, keyed by order id: one topic for all of it, so that every reader sees the
    /// events of one order in one and the same order.
    pub const ORDER_SAGA_EVENTS: Topic = Topic::named("order-saga-events");
    /// Changes of stock that belong to no order, keyed by product id.
    pub const STOCK_EVENTS: Topic = Topic::named("stock-events");

    /// The topic of that name: letters, digits, `.`, `_` and `-`, as Kafka takes them.
    #[must_use]
    pub const fn named(name: &'static str) -> Topic {
        Topic(name)
    }

    /// The name in Kafka, before an installation's prefix.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}
