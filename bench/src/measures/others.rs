//! The same rows relayed by us and by those that people would pick instead, in turn, on one server whose binary log is
//! on: how fast a backlog leaves, how much memory that takes, and how long a single event is on its way.
//!
//! A backlog counts from the return of its commit: ours to the delete of its last row, theirs, who delete nothing, to
//! the last event on the topic.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures::FutureExt;
use stack::process::{Guarded, memory};

use super::Bench;
use super::memory::bytes;
use super::relay::{Yard, rate};
use super::visible::{TEXT, at_the_pace, committed};
use crate::kit::Kit;
use crate::others::Ground;
use crate::others::debezium::{self, Debezium};
use crate::others::watermill::{self, Watermill};
use crate::percentiles::microseconds;
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};
use crate::settings::RunSettings;

pub(super) const NAME: &str = "others";

const ROWS: u64 = 200_000;
/// Watermill takes minutes for all of them, and is no slower at the end than in the beginning.
const WATERMILL_SHARE: u64 = 10;
const LEAVE_LIMIT: Duration = Duration::from_mins(5);

/// Of one round: events a second, bytes at most, and p50 and p99 of an event's way.
type Seen = (f64, f64, [Duration; 2]);

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let (debezium, watermill) = tokio::task::block_in_place(|| anyhow::Ok((Debezium::ready()?, Watermill::ready()?)))?;
    let ground = tokio::task::block_in_place(|| Ground::new(&bench.settings))?;
    let yard = Yard::new(&ground.settings, NAME, bench.settings.scaled(ROWS)).await?;
    let kit = Kit::new(&ground.settings, NAME).await?;
    let place = Place { ground: &ground, yard: &yard };
    let ours: Side<'_, Seen> = Box::new(|| place.ours(&kit).boxed_local());
    let debezium: Side<'_, Seen> = Box::new(|| place.debezium(&debezium).boxed_local());
    let watermill: Side<'_, Seen> = Box::new(|| place.watermill(&watermill).boxed_local());
    let sides = [ours, debezium, watermill];
    let [ours, debezium, watermill] = in_turn(NAME, bench.settings.rounds, sides).await?;
    yard.topic.delete().await?;
    let mut all = figures(&DEBEZIUM, &ours, &debezium);
    all.extend(figures(&WATERMILL, &ours, &watermill));
    Ok(all)
}

/// Where all of them work.
struct Place<'a> {
    ground: &'a Ground,
    yard: &'a Yard<'a>,
}

impl Place<'_> {
    /// The relay of the program payment-service; for the way of an event, an instance that commits and relays, as
    /// in `visible`.
    async fn ours(&self, kit: &Kit) -> Result<Seen> {
        self.ground.forgets(&self.yard.pool).await?;
        let (rate, service) = self.yard.by_the_relay(|_| ()).await?;
        let held = held(service.pid())?;
        service.stop()?;
        let instance = kit.start(NAME).await?;
        instance.has_lease().await?;
        let settings = self.settings();
        let way = committed(&instance.transactions, (&settings.kafka_brokers, &kit.topic()), settings.seconds).await?;
        instance.stop().await?;
        Ok((rate, held, way))
    }

    async fn debezium(&self, program: &Debezium) -> Result<Seen> {
        let (pool, topic) = (&self.yard.pool, &self.yard.topic);
        let backlog = self.yard.backlog();
        self.ground.forgets(pool).await?;
        backlog.prepare().await?;
        let process = program.start(self.ground, pool, topic).await?;
        let mut last = 0.0;
        // Twice, and the second counts: a JVM compiles what it runs often, and relays run for months.
        for _ in 0..2 {
            backlog.prepare().await?;
            let since = topic.ends()?;
            let (began, _) = backlog.appear().await?;
            let ended = topic.gets(backlog.rows, &since, LEAVE_LIMIT).await?;
            backlog.all_arrived(&since)?;
            last = rate(backlog.rows, began, ended);
        }
        self.finish(last, &process, |number| debezium::commit(pool.clone(), topic.name.clone(), number, TEXT.repeat(4)))
            .await
    }

    async fn watermill(&self, program: &Watermill) -> Result<Seen> {
        let (pool, topic) = (&self.yard.pool, &self.yard.topic);
        let backlog = self.yard.backlog().share(WATERMILL_SHARE);
        self.ground.forgets(pool).await?;
        backlog.prepare().await?;
        let process = program.start(self.ground, pool, topic).await?;
        let since = topic.ends()?;
        let began = watermill::appear(&backlog).await?;
        let ended = topic.gets(backlog.rows, &since, LEAVE_LIMIT).await?;
        backlog.all_arrived(&since)?;
        self.finish(rate(backlog.rows, began, ended), &process, |number| {
            watermill::commit(pool.clone(), topic.name.clone(), number, TEXT.repeat(4))
        })
        .await
    }

    /// Memory, and then the way of an event.
    async fn finish<C: Future<Output = Result<()>> + Send + 'static>(
        &self,
        rate: f64,
        process: &Guarded,
        commit: impl Fn(u64) -> C,
    ) -> Result<Seen> {
        let held = held(process.pid())?;
        let settings = self.settings();
        let commit = |number| {
            let commit = commit(number);
            async move {
                commit.await?;
                Ok((number, Instant::now()))
            }
        };
        let way = (settings.kafka_brokers.as_str(), self.yard.topic.name.as_str());
        Ok((rate, held, at_the_pace(commit, way, settings.seconds).await?))
    }

    fn settings(&self) -> &RunSettings {
        &self.ground.settings
    }
}

