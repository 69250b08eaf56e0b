//! Real baskets through the store, as `cargo stack replay` posts and compares them: a basket that comes out wrong ends
//! the run.

use anyhow::{Context, Result, bail};
use futures::FutureExt;
use stack::http::Shop;
use stack::ports::Ports;
use stack::replay::{self, Folder};

use super::Bench;
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};

pub(super) const NAME: &str = "replay";

const FIGURE: Outline = Outline {
    name: "replay",
    title: Text { en: "real baskets, posted to ended", fr: "paniers réels, de l'envoi à la fin" },
    against: Text { en: "for orientation", fr: "pour repère" },
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[Goal::at_least(600.0)],
};

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let Some(path) = &bench.settings.baskets else { return Ok(Vec::new()) };
    let folder = Folder::read(path)?;
    let side: Side<'_, f64> = Box::new(|| async { once(bench, &folder) }.boxed_local());
    let [rounds] = in_turn(NAME, bench.settings.rounds, [side]).await?;
    Ok(vec![FIGURE.alone(&rounds)])
}

/// Baskets a second, by the store's own times.
fn once(bench: &Bench, folder: &Folder) -> Result<f64> {
    let shop = Shop::of(&Ports { store: bench.settings.store.port(), ..Ports::USUAL }, false);
    let threads = bench.settings.connections * 2;
    let replayed = tokio::task::block_in_place(|| replay::run(&shop, folder, threads, None))?;
    if let Some(failure) = replayed.failures.first() {
        bail!("basket {}: {}", failure.basket_id, failure.reason);
    }
    if let Some(finding) = replayed.findings.iter().find(|finding| !finding.ok) {
        bail!("{}: {}", finding.name, finding.detail);
    }
    Ok(replayed.speed.context("no basket was accepted")?.rate)
}
