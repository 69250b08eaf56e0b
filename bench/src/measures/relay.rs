//! A backlog that leaves through the relay, compared to a bare loop over the same table and the same topic.
//!
//! The relay is that of the program payment-service, in a process of its own: what is measured is what runs in
//! production, with its settings, its allocator, and everything else that the service does meanwhile. The bare loop
//! runs in the bench, which does nothing else.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use futures::FutureExt;
use sqlx::MySqlPool;

use super::Bench;
use crate::backlog::Backlog;
use crate::bare;
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};
use crate::service::{Place, Program, Service};
use crate::settings::RunSettings;
use crate::topic::Topic;

pub(super) const NAME: &str = "relay";

const ROWS: u64 = 200_000;

pub(super) const BARE: Text = Text {
    en: "against a bare loop: read, produce, delete by range, overlapped",
    fr: "comparé à une boucle nue\u{a0}: lire, produire, supprimer par plages, en parallèle",
};

const FIGURE: Outline = Outline {
    name: "relay_backlog",
    title: Text {
        en: "relay, a backlog of 200,000 events of 400 bytes",
        fr: "relais, 200\u{a0}000 événements de 400 octets en attente",
    },
    against: BARE,
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[Goal::ratio_of(0.8)],
};

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let yard = Yard::new(&bench.settings, NAME, bench.settings.scaled(ROWS)).await?;
    let relay: Side<'_, f64> = Box::new(|| async { Ok(yard.by_the_relay(|_| ()).await?.0) }.boxed_local());
    let bare: Side<'_, f64> = Box::new(|| yard.by_the_bare_loop().boxed_local());
    let [relay, bare] = in_turn(NAME, bench.settings.rounds, [relay, bare]).await?;
    yard.topic.delete().await?;
    Ok(vec![FIGURE.figure(&relay, &bare)])
}

/// Where a backlog waits: a database, and a topic that nobody listens to.
pub(super) struct Yard<'a> {
    settings: &'a RunSettings,
    place: Place,
    pub pool: MySqlPool,
    pub topic: Topic,
    rows: u64,
}

impl<'a> Yard<'a> {
    pub async fn new(settings: &'a RunSettings, name: &str, rows: u64) -> Result<Self> {
        let place = Place {
            database_url: format!("{}_{name}", settings.payments_database_url),
            kafka_brokers: settings.kafka_brokers.clone(),
            topic_prefix: format!("{}{name}.", settings.topic_prefix),
            instance: format!("bench-{name}"),
            args: Vec::new(),
        };
        // It makes its database, and is not needed before the first round.
        Service::start(settings, Program::PaymentService, &place)?.answers().await?;
        let pool = MySqlPool::connect(&place.database_url).await?;
        let topic = Topic::create(settings, &format!("bench-{name}")).await?;
        Ok(Self { settings, place, pool, topic, rows })
    }

    /// Events a second by the relay, from their commit to the last delete; with the service, which `before` sees when
    /// it has nothing to do yet.
    pub async fn by_the_relay(&self, before: impl FnOnce(&Service)) -> Result<(f64, Service)> {
        let backlog = self.backlog();
        backlog.prepare().await?;
        let mut service = Service::start(self.settings, Program::PaymentService, &self.place)?;
        service.relays().await.context("the relay")?;
        before(&service);
        let since = self.topic.ends()?;
        let (began, last) = backlog.appear().await?;
        let ended = backlog.left(last).await?;
        backlog.all_arrived(&since)?;
        Ok((rate(self.rows, began, ended), service))
    }

    /// The same by the bare loop, which begins when everything is there.
    pub async fn by_the_bare_loop(&self) -> Result<f64> {
        let backlog = self.backlog();
        backlog.prepare().await?;
        let since = self.topic.ends()?;
        // Its client has connected when the backlog is there, as the relay's has.
        let producer = bare::relay::producer(&self.place.kafka_brokers)?;
        backlog.appear().await?;
        let began = Instant::now();
        let moved = bare::relay::relay(&self.pool, producer, &self.topic.name).await?;
        let ended = Instant::now();
        ensure!(moved == self.rows, "the bare loop moved {moved} of {}", self.rows);
        backlog.all_arrived(&since)?;
        Ok(rate(self.rows, began, ended))
    }

    pub fn backlog(&self) -> Backlog<'_> {
        Backlog { pool: &self.pool, topic: &self.topic, rows: self.rows }
    }
}

/// Events a second.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub(super) fn rate(rows: u64, began: Instant, ended: Instant) -> f64 {
    rows as f64 / (ended - began).as_secs_f64()
}
