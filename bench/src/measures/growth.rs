//! The same sagas in a store with a past, compared to one without: millions of orders that have ended, and an inbox
//! that remembers.

use anyhow::Result;

use super::{Bench, sagas};
use crate::own_store::OwnStore;
use crate::past::Past;
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::in_turn;
use crate::run::audit;

pub(super) const NAME: &str = "growth";

const FIGURE: Outline = Outline {
    name: "growth",
    title: Text {
        en: "sagas at peak, in a store with a past",
        fr: "sagas au plus haut débit, dans un magasin qui a un passé",
    },
    against: Text { en: "against an empty store", fr: "comparé à un magasin vide" },
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[Goal::ratio_of(0.9)],
};

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let mut old = OwnStore::made(&bench.settings, "growth_old").await?;
    let mut new = OwnStore::made(&bench.settings, "growth_new").await?;
    println!("{NAME}: filling");
    let orders = bench.settings.scaled(bench.settings.past_orders);
    // Ten orders an inbox row, as the inbox forgets and orders stay.
    Past { orders, inbox_rows: orders.div_ceil(10) }.write(&old.store_url, &old.payments_url).await?;
    let mut sides = Vec::with_capacity(2);
    for store in [&mut old, &mut new] {
        sides.push(store.open(sagas::peak_load(bench)).await?);
    }
    let [with, without] =
        in_turn(NAME, bench.settings.rounds, [sagas::side(&sides[0]), sagas::side(&sides[1])]).await?;
    for store in [old, new] {
        audit(&store.store_url, &store.payments_url).await?;
    }
    Ok(vec![FIGURE.figure(&with, &without)])
}
