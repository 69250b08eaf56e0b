//! Two and three instances of each service, compared to one: all of them on the same cores, so that more of them cost
//! and do not gain. What must hold is that they share the work and lose nothing, which the audit says.

use anyhow::Result;
use futures::FutureExt;
use tokio::sync::Mutex;

use super::{Bench, sagas};
use crate::own_store::OwnStore;
use crate::report::{Comparison, Figure, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};
use crate::run::audit;

pub(super) const NAME: &str = "instances";

/// Each change of the number takes some seconds.
const MAX_ROUNDS: u32 = 3;

const TWO: Outline = Outline {
    name: "instances_two",
    title: Text {
        en: "sagas at peak, two instances of each service",
        fr: "sagas au plus haut débit, deux instances de chaque service",
    },
    against: Text { en: "against one instance of each", fr: "comparé à une instance de chacun" },
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[],
};
const THREE: Outline = Outline {
    name: "instances_three",
    title: Text {
        en: "sagas at peak, three instances of each service",
        fr: "sagas au plus haut débit, trois instances de chaque service",
    },
    ..TWO
};

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let mut store = OwnStore::made(&bench.settings, NAME).await?;
    store.run_instances(1).await?;
    let catalogue = store.catalogue().await?;
    let (store, catalogue) = (&Mutex::new(store), &catalogue);
    let side = |count| -> Side<'_, f64> {
        Box::new(move || {
            async move {
                let mut store = store.lock().await;
                store.run_instances(count).await?;
                let done = store.sagas(catalogue, sagas::peak_load(bench))?.run_to_their_end(None).await?;
                Ok(done.per_second())
            }
            .boxed_local()
        })
    };
    let rounds = bench.settings.rounds.min(MAX_ROUNDS);
    let [one, two, three] = in_turn(NAME, rounds, [side(1), side(2), side(3)]).await?;
    let store = store.lock().await;
    audit(&store.store_url, &store.payments_url).await?;
    Ok(vec![TWO.figure(&two, &one), THREE.figure(&three, &one)])
}
