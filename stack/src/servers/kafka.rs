//! An Apache Kafka broker of the stack's own: one node, on loopback, straight from its jars.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::kafka_probe;
use super::server::{Kind, Launch, Server};
use crate::process::{Output, Spec};
use crate::t;

const KIND: Kind = Kind {
    scheme: "",
    ready_limit: Duration::from_mins(2),
    stop_limit: Duration::from_secs(30),
    answers: kafka_probe::answers,
};

/// Any 16 bytes in base64 would do: each cluster is alone in its folder.
const CLUSTER_ID: &str = "c3RvcmUtbWFuYWdlci1rYQ";

/// A small heap and a quick start: as measured, 360 to 430 MB resident and 1.6 s.
const JAVA_OPTIONS: [&str; 5] = [
    "-Xmx384m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
];

/// Where a broker runs.
#[derive(Clone, Debug)]
pub struct KafkaOptions {
    /// `java`, 17 or newer.
    pub java: PathBuf,
    /// The folder of Kafka's jars.
    pub lib: PathBuf,
    /// Its data and configuration; made when it is not there.
    pub data: PathBuf,
    /// The port for clients on 127.0.0.1.
    pub port: u16,
    /// The port the node's controller part listens on.
    pub controller_port: u16,
    /// Its log, appended to.
    pub log: PathBuf,
}

impl Launch for KafkaOptions {
    fn launch(&self) -> Result<Server> {
        fs::create_dir_all(&self.data)?;
        let config = self.data.join("server.properties");
        // Written at each start: the ports may be others than the last time.
        fs::write(&config, properties(self))?;
        format(self, &config)?;
        Server::launch(spec(self, &config), self.port, KIND)
    }
}

fn logs(options: &KafkaOptions) -> PathBuf {
    options.data.join("log")
}

fn properties(options: &KafkaOptions) -> String {
    let KafkaOptions { port, controller_port, .. } = options;
    let logs = logs(options);
    // The voter is named here and not in the data (`--standalone`), so that the same data
    // may be started on other ports. After a kill the controller, which is the same process,
    // takes the old broker for alive until its session ends: after 9 s unless told so sooner.
    format!(
        "process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={logs}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
",
        logs = logs.display()
    )
}

fn class_path(lib: &Path) -> String {
    format!("{}/*", lib.display())
}

/// Formats the storage once. A mark says that it was done to the end: what a crash left
/// half formatted holds no event yet and is made anew.
fn format(options: &KafkaOptions, config: &Path) -> Result<()> {
    let mark = options.data.join("formatted");
    if mark.exists() {
        return Ok(());
    }
    if logs(options).exists() {
        fs::remove_dir_all(logs(options))?;
    }
    let output = Command::new(&options.java)
        .args(JAVA_OPTIONS)
        .arg("-cp")
        .arg(class_path(&options.lib))
        .args(["kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER_ID, "--config"])
        .arg(config)
        .stdin(Stdio::null())
        .output()
        .with_context(|| options.java.display().to_string())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        let said = said.trim();
        bail!(
            "{}",
            t!(
                "Kafka could not format its data folder:\n{said}",
                "Kafka n'a pas pu préparer son dossier de données\u{a0}:\n{said}"
            )
        );
    }
    fs::write(mark, "")?;
    Ok(())
}

fn spec(options: &KafkaOptions, config: &Path) -> Spec {
    Spec::new("kafka", &options.java)
        .args(JAVA_OPTIONS)
        .arg("-cp")
        .arg(class_path(&options.lib))
        .arg("kafka.Kafka")
        .arg(config)
        .output(Output::Log(options.log.clone()))
}
