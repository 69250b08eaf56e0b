//! What can be wrong with bytes that claim to be an event, and how an older version of a body is read.
//!
//! # Reading old versions
//! A body's version rises when its shape changes in a way that older readers, or this one, would misread.
//! Its [`EventBody::decode`] then becomes an upcaster: it reads the old shape and says what it means today, so
//! that handlers know one shape only. The golden file of the old version stays, and stays readable.
//! ```
//! use serde::{Deserialize, Serialize};
//! use serde_json::value::RawValue;
//! use shared_events::{DecodeError, EventBody, Topic, read_data};
//!
//! #[derive(Serialize, Deserialize)]
//! struct ShelfCounted { product_id: u64, pieces: u32 }
//!
//! /// Version 1 counted boxes of twelve.
//! #[derive(Deserialize)]
//! struct ShelfCountedV1 { product_id: u64, boxes: u32 }
//!
//! impl EventBody for ShelfCounted {
//!     const TYPE: &'static str = "ShelfCounted";
//!     const VERSION: u16 = 2;
//!     const TOPIC: Topic = Topic::STOCK_EVENTS;
//!     const AGGREGATE: &'static str = "product";
//!     fn aggregate_id(&self) -> String { self.product_id.to_string() }
//!
//!     fn decode(version: u16, data: &RawValue) -> Result<Self, DecodeError> {
//!         match version {
//!             1 => read_data::<Self, ShelfCountedV1>(data)
//!                 .map(|old| ShelfCounted { product_id: old.product_id, pieces: old.boxes * 12 }),
//!             2 => read_data::<Self, Self>(data),
//!             _ => Err(DecodeError::unknown_version::<Self>(version)),
//!         }
//!     }
//! }
//! ```

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::events::EventBody;

/// Why bytes are not an event that this program understands. None of these passes by waiting.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not JSON, or JSON without the fields of an envelope.
    #[error("this is no event envelope: {source}")]
    BrokenEnvelope {
        /// Where and what.
        source: serde_json::Error,
    },
    /// An envelope whose event type the reader does not know.
    #[error("unknown event type `{event_type}`")]
    UnknownType {
        /// The type that the envelope names.
        event_type: String,
    },
    /// A known event type in a version that the reader neither writes nor upcasts.
    #[error("unknown version {version} of {event_type}")]
    UnknownVersion {
        /// The type that the envelope names.
        event_type: &'static str,
        /// The version that the envelope names.
        version: u16,
    },
    /// A known type and version whose data does not have the shape that they promise.
    #[error("the data of {event_type} is broken: {source}")]
    BrokenBody {
        /// The type that the envelope names.
        event_type: &'static str,
        /// Where and what.
        source: serde_json::Error,
    },
}

impl DecodeError {
    /// The answer of an [`EventBody::decode`] to a version it has no reader for.
    #[must_use]
    pub fn unknown_version<E: EventBody>(version: u16) -> Self {
        DecodeError::UnknownVersion { event_type: E::TYPE, version }
    }
}

/// Reads an event's data as `Shape`: the body itself, or what an older version of it looked like.
pub fn read_data<E: EventBody, Shape: DeserializeOwned>(data: &RawValue) -> Result<Shape, DecodeError> {
    serde_json::from_str(data.get()).map_err(|source| DecodeError::BrokenBody { event_type: E::TYPE, source })
}
