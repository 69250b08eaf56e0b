//! A whole store of a test's own: both services, their databases, their topics; and what must hold at its end.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use stack::temp::TempFolder;
use tokio::sync::SemaphorePermit;

use crate::database::Database;
use crate::environment::{Environment, environment};
use crate::service::Service;
use crate::slots;
use crate::topics::Topics;
use crate::wait::wait_until;

/// The service that owns users, products, orders and stock.
pub const STORE_MANAGER: &str = "store-manager";
/// The service that owns payments.
pub const PAYMENT_SERVICE: &str = "payment-service";

/// How long a store may take to come to rest at the end of a test.
const REST_LIMIT: Duration = Duration::from_mins(1);

/// What a relay logs when another instance has its lease.
const LEASE_LOST: &str = "no longer relaying";

/// Lines of each log that a failed test shows.
const LOG_LINES: usize = 40;

/// The audit's checks that see what is parked; a test that parks events on purpose counts them itself.
const PARKING_CHECKS: [&str; 2] = ["store-manager has nothing parked", "payment-service has nothing parked"];

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A store. Its processes end with it, whatever happens; its databases and topics are removed.
#[derive(Debug)]
pub struct Store {
    /// One instance of store-manager.
    pub store_manager: Service,
    /// One instance of payment-service.
    pub payment_service: Service,
    /// Further instances that the test started.
    pub more: Vec<Service>,
    /// The database of store-manager.
    pub store_db: Database,
    /// The database of payment-service.
    pub payments_db: Database,
    /// The topics of both.
    pub topics: Topics,
    parked: i64,
    builder: StoreBuilder,
    folder: TempFolder,
    _slot: SemaphorePermit<'static>,
}

/// How a store is to be.
#[derive(Clone, Debug)]
pub struct StoreBuilder {
    database_url: String,
    kafka_brokers: String,
    both: Vec<String>,
    store_manager: Vec<String>,
    payment_service: Vec<String>,
}

impl Default for StoreBuilder {
    fn default() -> Self {
        let Environment { database_url, kafka_brokers, .. } = environment();
        Self {
            database_url: database_url.clone(),
            kafka_brokers: kafka_brokers.clone(),
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
            store_manager: args(&store_db, &self.store_manager),
            payment_service: args(&payments_db, &self.payment_service),
            ..self
        };
        Store {
            store_manager: Service::new(STORE_MANAGER, STORE_MANAGER, folder.path(), &builder.store_manager),
            payment_service: Service::new(PAYMENT_SERVICE, PAYMENT_SERVICE, folder.path(), &builder.payment_service),
            more: Vec::new(),
            store_db,
            payments_db,
            topics,
            parked: 0,
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

    /// A further instance of a service, which does not run yet. It stays with the test, which may hand it back
    /// through [`Store::more`] to have it end in good order.
    pub fn another(&self, service: &str, instance: &str) -> Service {
        let args = if service == STORE_MANAGER { &self.builder.store_manager } else { &self.builder.payment_service };
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

    fn services(&self) -> impl Iterator<Item = &Service> {
        [&self.store_manager, &self.payment_service].into_iter().chain(&self.more)
    }

    /// Events parked in both services.
    pub async fn parked(&self) -> i64 {
        let sql = "SELECT COUNT(*) FROM parked_events";
        self.store_db.number(sql).await + self.payments_db.number(sql).await
    }

    /// What must hold after every test, whatever it did: all that was begun ends once everything runs again; the
    /// outboxes are empty, nothing is parked, the audit is clean; each service ends within five seconds of SIGTERM;
    /// and none has panicked.
    pub async fn finish(self) {
        for service in self.services() {
            service.go_on();
        }
        self.start_services().await;
        self.audit().await;
        for service in self.services() {
            service.stop().await;
            let log = service.log();
            assert!(!log.contains("panicked at"), "{} panicked:\n{log}", service.instance);
        }
    }

    /// Waits until all that was begun has ended, and asserts that the audit has nothing to say.
    pub async fn audit(&self) {
        if self.parked > 0 {
            return self.audit_beside_parked().await;
        }
        let verdict = audit::audit_when_settled(&self.store_db.pool, &self.payments_db.pool, REST_LIMIT).await;
        let verdict = verdict.expect("the audit reads both databases");
        assert!(verdict.is_clean(), "the audit found:\n{verdict}\nparked: {:?}", self.parked_errors().await);
    }

    /// Parked events never pass, so the audit does not wait for anything else where there are some.
    async fn audit_beside_parked(&self) {
        wait_until("nothing to be wrong but what is parked", async || {
            let verdict = audit::audit(&self.store_db.pool, &self.payments_db.pool).await;
            let verdict = verdict.expect("the audit reads both databases");
            let clean = verdict.checks.iter().all(|check| check.ok || PARKING_CHECKS.contains(&check.name));
            if clean { Ok(()) } else { Err(verdict.to_string()) }
        })
        .await;
        assert_eq!(self.parked().await, self.parked, "events parked: {:?}", self.parked_errors().await);
    }

    /// What the tables of the business hold, as checksums: equal before and after something that must change nothing.
    pub async fn fingerprint(&self) -> Vec<(String, i64)> {
        let mut sums = Vec::new();
        for (database, tables) in [
            (
                &self.store_db,
                "CHECKSUM TABLE users, products, stocks, stock_movements, orders, order_items, order_refusals, saga_events",
            ),
            (&self.payments_db, "CHECKSUM TABLE payments, payment_refusals"),
        ] {
            let rows: Vec<(String, i64)> = sqlx::query_as(tables).fetch_all(&database.pool).await.expect("checksums");
            sums.extend(rows);
        }
        sums
    }

    /// Waits until both services have read all that lies on the saga's topic, and gives how many messages that is.
    pub async fn until_all_read(&self) -> i64 {
        let topic = shared_events::Topic::OrderSagaEvents.name();
        wait_until("both services to have read the topic", async || {
            let there = i64::try_from(self.topics.records(topic).len()).unwrap_or(i64::MAX);
            let read = [STORE_MANAGER, PAYMENT_SERVICE].map(|group| self.topics.committed(group, topic));
            if read == [Some(there); 2] { Ok(there) } else { Err(format!("{read:?} of {there}")) }
        })
        .await
    }

    /// Why events are parked, in both services.
    pub async fn parked_errors(&self) -> Vec<String> {
        let mut errors = Vec::new();
        for database in [&self.store_db, &self.payments_db] {
            let sql =
                "SELECT CONCAT_WS(' ', consumer, event_type, cause, error) FROM parked_events ORDER BY id LIMIT 10";
            let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&database.pool).await.expect("parked events");
            errors.extend(rows);
        }
        errors
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
