//! A handler that does one insert, run by saga-kit's consumer with its inbox, compared to a bare consumer that does
//! the same insert.
//!
//! The events lie on the topic before anybody reads; what counts is the time from the first row to the last, as the
//! database noted it, so that no side's start is in it. The handler is the bench's, in a task of the bench.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use chrono::Utc;
use futures::FutureExt;
use futures::future::try_join_all;
use rdkafka::producer::{FutureProducer, FutureRecord};
use shared_events::{Envelope, Origin};
use uuid::Uuid;

use super::Bench;
use crate::bare::consumer::{Insert, consume};
use crate::kit::{Kit, Noted};
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};
use crate::topic::{Topic, client};

pub(super) const NAME: &str = "consumer";

const EVENTS: u64 = 100_000;
const TEXT: &str = "a text as long as what an order says of itself, so that a message has about four hundred bytes";
const LIMIT: Duration = Duration::from_mins(2);
const POLL: Duration = Duration::from_millis(20);

const FIGURE: Outline = Outline {
    name: "consumer",
    title: Text {
        en: "consumer, a handler that does one insert",
        fr: "consommateur, un gestionnaire qui fait une insertion",
    },
    against: Text {
        en: "against a bare consumer with one insert a batch, without an inbox",
        fr: "comparé à un consommateur nu avec une insertion par lot, sans inbox",
    },
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[Goal::ratio_of(0.7)],
};

const ONE_BY_ONE: Outline = Outline {
    name: "consumer_one_by_one",
    title: Text {
        en: "the same consumer, beside one insert a message",
        fr: "le même consommateur, à côté d'une insertion par message",
    },
    against: Text {
        en: "against a bare consumer with one insert a message, one transaction a batch, without an inbox",
        fr: "comparé à un consommateur nu avec une insertion par message, une transaction par lot, sans inbox",
    },
    goals: &[],
    ..FIGURE
};

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let settings = &bench.settings;
    let kit = Kit::new(settings, NAME).await?;
    // It makes its topics, and is not needed before the first round.
    let instance = kit.start(NAME).await?;
    instance.has_topics().await?;
    instance.stop().await?;
    let bare = Topic::create(settings, "bench-consumer").await?;
    let race = Race { kit, brokers: settings.kafka_brokers.clone(), events: settings.scaled(EVENTS) };
    let (race, bare) = (&race, &bare);
    let ours: Side<'_, f64> = Box::new(|| race.by_saga_kit().boxed_local());
    let limit = |insert| -> Side<'_, f64> { Box::new(move || race.by_the_bare_consumer(bare, insert).boxed_local()) };
    let sides = [ours, limit(Insert::Together), limit(Insert::OneByOne)];
    let [ours, together, one_by_one] = in_turn(NAME, settings.rounds, sides).await?;
    bare.delete().await?;
    Ok(vec![FIGURE.figure(&ours, &together), ONE_BY_ONE.figure(&ours, &one_by_one)])
}

struct Race {
    kit: Kit,
    brokers: String,
    events: u64,
}

impl Race {
    async fn by_saga_kit(&self) -> Result<f64> {
        self.prepare(&self.kit.topic()).await?;
        let instance = self.kit.start(NAME).await?;
        let rate = self.rate().await;
        instance.stop().await?;
        rate
    }

    async fn by_the_bare_consumer(&self, topic: &Topic, insert: Insert) -> Result<f64> {
        self.prepare(&topic.name).await?;
        let group = format!("{}-reader", topic.name);
        consume((&self.kit.pool, &self.brokers), (&topic.name, &group), self.events, insert).await?;
        self.rate().await
    }

    /// Empties the table and puts the events on the topic.
    async fn prepare(&self, topic: &str) -> Result<()> {
        sqlx::query("TRUNCATE TABLE notes").execute(&self.kit.pool).await?;
        let producer: FutureProducer =
            client(&self.brokers).set("acks", "all").set("queue.buffering.max.messages", "1000000").create()?;
        let mut answers = Vec::new();
        for number in 0..self.events {
            let payload = event(number)?;
            let key = number.to_string();
            let record = FutureRecord::to(topic).key(&key).payload(&payload);
            answers.push(producer.send_result(record).map_err(|(error, _)| error)?);
        }
        for answer in try_join_all(answers).await? {
            answer.map_err(|(error, _)| error)?;
        }
        Ok(())
    }

    /// Rows a second, once all of them are there.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    async fn rate(&self) -> Result<f64> {
        let began = Instant::now();
        loop {
            // The highest id costs nothing to read; only when it is high enough are the rows counted.
            let highest: Option<u64> =
                sqlx::query_scalar("SELECT MAX(id) FROM notes").fetch_one(&self.kit.pool).await?;
            if highest.unwrap_or(0) >= self.events && self.rows().await?.0 == self.events {
                break;
            }
            ensure!(began.elapsed() < LIMIT, "{:?} rows of {} after {LIMIT:?}", highest, self.events);
            tokio::time::sleep(POLL).await;
        }
        let (_, distinct, took_us) = self.rows().await?;
        ensure!(distinct == self.events, "{distinct} different events of {}", self.events);
        Ok(self.events as f64 / Duration::from_micros(took_us.max(1)).as_secs_f64())
    }

    /// How many there are, how many different ones, and the microseconds from the first to the last.
    async fn rows(&self) -> Result<(u64, u64, u64)> {
        let (rows, distinct, took_us): (i64, i64, i64) = sqlx::query_as(
            "SELECT COUNT(*), COUNT(DISTINCT number), \
             COALESCE(TIMESTAMPDIFF(MICROSECOND, MIN(noted_at), MAX(noted_at)), 0) FROM notes",
        )
        .fetch_one(&self.kit.pool)
        .await?;
        Ok((u64::try_from(rows)?, u64::try_from(distinct)?, u64::try_from(took_us)?))
    }
}

/// As a service would send it.
fn event(number: u64) -> Result<Vec<u8>> {
    let origin = Origin {
        event_id: Uuid::now_v7(),
        timestamp: Utc::now(),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        service_name: "bench".to_owned(),
        metadata: BTreeMap::new(),
    };
    Ok(Envelope::new(&Noted { number, text: TEXT.to_owned() }, origin)?.encode()?)
}
