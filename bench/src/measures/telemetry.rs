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

const ALL: Outline = Outline {
    name: "telemetry",
    title: Text {
        en: "sagas at peak, every one traced, metrics read each second",
        fr: "sagas au plus haut débit, toutes tracées, métriques lues chaque seconde",
    },
    against: Text {
        en: "against the same without traces and scrapes", fr: "comparé au même sans traces ni lectures"
    },
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[Goal::ratio_of(0.95)],
};
const SAMPLED: Outline = Outline {
    name: "telemetry_sampled",
    title: Text {
        en: "sagas at peak, one in twenty traced, metrics read each second",
        fr: "sagas au plus haut débit, une sur vingt tracée, métriques lues chaque seconde",
    },
    ..ALL
};

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let collector = Collector::start()?;
    let watched =
        |ratio: &str| ["--otlp-endpoint", &collector.endpoint(), "--trace-ratio", ratio].map(str::to_owned).to_vec();
    let unseen = store(bench, "telemetry_none", Vec::new()).await?;
    let seen = store(bench, "telemetry_all", watched("1")).await?;
    let sampled = store(bench, "telemetry_sampled", watched("0.05")).await?;
    let sides = [sagas::side(&unseen.1), scraped(&seen), scraped(&sampled)];
    let [without, all, some] = in_turn(NAME, bench.settings.rounds, sides).await?;
    ensure!(collector.received().await? > 0, "the collector got no trace");
    for (store, _) in [unseen, seen, sampled] {
        audit(&store.store_url, &store.payments_url).await?;
    }
    Ok(vec![ALL.figure(&all, &without), SAMPLED.figure(&some, &without)])
}

async fn store<'a>(bench: &'a Bench, name: &str, args: Vec<String>) -> Result<(OwnStore<'a>, Sagas)> {
    let mut store = OwnStore::made(&bench.settings, name).await?;
    store.args = args;
    let sagas = store.open(sagas::peak_load(bench)).await?;
    Ok((store, sagas))
}

/// Sagas a second while the metrics are read.
fn scraped<'a>((store, sagas): &'a (OwnStore<'_>, Sagas)) -> Side<'a, f64> {
    Box::new(|| {
        async {
            tokio::select! {
                done = sagas.run_to_their_end(None) => Ok(done?.per_second()),
                never = store.scrape_every(SCRAPE_INTERVAL) => match never? {},
            }
        }
        .boxed_local()
    })
}
