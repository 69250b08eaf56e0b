//! A store beside the one that is measured: databases, topics and keys of its own on the same servers.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use saga_kit::database::connect_and_migrate;
use sqlx::MySqlPool;
use stack::process::processor_time;
use store_manager::app::MIGRATIONS;
use tokio_util::sync::CancellationToken;

use crate::bare::saga::PAYMENTS_MIGRATIONS;
use crate::catalogue::Catalogue;
use crate::load::Load;
use crate::sagas::Sagas;
use crate::service::{Place, Program, Service};
use crate::settings::RunSettings;

/// A session that was not closed ends after six seconds.
const SHARE_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);

/// A store; its services end with it.
#[derive(Debug)]
pub(crate) struct OwnStore<'a> {
    settings: &'a RunSettings,
    name: String,
    pub store_url: String,
    pub payments_url: String,
    /// Settings of its services beside those that every store has.
    pub args: Vec<String>,
    store_managers: Vec<Service>,
    payment_services: Vec<Service>,
}

impl<'a> OwnStore<'a> {
    /// One that has never run; its databases are there, and empty.
    pub async fn made(settings: &'a RunSettings, name: &str) -> Result<Self> {
        let store_url = format!("{}_{name}", settings.database_url);
        let payments_url = format!("{}_{name}", settings.payments_database_url);
        let stop = CancellationToken::new();
        connect_and_migrate(&store_url, 1, &MIGRATIONS, &stop).await?;
        connect_and_migrate(&payments_url, 1, &PAYMENTS_MIGRATIONS, &stop).await?;
        let (store_managers, payment_services) = (Vec::new(), Vec::new());
        let (name, args) = (name.to_owned(), Vec::new());
        Ok(Self { settings, name, store_url, payments_url, args, store_managers, payment_services })
    }

    /// Has so many instances of each service run, and waits until they have shared the work.
    pub async fn run_instances(&mut self, count: usize) -> Result<()> {
        while self.store_managers.len() > count {
            self.store_managers.pop().context("an instance")?.stop()?;
            self.payment_services.pop().context("an instance")?.stop()?;
        }
        for number in self.store_managers.len()..count {
            let place = |database_url: &str| Place {
                database_url: database_url.to_owned(),
                kafka_brokers: self.settings.kafka_brokers.clone(),
                topic_prefix: self.prefix(),
                instance: format!("bench-{number}"),
                args: self.args.clone(),
            };
            let start = |program, url| Service::start(self.settings, program, &place(url));
            let mut both =
                [start(Program::StoreManager, &self.store_url)?, start(Program::PaymentService, &self.payments_url)?];
            for service in &mut both {
                service.answers().await?;
            }
            let [store_manager, payment_service] = both;
            self.store_managers.push(store_manager);
            self.payment_services.push(payment_service);
        }
        for services in [&mut self.store_managers, &mut self.payment_services] {
            shared(services).await?;
        }
        Ok(())
    }

    /// Starts an instance of each service, and gives the sagas of what they sell.
    pub async fn open(&mut self, load: Load) -> Result<Sagas> {
        self.run_instances(1).await?;
        let catalogue = self.catalogue().await?;
        self.sagas(&catalogue, load)
    }

    /// What stands before its topics and keys.
    pub fn prefix(&self) -> String {
        format!("{}{}.", self.settings.topic_prefix, self.name)
    }

    /// Makes what orders need, and waits until the read models have it.
    pub async fn catalogue(&self) -> Result<Catalogue> {
        let catalogue = Catalogue::make(self.store_managers[0].address).await?;
        catalogue.wait_for_redis(&self.settings.redis_url, &self.prefix()).await?;
        Ok(catalogue)
    }

    /// Reads the metrics of all its services again and again, until one cannot be read.
    pub async fn scrape_every(&self, pause: Duration) -> Result<Infallible> {
        loop {
            for service in self.store_managers.iter().chain(&self.payment_services) {
                service.scrape().await?;
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// The processor time that its services and the servers of the store have had.
    pub fn processor_time(&self) -> Result<Duration> {
        let services = self.store_managers.iter().chain(&self.payment_services).map(Service::pid);
        let servers = self.settings.processes.iter().map(|(_, pid)| *pid);
        let each = services
            .chain(servers)
            .map(|pid| processor_time(pid).with_context(|| format!("no processor time of process {pid}")));
        each.sum()
    }

    /// Its sagas, placed at all of its instances.
    pub fn sagas(&self, catalogue: &Catalogue, load: Load) -> Result<Sagas> {
        Ok(Sagas {
            addresses: self.store_managers.iter().map(|service| service.address).collect(),
            pool: MySqlPool::connect_lazy(&self.store_url)?,
            exchanges: catalogue.orders().into(),
            load,
        })
    }
}

/// Waits until every partition has its instance, each instance has one, and one of them relays.
async fn shared(services: &mut [Service]) -> Result<()> {
    let began = Instant::now();
    loop {
        let mut partitions = Vec::new();
        let mut relaying = 0;
        for service in services.iter_mut() {
            let machinery = service.machinery().await?;
            let assigned = machinery["assigned_partitions"].as_array().map_or(0, Vec::len);
            partitions.push(assigned);
            relaying += usize::from(machinery["relaying"] == true);
        }
        let all: usize = partitions.iter().sum();
        let enough = usize::try_from(crate::topic::PARTITIONS)?;
        let is_shared = all >= enough && partitions.iter().all(|assigned| *assigned > 0) && relaying == 1;
        if services.is_empty() || is_shared {
            return Ok(());
        }
        ensure!(began.elapsed() < SHARE_LIMIT, "the work is not shared: {partitions:?} partitions, {relaying} relay");
        tokio::time::sleep(POLL).await;
    }
}
