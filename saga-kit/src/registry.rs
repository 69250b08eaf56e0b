//! The handlers of one service, held against the saga's map.
//!
//! Adding a reaction touches this list's owner and nothing else. What is declared in the map and missing here, or
//! the other way round, refuses to start and is named; what a handler emits beyond the map parks its event.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use futures::future::BoxFuture;
use shared_events::{DecodeError, Envelope, EventSpec, SagaMap};

use crate::handler::{Handled, HandledAll, Observer, caught};
use crate::transaction::Tx;

mod reactions;

type Reaction = Box<dyn for<'a> Fn(&'a mut Tx, &'a [Arc<Envelope>]) -> BoxFuture<'a, HandledAll> + Send + Sync>;
type Observe = Box<dyn for<'a> Fn(&'a mut Tx, Vec<Arc<Envelope>>) -> BoxFuture<'a, Handled> + Send + Sync>;

/// What a registry and the map disagree on; all of it at once, each by name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the handlers of {service} do not match the saga's map: {}", faults.join("; "))]
pub struct RegistryError {
    /// The service.
    pub service: &'static str,
    /// One sentence a fault.
    pub faults: Vec<String>,
}

/// The handlers and observers of one service.
/// ```
/// use saga_kit::{Handled, Registry, Tx};
/// use shared_events::{EventBody, EventSpec, PaymentVoided, Reaction, SagaMap, StockIncreased};
///
/// static MAP: SagaMap = SagaMap {
///     events: &[
///         EventSpec::of::<PaymentVoided>().answered_by(Reaction {
///             service: "warehouse",
///             feature: "stocks",
///             does: "give back what was taken",
///             emits: &[StockIncreased::TYPE],
///             may_be_silent: false,
///         }),
///         EventSpec::of::<StockIncreased>(),
///     ],
/// };
///
/// async fn payment_voided(tx: &mut Tx, event: PaymentVoided) -> Handled {
///     let reason = "the payment was voided".to_owned();
///     Ok(tx.emit(&StockIncreased { order_id: event.order_id, items: Vec::new(), reason })?)
/// }
///
/// let registry = Registry::new("warehouse", &MAP);
/// assert!(registry.check().is_err_and(|error| error.to_string().contains("PaymentVoided has no handler")));
/// assert!(registry.on::<PaymentVoided>(payment_voided).check().is_ok());
/// ```
pub struct Registry {
    service: &'static str,
    map: &'static SagaMap,
    reactions: BTreeMap<&'static str, Reaction>,
    doubled: BTreeSet<&'static str>,
    preparations: Vec<Observe>,
    observers: Vec<Observe>,
}

impl Registry {
    /// An empty one for the service of that name.
    #[must_use]
    pub fn new(service: &'static str, map: &'static SagaMap) -> Self {
        Self {
            service,
            map,
            reactions: BTreeMap::new(),
            doubled: BTreeSet::new(),
            preparations: Vec::new(),
            observers: Vec::new(),
        }
    }

    /// Shows each event that this service handles, or passes over, to `observer`: once, in order, in the same
    /// transaction as its handler.
    #[must_use]
    pub fn observe(mut self, observer: impl for<'a> Observer<'a>) -> Self {
        let observer = Arc::new(observer);
        self.observers.push(Box::new(move |tx, events| {
            let observer = Arc::clone(&observer);
            Box::pin(async move { observer.call(tx, events).await })
        }));
        self
    }

    /// Shows the events that are about to share a transaction to `prepare`, before the first of them is handled.
    ///
    /// This is where rows that several partitions fight for are locked, in one order for all: handlers that lock
    /// them one event after the other would deadlock with another partition's. A lone event is not shown, because
    /// its handler locks in order by itself.
    #[must_use]
    pub fn before_batch(mut self, prepare: impl for<'a> Observer<'a>) -> Self {
        let prepare = Arc::new(prepare);
        self.preparations.push(Box::new(move |tx, events| {
            let prepare = Arc::clone(&prepare);
            Box::pin(async move { prepare.call(tx, events).await })
        }));
        self
    }

