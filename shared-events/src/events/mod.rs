//! What every event has in common, and the catalogue of all there are.
//!
//! Owns [`EventBody`] and the [`Event`] enum. The events themselves stand in the files beside this one, by what
//! they happen to; who reacts to them stands in the saga's map.

pub mod order;
pub mod payment;
mod payment_refusal;
pub mod product;
pub mod saga;
pub mod stock;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::decode::{DecodeError, read_data};
use crate::envelope::{Envelope, Origin};
use crate::schema::{self, EventSchema};
use crate::topics::Topic;

/// Number of an order.
pub type OrderId = u64;
/// Number of a product.
pub type ProductId = u64;
/// Number of a user.
pub type UserId = u64;
/// Number of a payment.
pub type PaymentId = u64;

/// The kind of thing that orders' events happen to, as the envelope names it.
pub const ORDER: &str = "order";
/// The kind of thing that products' events happen to, as the envelope names it.
pub const PRODUCT: &str = "product";

/// The body of an event: what stands in the envelope's `data`, and where it goes.
pub trait EventBody: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Name on the wire. It stays when the Rust name changes.
    const TYPE: &'static str;
    /// Version of the shape that is written today.
    const VERSION: u16;
    /// The topic it travels on.
    const TOPIC: Topic;
    /// The kind of thing it happened to: [`ORDER`] or [`PRODUCT`].
    const AGGREGATE: &'static str;

    /// Which of its kind it happened to; also the Kafka key, which orders events.
    fn aggregate_id(&self) -> String;

    /// Reads a body that was written in `version`. An event that has had other shapes upcasts them here, as
    /// [`crate::decode`] shows; the others know today's only.
    fn decode(version: u16, data: &RawValue) -> Result<Self, DecodeError> {
        if version == Self::VERSION {
            read_data::<Self, Self>(data)
        } else {
            Err(DecodeError::unknown_version::<Self>(version))
        }
    }
}

/// Makes the enum of all events and all that must name each of them, from one list.
macro_rules! catalogue {
    ($($module:ident::$event:ident,)+) => {
        /// Any event of the store.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $(#[doc = concat!("See [`", stringify!($module), "::", stringify!($event), "`].")]
            $event($module::$event),)+
        }

        impl Event {
            /// The wire names of all events.
            pub const TYPES: &'static [&'static str] =
                &[$(<$module::$event as EventBody>::TYPE),+];

            /// Reads the body of an envelope, whichever event it is.
            pub fn decode(envelope: &Envelope) -> Result<Event, DecodeError> {
                match envelope.event_type.as_str() {
                    $(<$module::$event as EventBody>::TYPE => envelope.body().map(Event::$event),)+
                    unknown => Err(DecodeError::UnknownType { event_type: unknown.to_owned() }),
                }
            }

            /// The JSON Schemas of all events as they travel, in today's versions.
            #[must_use]
            pub fn schemas() -> Vec<EventSchema> {
                vec![$(schema::of::<$module::$event>()),+]
            }

            /// Its name on the wire.
            #[must_use]
            pub fn event_type(&self) -> &'static str {
                match self {
                    $(Event::$event(_) => <$module::$event as EventBody>::TYPE,)+
                }
            }

            /// Puts it into its envelope.
            pub fn to_envelope(&self, origin: Origin) -> Result<Envelope, serde_json::Error> {
                match self {
                    $(Event::$event(body) => Envelope::new(body, origin),)+
                }
            }
        }

        $(impl From<$module::$event> for Event {
            fn from(body: $module::$event) -> Event {
                Event::$event(body)
            }
        })+
    };
}

catalogue! {
    order::OrderCreated,
    order::OrderCreationFailed,
    order::OrderCancellationRequested,
    order::OrderCancelled,
    order::OrderPaid,
    stock::StockDecreased,
    stock::StockDecreaseFailed,
    stock::StockIncreased,
    stock::StockLevelSet,
    stock::StockReplenished,
    product::ProductCreated,
    product::ProductChanged,
    product::ProductDeleted,
    payment::PaymentCreated,
    payment::PaymentCreationFailed,
    payment::PaymentSucceeded,
    payment::PaymentDeclined,
    payment::PaymentVoided,
    payment::PaymentRefunded,
    payment::PaymentExpired,
    saga::SagaCompleted,
}
