//! Watermill's forwarder, from its own table of messages. The program is `bench/others/watermill`, built once with Go.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use sqlx::{AssertSqlSafe, MySqlPool};
use stack::process::{Guarded, Output, Spec};
use stack::temp::TempFolder;
use stack::tools::cache::Once;
use stack::tools::go;

use super::debezium::run;
use super::{Ground, listens, sees_the_first};
use crate::backlog::{Backlog, numbers, payload};
use crate::topic::Topic;

/// The program's module.
pub(crate) const SOURCES: [(&str, &str); 3] = [
    ("go.mod", include_str!("../../others/watermill/go.mod")),
    ("go.sum", include_str!("../../others/watermill/go.sum")),
    ("main.go", include_str!("../../others/watermill/main.go")),
];
/// Its name for what is in its table.
const TOPIC: &str = "outbox";
/// It makes its tables, that of its offsets last, before it reads.
const LISTENS: &str = "SELECT COUNT(*) = 2 FROM information_schema.tables WHERE table_schema = DATABASE()
                       AND table_name IN ('watermill_outbox', 'watermill_offsets_outbox')";

/// What starts it.
#[derive(Debug)]
pub(crate) struct Watermill(PathBuf);

impl Watermill {
    /// Builds it with Go, which fetches its modules.
    pub fn ready() -> Result<Self> {
        let source = TempFolder::new("watermill")?;
        let files = SOURCES.map(|(name, text)| (source.path().join(name), text));
        for (path, text) in &files {
            fs::write(path, text)?;
        }
        let once = Once::of("watermill", &files.map(|(path, _)| path))?;
        let program = |folder: &Path| folder.join("watermill");
        once.fill(|folder| {
            println!("others: building watermill's forwarder (once)");
            let go = go::find().context("Go is missing")?.program;
            let build = ["build", "-trimpath", "-o"];
            run(Command::new(go)
                .current_dir(source.path())
                .args(build)
                .arg(program(folder))
                .arg(".")
                .env("CGO_ENABLED", "0"))
        })?;
        Ok(Self(program(&once.folder)))
    }

    /// Starts it on tables of its own, and waits until an event has gone through.
    pub async fn start(&self, ground: &Ground, pool: &MySqlPool, topic: &Topic) -> Result<Guarded> {
        sqlx::query("DROP TABLE IF EXISTS watermill_outbox, watermill_offsets_outbox").execute(pool).await?;
        let database: String = sqlx::query_scalar("SELECT DATABASE()").fetch_one(pool).await?;
        let log = ground.folder().join("watermill.log");
        let spec = Spec::new("watermill", &self.0)
            .arg(format!("root@tcp(127.0.0.1:{})/{database}?parseTime=true", ground.port))
            .args([&ground.settings.kafka_brokers, TOPIC])
            .output(Output::Log(log.clone()));
        let mut process = Guarded::spawn(&spec)?;
        listens(&mut process, &log, pool, LISTENS).await.context("watermill")?;
        sees_the_first(topic, commit(pool.clone(), topic.name.clone(), u64::MAX, "first".to_owned())).await?;
        Ok(process)
    }
}

/// Commits one event.
pub(crate) async fn commit(pool: MySqlPool, topic: String, number: u64, payload: String) -> Result<()> {
    let insert = format!("INSERT INTO watermill_outbox (uuid, payload, metadata) SELECT {}", envelope("?", "?"));
    let insert = sqlx::query(AssertSqlSafe(insert)).bind(number).bind(topic).bind(number).bind(payload);
    insert.bind(number.to_string()).execute(&pool).await?;
    Ok(())
}

/// A backlog as its own publisher would have written it, in one transaction; the moment from which it is there.
pub(crate) async fn appear(backlog: &Backlog<'_>) -> Result<Instant> {
    let numbers = numbers(backlog.rows);
    let insert = format!(
        "INSERT INTO watermill_outbox (uuid, payload, metadata) SELECT {} FROM {numbers}",
        envelope("n", &payload())
    );
    let key_of = backlog.keys();
    let insert = insert.replace("n AS CHAR", &format!("n % {key_of} AS CHAR"));
    let inserted = sqlx::query(AssertSqlSafe(insert)).bind(&backlog.topic.name).execute(backlog.pool).await?;
    ensure!(inserted.rows_affected() == backlog.rows, "{} rows of {}", inserted.rows_affected(), backlog.rows);
    Ok(Instant::now())
}

/// A row's columns: the envelope that its forwarder unwraps.
fn envelope(number: &str, payload: &str) -> String {
    format!(
        "MD5({number}), JSON_OBJECT('destination_topic', ?, 'uuid', MD5({number}),
         'payload', REPLACE(TO_BASE64({payload}), '\\n', ''),
         'metadata', JSON_OBJECT('key', CAST({number} AS CHAR))), '{{}}'"
    )
}