    /// Holds the handlers against the saga's map.
    pub fn check(&self) -> Result<(), RegistryError> {
        let declared: BTreeSet<&str> = self.map.reactions_of(self.service).map(|spec| spec.event_type).collect();
        let missing = declared
            .iter()
            .filter(|event| !self.reactions.contains_key(**event))
            .map(|event| format!("{event} has no handler, and the map says that {} reacts to it", self.service));
        let undeclared =
            self.reactions.keys().filter(|event| !declared.contains(**event)).map(|event| {
                format!("{event} has a handler, and the map does not say that {} reacts to it", self.service)
            });
        let doubled = self.doubled.iter().map(|event| format!("{event} has more than one handler"));
        let faults: Vec<String> = missing.chain(undeclared).chain(doubled).collect();
        if faults.is_empty() { Ok(()) } else { Err(RegistryError { service: self.service, faults }) }
    }

    /// The service's name, which is also its consumer group's and its inbox's.
    #[must_use]
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// The map that it is held against.
    pub(crate) fn map(&self) -> &'static SagaMap {
        self.map
    }

    /// The topics that carry what this service reacts to.
    pub(crate) fn topics(&self) -> BTreeSet<&'static str> {
        self.map.reactions_of(self.service).map(|spec| spec.topic.name()).collect()
    }

    /// Whether this service has anything to do with the event. What it passes over needs no inbox row.
    pub(crate) fn concerns(&self, envelope: &Envelope) -> Result<bool, DecodeError> {
        self.spec(envelope)?;
        Ok(!self.observers.is_empty() || self.reactions.contains_key(envelope.event_type.as_str()))
    }

    /// The events that have a handler here.
    pub(crate) fn events(&self) -> impl Iterator<Item = &'static str> {
        self.reactions.keys().copied()
    }

    /// What an event is counted as: its type where the map knows it, so that no message can bring labels of its own.
    pub(crate) fn label(&self, event_type: Option<&str>) -> &'static str {
        match event_type {
            Some(event_type) => self.map.spec(event_type).map_or("unknown", |spec| spec.event_type),
            None => "unreadable",
        }
    }

    /// Prepares the transaction for the events of a batch.
    pub(crate) async fn prepare(&self, tx: &mut Tx, events: &[Arc<Envelope>]) -> Handled {
        if events.len() > 1 {
            for prepare in &self.preparations {
                prepare(tx, events.to_vec()).await?;
            }
        }
        Ok(())
    }

    /// Runs the handler of these events, which are of one type and of different keys, if they have one here.
    pub(crate) async fn handle(&self, tx: &mut Tx, events: &[Arc<Envelope>]) -> HandledAll {
        let reaction = events.first().and_then(|envelope| self.reactions.get_key_value(envelope.event_type.as_str()));
        let Some((event_type, reaction)) = reaction else { return Ok(()) };
        let began = Instant::now();
        let outcome = caught(reaction(tx, events)).await;
        tx.metrics().handled(event_type, began.elapsed(), &outcome);
        outcome
    }

    /// Shows the events of one transaction to the observers.
    pub(crate) async fn show(&self, tx: &mut Tx, events: &[Arc<Envelope>]) -> Handled {
        for observer in &self.observers {
            observer(tx, events.to_vec()).await?;
        }
        Ok(())
    }

    fn spec(&self, envelope: &Envelope) -> Result<&'static EventSpec, DecodeError> {
        self.map
            .spec(&envelope.event_type)
            .ok_or_else(|| DecodeError::UnknownType { event_type: envelope.event_type.clone() })
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry")
            .field("service", &self.service)
            .field("events", &self.reactions.keys())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use shared_events::{OrderCancellationRequested, OrderCancelled, SAGA, SagaCompleted, StockDecreased};

    use super::*;

    async fn ignore<E>(_: &mut Tx, _: E) -> Handled {
        Ok(())
    }

    #[test]
    fn a_complete_registry_passes() {
        let registry = Registry::new("payment-service", &SAGA)
            .on::<StockDecreased>(ignore)
            .on::<SagaCompleted>(ignore)
            .on::<OrderCancellationRequested>(ignore);
        assert_eq!(registry.check(), Ok(()));
    }

    #[test]
    fn missing_doubled_and_undeclared_reactions_are_named() {
        let registry = Registry::new("payment-service", &SAGA)
            .on::<SagaCompleted>(ignore)
            .on::<StockDecreased>(ignore)
            .on::<StockDecreased>(ignore)
            .on::<OrderCancelled>(ignore);
        let faults = registry.check().expect_err("three faults").faults;
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[0].starts_with("OrderCancellationRequested has no handler"), "{faults:?}");
        assert!(faults[1].starts_with("OrderCancelled has a handler"), "{faults:?}");
        assert!(faults[2].starts_with("StockDecreased has more than one"), "{faults:?}");
    }
}
