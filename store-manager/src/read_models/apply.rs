//! Events into the read models. Every write is a script that bears repetition and delay.

use std::collections::BTreeMap;

use futures::future::BoxFuture;
use redis::{Cmd, ErrorKind, Pipeline, RedisError, ServerErrorKind};
use saga_kit::BoxError;
use saga_kit::projection::{Progress, ReadModel};
use shared_events::{DecodeError, Envelope, Event, OrderId, ProductId, StockChange, StockIncreased};
use tracing::warn;

use super::contribution::Contribution;
use super::keys::{call, order_call};
use super::{ReadModels, source};

/// Marks a write as an event's.
const EVENT: &str = "event";

impl ReadModel for ReadModels {
    fn apply<'a>(&'a self, events: &'a [Envelope]) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(self.despite_wrong_types(|| self.apply_events(events)))
    }

    fn note<'a>(&'a self, progress: &'a Progress) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(self.despite_wrong_types(|| self.note_progress(progress)))
    }
}

/// An event of a version or a type that is not known here is none of the read models' business; the consumer of the
/// service parks it.
fn decode(envelope: &Envelope) -> Option<Event> {
    match Event::decode(envelope) {
        Ok(event) => Some(event),
        Err(DecodeError::UnknownType { .. }) => None,
        Err(error) => {
            warn!(event_id = %envelope.event_id, %error, "the read models pass over an event");
            None
        }
    }
}

/// Redis has no bit for orders from this number on. No store has had so many: it is no order of ours, and a write that
/// is refused each time would stop the read models for good.
fn has_a_bit(order_id: OrderId) -> bool {
    let has = u32::try_from(order_id).is_ok();
    if !has {
        warn!(order_id, "the read models pass over an order");
    }
    has
}

impl ReadModels {
    async fn apply_events(&self, envelopes: &[Envelope]) -> Result<(), BoxError> {
        let events: Vec<Event> = envelopes.iter().filter_map(decode).collect();
        let returned = self.returned(&events).await?;
        let commands: Vec<Cmd> = events.iter().flat_map(|event| self.commands(event, &returned)).collect();
        if !commands.is_empty() {
            self.write::<()>(commands).await?;
        }
        Ok(())
    }

    async fn note_progress(&self, progress: &Progress) -> Result<(), BoxError> {
        if progress.is_empty() {
            return Ok(());
        }
        let moments: Vec<(&String, i64)> =
            progress.iter().map(|(place, until)| (place, until.timestamp_millis())).collect();
        let mut pipe = redis::pipe();
        pipe.hset_multiple(self.shared.keys.named("as_of"), &moments).ignore();
        Ok(self.shared.writer.query::<()>(&pipe).await?)
    }

    /// The event of an order that leaves does not say what the order had added.
    async fn returned(&self, events: &[Event]) -> Result<BTreeMap<OrderId, Contribution>, BoxError> {
        let ids: Vec<OrderId> = events
            .iter()
            .filter_map(|event| match event {
                Event::StockIncreased(StockIncreased { order_id, .. }) => Some(*order_id),
                _ => None,
            })
            .collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        Ok(source::contributions(&mut *self.connection().await?, &ids).await?)
    }

    fn commands(&self, event: &Event, returned: &BTreeMap<OrderId, Contribution>) -> Vec<Cmd> {
        let order =
            |step, order: &Contribution| order_call(&self.shared.scripts, &self.shared.keys, EVENT, (step, order));
        match event {
            Event::StockDecreased(event) => {
                let taken = has_a_bit(event.order_id).then(|| order("take", &event.into()));
                self.levels(&event.items).chain(taken).collect()
            }
            Event::StockIncreased(event) => {
                let left = returned.get(&event.order_id).map(|contribution| order("return", contribution));
                self.levels(&event.items).chain(left).collect()
            }
            Event::StockLevelSet(event) => vec![self.level((event.product_id, event.level, event.version))],
            Event::StockReplenished(event) => vec![self.level((event.product_id, event.level, event.version))],
            Event::ProductCreated(event) => {
                let words = (event.name.as_str(), event.sku.as_str(), event.price.to_string());
                vec![self.product((event.product_id, event.version), words)]
            }
            Event::ProductChanged(event) => {
                let words = (event.name.as_str(), event.sku.as_str(), event.price.to_string());
                vec![self.product((event.product_id, event.version), words)]
            }
            Event::ProductDeleted(event) => {
                let keys = [self.shared.keys.product(event.product_id), self.shared.keys.named("products")];
                let mut command = call(&self.shared.scripts.delete_product, &keys);
                command.arg(event.product_id).arg(event.version);
                vec![command]
            }
            // What follows tells nothing that a read model shows.
            Event::OrderCreated(_)
            | Event::OrderCreationFailed(_)
            | Event::OrderCancellationRequested(_)
            | Event::OrderCancelled(_)
            | Event::OrderPaid(_)
            | Event::StockDecreaseFailed(_)
            | Event::PaymentCreated(_)
            | Event::PaymentCreationFailed(_)
            | Event::PaymentSucceeded(_)
            | Event::PaymentDeclined(_)
            | Event::PaymentVoided(_)
            | Event::PaymentRefunded(_)
            | Event::PaymentExpired(_)
            | Event::SagaCompleted(_) => Vec::new(),
        }
    }

    fn levels<'a>(&'a self, changes: &'a [StockChange]) -> impl Iterator<Item = Cmd> + 'a {
        changes.iter().map(|change| self.level((change.product_id, change.level, change.version)))
    }

    /// The level of a product, of that version, which is told to all who listen.
    fn level(&self, change: (ProductId, u32, u64)) -> Cmd {
        self.level_call(change, "told")
    }

    /// The same as it is read from MySQL, which is news to nobody.
    pub(super) fn known_level(&self, level: (ProductId, u32, u64)) -> Cmd {
        self.level_call(level, "silent")
    }

    fn level_call(&self, (product_id, level, version): (ProductId, u32, u64), news: &str) -> Cmd {
        let keys = [self.shared.keys.product(product_id), self.shared.keys.named("stock-changes")];
        let mut command = call(&self.shared.scripts.level, &keys);
        command.arg(product_id).arg(level).arg(version).arg(news);
        command
    }

    /// The name, code and price of a product, of that version.
    pub(super) fn product(
        &self,
        (product_id, version): (ProductId, u64),
        (name, sku, price): (&str, &str, String),
    ) -> Cmd {
        let keys = [self.shared.keys.product(product_id), self.shared.keys.named("products")];
        let mut command = call(&self.shared.scripts.product, &keys);
        command.arg(product_id).arg(version).arg(name).arg(sku).arg(price);
        command
    }

    /// Runs scripts in one round trip. A server that does not know them, because it is new or was emptied, is told
    /// them first.
    pub(super) async fn write<T: redis::FromRedisValue>(&self, commands: Vec<Cmd>) -> Result<T, RedisError> {
        let mut pipe = Pipeline::with_capacity(commands.len());
        for command in commands {
            pipe.add_command(command);
        }
        match self.shared.writer.query(&pipe).await {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                let mut load = redis::pipe();
                for script in self.shared.scripts.all() {
                    load.cmd("SCRIPT").arg("LOAD").arg(script.code).ignore();
                }
                self.shared.writer.query::<()>(&load).await?;
                self.shared.writer.query(&pipe).await
            }
            answer => answer,
        }
    }
}
