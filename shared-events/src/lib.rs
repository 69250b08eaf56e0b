//! The language of the store: the envelope, the events, their topics, and the saga's map.
//!
//! Owns what two services must agree on to understand each other, byte for byte. Performs no I/O and keeps
//! no state: how events are stored, sent and handled belongs to `saga-kit`, what they cause to the services.
//!
//! How to add an event: `CONTRIBUTING.md`.

mod currency;
pub mod decode;
pub mod envelope;
pub mod events;
pub mod money;
pub mod saga;
pub mod schema;
pub mod topics;

pub use currency::{Currency, CurrencyError};
pub use decode::{DecodeError, read_data};
pub use envelope::{Envelope, Origin};
pub use events::order::{
    OrderCancellationRequested, OrderCancelled, OrderCreated, OrderCreationFailed, OrderCreationFailure, OrderItem,
    OrderPaid, RequestedItem,
};
pub use events::payment::{
    PaymentCreated, PaymentCreationFailed, PaymentDeclined, PaymentExpired, PaymentRefunded, PaymentRefusal,
    PaymentSucceeded, PaymentVoided,
};
pub use events::product::{ProductChanged, ProductCreated, ProductDeleted};
pub use events::saga::{SagaCompleted, SagaOutcome};
pub use events::stock::{
    Shortage, StockChange, StockDecreaseFailed, StockDecreased, StockIncreased, StockLevelSet, StockReplenished,
};
pub use events::{Event, EventBody, OrderId, PaymentId, ProductId, UserId};
pub use money::{Money, MoneyError};
pub use saga::{EventSpec, PAYMENT_SERVICE, Reaction, SAGA, STORE_MANAGER, SagaMap, SagaState};
pub use topics::Topic;
