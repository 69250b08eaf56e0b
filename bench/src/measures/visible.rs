//! From a commit to the moment in which a consumer has its event, 500 a second, compared to one produce to consume.
//!
//! Two instances run, in tasks of the bench: commits of the one that relays wake its relay, and those of the other
//! have to be found.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures::FutureExt;
use futures::future::try_join_all;
use rdkafka::producer::{FutureProducer, FutureRecord};
use saga_kit::Transactions;

use super::Bench;
use crate::arrivals::Arrivals;
use crate::kit::{Kit, Shown};
use crate::percentiles::{microseconds, percentiles};
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};
use crate::topic::{Topic, client};

pub(super) const NAME: &str = "visible";

/// 500 a second.
const PACE: Duration = Duration::from_millis(2);
/// The number of the one that is not counted.
const FIRST: u64 = u64::MAX;
pub(super) const TEXT: &str =
    "a text as long as what an order says of itself, so that a message has about four hundred bytes";

const BARE: Text = Text {
    en: "against one bare produce to consume at the same pace",
    fr: "comparé à un envoi nu jusqu'à sa réception, à la même cadence",
};

const fn outline(name: &'static str, title: Text, goals: &'static [Goal]) -> Outline {
    Outline { name, title, against: BARE, unit: Unit::Microseconds, comparison: Comparison::Ratio, goals }
}

const P50: Outline = outline(
    "visible_p50",
    Text {
        en: "commit to visible, 500 events/s, p50", fr: "de la validation à la réception, 500 événements/s, p50"
    },
    &[Goal::ratio_within(2.0), Goal::at_most(2_500.0)],
);
const P99: Outline = outline(
    "visible_p99",
    Text {
        en: "commit to visible, 500 events/s, p99", fr: "de la validation à la réception, 500 événements/s, p99"
    },
    &[Goal::at_most(12_000.0)],
);
const SECOND_P50: Outline = outline(
    "visible_second_p50",
    Text {
        en: "commit to visible, from an instance that does not relay, p50",
        fr: "de la validation à la réception, depuis une instance qui ne relaie pas, p50",
    },
    &[Goal::at_most(25_000.0)],
);
const SECOND_P99: Outline = outline(
    "visible_second_p99",
    Text {
        en: "commit to visible, from an instance that does not relay, p99",
        fr: "de la validation à la réception, depuis une instance qui ne relaie pas, p99",
    },
    &[],
);

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let settings = &bench.settings;
    let kit = Kit::new(settings, NAME).await?;
    let first = kit.start("visible-1").await?;
    first.has_lease().await?;
    let second = kit.start("visible-2").await?;
    second.has_topics().await?;
    let bare = Topic::create(settings, "bench-visible").await?;
    let (brokers, seconds) = (settings.kafka_brokers.as_str(), settings.seconds);
    let topic = kit.topic();
    let side = |transactions: &Transactions| -> Side<'_, [Duration; 2]> {
        let (transactions, topic) = (transactions.clone(), topic.clone());
        Box::new(move || {
            let (transactions, topic) = (transactions.clone(), topic.clone());
            async move { committed(&transactions, (brokers, &topic), seconds).await }.boxed_local()
        })
    };
    let produced: Side<'_, _> = Box::new(|| produced(brokers, &bare.name, seconds).boxed_local());
    let sides = [side(&first.transactions), produced, side(&second.transactions)];
    let [ours, limit, of_second] = in_turn(NAME, settings.rounds, sides).await?;
    anyhow::ensure!(first.relays() && !second.relays(), "the relay moved while it was measured");
    first.stop().await?;
    second.stop().await?;
    bare.delete().await?;
    let [[ours_p50, ours_p99], [limit_p50, limit_p99]] = [microseconds(&ours), microseconds(&limit)];
    let [second_p50, second_p99] = microseconds(&of_second);
    Ok(vec![
        P50.figure(&ours_p50, &limit_p50),
        P99.figure(&ours_p99, &limit_p99),
        SECOND_P50.figure(&second_p50, &limit_p50),
        SECOND_P99.figure(&second_p99, &limit_p99),
    ])
}

/// What this instance commits.
pub(super) async fn committed(
    transactions: &Transactions,
    (brokers, topic): (&str, &str),
    seconds: Duration,
) -> Result<[Duration; 2]> {
    let commit = |number| {
        let transactions = transactions.clone();
        async move {
            let mut tx = transactions.begin().await?;
            tx.emit(&Shown { number, text: TEXT.to_owned() })?;
            tx.commit().await?;
            Ok((number, Instant::now()))
        }
    };
    at_the_pace(commit, (brokers, topic), seconds).await
}

/// Commits at the pace, each on a task of its own so that none waits for another; p50 and p99 from the return of each
/// commit to its arrival.
pub(super) async fn at_the_pace<C: Future<Output = Result<(u64, Instant)>> + Send + 'static>(
    commit: impl Fn(u64) -> C,
    (brokers, topic): (&str, &str),
    seconds: Duration,
) -> Result<[Duration; 2]> {
    let mut arrivals = Arrivals::listen(brokers, topic, None)?;
    // The consumer was made a moment ago; what counts begins when it has its first message.
    commit(FIRST).await?;
    arrivals.of(FIRST).await?;
    let mut commits = Vec::new();
    let (began, mut tick) = (Instant::now(), tokio::time::interval(PACE));
    for number in 0..FIRST {
        tick.tick().await;
        if began.elapsed() >= seconds {
            break;
        }
        commits.push(tokio::spawn(commit(number)));
    }
    let sent = try_join_all(commits).await?.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(percentiles(arrivals.since(&sent).await?))
}

/// The same for what is sent past any database.
async fn produced(brokers: &str, topic: &str, seconds: Duration) -> Result<[Duration; 2]> {
    let mut arrivals = Arrivals::listen(brokers, topic, None)?;
    let producer: FutureProducer =
        client(brokers).set("acks", "all").set("enable.idempotence", "true").set("linger.ms", "0").create()?;
    let payload = TEXT.repeat(4);
    let produce = |number: u64| {
        let key = number.to_string();
        let record = FutureRecord::to(topic).key(&key).payload(&payload);
        producer.send_result(record).map_err(|(error, _)| error)
    };
    // Producer and consumer were made a moment ago.
    let mut answers = vec![produce(FIRST)?];
    arrivals.of(FIRST).await?;
    let mut sent = Vec::new();
    let (began, mut tick) = (Instant::now(), tokio::time::interval(PACE));
    for number in 0..FIRST {
        tick.tick().await;
        if began.elapsed() >= seconds {
            break;
        }
        sent.push((number, Instant::now()));
        answers.push(produce(number)?);
    }
    for answer in answers {
        answer.await?.map_err(|(error, _)| error).context("the broker refused a message")?;
    }
    Ok(percentiles(arrivals.since(&sent).await?))
}
