//! A service with outbox, relay and inbox, and nothing of the store: books that come back find their way to a shelf.
//!
//! Two events of its own, one handler, one table. It needs a MySQL or MariaDB and a Kafka, and ends by itself:
//! `cargo run --release -p saga-kit --example library -- --database-url mysql://root@127.0.0.1:3306/library`

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use saga_kit::jobs::Jobs;
use saga_kit::{Handled, Participant, Registry, SagaSettings, Status, Transactions, Tx, database};
use serde::{Deserialize, Serialize};
use shared_events::{Envelope, EventBody, EventSpec, Reaction, SagaMap, Topic};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{MySqlPool, SqlStr};
use tokio_util::sync::CancellationToken;

const SERVICE: &str = "library";
const BOOKS: Topic = Topic::named("library-books");
const BOOKS_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS books (id BIGINT UNSIGNED PRIMARY KEY, shelvings INT NOT NULL DEFAULT 0)";
const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody brought a book back. It lies on the counter.
#[derive(Serialize, Deserialize)]
struct BookReturned {
    book_id: u64,
}

/// A book stands on its shelf again.
#[derive(Serialize, Deserialize)]
struct BookShelved {
    book_id: u64,
    shelf: String,
}

impl EventBody for BookReturned {
    const TYPE: &'static str = "BookReturned";
    const VERSION: u16 = 1;
    const TOPIC: Topic = BOOKS;
    const AGGREGATE: &'static str = "book";
    fn aggregate_id(&self) -> String {
        self.book_id.to_string()
    }
}

impl EventBody for BookShelved {
    const TYPE: &'static str = "BookShelved";
    const VERSION: u16 = 1;
    const TOPIC: Topic = BOOKS;
    const AGGREGATE: &'static str = "book";
    fn aggregate_id(&self) -> String {
        self.book_id.to_string()
    }
}

/// Who reacts to what, and what may come of it. A registry that says otherwise does not start.
static MAP: SagaMap = SagaMap {
    events: &[
        EventSpec::of::<BookReturned>().answered_by(Reaction {
            service: SERVICE,
            feature: "shelves",
            does: "put the book on its shelf",
            emits: &[BookShelved::TYPE],
            may_be_silent: false,
        }),
        EventSpec::of::<BookShelved>(),
    ],
};

/// The handler: its change, its event and the note in the inbox are one transaction.
async fn book_returned(tx: &mut Tx, event: BookReturned) -> Handled {
    let shelve = sqlx::query("UPDATE books SET shelvings = shelvings + 1 WHERE id = ?").bind(event.book_id);
    shelve.execute(&mut **tx).await?;
    Ok(tx.emit(&BookShelved { book_id: event.book_id, shelf: format!("shelf {}", event.book_id % 10) })?)
}

/// Sees each event once, in the transaction of its handler.
async fn tell(_: &mut Tx, events: Vec<Arc<Envelope>>) -> Handled {
    for event in events {
        println!("handled {} {}", event.event_type, event.data.get());
    }
    Ok(())
}

/// A request: the row and its event are written together, or neither is.
async fn return_book(transactions: &Transactions, book_id: u64) -> anyhow::Result<()> {
    let mut tx = transactions.begin().await?;
    // Whoever emits for a book holds its row.
    sqlx::query("INSERT IGNORE INTO books (id) VALUES (?)").bind(book_id).execute(&mut *tx).await?;
    sqlx::query("SELECT id FROM books WHERE id = ? FOR UPDATE").bind(book_id).execute(&mut *tx).await?;
    tx.emit(&BookReturned { book_id })?;
    Ok(tx.commit().await?)
}

async fn number(pool: &MySqlPool, sql: &'static str) -> anyhow::Result<i64> {
    Ok(sqlx::query_scalar(sql).fetch_one(pool).await?)
}

const OUTBOX: &str = "SELECT COUNT(*) FROM outbox";
const INBOX: &str = "SELECT COUNT(*) FROM inbox";
const SHELVED: &str = "SELECT COALESCE(MAX(shelvings), 0) FROM books WHERE id = 1";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        saga: SagaSettings,
    }
    let settings = Arguments::parse().saga;
    let url = settings.database_url.as_deref().context("--database-url or SAGA_DATABASE_URL is needed")?;
    let stop = CancellationToken::new();
    let table = Migration::new(1, "books".into(), MigrationType::Simple, SqlStr::from_static(BOOKS_TABLE), false);
    let tables = Migrator::with_migrations(vec![table]);
    let pool = database::connect_and_migrate(url, settings.database_connections, &tables, &stop).await?;
    let transactions = Transactions::new(pool.clone(), SERVICE, &settings.topic_prefix);

    let (known, shelved) = (number(&pool, INBOX).await?, number(&pool, SHELVED).await?);
    return_book(&transactions, 1).await?;
    return_book(&transactions, 2).await?;
    println!("the outbox holds {} events, and Kafka none of them", number(&pool, OUTBOX).await?);
    // As after a crash between Kafka's acknowledgement and the row's end: the same event goes out twice.
    let columns = "topic, event_key, event_id, event_type, occurred_at, headers, payload";
    let again = format!("INSERT INTO outbox ({columns}) SELECT {columns} FROM outbox ORDER BY id LIMIT 1");
    sqlx::query(sqlx::AssertSqlSafe(again)).execute(&pool).await?;

    let participant = Participant {
        registry: Arc::new(Registry::new(SERVICE, &MAP).on::<BookReturned>(book_returned).observe(tell)),
        jobs: Jobs::new(transactions.clone()).await?,
        projections: Vec::new(),
        instance_id: settings.instance_id.clone().unwrap_or_else(|| SERVICE.to_owned()),
        status: Status::default(),
        settings,
        transactions,
    };
    let running = tokio::spawn(participant.run(stop.clone()));
    let begun = Instant::now();
    while number(&pool, INBOX).await? < known + 4 || number(&pool, OUTBOX).await? > 0 {
        ensure!(begun.elapsed() < PATIENCE && !running.is_finished(), "the events did not come back from Kafka");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    running.await??;
    println!("the outbox is empty, the inbox knows {} more events", number(&pool, INBOX).await? - known);
    println!("book 1 was sent twice, and shelved {} time(s)", number(&pool, SHELVED).await? - shelved);
    Ok(())
}
