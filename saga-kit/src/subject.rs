//! What the work at hand is about: the saga, the event, the order, the trace. Log lines tell it, and what a
//! transaction emits goes on from it.
//!
//! It is noted where it becomes known and read only when a line is written, so that a line that nobody writes costs
//! nothing. A task that is spawned begins with nothing.

use std::cell::Cell;

use shared_events::{Envelope, SAGA};
use uuid::Uuid;

use crate::trace::TraceContext;

/// See the module's text.
/// ```
/// use saga_kit::subject::{self, Subject, about};
///
/// /// Whatever is logged within the work tells the order.
/// async fn look_up(order_id: u64) {
///     let order = Subject { aggregate: Some(("order", order_id)), ..Subject::default() };
///     about(order, async { assert_eq!(subject::current(), order) }).await;
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The saga.
    pub correlation_id: Option<Uuid>,
    /// The event that is handled.
    pub event_id: Option<Uuid>,
    /// Its type.
    pub event_type: Option<&'static str>,
    /// The kind of thing that it is about, such as `order`, and which.
    pub aggregate: Option<(&'static str, u64)>,
    /// The span of the request, or of the event's handling.
    pub trace: Option<TraceContext>,
}

tokio::task_local! {
    static SUBJECT: Cell<Subject>;
}

impl Subject {
    /// The thing that a path such as `/orders/7/timeline` names, if things of its kind have events.
    #[must_use]
    pub fn member(path: &str) -> Option<(&'static str, u64)> {
        let mut segments = path.trim_start_matches('/').split('/');
        let kind = segments.next()?.strip_suffix('s')?;
        let id = segments.next()?.parse().ok()?;
        let spec = SAGA.events.iter().find(|spec| spec.aggregate == kind)?;
        Some((spec.aggregate, id))
    }

    /// An event's, without its trace.
    #[must_use]
    pub fn of(envelope: &Envelope) -> Self {
        let spec = SAGA.spec(&envelope.event_type);
        Self {
            correlation_id: Some(envelope.correlation_id),
            event_id: Some(envelope.event_id),
            event_type: spec.map(|spec| spec.event_type),
            aggregate: spec.and_then(|spec| Some((spec.aggregate, envelope.aggregate_id.parse().ok()?))),
            trace: None,
        }
    }
}

/// Does the work, which is about that.
pub async fn about<F: Future>(subject: Subject, work: F) -> F::Output {
    SUBJECT.scope(Cell::new(subject), work).await
}

/// What the work at hand is about; nothing outside of [`about`].
#[must_use]
pub fn current() -> Subject {
    SUBJECT.try_with(Cell::get).unwrap_or_default()
}

/// Notes what has become known of the work at hand; outside of [`about`] it is passed over.
pub fn note(change: impl FnOnce(&mut Subject)) {
    // An error means that the work is about nothing in particular.
    let _ = SUBJECT.try_with(|cell| {
        let mut subject = cell.get();
        change(&mut subject);
        cell.set(subject);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_thing() {
        assert_eq!(Subject::member("/orders/7/timeline"), Some(("order", 7)));
        assert_eq!(Subject::member("/products/3"), Some(("product", 3)));
        for path in ["/", "/orders", "/orders/x", "/users/1", "/order/7"] {
            assert_eq!(Subject::member(path), None, "{path}");
        }
    }

    #[tokio::test]
    async fn what_is_noted_stays_with_the_work() {
        note(|subject| subject.aggregate = Some(("order", 1)));
        assert_eq!(current(), Subject::default(), "outside there is nothing to note it on");
        let of_seven = Subject { aggregate: Some(("order", 7)), ..Subject::default() };
        about(of_seven, async {
            let other = about(Subject::default(), async {
                note(|subject| subject.aggregate = Some(("order", 8)));
                current()
            });
            assert_eq!(other.await.aggregate, Some(("order", 8)));
            assert_eq!(current(), of_seven);
        })
        .await;
    }
}
