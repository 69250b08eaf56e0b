//! Debezium Server with its outbox event router, on the very outbox table of the store.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use sqlx::MySqlPool;
use stack::process::{Guarded, Output, Spec};
use stack::tools::cache;
use stack::tools::find;
use stack::tools::java::Java;

use super::{Ground, listens, sees_the_first};
use crate::topic::Topic;

pub(crate) const VERSION: &str = "3.6.0.Final";
/// Its classes are of that Java; Debian 12 has an older one.
const OLDEST_JAVA: u32 = 21;
/// Where packages put several Java runtimes beside each other.
const RUNTIMES: &str = "/usr/lib/jvm";

const LISTENS: &str = "SELECT EXISTS(SELECT 1 FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%')";
/// It refuses an empty password.
const USER: &str = "GRANT ALL ON *.* TO debezium@'%' IDENTIFIED BY 'debezium'";
const INSERT: &str = "INSERT INTO outbox (topic, event_key, event_id, event_type, occurred_at, payload)
                      VALUES (?, ?, UNHEX(MD5(?)), 'Shown', UTC_TIMESTAMP(6), ?)";

/// What starts it.
#[derive(Debug)]
pub(crate) struct Debezium {
    java: PathBuf,
    home: PathBuf,
}

impl Debezium {
    /// Finds a Java that is new enough, and fetches the server with Maven, once.
    pub fn ready() -> Result<Self> {
        let java = java().with_context(|| format!("Debezium Server needs Java {OLDEST_JAVA} or newer"))?;
        let once = cache::Once { folder: cache::folder()?.join(format!("debezium-server-{VERSION}")) };
        once.fill(fetch)?;
        Ok(Self { java, home: once.folder.join("debezium-server") })
    }

    /// Starts it on that outbox, and waits until an event has gone through.
    pub async fn start(&self, ground: &Ground, pool: &MySqlPool, topic: &Topic) -> Result<Guarded> {
        let data = ground.folder().join("debezium");
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        fs::create_dir_all(data.join("config"))?;
        let database: String = sqlx::query_scalar("SELECT DATABASE()").fetch_one(pool).await?;
        sqlx::query(USER).execute(pool).await?;
        fs::write(data.join("config/application.properties"), settings(ground, &database, &data))?;
        let runner = self.home.join(format!("debezium-server-dist-{VERSION}-runner.jar"));
        let class_path = format!("{}:{}", runner.display(), self.home.join("lib/*").display());
        let log = ground.folder().join("debezium.log");
        let spec = Spec::new("debezium", &self.java)
            .within(&data)
            // As run.sh has it; and what Quarkus asks for on newer Javas.
            .args(["-Xmx512m", "--add-opens=java.base/java.lang=ALL-UNNAMED"])
            .args(["-cp", &class_path, "io.debezium.server.Main"])
            .output(Output::Log(log.clone()));
        let mut process = Guarded::spawn(&spec)?;
        listens(&mut process, &log, pool, LISTENS).await.context("Debezium Server")?;
        sees_the_first(topic, commit(pool.clone(), topic.name.clone(), u64::MAX, "first".to_owned())).await?;
        Ok(process)
    }
}

/// Commits one event.
pub(crate) async fn commit(pool: MySqlPool, topic: String, number: u64, payload: String) -> Result<()> {
    let insert = sqlx::query(INSERT).bind(topic).bind(number.to_string()).bind(number).bind(payload);
    insert.execute(&pool).await?;
    Ok(())
}

/// The outbox as it is: the router is told its columns, and passes payloads on as they are.
fn settings(ground: &Ground, database: &str, data: &Path) -> String {
    let (port, brokers, data) = (ground.port, &ground.settings.kafka_brokers, data.display());
    format!(
        "debezium.source.connector.class=io.debezium.connector.mariadb.MariaDbConnector
debezium.source.database.hostname=127.0.0.1
debezium.source.database.port={port}
debezium.source.database.user=debezium
debezium.source.database.password=debezium
debezium.source.database.server.id=4711
debezium.source.database.include.list={database}
debezium.source.table.include.list={database}.outbox
debezium.source.topic.prefix=others
debezium.source.snapshot.mode=no_data
debezium.source.include.schema.changes=false
debezium.source.tombstones.on.delete=false
debezium.source.skipped.operations=u,d,t
debezium.source.max.batch.size=8192
debezium.source.max.queue.size=32768
debezium.source.poll.interval.ms=10
debezium.source.offset.storage.file.filename={data}/offsets.dat
debezium.source.schema.history.internal=io.debezium.storage.file.history.FileSchemaHistory
debezium.source.schema.history.internal.file.filename={data}/history.dat
debezium.transforms=outbox
debezium.transforms.outbox.type=io.debezium.transforms.outbox.EventRouter
debezium.transforms.outbox.table.field.event.id=event_id
debezium.transforms.outbox.table.field.event.key=event_key
debezium.transforms.outbox.table.field.event.type=event_type
debezium.transforms.outbox.table.field.event.payload=payload
debezium.transforms.outbox.route.by.field=topic
debezium.transforms.outbox.route.topic.replacement=\\\\${{routedByValue}}
debezium.format.key=simplestring
debezium.format.value=binary
debezium.format.header=json
debezium.sink.type=kafka
debezium.sink.kafka.producer.bootstrap.servers={brokers}
debezium.sink.kafka.producer.key.serializer=org.apache.kafka.common.serialization.StringSerializer
debezium.sink.kafka.producer.value.serializer=org.apache.kafka.common.serialization.ByteArraySerializer
debezium.sink.kafka.producer.acks=all
debezium.sink.kafka.producer.linger.ms=0
debezium.sink.kafka.producer.batch.size=262144
quarkus.http.port=0
quarkus.log.level=WARN
"
    )
}

/// The distribution, without the connectors of a database that is not ours. Maven keeps what it fetches: in a folder
/// that goes, so that it is there once.
fn fetch(folder: &Path) -> Result<()> {
    println!("others: fetching Debezium Server {VERSION} (once)");
    let maven = find::on_path(&["mvn"]).context("Maven (mvn) is missing")?;
    let repository = folder.join("repository");
    run(Command::new(maven)
        .args(["--batch-mode", "--quiet", "dependency:copy"])
        .arg(format!("-Dartifact=io.debezium:debezium-server-dist:{VERSION}:tar.gz"))
        .arg(format!("-DoutputDirectory={}", folder.display()))
        .arg(format!("-Dmaven.repo.local={}", repository.display())))?;
    let archive = folder.join(format!("debezium-server-dist-{VERSION}.tar.gz"));
    run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(folder).arg("--exclude=*/connectors"))?;
    fs::remove_file(archive)?;
    fs::remove_dir_all(repository)?;
    Ok(())
}

/// Runs it to its end.
pub(super) fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().display().to_string();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().with_context(|| name.clone())?;
    ensure!(status.success(), "{name}: {status}");
    Ok(())
}

/// `JAVA_HOME`, PATH, or the newest beside them.
fn java() -> Option<PathBuf> {
    let home = std::env::var_os("JAVA_HOME").map(PathBuf::from);
    let beside = fs::read_dir(RUNTIMES).into_iter().flatten().flatten().map(|entry| entry.path());
    let named = home.into_iter().chain(beside).map(|home| home.join("bin/java")).filter(|java| java.is_file());
    let candidates = find::on_path(&["java"]).into_iter().chain(named);
    candidates.filter_map(Java::at).find(|java| java.major >= OLDEST_JAVA).map(|java| java.program)
}
