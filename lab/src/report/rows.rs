//! What happened to an order and what was done meanwhile, in one list, each with its time since the order's first event.

use chrono::{DateTime, TimeDelta, Utc};

use crate::matrix::{Blow, TimelineStep, What};

/// A line of the list.
#[derive(Debug, PartialEq)]
pub(super) struct Row<'o> {
    /// Milliseconds since the order's first event; below zero before it.
    pub offset_ms: i64,
    /// Minutes that the clock was ahead by which it was dated, and which are taken off.
    pub clock_ahead_min: i64,
    /// What happened.
    pub what: Happened<'o>,
}

/// What can happen.
#[derive(Debug, PartialEq)]
pub(super) enum Happened<'o> {
    /// An event of the order.
    Event(&'o TimelineStep),
    /// Something that was done to a process.
    Blow(&'o Blow),
}

/// All of it, the first first.
pub(super) fn rows<'o>(timeline: &'o [TimelineStep], blows: &'o [Blow]) -> Vec<Row<'o>> {
    let events = timeline.iter().map(|step| {
        let ahead = ahead(step, blows);
        (step.at - ahead, ahead, Happened::Event(step))
    });
    let mut all: Vec<(DateTime<Utc>, TimeDelta, Happened<'o>)> = events.collect();
    let zero = all.iter().map(|(at, ..)| *at).min().or_else(|| blows.first().map(|blow| blow.at));
    all.extend(blows.iter().map(|blow| (blow.at, TimeDelta::zero(), Happened::Blow(blow))));
    all.sort_by_key(|(at, ..)| *at);
    let row = |(at, ahead, what): (DateTime<Utc>, TimeDelta, _)| Row {
        offset_ms: (at - zero.unwrap_or(at)).num_milliseconds(),
        clock_ahead_min: ahead.num_minutes(),
        what,
    };
    all.into_iter().map(row).collect()
}

/// How far ahead the clock was that dated an event: it was put wrong, and is right again in a process that follows a
/// death, so the event's own time decides.
fn ahead(step: &TimelineStep, blows: &[Blow]) -> TimeDelta {
    let put = blows.iter().find_map(|blow| match blow.what {
        What::ClockPut(ahead_s) if blow.process.as_str() == step.service => {
            Some((blow.at, TimeDelta::seconds(ahead_s.into())))
        }
        _ => None,
    });
    match put {
        Some((at, ahead)) if (step.at - at).abs() > ahead.abs() / 2 => ahead,
        _ => TimeDelta::zero(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use stack::store::Name;

    use super::*;

    fn at(ms: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(ms)
    }

    fn step(event_type: &str, service: Name, ms: i64) -> TimelineStep {
        TimelineStep { event_type: event_type.to_owned(), service: service.to_string(), at: at(ms) }
    }

    fn offsets(rows: &[Row<'_>]) -> Vec<(i64, i64, bool)> {
        rows.iter().map(|row| (row.offset_ms, row.clock_ahead_min, matches!(row.what, Happened::Blow(_)))).collect()
    }

    #[test]
    fn a_blow_stands_where_it_fell_among_the_events() {
        let timeline =
            [step("OrderCreated", Name::StoreManager, 1_000), step("StockDecreased", Name::StoreManager, 1_800)];
        let killed = Blow::deadly(Name::Redis, What::Killed(Duration::from_secs(1)), at(1_500), false);
        let before = Blow::survived(Name::Kafka, What::TopicDeleted("t"));
        let before = Blow { at: at(900), ..before };
        let rows = rows(&timeline, std::slice::from_ref(&killed));
        assert_eq!(offsets(&rows), [(0, 0, false), (500, 0, true), (800, 0, false)]);
        let both = [before, killed];
        let rows = super::rows(&timeline, &both);
        assert_eq!(offsets(&rows)[0], (-100, 0, true));
    }

    #[test]
    fn what_a_wrong_clock_has_dated_stands_where_it_belongs() {
        let hour_ms = 61 * 60 * 1_000;
        let put = Blow { at: at(900), ..Blow::survived(Name::PaymentService, What::ClockPut(61 * 60)) };
        let timeline = [
            step("OrderCreated", Name::StoreManager, 1_000),
            step("PaymentCreated", Name::PaymentService, 1_200 + hour_ms),
            step("SagaCompleted", Name::StoreManager, 1_300),
            step("PaymentSucceeded", Name::PaymentService, 1_400),
        ];
        let rows = rows(&timeline, std::slice::from_ref(&put));
        assert_eq!(
            offsets(&rows),
            [(-100, 0, true), (0, 0, false), (200, 61, false), (300, 0, false), (400, 0, false)]
        );
    }

    #[test]
    fn blows_at_no_order_count_from_the_first() {
        let killed = |ms| Blow::deadly(Name::Redis, What::Killed(Duration::ZERO), at(ms), false);
        assert_eq!(offsets(&rows(&[], &[killed(500), killed(700)])), [(0, 0, true), (200, 0, true)]);
    }
}
