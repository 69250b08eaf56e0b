//! Crash points: named places at which the process can be made to die as by SIGKILL, to see that nothing is lost.
//!
//! The places are passed in every build; only with the feature `crash-points` is anything there to be passed. A
//! passage is of an event type, so that one can be killed at the very step of the very saga that is looked at.

#[cfg(feature = "crash-points")]
mod armed;

#[cfg(feature = "crash-points")]
pub use armed::{Armed, ParsePointError, Passed, Point, arm, armed, disarm, passed};

/// A place in the machinery.
///
/// A `request` is every transaction that no event caused: a client's, or a scheduled job's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A request's changes are made and its events written; nothing is committed.
    RequestBeforeCommit,
    /// A request is committed; nobody was told.
    RequestAfterCommit,
    /// The relay has read the event; it is not sent.
    RelayBeforePublish,
    /// The broker has acknowledged the event; its row is not deleted.
    RelayAfterAck,
    /// The handler has done its work; nothing is committed.
    HandlerBeforeCommit,
    /// The handler's transaction is committed; its offset is not stored.
    HandlerAfterCommit,
    /// The read model is written; its offset is not stored.
    ProjectionAfterWrite,
}

impl Place {
    /// All of them, in the order in which an event passes them.
    pub const ALL: [Self; 7] = [
        Self::RequestBeforeCommit,
        Self::RequestAfterCommit,
        Self::RelayBeforePublish,
        Self::RelayAfterAck,
        Self::HandlerBeforeCommit,
        Self::HandlerAfterCommit,
        Self::ProjectionAfterWrite,
    ];
}

/// Passes a place with an event of that type.
pub(crate) fn pass(place: Place, event_type: &str) {
    pass_all(place, std::iter::once(event_type));
}

/// Passes a place with each of these events. Without the feature nobody asks which they are.
#[cfg_attr(not(feature = "crash-points"), inline)]
pub(crate) fn pass_all<'e>(place: Place, event_types: impl Iterator<Item = &'e str>) {
    #[cfg(feature = "crash-points")]
    event_types.for_each(|event_type| armed::pass(place, event_type));
    #[cfg(not(feature = "crash-points"))]
    let _ = (place, event_types);
}
