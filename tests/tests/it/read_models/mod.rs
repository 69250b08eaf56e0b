//! The read models under load, while their Redis is emptied, killed and held still, and events come twice and late.

mod readers;
mod traffic;
mod truth;

use std::sync::atomic::{AtomicBool, Ordering};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use shared_events::{SAGA, Topic};
use tests::{STORE_MANAGER, Servers, Store, wait_until};

use self::readers::{REPORTS, Readers};
use self::traffic::Traffic;
use self::truth::Truth;
use crate::seed::seed;

/// The consumer group of the read models.
const GROUP: &str = "store-manager.read-models";

/// What the log says when the models are found to differ from MySQL, and when they cannot be written.
const DRIFTED: &str = "the read models had drifted";
const NOT_WRITTEN: &str = "a read model cannot be written";

/// On several threads: a reader must not be measured by what the test itself waits for.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redis_is_emptied_killed_and_held_still_under_load_and_no_read_fails() {
    let seed = seed();
    let mut servers = Servers::stopped().await;
    servers.start_redis();
    let builder = Store::builder().redis(&servers.redis_url()).store_manager(&["--check-cron", "*/2 * * * * *"]);
    let store = builder.start().await;
    let mut traffic = Traffic::prepare(&store, StdRng::seed_from_u64(seed)).await;
    let readers = Readers::start(&store, &traffic.products);
    let ended = AtomicBool::new(false);
    let trouble = async {
        let random = StdRng::seed_from_u64(seed.wrapping_add(1));
        Trouble { store: &store, servers: &mut servers, readers: &readers, random }.make().await;
        ended.store(true, Ordering::Relaxed);
    };
    let (orders, ()) = tokio::join!(traffic.run(&store, &readers, &ended), trouble);
    store.until_all_ended(&orders).await;
    // Every event comes once more, behind all that came after it.
    for topic in SAGA.topics() {
        store.topics.repeat_all(topic.name()).await;
    }
    until_applied(&store).await;
    until_equal(&store).await;
    until_checked(&store, &servers).await;
    println!("{} orders; {}", orders.len(), readers.finish().await);
    assert!(!store.store_manager.log().contains(DRIFTED), "{}", store.store_manager.log());
    store.finish().await;
}

/// What happens to Redis.
struct Trouble<'a> {
    store: &'a Store,
    servers: &'a mut Servers,
    readers: &'a Readers,
    random: StdRng,
}

impl Trouble<'_> {
    async fn make(mut self) {
        self.until_source("redis").await;
        self.empty_again_and_again().await;
        self.kill(false).await;
        self.hold_still_for_longer_than_a_write_waits().await;
        // What was not yet applied when it dies comes after the models were built with it.
        self.kill(true).await;
        self.empty_while_events_are_late().await;
    }

    /// Also while the models are being built.
    async fn empty_again_and_again(&mut self) {
        for _ in 0..8 {
            self.flush().await;
            let pause = self.random.random_range(1..30);
            self.readers.more(pause).await;
        }
        self.until_source("redis").await;
    }

    async fn kill(&mut self, still: bool) {
        if still {
            self.servers.pause_redis();
            self.readers.more(100).await;
        }
        self.servers.redis().kill().unwrap();
        self.until_source("mysql").await;
        self.readers.more(100).await;
        self.servers.redis().restart().unwrap();
        self.until_source("redis").await;
    }

    async fn hold_still_for_longer_than_a_write_waits(&mut self) {
        let before = self.store.store_manager.log().matches(NOT_WRITTEN).count();
        self.servers.pause_redis();
        self.until_source("mysql").await;
        self.store.store_manager.logs(NOT_WRITTEN, before + 1).await;
        self.servers.resume_redis();
        self.until_source("redis").await;
    }

    /// The models are built from what MySQL has, and the events that say the same come afterwards.
    async fn empty_while_events_are_late(&mut self) {
        self.store.hold_relay(STORE_MANAGER).await;
        self.readers.more(100).await;
        self.flush().await;
        self.until_source("redis").await;
        self.store.release_relay(STORE_MANAGER).await;
    }

    async fn flush(&self) {
        let mut redis = connection(self.servers).await;
        redis::cmd("FLUSHALL").query_async::<()>(&mut redis).await.unwrap();
    }

    /// Waits until each report comes from there.
    async fn until_source(&self, source: &str) {
        for path in REPORTS {
            wait_until(format!("{path} to come from {source}"), async || {
                self.readers.check();
                let answer = self.store.store_manager.api.get(path).await;
                if answer.header("data-source") == source { Ok(()) } else { Err(format!("{answer:?}")) }
            })
            .await;
        }
    }
}

async fn connection(servers: &Servers) -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(servers.redis_url()).unwrap();
    wait_until("Redis to take a connection", async || {
        client.get_multiplexed_async_connection().await.map_err(|error| error.to_string())
    })
    .await
}

/// Waits until the read models have been handed everything that lies on the topics.
async fn until_applied(store: &Store) {
    for topic in SAGA.topics().into_iter().map(Topic::name) {
        let there = i64::try_from(store.topics.records(topic).len()).unwrap();
        wait_until(format!("all {there} messages of {topic} to be applied"), async || {
            let applied = store.topics.committed(GROUP, topic);
            if applied == Some(there) { Ok(()) } else { Err(format!("{applied:?}")) }
        })
        .await;
    }
}

/// Waits until Redis says what MySQL adds up to, through the gateway and without it.
async fn until_equal(store: &Store) {
    let wanted = Truth::of_mysql(store).await;
    for api in [&store.shop, &store.store_manager.api] {
        wait_until(format!("reports and levels to equal MySQL: {wanted:?}"), async || {
            let shown = Truth::shown_by(api).await?;
            if shown == wanted { Ok(()) } else { Err(format!("{shown:?}")) }
        })
        .await;
    }
}

/// Waits for a scheduled check that finds nothing to repair.
async fn until_checked(store: &Store, servers: &Servers) {
    let mut redis = connection(servers).await;
    let mut counts = async |name: &str| -> i64 {
        let key = store.topics.full_name("store:drift");
        redis::cmd("HGET").arg(key).arg(name).query_async::<Option<i64>>(&mut redis).await.unwrap().unwrap_or(0)
    };
    let before = counts("checks").await;
    wait_until("a scheduled check", async || {
        let checks = counts("checks").await;
        if checks > before { Ok(()) } else { Err(format!("{checks} checks")) }
    })
    .await;
    assert_eq!((counts("products").await, counts("entries").await), (0, 0), "drift since the models were last built");
}
