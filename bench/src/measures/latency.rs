//! A saga from accepted to ended: from the answer of `POST /orders` to the moment in which a consumer has its
//! `SagaCompleted`. Once one at a time, compared to four bare hops, which is how many a saga takes; once while as many
//! orders come as half of what the store can take.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures::FutureExt;
use futures::future::try_join_all;
use rdkafka::producer::{FutureProducer, FutureRecord};
use serde_json::Value;
use shared_events::{EventBody, SagaCompleted};
use sqlx::MySqlPool;

use super::{Bench, sagas};
use crate::arrivals::Arrivals;
use crate::http::{Connection, Exchange};
use crate::kit::Kit;
use crate::percentiles::{microseconds, percentiles};
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};
use crate::sagas::settle;
use crate::topic::{Topic, client};

pub(super) const NAME: &str = "latency";

/// `OrderCreated`, `StockDecreased`, `PaymentCreated`, `SagaCompleted`.
const HOPS: usize = 4;

const BARE: Text = Text {
    en: "against four bare hops: commit, produce, consume",
    fr: "comparé à quatre sauts nus\u{a0}: valider, produire, consommer",
};
const NOTHING: Text = Text { en: "for orientation", fr: "pour repère" };

const fn outline(name: &'static str, title: Text, against: Text, goals: &'static [Goal]) -> Outline {
    Outline { name, title, against, unit: Unit::Microseconds, comparison: Comparison::Ratio, goals }
}

const P50: Outline = outline(
    "saga_p50",
    Text {
        en: "a saga from accepted to ended, one at a time, p50",
        fr: "une saga, d'acceptée à terminée, une à la fois, p50",
    },
    BARE,
    &[Goal::ratio_within(2.0)],
);
const P99: Outline = outline(
    "saga_p99",
    Text {
        en: "a saga from accepted to ended, one at a time, p99",
        fr: "une saga, d'acceptée à terminée, une à la fois, p99",
    },
    BARE,
    &[],
);
const HALF_P50: Outline = outline(
    "saga_half_load_p50",
    Text {
        en: "a saga from accepted to ended, at half of peak load, p50",
        fr: "une saga, d'acceptée à terminée, à la moitié de la charge maximale, p50",
    },
    NOTHING,
    &[Goal::at_most(25_000.0)],
);
const HALF_P99: Outline = outline(
    "saga_half_load_p99",
    Text {
        en: "a saga from accepted to ended, at half of peak load, p99",
        fr: "une saga, d'acceptée à terminée, à la moitié de la charge maximale, p99",
    },
    NOTHING,
    &[Goal::at_most(100_000.0)],
);

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let settings = &bench.settings;
    let load = sagas::on_the_store(bench, bench.catalogue.product_ids.len())?;
    // Once to warm up.
    load.run_to_their_end(None).await?;
    let peak = load.run_to_their_end(None).await?.per_second();
    let topic = format!("{}{}", settings.topic_prefix, SagaCompleted::TOPIC.name());
    let hops = Hops {
        pool: Kit::new(settings, NAME).await?.pool,
        brokers: settings.kafka_brokers.clone(),
        topic: Topic::create(settings, "bench-latency").await?,
    };
    let one_at_a_time: Side<'_, [Duration; 2]> = Box::new(|| one_at_a_time(bench, &topic).boxed_local());
    let limit: Side<'_, _> = Box::new(|| hops.run(settings.seconds).boxed_local());
    let half: Side<'_, _> = Box::new(|| at_pace(bench, (&topic, &load.pool), peak / 2.0).boxed_local());
    let [one, limit, half] = in_turn(NAME, settings.rounds, [one_at_a_time, limit, half]).await?;
    hops.topic.delete().await?;
    let ([one_p50, one_p99], [limit_p50, limit_p99], [half_p50, half_p99]) =
        (microseconds(&one), microseconds(&limit), microseconds(&half));
    Ok(vec![
        P50.figure(&one_p50, &limit_p50),
        P99.figure(&one_p99, &limit_p99),
        HALF_P50.alone(&half_p50),
        HALF_P99.alone(&half_p99),
    ])
}

