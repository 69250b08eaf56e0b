//! What an outage leaves behind: a million events that leave through the relay, compared to the bare loop; and what
//! the service holds in memory meanwhile.

use anyhow::{Context, Result};
use futures::FutureExt;
use stack::process::memory;

use super::Bench;
use super::memory::bytes;
use super::relay::{BARE, Yard};
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};

pub(super) const NAME: &str = "backlog";

const ROWS: u64 = 1_000_000;
/// Each round of this measure moves a million events twice.
const MAX_ROUNDS: u32 = 2;

const DRAIN: Outline = Outline {
    name: "backlog_drain",
    title: Text {
        en: "after an outage, 1,000,000 events of 400 bytes",
        fr: "après une panne, 1\u{a0}000\u{a0}000 d'événements de 400 octets",
    },
    against: BARE,
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[Goal::ratio_of(0.8)],
};

const MEMORY: Outline = Outline {
    name: "backlog_memory",
    title: Text {
        en: "after an outage, most memory that the relaying service held",
        fr: "après une panne, mémoire maximale du service qui relaie",
    },
    against: Text { en: "against before", fr: "comparé à avant" },
    unit: Unit::Bytes,
    comparison: Comparison::Ratio,
    goals: &[Goal::at_most(40e6)],
};

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let yard = Yard::new(&bench.settings, NAME, bench.settings.scaled(ROWS)).await?;
    // The rate, and the memory before and at most.
    let relay: Side<'_, [f64; 3]> = Box::new(|| {
        async {
            let mut before = 0;
            let (rate, service) =
                yard.by_the_relay(|service| before = held(service.pid()).map_or(0, |it| it.0)).await?;
            let (_, most) = held(service.pid()).context("the service is gone")?;
            Ok([rate, bytes(most), bytes(before)])
        }
        .boxed_local()
    });
    let bare: Side<'_, [f64; 3]> = Box::new(|| async { Ok([yard.by_the_bare_loop().await?, 0.0, 0.0]) }.boxed_local());
    let [relay, bare] = in_turn(NAME, bench.settings.rounds.min(MAX_ROUNDS), [relay, bare]).await?;
    yard.topic.delete().await?;
    let of = |rounds: &[[f64; 3]], at: usize| rounds.iter().map(|round| round[at]).collect::<Vec<_>>();
    Ok(vec![DRAIN.figure(&of(&relay, 0), &of(&bare, 0)), MEMORY.figure(&of(&relay, 1), &of(&relay, 2))])
}

/// Now, and at most.
fn held(pid: u32) -> Option<(u64, u64)> {
    memory(pid).map(|memory| (memory.now_bytes, memory.peak_bytes))
}
