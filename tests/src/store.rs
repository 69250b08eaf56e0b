//! A whole store of a test's own: both services, a gateway before them, their databases, their topics; and what must hold at its end.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use stack::servers::Server;
use stack::temp::TempFolder;
use tokio::sync::SemaphorePermit;

use crate::database::Database;
use crate::http::Api;
use crate::service::Service;
use crate::topics::Topics;

mod at_rest;
mod builder;

pub use builder::StoreBuilder;

/// The service that owns users, products, orders and stock.
pub const STORE_MANAGER: &str = "store-manager";
/// The service that owns payments.
pub const PAYMENT_SERVICE: &str = "payment-service";

/// What a relay logs when another instance has its lease.
const LEASE_LOST: &str = "no longer relaying";

/// Lines of each log that a failed test shows.
const LOG_LINES: usize = 40;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A store. Its processes end with it, whatever happens; its databases and topics are removed.
#[derive(Debug)]
pub struct Store {
    /// One instance of store-manager.
    pub store_manager: Service,
    /// One instance of payment-service.
    pub payment_service: Service,
    /// store-manager through the gateway: as clients use it.
    pub shop: Api,
    /// payment-service through the gateway.
    pub till: Api,
    /// Further instances that the test started.
    pub more: Vec<Service>,
    /// The database of store-manager.
    pub store_db: Database,
    /// The database of payment-service.
    pub payments_db: Database,
    /// The topics of both.
    pub topics: Topics,
    parked: i64,
    gateway: Server,
    builder: StoreBuilder,
    folder: TempFolder,
    _slot: SemaphorePermit<'static>,
}

impl Store {
    /// A store whose services answer requests, with all settings at their defaults.
    pub async fn start() -> Self {
        StoreBuilder::default().start().await
    }

    /// How a store is to be.
    pub fn builder() -> StoreBuilder {
        StoreBuilder::default()
    }

    /// Starts both services and waits until they answer.
    pub async fn start_services(&self) {
        self.store_manager.launch();
        self.payment_service.launch();
        self.store_manager.ready().await;
        self.payment_service.ready().await;
    }

    /// Where the gateway is, `http://HOST:PORT`.
    pub fn gateway_url(&self) -> String {
        self.gateway.url()
    }

    /// A further instance of a service, which does not run yet; `crash-points/` before its name stands for the build
    /// that has them. It stays with the test, which may hand it back through [`Store::more`] to have it end in good
    /// order.
    pub fn another(&self, service: &str, instance: &str) -> Service {
        let is_store_manager = service.ends_with(STORE_MANAGER);
        let args = if is_store_manager { &self.builder.store_manager } else { &self.builder.payment_service };
        Service::new(service, instance, self.folder.path(), args)
    }

    /// Keeps the events of one service in its outbox until [`Store::release_relay`], by taking the relay's lease in
    /// the name of an instance that does nothing.
    pub async fn hold_relay(&self, service: &str) {
        let (database, service) = self.side(service);
        service.logs("\"relaying\"", 1).await;
        let before = service.log().matches(LEASE_LOST).count();
        database
            .execute(
                "INSERT INTO relay_lease (name, holder, expires_at) VALUES ('relay', 'nobody', NOW(6) + INTERVAL 1 HOUR) \
                 ON DUPLICATE KEY UPDATE holder = 'nobody', expires_at = NOW(6) + INTERVAL 1 HOUR",
            )
            .await;
        service.logs(LEASE_LOST, before + 1).await;
    }

    /// Lets the relay go on.
    pub async fn release_relay(&self, service: &str) {
        self.side(service).0.execute("DELETE FROM relay_lease WHERE holder = 'nobody'").await;
    }

    fn side(&self, service: &str) -> (&Database, &Service) {
        match service {
            STORE_MANAGER => (&self.store_db, &self.store_manager),
            _ => (&self.payments_db, &self.payment_service),
        }
    }

    /// Says that so many events will be parked at the end, because the test put what cannot be handled on a topic.
    pub fn expect_parked(&mut self, count: i64) {
        self.parked = count;
    }

    /// Events parked in both services.
    pub async fn parked(&self) -> i64 {
        let sql = "SELECT COUNT(*) FROM parked_events";
        self.store_db.number(sql).await + self.payments_db.number(sql).await
    }

    fn services(&self) -> impl Iterator<Item = &Service> {
        [&self.store_manager, &self.payment_service].into_iter().chain(&self.more)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        for service in self.services() {
            service.kill();
        }
        if std::thread::panicking() {
            self.folder.keep();
            for service in self.services() {
                eprintln!("{}", service.last_words(LOG_LINES));
            }
            if std::env::var_os("TEST_KEEP").is_some() {
                eprintln!("kept: databases {} and {}", self.store_db.name, self.payments_db.name);
                return;
            }
        }
        // On a thread with a runtime of its own: the test's own runtime cannot be waited for from inside of it.
        std::thread::scope(|scope| {
            let removed = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                runtime.block_on(async {
                    self.store_db.drop_it().await;
                    self.payments_db.drop_it().await;
                    self.topics.delete_all().await;
                });
            });
            if removed.join().is_err() {
                eprintln!("what a test left could not be removed");
            }
        });
    }
}

/// Unlike that of any other store on these servers, also of earlier runs.
fn unique_name() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("t{:x}_{}_{number}", now.as_millis() % (1 << 40), std::process::id())
}
