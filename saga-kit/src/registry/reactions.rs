//! Registering reactions: a handler of one event, or of several at once, becomes what the registry runs. What it emits
//! is held against the saga's map.

use std::sync::Arc;

use futures::future::BoxFuture;
use shared_events::{Envelope, EventBody};

use super::{Reaction, Registry};
use crate::handler::{
    Failure, Handled, HandledAll, Handler, HandlerError, Received, SetHandler, SetHandlerWith, caught,
};
use crate::transaction::Tx;

/// Why an event was set aside although its handler is fine.
#[derive(Debug, thiserror::Error)]
#[error("the handler of {event} emitted {emitted}, which the saga's map does not allow it to")]
struct UndeclaredEmission {
    event: &'static str,
    emitted: String,
}

impl Registry {
    /// Reacts to `E` with an `async fn(&mut Tx, E) -> Handled`.
    #[must_use]
    pub fn on<E: EventBody>(self, handler: impl for<'a> Handler<'a, E>) -> Self {
        let handler = Arc::new(handler);
        self.on_one::<E>(move |tx, event| {
            let handler = Arc::clone(&handler);
            Box::pin(async move { handler.call(tx, event).await })
        })
    }

    /// Reacts to `E` with an `async fn(&mut Tx, Vec<Received<E>>) -> HandledAll`: the events of several keys that share
    /// a transaction are handled with as many statements as those of one.
    #[must_use]
    pub fn on_all<E: EventBody>(self, handler: impl for<'a> SetHandler<'a, E>) -> Self {
        let handler = Arc::new(handler);
        self.on_set::<E>(move |tx, events| {
            let handler = Arc::clone(&handler);
            Box::pin(async move { handler.call(tx, events).await })
        })
    }

    /// The same with an `async fn(&mut Tx, Arc<P>, Vec<Received<E>>) -> HandledAll` that needs `with`.
    #[must_use]
    pub fn on_all_with<E: EventBody, P: Send + Sync + 'static>(
        self,
        with: Arc<P>,
        handler: impl for<'a> SetHandlerWith<'a, P, E>,
    ) -> Self {
        let handler = Arc::new(handler);
        self.on_set::<E>(move |tx, events| {
            let (handler, with) = (Arc::clone(&handler), Arc::clone(&with));
            Box::pin(async move { handler.call(tx, with, events).await })
        })
    }

    /// One event after the other: whichever fails is known, by a panic too.
    fn on_one<E: EventBody>(
        self,
        call: impl for<'a> Fn(&'a mut Tx, E) -> BoxFuture<'a, Handled> + Send + Sync + 'static,
    ) -> Self {
        let call = Arc::new(call);
        let allowed = self.emissions_of::<E>();
        self.insert::<E>(Box::new(move |tx, events| {
            let call = Arc::clone(&call);
            Box::pin(async move {
                for (index, envelope) in events.iter().enumerate() {
                    let one = async {
                        let Received { event, cause } = Received::<E>::read(envelope).map_err(HandlerError::park)?;
                        let before = tx.emitted();
                        tx.caused_by(cause);
                        call(tx, event).await?;
                        only_allowed(E::TYPE, tx.emitted_since(before), allowed)
                    };
                    caught(one).await.map_err(|error| Failure::at(index, error))?;
                }
                Ok(())
            })
        }))
    }

    fn on_set<E: EventBody>(
        self,
        call: impl for<'a> Fn(&'a mut Tx, Vec<Received<E>>) -> BoxFuture<'a, HandledAll> + Send + Sync + 'static,
    ) -> Self {
        let call = Arc::new(call);
        let allowed = self.emissions_of::<E>();
        self.insert::<E>(Box::new(move |tx, events| {
            let call = Arc::clone(&call);
            Box::pin(async move {
                let read = |(index, envelope): (usize, &Arc<Envelope>)| {
                    Received::<E>::read(envelope).map_err(|error| Failure::at(index, HandlerError::park(error)))
                };
                let received = events.iter().enumerate().map(read).collect::<Result<_, _>>()?;
                let before = tx.emitted();
                call(tx, received).await?;
                Ok(only_allowed(E::TYPE, tx.emitted_since(before), allowed)?)
            })
        }))
    }

    /// What the map allows the handler of `E` to emit.
    fn emissions_of<E: EventBody>(&self) -> &'static [&'static str] {
        let reaction = self.map.spec(E::TYPE).and_then(|spec| spec.reaction.as_ref());
        reaction.map_or(&[], |reaction| reaction.emits)
    }

    fn insert<E: EventBody>(mut self, reaction: Reaction) -> Self {
        if self.reactions.insert(E::TYPE, reaction).is_some() {
            self.doubled.insert(E::TYPE);
        }
        self
    }
}

/// Holds what a handler emitted against the map.
fn only_allowed<'t>(
    event: &'static str,
    mut emitted: impl Iterator<Item = &'t str>,
    allowed: &[&'static str],
) -> Handled {
    match emitted.find(|emitted| !allowed.contains(emitted)) {
        None => Ok(()),
        Some(emitted) => Err(HandlerError::park(UndeclaredEmission { event, emitted: emitted.to_owned() })),
    }
}
