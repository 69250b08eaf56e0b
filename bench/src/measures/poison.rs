//! What poison costs the others: sagas beside events that cannot be handled, compared to the same without them.
//!
//! Both sides place orders for a while and wait until each saga has ended; on one of them every hundredth order is
//! followed by a message that has to be set aside.

use anyhow::Result;
use futures::FutureExt;
use sqlx::MySqlPool;

use super::Bench;
use super::sagas::side;
use crate::poison::Poison;
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};
use crate::sagas::{POISON_EVERY, Sagas};

pub(super) const NAME: &str = "poison";

const FIGURE: Outline = Outline {
    name: "sagas_beside_poison",
    title: Text {
        en: "sagas to their end, beside 1% of events that cannot be handled",
        fr: "sagas jusqu'à leur fin, à côté de 1\u{a0}% d'événements impossibles à traiter",
    },
    against: Text { en: "against the same without those events", fr: "comparé aux mêmes sans ces événements" },
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[Goal::ratio_of(0.95)],
};

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let sagas = Sagas {
        addresses: vec![bench.settings.store],
        pool: MySqlPool::connect_lazy(&bench.settings.database_url)?,
        exchanges: bench.catalogue.orders().into(),
        load: bench.load(),
    };
    let poison = Poison::new(&bench.settings)?;
    let beside: Side<'_, f64> = Box::new(|| {
        async {
            let done = sagas.run_to_their_end(Some(&poison)).await?;
            poison.clear(done.count.div_ceil(POISON_EVERY)).await?;
            Ok(done.per_second())
        }
        .boxed_local()
    });
    let [beside, without] = in_turn(NAME, bench.settings.rounds, [beside, side(&sagas)]).await?;
    Ok(vec![FIGURE.figure(&beside, &without)])
}