async fn one_at_a_time(bench: &Bench, topic: &str) -> Result<[Duration; 2]> {
    let mut ends = Arrivals::listen(&bench.settings.kafka_brokers, topic, Some(SagaCompleted::TYPE))?;
    let mut connection = Connection::open(bench.settings.store).await?;
    let mut orders = bench.catalogue.orders().into_iter().cycle();
    let first = orders.next().context("no orders")?;
    warm_up(&mut connection, &first, &mut ends).await?;
    let (began, mut took) = (Instant::now(), Vec::new());
    for order in orders {
        let order_id = order_id(&connection.json(&order).await?)?;
        let accepted = Instant::now();
        took.push(ends.of(order_id).await?.saturating_duration_since(accepted));
        if began.elapsed() >= bench.settings.seconds {
            break;
        }
    }
    Ok(percentiles(took))
}

/// The consumer was made a moment ago; what counts begins when it has its first message.
async fn warm_up(connection: &mut Connection, order: &Exchange, ends: &mut Arrivals) -> Result<()> {
    let first = order_id(&connection.json(order).await?)?;
    ends.of(first).await?;
    Ok(())
}

/// So many orders a second, whatever becomes of those before; on enough connections that none waits for another.
async fn at_pace(bench: &Bench, (topic, pool): (&str, &MySqlPool), a_second: f64) -> Result<[Duration; 2]> {
    let mut ends = Arrivals::listen(&bench.settings.kafka_brokers, topic, Some(SagaCompleted::TYPE))?;
    let load = sagas::peak_load(bench);
    let (orders, next) = (Arc::new(bench.catalogue.orders()), Arc::new(AtomicU32::new(0)));
    let pace = Duration::from_secs_f64(1.0 / a_second.max(1.0));
    let mut connection = Connection::open(bench.settings.store).await?;
    warm_up(&mut connection, &orders[0], &mut ends).await?;
    let connections = (0..load.connections).map(|_| Connection::open(bench.settings.store));
    let began = Instant::now();
    let workers = try_join_all(connections).await?.into_iter().map(|mut connection| {
        let (orders, next) = (Arc::clone(&orders), Arc::clone(&next));
        tokio::spawn(async move {
            let mut accepted = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let due = pace * number;
                if due >= load.seconds {
                    return anyhow::Ok(accepted);
                }
                tokio::time::sleep_until((began + due).into()).await;
                let order = &orders[usize::try_from(number)? % orders.len()];
                let answer = connection.json(order).await?;
                accepted.push((order_id(&answer)?, Instant::now()));
            }
        })
    });
    let accepted = try_join_all(workers).await?.into_iter().collect::<Result<Vec<_>>>()?.concat();
    let took = ends.since(&accepted).await?;
    settle(pool).await?;
    Ok(percentiles(took))
}

fn order_id(answer: &Value) -> Result<u64> {
    answer["order_id"].as_u64().with_context(|| format!("no order_id in {answer}"))
}

/// Hops without a store.
struct Hops {
    pool: MySqlPool,
    brokers: String,
    topic: Topic,
}

impl Hops {
    async fn run(&self, seconds: Duration) -> Result<[Duration; 2]> {
        let mut arrivals = Arrivals::listen(&self.brokers, &self.topic.name, None)?;
        let producer: FutureProducer = client(&self.brokers)
            .set("acks", "all")
            .set("enable.idempotence", "true")
            .set("linger.ms", "0")
            .create()?;
        let (mut began, mut took, mut number) = (None, Vec::new(), 0_u64);
        while took.is_empty() || began.is_some_and(|began: Instant| began.elapsed() < seconds) {
            let started = Instant::now();
            for _ in 0..HOPS {
                number += 1;
                sqlx::query("INSERT INTO notes (number) VALUES (?)").bind(number).execute(&self.pool).await?;
                let key = number.to_string();
                let record = FutureRecord::to(&self.topic.name).key(&key).payload("{}");
                let answer = producer.send_result(record).map_err(|(error, _)| error)?;
                arrivals.of(number).await?;
                // The consumer had it, so that the answer is about to come.
                answer.await?.map_err(|(error, _)| error)?;
            }
            // Producer and consumer were made a moment ago: the first hops are not counted.
            match began {
                Some(_) => took.push(started.elapsed()),
                None => began = Some(Instant::now()),
            }
        }
        Ok(percentiles(took))
    }
}
