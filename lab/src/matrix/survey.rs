//! The survey: every course once, with nothing armed, to see which points it passes. A point that none passes would
//! never be tested, and one that the saga's map does not know would be one that nobody thought of: both are faults.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use stack::interrupt;
use stack::store::Name;

use super::points::{self, Place};
use crate::course::Course;
use crate::journey::Journey;
use crate::laboratory::Laboratory;
use crate::point::Point;

/// How often each course passes each point.
#[derive(Debug, Default)]
pub struct Survey {
    passages: BTreeMap<Course, BTreeMap<Place, u64>>,
}

impl Survey {
    /// Drives every course.
    ///
    /// # Errors
    /// A course does not end as it should, or the points are not those of the saga's map.
    pub fn of(lab: &Laboratory) -> Result<Self> {
        let mut survey = Self::default();
        for course in Course::ALL {
            interrupt::check()?;
            let mut journey = Journey::prepare(lab, course, &format!("survey-{course}"))?;
            let before = at_rest(lab)?;
            journey.drive()?;
            journey.arrive()?;
            let mut passed = at_rest(lab)?;
            for (place, count) in &mut passed {
                *count -= before.get(place).unwrap_or(&0);
            }
            passed.retain(|_, count| *count > 0);
            survey.passages.insert(course, passed);
        }
        let (reached, all) = (survey.points(), points::all());
        let never: Vec<&Place> = all.difference(&reached).collect();
        ensure!(never.is_empty(), "no course reaches {}", named(&never));
        let unknown: Vec<&Place> = reached.difference(&all).collect();
        ensure!(unknown.is_empty(), "the saga's map does not know of {}", named(&unknown));
        Ok(survey)
    }

    /// As if each course passed each point of the saga's map so often.
    #[must_use]
    pub fn of_the_map(passages: u64) -> Self {
        let all: BTreeMap<Place, u64> = points::all().into_iter().map(|place| (place, passages)).collect();
        Self { passages: Course::ALL.into_iter().map(|course| (course, all.clone())).collect() }
    }

    /// All points that were passed.
    #[must_use]
    pub fn points(&self) -> BTreeSet<Place> {
        self.passages.values().flat_map(BTreeMap::keys).cloned().collect()
    }

    /// The courses that pass a point, with how often.
    pub fn courses_passing(&self, place: &Place) -> impl Iterator<Item = (Course, u64)> {
        self.passages.iter().filter_map(|(course, passed)| Some((*course, *passed.get(place)?)))
    }

    /// The points that a service passes on a course.
    #[must_use]
    pub fn points_on(&self, course: Course, service: Name) -> Vec<Point> {
        let passed = self.passages.get(&course).into_iter().flat_map(BTreeMap::keys);
        passed.filter(|(name, _)| *name == service).map(|(_, point)| point.clone()).collect()
    }
}

/// How often each point was passed, once every event was sent, and has reached the read models, which is the last
/// thing that happens to it.
fn at_rest(lab: &Laboratory) -> Result<BTreeMap<Place, u64>> {
    lab.databases().audit(lab.patience())?;
    lab.until("every event to be applied to the read models", || {
        let mut passed = BTreeMap::new();
        for service in Name::SERVICES {
            passed.extend(lab.passed(service)?.into_iter().map(|passed| ((service, passed.point), passed.passages)));
        }
        let count = |place: &str| -> u64 {
            passed.iter().filter(|((_, point), _)| point.place == place).map(|(_, count)| *count).sum()
        };
        Ok((count("projection.after-write") >= count("relay.after-ack")).then_some(passed))
    })
}

fn named(places: &[&Place]) -> String {
    places.iter().map(|(service, point)| format!("{service}/{point}")).collect::<Vec<_>>().join(", ")
}
