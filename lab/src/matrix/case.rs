//! A case: a course, and what strikes it. Its name is what `--only` chooses by.

use std::fmt;
use std::time::Duration;

use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use stack::store::Name;

use super::chance::Chance;
use super::strike::{AN_HOUR_S, AWAY, FULL, Strike};
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

/// A case in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Which of the rounds, from 1.
    pub round: u32,
    /// What is run.
    pub case: Case,
}

/// How long the broker is gone while others go on ordering.
const LONG_AWAY: Duration = Duration::from_mins(1);

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}{}", self.course, self.strike, if self.under_load { "/under-load" } else { "" })
    }
}

/// Each point once, on one of the courses that pass it.
pub fn short(survey: &Survey, chance: &Chance) -> Vec<Case> {
    let points = survey.points();
    let choose = points.iter().filter_map(|place| {
        let courses: Vec<Course> = survey.courses_passing(place).map(|(course, _)| course).collect();
        Some((place, *courses.choose(&mut chance.of(format!("{}/{}", place.0, place.1)))?))
    });
    choose.map(|((service, point), course)| at_point(course, *service, point.clone(), 1)).collect()
}

/// Each point on each course that passes it, at a passage left to chance.
pub fn at_points(survey: &Survey, chance: &Chance) -> Vec<Case> {
    let mut cases = Vec::new();
    for (service, point) in survey.points() {
        for (course, passages) in survey.courses_passing(&(service, point.clone())) {
            let passage = chance.of(format!("{course}/{service}/{point}")).random_range(1..=passages);
            cases.push(at_point(course, service, point.clone(), passage));
        }
    }
    cases
}

/// Each point on each course that passes it; then what no point covers.
pub fn full(survey: &Survey, has_gateway: bool, chance: &Chance) -> Vec<Case> {
    let mut cases = at_points(survey, chance);
    for course in Course::FOUR {
        let strikes = strikes(course, survey, has_gateway, chance);
        cases.extend(strikes.into_iter().map(|strike| Case { course, strike, under_load: false }));
    }
    let clocks = Course::FOUR.into_iter().chain([Course::Expired]).flat_map(|course| clocks(course, survey, chance));
    cases.extend(clocks);
    cases.extend(under_load().map(|strike| Case { course: Course::Refunded, strike, under_load: true }));
    cases
}

/// The clocks of the two services an hour apart, either way; and one that is right again after a death.
fn clocks(course: Course, survey: &Survey, chance: &Chance) -> Vec<Case> {
    let mut cases = Vec::new();
    for service in Name::SERVICES {
        for ahead_s in [AN_HOUR_S, -AN_HOUR_S] {
            cases.push(Strike::ClockOff { service, ahead_s, dies_at: None });
        }
        let mut chance = chance.of(format!("{course}/{service}/clock"));
        // A link that a clock an hour ahead has made expires an hour late by one that is right: not in the case's time.
        let dies_at =
            survey.points_on(course, service).choose(&mut chance).filter(|_| course != Course::Expired).cloned();
        if dies_at.is_some() {
            let ahead_s = if chance.random() { AN_HOUR_S } else { -AN_HOUR_S };
            cases.push(Strike::ClockOff { service, ahead_s, dies_at });
        }
    }
    cases.into_iter().map(|strike| Case { course, strike, under_load: false }).collect()
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
    .chain(disk_full())
}

/// Where the system can have another process's writes refused.
fn disk_full() -> Option<Strike> {
    cfg!(target_os = "linux").then_some(Strike::DiskFull { lasting: FULL })
}

fn at_point(course: Course, service: Name, point: Point, passage: u64) -> Case {
    Case { course, strike: Strike::AtPoint { service, point, passage }, under_load: false }
}

/// What strikes a course besides single deaths at points.
fn strikes(course: Course, survey: &Survey, has_gateway: bool, chance: &Chance) -> Vec<Strike> {
    const SERVERS: [Name; 3] = [Name::MariaDb, Name::Redis, Name::Kafka];
    let within = |most_ms: u64, what: String| {
        Duration::from_millis(chance.of(format!("{course}/{what}")).random_range(0..most_ms))
    };
    let soon = |who: &str, what: &str| within(150, format!("{who}/{what}"));
    let mut strikes = vec![Strike::BothKilled { after: soon("both-services", "killed") }];
    let gateway = has_gateway.then_some(Name::Gateway);
    for name in SERVERS.into_iter().chain(gateway).chain(Name::SERVICES) {
        let soon = |what: &str| soon(name.as_str(), what);
        strikes.push(Strike::Killed { name, after: soon("killed") });
        strikes.push(Strike::Stopped { name, after: soon("stopped") });
        strikes.push(Strike::Gone { name, after: soon("gone"), lasting: AWAY });
    }
    let one_of = |service: Name, what: &str| {
        let points = survey.points_on(course, service);
        points.choose(&mut chance.of(format!("{course}/{service}/{what}"))).cloned()
    };
    for service in Name::SERVICES {
        if let Some(point) = one_of(service, "in-recovery") {
            let after = within(600, format!("{service}/killed-in-recovery"));
            strikes.push(Strike::InRecovery { service, point, after });
        }
    }
    let [one, other] = Name::SERVICES.map(|service| Some((service, one_of(service, "one-of-two")?)));
    strikes.extend(one.zip(other).map(|(one, other)| Strike::AtTwoPoints([one, other])));
    strikes.push(Strike::TopicDeleted);
    strikes.extend(disk_full());
    strikes
}
