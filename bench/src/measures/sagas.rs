//! Sagas at peak, compared to their SQL alone: orders in a closed loop until the time is over, and every saga to its
//! end. Load, services, database, broker and Redis share the machine.

use anyhow::Result;
use chrono::Utc;
use futures::FutureExt;
use sqlx::MySqlPool;

use super::Bench;
use crate::bare::saga::BareSagas;
use crate::load::Load;
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};
use crate::sagas::{ORDERS, Sagas, count, ended, written};

pub(super) const NAME: &str = "sagas";
pub(super) const HOT: &str = "hot";

const BARE: Text = Text {
    en: "against the same SQL in the same transactions over bare sqlx, without HTTP and Kafka",
    fr: "comparé au même SQL dans les mêmes transactions sur sqlx nu, sans HTTP ni Kafka",
};

const PEAK_FIGURE: Outline = Outline {
    name: "sagas_peak",
    title: Text { en: "sagas at peak, one item an order", fr: "sagas au plus haut débit, un article par commande" },
    against: BARE,
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[Goal::ratio_of(0.5), Goal::at_least(2_000.0)],
};

const HOT_FIGURE: Outline = Outline {
    name: "sagas_hot",
    title: Text {
        en: "hot article: each order takes the same product",
        fr: "article vedette\u{a0}: même produit pour toutes les commandes",
    },
    against: BARE,
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[Goal::ratio_of(0.3)],
};

/// Orders over all products.
pub(super) async fn peak(bench: &Bench) -> Result<Vec<Figure>> {
    run(bench, NAME, (PEAK_FIGURE, bench.catalogue.product_ids.len())).await
}

/// Orders of one product.
pub(super) async fn hot(bench: &Bench) -> Result<Vec<Figure>> {
    run(bench, HOT, (HOT_FIGURE, 1)).await
}

async fn run(bench: &Bench, name: &str, (figure, products): (Outline, usize)) -> Result<Vec<Figure>> {
    let bare = BareSagas::open(&bench.settings).await?;
    let sagas = on_the_store(bench, products)?;
    let limit: Side<'_, f64> = Box::new(|| limit(&bare, sagas.load, products).boxed_local());
    let [ours, limit] = in_turn(name, bench.settings.rounds, [side(&sagas), limit]).await?;
    bare.audit(&bench.settings).await?;
    Ok(vec![figure.figure(&ours, &limit)])
}

/// Sagas a second, each to its end.
pub(super) fn side(sagas: &Sagas) -> Side<'_, f64> {
    Box::new(|| async { Ok(sagas.run_to_their_end(None).await?.per_second()) }.boxed_local())
}

/// Orders of the first so many products on the store that is measured.
pub(super) fn on_the_store(bench: &Bench, products: usize) -> Result<Sagas> {
    let mut exchanges = bench.catalogue.orders();
    exchanges.truncate(products);
    Ok(Sagas {
        addresses: vec![bench.settings.store],
        pool: MySqlPool::connect_lazy(&bench.settings.database_url)?,
        exchanges: exchanges.into(),
        load: peak_load(bench),
    })
}

/// So many connections that more of them end hardly more sagas (`docs/bench/notes.md`).
pub(super) fn peak_load(bench: &Bench) -> Load {
    Load { connections: bench.settings.connections * 8, ..bench.load() }
}

async fn limit(bare: &BareSagas, load: Load, products: usize) -> Result<f64> {
    let before = count(bare.pool(), ORDERS).await?;
    let began = Utc::now().naive_utc();
    let done = bare.run(load, products as u64).await?;
    written(done, count(bare.pool(), ORDERS).await? - before)?;
    Ok(ended(bare.pool(), began, done).await?.per_second())
}
