//! What must become of any messages that a service consumes: handled, or set aside with their bytes and a copy for
//! the dead letter topic; in order, each once, on a real database.
//!
//! What is expected is worked out here from the messages alone, one after the other, without transactions.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::migrate::{MigrateDatabase, Migrator};
use sqlx::{Connection, MySql, MySqlConnection, MySqlPool};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::service::{SERVICE, TABLE, cause, registry};
use crate::consumer::batch::Processor;
use crate::consumer::message::Message;
use crate::consumer::turns::Turns;
use crate::outbox::MAX_EVENT_BYTES;
use crate::{Transactions, database, parking};

/// A page of parked events.
const PAGE: u32 = 500;

/// Id, key, cause and bytes of a parked event.
type Parked = (Uuid, Vec<u8>, String, Vec<u8>);

/// Id, headers and bytes of a message in the outbox.
type Copied = (Uuid, Vec<u8>, Vec<u8>);

/// A service with a handler for each event, on a database of its own.
pub(super) struct Consumer {
    url: String,
    processor: Processor,
    random: StdRng,
    offset: i64,
    known: HashSet<Uuid>,
    stopped: HashSet<Vec<u8>>,
    parked: usize,
    last_parked: u64,
}

impl Consumer {
    pub async fn open(seed: u64) -> Self {
        let server = std::env::var("TEST_DATABASE_URL");
        let server = server.expect("TEST_DATABASE_URL is not set: run the tests with `cargo stack test`");
        let url = format!("{server}/bytes_{}", Uuid::now_v7().simple());
        let (none, stop) = (Migrator::with_migrations(Vec::new()), CancellationToken::new());
        let pool = database::connect_and_migrate(&url, 1, &none, &stop).await.expect("a database");
        sqlx::query(TABLE).execute(&pool).await.expect("a table");
        let (transactions, registry) = (Transactions::new(pool, SERVICE, ""), Arc::new(registry()));
        let processor = Processor { transactions, registry, turns: Turns::new() };
        let (random, known, stopped) = (StdRng::seed_from_u64(seed), HashSet::new(), HashSet::new());
        Self { url, processor, random, offset: 0, known, stopped, parked: 0, last_parked: 0 }
    }

    /// Has messages of any keys handled.
    pub async fn take(&mut self, payloads: Vec<Vec<u8>>) {
        let keyed = payloads.into_iter().map(|payload| (self.any_key(), payload)).collect();
        self.take_keyed(keyed).await;
    }

    /// Has messages handled, together as they would come from a topic, and looks at what became of each.
    pub async fn take_keyed(&mut self, payloads: Vec<(Vec<u8>, Vec<u8>)>) {
        let messages: Vec<Message> = payloads.into_iter().map(|(key, payload)| self.deliver(key, payload)).collect();
        let (mut handled, mut parked): (Vec<Uuid>, Vec<Parked>) = (Vec::new(), Vec::new());
        for message in messages.iter().filter(|message| self.known.insert(message.event_id)) {
            let behind = self.stopped.contains(&message.key).then_some("behind");
            let Some(cause) = behind.or_else(|| cause(message)) else {
                handled.push(message.event_id);
                continue;
            };
            self.stopped.insert(message.key.clone());
            parked.push((message.event_id, message.key.clone(), cause.to_owned(), message.payload.clone()));
        }
        let turn = self.processor.turns.take().await;
        self.processor.process(&messages, turn, &CancellationToken::new()).await.expect("nobody has stopped it");
        assert_eq!(self.take_handled().await, handled, "the events that were handled");
        self.look_at_parked(&parked).await;
        self.parked += parked.len();
    }

    fn deliver(&mut self, key: Vec<u8>, payload: Vec<u8>) -> Message {
        self.offset += 1;
        Message::new("topic".into(), (0, self.offset), key, payload)
    }

    fn any_key(&mut self) -> Vec<u8> {
        let random = &mut self.random;
        match random.random_range(0..20) {
            0 => Vec::new(),
            1 => (0..random.random_range(1..9)).map(|_| random.random()).collect(),
            2 => vec![b'k'; random.random_range(200..300)],
            // Keys that come again soon, and then no more: one that is stopped stays so.
            _ => format!("{}-{}", self.offset / 100, random.random_range(0..40)).into_bytes(),
        }
    }

    async fn take_handled(&self) -> Vec<Uuid> {
        let ids = sqlx::query_scalar("SELECT event_id FROM handled ORDER BY id").fetch_all(self.pool()).await;
        sqlx::query("DELETE FROM handled").execute(self.pool()).await.expect("emptied");
        ids.expect("what was handled")
    }

    /// What is parked since the last look is this, in this order, and each has its copy.
    async fn look_at_parked(&mut self, expected: &[Parked]) {
        let new = "SELECT event_id, event_key, cause, payload FROM parked_events WHERE id > ? ORDER BY id";
        let new = sqlx::query_as(new).bind(self.last_parked).fetch_all(self.pool());
        let parked: Vec<Parked> = new.await.expect("what is parked");
        assert_eq!(parked, expected, "the events that are parked");
        let last = "SELECT CAST(COALESCE(MAX(id), 0) AS UNSIGNED) FROM parked_events";
        self.last_parked = sqlx::query_scalar(last).fetch_one(self.pool()).await.expect("the last");
        let copies = "SELECT event_id, headers, payload FROM outbox ORDER BY id";
        let copies: Vec<Copied> = sqlx::query_as(copies).fetch_all(self.pool()).await.expect("the outbox");
        sqlx::query("DELETE FROM outbox").execute(self.pool()).await.expect("emptied, as by a relay");
        assert_eq!(copies.len(), expected.len(), "each has its copy");
        for ((id, headers, payload), (parked, _, cause, bytes)) in copies.iter().zip(expected) {
            let headers: BTreeMap<String, String> = serde_json::from_slice(headers).expect("headers");
            assert_eq!((id, &headers["parked_cause"]), (parked, cause));
            assert_eq!(headers["parked_bytes"], bytes.len().to_string());
            assert_eq!(*payload, bytes[..bytes.len().min(MAX_EVENT_BYTES)]);
        }
    }

    /// All that is parked can be shown to an operator.
    pub async fn close(self) {
        let (mut shown, mut last) = (0_usize, 0);
        loop {
            let page = parking::list(self.pool(), last, PAGE).await.expect("a page");
            let Some(end) = page.last() else { break };
            let (event, _) = parking::show(self.pool(), end.id).await.expect("one").expect("it is there");
            assert_eq!(event.event_id, end.event_id);
            last = end.id;
            shown += page.len();
        }
        assert_eq!(shown, self.parked, "the events that are parked, in all");
        MySql::drop_database(&self.url).await.expect("dropped");
    }

    /// Locks all that is parked, as replays do that are under way, until the connection is dropped.
    pub async fn replay_all(&self) -> MySqlConnection {
        let mut connection = MySqlConnection::connect(&self.url).await.expect("a connection");
        for sql in ["BEGIN", "SELECT id FROM parked_events FOR UPDATE"] {
            sqlx::raw_sql(sql).execute(&mut connection).await.expect("a lock");
        }
        connection
    }

    /// Commits on the one connection that there is.
    pub async fn commits(&self) -> u64 {
        let sql = "SHOW SESSION STATUS LIKE 'Com_commit'";
        let (_, commits): (String, String) = sqlx::query_as(sql).fetch_one(self.pool()).await.expect("a count");
        commits.parse().expect("a number")
    }

    fn pool(&self) -> &MySqlPool {
        self.processor.transactions.pool()
    }
}
