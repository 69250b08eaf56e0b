//! Waits until the saga of each posted order has ended.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::http::{Order, Shop};
use crate::interrupt;
use crate::t;
use crate::term::{Step, count};

/// Between two looks, while the oldest saga is under way.
const POLL: Duration = Duration::from_millis(100);

/// A saga that takes so long, with none ending meanwhile, is stuck.
const PATIENCE: Duration = Duration::from_mins(1);

/// The orders as they ended, by id.
pub type Settled = BTreeMap<u64, Order>;

/// Reads page after page from the oldest order whose saga is under way, until none is left.
pub fn settle(shop: &Shop, ids: impl Iterator<Item = u64>) -> Result<Settled> {
    let mut open: BTreeSet<u64> = ids.collect();
    let all = open.len();
    let mut settled = Settled::new();
    let mut step = Step::start(t!("waiting until each saga has ended", "attente de la fin de chaque saga"));
    let mut last_progress = Instant::now();
    while let Some(oldest) = open.first().copied() {
        let before = settled.len();
        let page = match shop.orders_page_after(oldest - 1) {
            Ok(page) => page,
            // A restart is no end; patience is.
            Err(error) if error.is_away() && last_progress.elapsed() < PATIENCE => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        for order in page {
            if order.saga_ended_at.is_some() && open.remove(&order.id) {
                settled.insert(order.id, order);
            }
        }
        step.progress(settled.len(), all);
        if settled.len() > before {
            last_progress = Instant::now();
        }
        if last_progress.elapsed() > PATIENCE {
            let (left, seconds) = (count(open.len()), PATIENCE.as_secs());
            bail!(
                "{}",
                t!(
                    "{left} sagas did not end, none of them for {seconds} s; the oldest is that of order {oldest}",
                    "{left} sagas ne se terminent pas, aucune ne s'est terminée depuis {seconds} s\u{202f}; la plus ancienne est celle de la commande {oldest}"
                )
            );
        }
        if open.first() == Some(&oldest) {
            interrupt::pause(POLL)?;
        }
    }
    step.done("");
    Ok(settled)
}
