//! The machinery of choreographed sagas: outbox, relay, inbox, consumer, handler registry, parking.
//!
//! Generic over the service: it knows envelopes, topics and the saga's map as data, and no order and no payment.
//! The delivery contract that it keeps: an event is published if and only if its transaction committed; events of
//! one key are published in commit order; a handler's effects happen exactly once; servers that are away stop
//! progress and never correctness; an event that cannot be handled parks its key alone.
//!
//! `README.md` says what a service brings, and `examples/library.rs` is one in a file.

mod broker_probe;
pub mod clock;
mod consumer;
pub mod crash_point;
pub mod database;
mod handler;
pub mod inbox;
pub mod jobs;
mod kept;
pub mod metrics;
pub mod mutation;
pub mod outbox;
pub mod parking;
mod participant;
pub mod projection;
mod registry;
mod relay;
pub mod retry;
pub mod rows;
mod settings;
mod status;
pub mod subject;
mod topics;
pub mod trace;
mod transaction;

pub use broker_probe::BrokerProbe;
pub use consumer::ConsumerError;
pub use handler::{
    BoxError, Causation, Failure, Handled, HandledAll, Handler, HandlerError, Observer, Received, SetHandler,
    SetHandlerWith,
};
pub use metrics::Metrics;
pub use outbox::EmitError;
pub use participant::{Participant, ParticipantError};
pub use registry::{Registry, RegistryError};
pub use settings::SagaSettings;
pub use status::{Machinery, Status};
pub use topics::TopicError;
pub use transaction::{Transactions, Tx};
