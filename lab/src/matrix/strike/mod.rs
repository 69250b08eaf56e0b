//! Strikes: what is done to a store while a course is under way. [`drive`] does it, [`watch`] tells what came of it to
//! whom.

mod broker;
mod drive;
mod watch;

use std::fmt;
use std::time::Duration;

use stack::store::Name;

use crate::point::Point;

pub use drive::drive;

/// What is done to the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Strike {
    /// A service dies at a point, at this passage of it.
    AtPoint {
        /// Which service.
        service: Name,
        /// Where.
        point: Point,
        /// At which passage.
        passage: u64,
    },
    /// Both services die, each at a point, in the same saga.
    AtTwoPoints([(Name, Point); 2]),
    /// A service dies at a point, and again so long after it was started again.
    InRecovery {
        /// Which service.
        service: Name,
        /// Where, the first time.
        point: Point,
        /// How long after its restart it is killed again.
        after: Duration,
    },
    /// A process is killed so long after the first request was answered.
    Killed {
        /// Which.
        name: Name,
        /// How long after.
        after: Duration,
    },
    /// Both services are killed at once.
    BothKilled {
        /// How long after the first answer.
        after: Duration,
    },
    /// A process stands still for a while, longer than any lease.
    Stopped {
        /// Which.
        name: Name,
        /// How long after the first answer.
        after: Duration,
    },
    /// A process is gone for a while.
    Gone {
        /// Which.
        name: Name,
        /// How long after the first answer.
        after: Duration,
        /// For how long.
        lasting: Duration,
    },
    /// The clock of a service is wrong from before the first request until the end.
    ClockOff {
        /// Whose.
        service: Name,
        /// Seconds that it is ahead of the machine's; below zero when it is behind.
        ahead_s: i32,
        /// Where the service dies, if it does: its clock is right again when it is started again, so that its time
        /// leaps in the midst of a saga.
        dies_at: Option<Point>,
    },
    /// The broker's disk is full for a while.
    DiskFull {
        /// For how long.
        lasting: Duration,
    },
    /// The topic of all events of orders is deleted.
    TopicDeleted,
}

/// An hour, and a minute more: Kafka takes a time for too far ahead from an hour on.
pub const AN_HOUR_S: i32 = 61 * 60;

/// How long the broker's disk is full.
pub const FULL: Duration = Duration::from_secs(5);

/// How long a process stands still or is gone: past the relay's lease of 1.5 s.
pub const AWAY: Duration = Duration::from_secs(3);
impl fmt::Display for Strike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtPoint { service, point, .. } => write!(f, "{service}/{point}"),
            Self::AtTwoPoints([(one, at), (other, then)]) => write!(f, "{one}/{at}+{other}/{then}"),
            Self::InRecovery { service, point, .. } => write!(f, "{service}/{point}+in-recovery"),
            Self::Killed { name, .. } => write!(f, "{name}/killed"),
            Self::BothKilled { .. } => write!(f, "both-services/killed"),
            Self::Stopped { name, .. } => write!(f, "{name}/stopped"),
            Self::Gone { name, lasting, .. } => write!(f, "{name}/gone-{}s", lasting.as_secs()),
            Self::ClockOff { service, ahead_s, dies_at } => {
                write!(f, "{service}/clock-{}", if *ahead_s > 0 { "ahead" } else { "behind" })?;
                dies_at.as_ref().map_or(Ok(()), |point| write!(f, "/{point}"))
            }
            Self::DiskFull { .. } => f.write_str("kafka/disk-full"),
            Self::TopicDeleted => f.write_str("kafka/topic-deleted"),
        }
    }
}
