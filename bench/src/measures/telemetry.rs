//! The same sagas in a store that is watched, compared to one that is not: its traces go to a collector on the same
//! machine, and its metrics are read.

use std::time::Duration;

use anyhow::{Result, ensure};
use futures::FutureExt;

use super::{Bench, sagas};
use crate::collector::Collector;
use crate::own_store::OwnStore;
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};
use crate::run::audit;
use crate::sagas::Sagas;

pub(super) const NAME: &str = "telemetry";

/// Prometheus asks every fifteen seconds or so.
const SCRAPE_INTERVAL: Duration = Duration::from_secs(1);

const USUAL: Outline = Outline {
    name: "telemetry",
    title: Text {
        en: "sagas at peak, traced as by default, metrics read each second",
        fr: "sagas au plus haut débit, tracées comme par défaut, métriques lues chaque seconde",
    },
    against: Text {
        en: "against the same without traces and scrapes", fr: "comparé au même sans traces ni lectures"
    },
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[Goal::ratio_of(0.95)],
};
const ALL: Outline = Outline {
    name: "telemetry_all",
    title: Text {
        en: "sagas at peak, every one traced, metrics read each second",
        fr: "sagas au plus haut débit, toutes tracées, métriques lues chaque seconde",
    },
    goals: &[],
    ..USUAL
};

const USUAL_TIME: Outline = Outline {
    name: "telemetry_processor_time",
    title: Text {
        en: "processor time a saga, traced as by default, metrics read each second",
        fr: "temps processeur par saga, tracée comme par défaut, métriques lues chaque seconde",
    },
    unit: Unit::Microseconds,
    goals: &[Goal::ratio_within(1.05)],
    ..USUAL
};
const ALL_TIME: Outline = Outline {
    name: "telemetry_all_processor_time",
    title: Text {
        en: "processor time a saga, every one traced, metrics read each second",
        fr: "temps processeur par saga, toutes tracées, métriques lues chaque seconde",
    },
    goals: &[],
    ..USUAL_TIME
};

/// What one side of a round gave.
struct Measured {
    per_second: f64,
    /// Of the services and their servers, a saga. The load and the collector are not theirs.
    processor_time_us: f64,
}

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let collector = Collector::start()?;
    let watched = ["--otlp-endpoint".to_owned(), collector.endpoint()];
    let without_limit = ["--traces-per-second".to_owned(), u32::MAX.to_string()];
    let unseen = store(bench, "telemetry_none", Vec::new()).await?;
    let usual = store(bench, "telemetry_usual", watched.to_vec()).await?;
    let whole = store(bench, "telemetry_all", [watched, without_limit].concat()).await?;
    let sides = [side(&unseen, false), side(&usual, true), side(&whole, true)];
    let [without, some, all] = in_turn(NAME, bench.settings.rounds, sides).await?;
    ensure!(collector.received().await? > 0, "the collector got no trace");
    for (store, _) in [unseen, usual, whole] {
        audit(&store.store_url, &store.payments_url).await?;
    }
    let [rates, some_rates, all_rates] = [&without, &some, &all].map(|side| each(side, |round| round.per_second));
    let [times, some_times, all_times] =
        [&without, &some, &all].map(|side| each(side, |round| round.processor_time_us));
    Ok(vec![
        USUAL.figure(&some_rates, &rates),
        ALL.figure(&all_rates, &rates),
        USUAL_TIME.figure(&some_times, &times),
        ALL_TIME.figure(&all_times, &times),
    ])
}

async fn store<'a>(bench: &'a Bench, name: &str, args: Vec<String>) -> Result<(OwnStore<'a>, Sagas)> {
    let mut store = OwnStore::made(&bench.settings, name).await?;
    store.args = args;
    let sagas = store.open(sagas::peak_load(bench)).await?;
    Ok((store, sagas))
}

/// Sagas to their end, while the metrics are read or nobody reads them.
fn side<'a>((store, sagas): &'a (OwnStore<'_>, Sagas), is_scraped: bool) -> Side<'a, Measured> {
    Box::new(move || {
        async move {
            let before = store.processor_time()?;
            let done = tokio::select! {
                done = sagas.run_to_their_end(None) => done?,
                never = store.scrape_every(SCRAPE_INTERVAL), if is_scraped => match never? {},
            };
            let took = store.processor_time()?.saturating_sub(before);
            Ok(Measured { per_second: done.per_second(), processor_time_us: done.share_of(took).as_secs_f64() * 1e6 })
        }
        .boxed_local()
    })
}

fn each(rounds: &[Measured], of: impl Fn(&Measured) -> f64) -> Vec<f64> {
    rounds.iter().map(of).collect()
}
