//! Each row of the saga's table: the event arrives, the rows change in one transaction, the next event goes out.
//!
//! An event is observed on its topic, where all readers see it; its effect in the tables and in the answers.

mod good_way;
mod paying;
mod telling;
mod way_back;

use shared_events::Event;
use tests::Store;

/// An order that ends with its payment link.
pub const GOOD_WAY: [&str; 4] = ["OrderCreated", "StockDecreased", "PaymentCreated", "SagaCompleted"];

/// The bodies of an order's events of one type.
pub fn bodies(store: &Store, key: &str, event_type: &str) -> Vec<Event> {
    let events = store.topics.events_of(key);
    events.iter().filter(|event| event.event_type == event_type).map(|event| Event::decode(event).unwrap()).collect()
}

/// The body of an order's only event of one type.
pub fn body(store: &Store, order: u64, event_type: &str) -> Event {
    let mut bodies = bodies(store, &order.to_string(), event_type);
    assert_eq!(bodies.len(), 1, "{event_type} of order {order}");
    bodies.remove(0)
}
