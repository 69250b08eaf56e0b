//! What the processes of the store hold in memory at peak load, and whether that grows.
//!
//! The most that a process ever held is the kernel's own figure (`VmHWM`), so that nothing is missed between two
//! looks; it covers everything that was measured before in the same run. Whether it grows is seen in what a service
//! holds after a round and held after the round that warmed up.

use std::cell::OnceCell;
use std::time::Duration;

use anyhow::{Context, Result};
use futures::FutureExt;
use stack::process::{Memory, memory};

use super::{Bench, sagas};
use crate::load::Load;
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};
use crate::sagas::Sagas;

pub(super) const NAME: &str = "memory";

const SERVICES: [&str; 2] = ["store-manager", "payment-service"];
/// What a whole store is, besides a gateway, which not every machine has.
const SERVERS: [&str; 3] = ["mariadb", "redis", "kafka"];

const ORIENTATION: Text = Text { en: "for orientation", fr: "pour repère" };
const WARM: Text =
    Text { en: "at the end, against after the round that warmed up", fr: "à la fin, comparé à l'après-chauffe" };

const fn outline(name: &'static str, title: Text, against: Text, goals: &'static [Goal]) -> Outline {
    Outline { name, title, against, unit: Unit::Bytes, comparison: Comparison::Ratio, goals }
}

const PEAKS: [Outline; 2] = [
    outline(
        "memory_store_manager",
        Text { en: "store-manager, most memory held", fr: "store-manager, mémoire maximale" },
        ORIENTATION,
        &[Goal::at_most(40e6)],
    ),
    outline(
        "memory_payment_service",
        Text { en: "payment-service, most memory held", fr: "payment-service, mémoire maximale" },
        ORIENTATION,
        &[Goal::at_most(40e6)],
    ),
];
const WHOLE: Outline = outline(
    "memory_whole_store",
    Text {
        en: "the whole store with database, Redis and broker, most memory held",
        fr: "tout le magasin avec base, Redis et courtier, mémoire maximale",
    },
    ORIENTATION,
    &[Goal::at_most(900e6)],
);
const GROWTH: [Outline; 2] = [
    outline(
        "memory_growth_store_manager",
        Text { en: "store-manager, memory under load", fr: "store-manager, mémoire sous charge" },
        WARM,
        &[Goal::ratio_within(1.1)],
    ),
    outline(
        "memory_growth_payment_service",
        Text { en: "payment-service, memory under load", fr: "payment-service, mémoire sous charge" },
        WARM,
        &[Goal::ratio_within(1.1)],
    ),
];

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    // Whoever starts the bench beside a store of unknown processes does without.
    if bench.settings.processes.is_empty() {
        return Ok(Vec::new());
    }
    let on_the_store = sagas::on_the_store(bench, bench.catalogue.product_ids.len())?;
    let rounds = bench.settings.rounds;
    let each = |minutes: u32| Duration::from_mins(minutes.into()) / (rounds + 1);
    let seconds = bench.settings.memory_minutes.map_or(bench.settings.seconds, each);
    let sagas = Sagas { load: Load { seconds, ..on_the_store.load }, ..on_the_store };
    let warm = OnceCell::new();
    let side: Side<'_, [f64; 2]> = Box::new(|| {
        async {
            sagas.run_to_their_end(None).await?;
            let now = now(bench)?;
            // The round that does not count leaves what the others are compared to.
            warm.get_or_init(|| now);
            Ok(now)
        }
        .boxed_local()
    });
    let [held] = in_turn(NAME, rounds, [side]).await?;
    let last = *held.last().context("a round")?;
    let mut figures = Vec::new();
    for (at, (peak, growth)) in PEAKS.into_iter().zip(GROWTH).enumerate() {
        figures.push(peak.alone(&[peak_bytes(bench, SERVICES[at])?]));
        figures.push(growth.figure(&[last[at]], &[warm.get().context("a round")?[at]]));
    }
    if SERVERS.iter().all(|name| pid(bench, name).is_some()) {
        let whole = SERVICES.iter().chain(&SERVERS).map(|name| peak_bytes(bench, name)).sum::<Result<f64>>()?;
        figures.push(WHOLE.alone(&[whole]));
    }
    Ok(figures)
}

fn now(bench: &Bench) -> Result<[f64; 2]> {
    let now = |name| look(bench, name).map(|memory| bytes(memory.now_bytes));
    let [store_manager, payment_service] = SERVICES.map(now);
    Ok([store_manager?, payment_service?])
}

fn peak_bytes(bench: &Bench, name: &str) -> Result<f64> {
    Ok(bytes(look(bench, name)?.peak_bytes))
}

fn look(bench: &Bench, name: &str) -> Result<Memory> {
    let pid = pid(bench, name).with_context(|| format!("no --process {name}=PID"))?;
    memory(pid).with_context(|| format!("{name}: process {pid} is gone"))
}

fn pid(bench: &Bench, name: &str) -> Option<u32> {
    bench.settings.processes.iter().find(|(found, _)| found == name).map(|(_, pid)| *pid)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub(super) fn bytes(bytes: u64) -> f64 {
    bytes as f64
}
