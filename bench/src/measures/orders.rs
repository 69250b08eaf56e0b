//! Placing an order, compared to a bare loop with the same SQL transaction.
//!
//! What a request costs is measured on a store-manager whose broker is away: it accepts orders all the same, and
//! nothing else runs on the cores. Beside it stands the same on the whole store, whose sagas run meanwhile on those
//! very cores; between two rounds they come to their end.

use anyhow::Result;
use futures::FutureExt;
use sqlx::MySqlPool;

use super::Bench;
use crate::alone::Alone;
use crate::bare::transaction::Bare;
use crate::http::Exchange;
use crate::load;
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};
use crate::sagas::{ORDERS, count, settle, written};

pub(super) const NAME: &str = "orders";

const BARE: Text = Text {
    en: "against the same SQL transaction in a bare loop over sqlx",
    fr: "comparé à la même transaction SQL dans une boucle nue sur sqlx",
};

const REQUEST: Outline = Outline {
    name: "orders",
    title: Text {
        en: "POST /orders, the request alone (broker away)",
        fr: "POST /orders, la requête seule (courtier absent)",
    },
    against: BARE,
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[Goal::ratio_of(0.7)],
};

const WITH_SAGAS: Outline = Outline {
    name: "orders_with_sagas",
    title: Text {
        en: "POST /orders, sagas running on the same cores",
        fr: "POST /orders, les sagas tournant sur les mêmes cœurs",
    },
    against: BARE,
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[],
};

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let load = bench.load();
    let alone = Alone::start(&bench.settings).await?;
    let bare = Bare::open(&format!("{}_bare", bench.settings.database_url), load.connections).await?;
    let whole = (bench.settings.store, MySqlPool::connect_lazy(&bench.settings.database_url)?);
    let by_itself = (alone.address, alone.pool.clone());
    let ours = |(address, pool): &(_, MySqlPool), orders: Vec<Exchange>, settles: bool| -> Side<'_, f64> {
        let (address, pool) = (*address, pool.clone());
        Box::new(move || {
            let (pool, orders) = (pool.clone(), orders.clone());
            async move {
                let before = count(&pool, ORDERS).await?;
                let done = load::requests(address, &orders, load).await?;
                written(done, count(&pool, ORDERS).await? - before)?;
                if settles {
                    settle(&pool).await?;
                }
                Ok(done.per_second())
            }
            .boxed_local()
        })
    };
    let limit: Side<'_, f64> = Box::new(|| {
        async {
            let before = bare.orders().await?;
            let done = bare.run(load).await?;
            written(done, bare.orders().await? - before)?;
            Ok(done.per_second())
        }
        .boxed_local()
    });
    let request = ours(&by_itself, alone.catalogue.orders(), false);
    let with_sagas = ours(&whole, bench.catalogue.orders(), true);
    let sides = [request, limit, with_sagas];
    let [request, limit, with_sagas] = in_turn(NAME, bench.settings.rounds, sides).await?;
    Ok(vec![REQUEST.figure(&request, &limit), WITH_SAGAS.figure(&with_sagas, &limit)])
}
