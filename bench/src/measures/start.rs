//! From the start of a service's process to the first time that it says it is ready: its database is there, its
//! broker answers, and requests are served. The database and the topics exist, as at every start but the first.

use std::time::Instant;

use anyhow::{Context, Result};
use futures::FutureExt;

use super::Bench;
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};
use crate::service::{Place, Program, Service};

pub(super) const NAME: &str = "start";

const GOALS: &[Goal] = &[Goal::at_most(300_000.0)];

const fn outline(name: &'static str, title: Text) -> Outline {
    let against = Text { en: "for orientation", fr: "pour repère" };
    Outline { name, title, against, unit: Unit::Microseconds, comparison: Comparison::Ratio, goals: GOALS }
}

const STORE_MANAGER: Outline = outline(
    "start_store_manager",
    Text { en: "start to ready, store-manager", fr: "du démarrage à l'état prêt, store-manager" },
);
const PAYMENT_SERVICE: Outline = outline(
    "start_payment_service",
    Text { en: "start to ready, payment-service", fr: "du démarrage à l'état prêt, payment-service" },
);

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let side = |program| -> Side<'_, f64> { Box::new(move || once(bench, program).boxed_local()) };
    let sides = [side(Program::StoreManager), side(Program::PaymentService)];
    let [store_manager, payment_service] = in_turn(NAME, bench.settings.rounds, sides).await?;
    Ok(vec![STORE_MANAGER.alone(&store_manager), PAYMENT_SERVICE.alone(&payment_service)])
}

/// In microseconds. It is ended in good order, so that the next one finds nothing to clear up.
async fn once(bench: &Bench, program: Program) -> Result<f64> {
    let settings = &bench.settings;
    let url = match program {
        Program::StoreManager => &settings.database_url,
        Program::PaymentService => &settings.payments_database_url,
    };
    let place = Place {
        database_url: format!("{url}_{NAME}"),
        kafka_brokers: settings.kafka_brokers.clone(),
        topic_prefix: format!("{}{NAME}.", settings.topic_prefix),
        instance: format!("bench-{NAME}"),
        args: Vec::new(),
    };
    let began = Instant::now();
    let mut service = Service::start(settings, program, &place)?;
    service.is_ready().await.with_context(|| format!("{program:?}"))?;
    let took = began.elapsed();
    service.stop()?;
    Ok(took.as_secs_f64() * 1e6)
}
