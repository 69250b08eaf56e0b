//! How a store is to be: its servers and its settings.

use std::path::Path;

use stack::gateway::Place;
use stack::servers::{GatewayOptions, Launch, Server};
use stack::temp::TempFolder;

use super::{PAYMENT_SERVICE, STORE_MANAGER, Store, unique_name};
use crate::database::Database;
use crate::environment::{Environment, environment};
use crate::http::Api;
use crate::ports::free_port;
use crate::service::Service;
use crate::slots;
use crate::topics::Topics;

/// How a store is to be.
#[derive(Clone, Debug)]
pub struct StoreBuilder {
    database_url: String,
    kafka_brokers: String,
    redis_url: String,
    both: Vec<String>,
    pub(super) store_manager: Vec<String>,
    pub(super) payment_service: Vec<String>,
}

impl Default for StoreBuilder {
    fn default() -> Self {
        let Environment { database_url, kafka_brokers, redis_url, .. } = environment();
        Self {
            database_url: database_url.clone(),
            kafka_brokers: kafka_brokers.clone(),
            redis_url: redis_url.clone(),
            both: Vec::new(),
            store_manager: Vec::new(),
            payment_service: Vec::new(),
        }
    }
}

impl StoreBuilder {
    /// With other servers than the shared ones.
    #[must_use]
    pub fn servers(mut self, database_url: &str, kafka_brokers: &str) -> Self {
        database_url.clone_into(&mut self.database_url);
        kafka_brokers.clone_into(&mut self.kafka_brokers);
        self
    }

    /// With another Redis than the shared one, in which each store has keys of its own.
    #[must_use]
    pub fn redis(mut self, url: &str) -> Self {
        url.clone_into(&mut self.redis_url);
        self
    }

    /// With settings that both services take.
    #[must_use]
    pub fn both(mut self, args: &[&str]) -> Self {
        self.both.extend(args.iter().map(|arg| (*arg).to_owned()));
        self
    }

    /// With settings of store-manager.
    #[must_use]
    pub fn store_manager(mut self, args: &[&str]) -> Self {
        self.store_manager.extend(args.iter().map(|arg| (*arg).to_owned()));
        self
    }

    /// With settings of payment-service.
    #[must_use]
    pub fn payment_service(mut self, args: &[&str]) -> Self {
        self.payment_service.extend(args.iter().map(|arg| (*arg).to_owned()));
        self
    }

    /// A store that does not run yet.
    pub async fn stopped(self) -> Store {
        let slot = slots::store().await;
        let name = unique_name();
        let folder = TempFolder::new("test").expect("a folder for logs");
        let store_db = Database::new(&self.database_url, format!("{name}_store"));
        let payments_db = Database::new(&self.database_url, format!("{name}_payments"));
        let topics = Topics::new(&self.kafka_brokers, &format!("{name}."));
        let gateway_port = free_port();
        let link_base = format!("http://127.0.0.1:{gateway_port}/payments-api/payments/process");
        let args = |database: &Database, own: &[String]| -> Vec<String> {
            let common = [
                ("--database-url", database.url.clone()),
                ("--kafka-brokers", self.kafka_brokers.clone()),
                ("--topic-prefix", topics.full_name("")),
            ];
            let common = common.into_iter().flat_map(|(flag, value)| [flag.to_owned(), value]);
            common.chain(self.both.iter().cloned()).chain(own.iter().cloned()).collect()
        };
        let builder = Self {
            store_manager: args(&store_db, &with_default(self.store_manager, "--redis-url", self.redis_url.clone())),
            payment_service: args(&payments_db, &with_default(self.payment_service, "--payment-link-base", link_base)),
            ..self
        };
        let store_manager = Service::new(STORE_MANAGER, STORE_MANAGER, folder.path(), &builder.store_manager);
        let payment_service = Service::new(PAYMENT_SERVICE, PAYMENT_SERVICE, folder.path(), &builder.payment_service);
        let place = Place { gateway: gateway_port, store: store_manager.port, payment: payment_service.port };
        let gateway = gateway(place, folder.path());
        let (shop, till) = (gateway.url() + "/store-manager-api", gateway.url() + "/payments-api");
        Store {
            store_manager,
            payment_service,
            shop: Api::new(shop),
            till: Api::new(till),
            more: Vec::new(),
            store_db,
            payments_db,
            topics,
            parked: 0,
            gateway,
            builder,
            folder,
            _slot: slot,
        }
    }

    /// A store whose services answer requests.
    pub async fn start(self) -> Store {
        let store = self.stopped().await;
        store.start_services().await;
        store
    }
}

/// Settings with one more, unless they have it.
fn with_default(mut args: Vec<String>, flag: &str, value: String) -> Vec<String> {
    if !args.iter().any(|arg| arg == flag) {
        args.extend([flag.to_owned(), value]);
    }
    args
}

/// A gateway before two services, which need not run yet.
fn gateway(place: Place, folder: &Path) -> Server {
    let options = GatewayOptions {
        source: environment().gateway.clone(),
        place,
        config: folder.join("krakend.json"),
        log: folder.join("gateway.log"),
    };
    options.start().unwrap_or_else(|error| panic!("{error:#}"))
}
