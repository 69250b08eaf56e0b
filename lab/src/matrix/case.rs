//! A case: a course, and what strikes it. Its name is what `--only` chooses by.

use std::fmt;
use std::time::Duration;

use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use stack::store::Name;

use super::survey::Survey;
use crate::course::Course;
use crate::point::Point;

/// One run of one course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What the order should become.
    pub course: Course,
    /// What strikes meanwhile.
    pub strike: Strike,
    /// Whether others order at the same time.
    pub under_load: bool,
}

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
}

/// How long a process stands still or is gone: past the relay's lease of 1.5 s.
pub const AWAY: Duration = Duration::from_secs(3);
/// How long the broker is gone while others go on ordering.
const LONG_AWAY: Duration = Duration::from_mins(1);

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}{}", self.course, self.strike, if self.under_load { "/under-load" } else { "" })
    }
}

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
        }
    }
}

/// Each point once, on one of the courses that pass it.
pub fn short(survey: &Survey, chance: &mut StdRng) -> Vec<Case> {
    let points = survey.points();
    let choose = points.iter().filter_map(|place| {
        let courses: Vec<Course> = survey.courses_passing(place).map(|(course, _)| course).collect();
        Some((place, *courses.choose(chance)?))
    });
    choose.map(|((service, point), course)| at_point(course, *service, point.clone(), 1)).collect()
}

/// Each point on each course that passes it, at a passage left to chance; then what no point covers.
pub fn full(survey: &Survey, has_gateway: bool, chance: &mut StdRng) -> Vec<Case> {
    let mut cases = Vec::new();
    for place in survey.points() {
        for (course, passages) in survey.courses_passing(&place) {
            let passage = chance.random_range(1..=passages);
            cases.push(at_point(course, place.0, place.1.clone(), passage));
        }
    }
    for course in Course::FOUR {
        let strikes = strikes(course, survey, has_gateway, chance);
        cases.extend(strikes.into_iter().map(|strike| Case { course, strike, under_load: false }));
    }
    cases.extend(under_load().map(|strike| Case { course: Course::Refunded, strike, under_load: true }));
    cases
}

/// What strikes while others order.
fn under_load() -> impl Iterator<Item = Strike> {
    let after = Duration::from_secs(1);
    [
        Strike::Gone { name: Name::Kafka, after, lasting: LONG_AWAY },
        Strike::Killed { name: Name::Kafka, after },
        Strike::Killed { name: Name::MariaDb, after },
        Strike::Stopped { name: Name::StoreManager, after },
        Strike::BothKilled { after },
    ]
    .into_iter()
}

fn at_point(course: Course, service: Name, point: Point, passage: u64) -> Case {
    Case { course, strike: Strike::AtPoint { service, point, passage }, under_load: false }
}

/// What strikes a course besides single deaths at points.
fn strikes(course: Course, survey: &Survey, has_gateway: bool, chance: &mut StdRng) -> Vec<Strike> {
    const SERVERS: [Name; 3] = [Name::MariaDb, Name::Redis, Name::Kafka];
    let mut soon = || Duration::from_millis(chance.random_range(0..150));
    let mut strikes = vec![Strike::BothKilled { after: soon() }];
    let gateway = has_gateway.then_some(Name::Gateway);
    for name in SERVERS.into_iter().chain(gateway).chain(Name::SERVICES) {
        strikes.push(Strike::Killed { name, after: soon() });
        strikes.push(Strike::Stopped { name, after: soon() });
        strikes.push(Strike::Gone { name, after: soon(), lasting: AWAY });
    }
    for service in Name::SERVICES {
        if let Some(point) = survey.points_on(course, service).choose(chance) {
            let after = Duration::from_millis(chance.random_range(0..600));
            strikes.push(Strike::InRecovery { service, point: point.clone(), after });
        }
    }
    let [one, other] =
        Name::SERVICES.map(|service| Some((service, survey.points_on(course, service).choose(chance)?.clone())));
    strikes.extend(one.zip(other).map(|(one, other)| Strike::AtTwoPoints([one, other])));
    strikes
}
