//! How an old version is read, shown with an event that exists in this test only.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use shared_events::{DecodeError, Envelope, EventBody, Topic, read_data};

use crate::samples;

/// Version 3: pieces, and who counted.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct ShelfCounted {
    product_id: u64,
    pieces: u32,
    counted_by: Option<String>,
}

/// Version 2: pieces.
#[derive(Deserialize)]
struct ShelfCountedV2 {
    product_id: u64,
    pieces: u32,
}

/// Version 1: boxes of twelve.
#[derive(Deserialize)]
struct ShelfCountedV1 {
    product_id: u64,
    boxes: u32,
}

impl From<ShelfCountedV1> for ShelfCountedV2 {
    fn from(old: ShelfCountedV1) -> Self {
        ShelfCountedV2 { product_id: old.product_id, pieces: old.boxes.saturating_mul(12) }
    }
}

impl From<ShelfCountedV2> for ShelfCounted {
    fn from(old: ShelfCountedV2) -> Self {
        ShelfCounted { product_id: old.product_id, pieces: old.pieces, counted_by: None }
    }
}

impl EventBody for ShelfCounted {
    const TYPE: &'static str = "ShelfCounted";
    const VERSION: u16 = 3;
    const TOPIC: Topic = Topic::STOCK_EVENTS;
    const AGGREGATE: &'static str = "product";

    fn aggregate_id(&self) -> String {
        self.product_id.to_string()
    }

    /// Each old version knows the way to the next one only, so that a new version adds one step.
    fn decode(version: u16, data: &RawValue) -> Result<Self, DecodeError> {
        match version {
            1 => read_data::<Self, ShelfCountedV1>(data).map(|old| ShelfCountedV2::from(old).into()),
            2 => read_data::<Self, ShelfCountedV2>(data).map(Self::from),
            3 => read_data::<Self, Self>(data),
            _ => Err(DecodeError::unknown_version::<Self>(version)),
        }
    }
}

fn envelope(version: u16, data: &str) -> Envelope {
    let today = ShelfCounted { product_id: 1, pieces: 1, counted_by: None };
    Envelope {
        version,
        data: RawValue::from_string(data.to_owned()).unwrap(),
        ..Envelope::new(&today, samples::origin()).unwrap()
    }
}

#[test]
fn every_version_is_read_as_what_it_means_today() {
    let counted = |pieces, counted_by: Option<&str>| ShelfCounted {
        product_id: 7,
        pieces,
        counted_by: counted_by.map(str::to_owned),
    };
    for (version, data, meaning) in [
        (1, r#"{"product_id":7,"boxes":3}"#, counted(36, None)),
        (2, r#"{"product_id":7,"pieces":35}"#, counted(35, None)),
        (3, r#"{"product_id":7,"pieces":35,"counted_by":"Ada"}"#, counted(35, Some("Ada"))),
    ] {
        assert_eq!(envelope(version, data).body::<ShelfCounted>().unwrap(), meaning);
    }
}

#[test]
fn a_version_is_read_by_its_own_shape_only() {
    let error = envelope(1, r#"{"product_id":7,"pieces":35}"#).body::<ShelfCounted>().unwrap_err();
    assert!(matches!(error, DecodeError::BrokenBody { event_type: "ShelfCounted", .. }), "{error}");
}

#[test]
fn a_version_from_the_future_is_unknown() {
    let error = envelope(4, r#"{"product_id":7}"#).body::<ShelfCounted>().unwrap_err();
    assert!(matches!(error, DecodeError::UnknownVersion { event_type: "ShelfCounted", version: 4 }), "{error}");
}

#[test]
fn what_is_written_is_always_todays_version() {
    let today = ShelfCounted { product_id: 7, pieces: 35, counted_by: Some("Ada".to_owned()) };
    let envelope = Envelope::new(&today, samples::origin()).unwrap();
    assert_eq!(envelope.version, 3);
    assert_eq!(envelope.body::<ShelfCounted>().unwrap(), today);
}