fn held(pid: u32) -> Result<f64> {
    Ok(bytes(memory(pid).context("it is gone")?.peak_bytes))
}

/// The four outlines of one other relay.
struct Beside {
    names: [&'static str; 4],
    against: Text,
}

const DEBEZIUM: Beside = Beside {
    names: [
        "others_debezium_backlog",
        "others_debezium_memory",
        "others_debezium_visible_p50",
        "others_debezium_visible_p99",
    ],
    against: Text { en: "against Debezium Server 3.6.0", fr: "comparé à Debezium Server 3.6.0" },
};
const WATERMILL: Beside = Beside {
    names: [
        "others_watermill_backlog",
        "others_watermill_memory",
        "others_watermill_visible_p50",
        "others_watermill_visible_p99",
    ],
    against: Text { en: "against watermill-sql 4.1.5", fr: "comparé à watermill-sql 4.1.5" },
};

const TITLES: [Text; 4] = [
    Text { en: "a backlog, with a binary log", fr: "événements en attente, avec un journal binaire" },
    Text { en: "most memory of the relay's process", fr: "mémoire maximale du processus qui relaie" },
    Text {
        en: "commit to visible, 500 events/s, p50, with a binary log",
        fr: "de la validation à la réception, 500 événements/s, p50, avec un journal binaire",
    },
    Text {
        en: "commit to visible, 500 events/s, p99, with a binary log",
        fr: "de la validation à la réception, 500 événements/s, p99, avec un journal binaire",
    },
];

fn figures(beside: &Beside, ours: &[Seen], theirs: &[Seen]) -> Vec<Figure> {
    const FASTER: &[Goal] = &[Goal::ratio_of(2.0)];
    const LESS: &[Goal] = &[Goal::ratio_within(1.0)];
    let columns = |side: &[Seen]| {
        let [p50, p99] = microseconds(&side.iter().map(|seen| seen.2).collect::<Vec<_>>());
        [side.iter().map(|seen| seen.0).collect(), side.iter().map(|seen| seen.1).collect(), p50, p99]
    };
    let [ours, theirs]: [[Vec<f64>; 4]; 2] = [columns(ours), columns(theirs)];
    let units = [Unit::PerSecond, Unit::Bytes, Unit::Microseconds, Unit::Microseconds];
    let figure = |at: usize| {
        let goals = if at == 0 { FASTER } else { LESS };
        let (name, title, unit) = (beside.names[at], TITLES[at], units[at]);
        let comparison = Comparison::Ratio;
        let outline = Outline { name, title, against: beside.against, unit, comparison, goals };
        outline.figure(&ours[at], &theirs[at])
    };
    (0..units.len()).map(figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faster_is_better_and_all_else_is_better_when_it_is_less() {
        let way = |ms| [Duration::from_millis(ms); 2];
        let figures = figures(&DEBEZIUM, &[(50.0, 10.0, way(1))], &[(20.0, 40.0, way(4))]);
        let ratios: Vec<_> = figures.iter().map(|figure| figure.compared.unwrap().median).collect();
        assert_eq!(ratios, [2.5, 0.25, 0.25, 0.25]);
        assert!(figures.iter().all(|figure| figure.goals.iter().all(|goal| goal.met)));
    }

    #[test]
    fn names_tell_the_version_that_runs() {
        assert!(DEBEZIUM.against.en.ends_with(debezium::VERSION.trim_end_matches(".Final")));
        let (_, version) = WATERMILL.against.en.rsplit_once(' ').unwrap();
        assert!(watermill::SOURCES[0].1.contains(&format!("watermill-sql/v4 v{version}\n")));
    }
}
