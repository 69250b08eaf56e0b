//! `test`: all tests of the workspace, on servers of their own.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::build;
use crate::cli::TestArgs;
use crate::interrupt;
use crate::ports::Ports;
use crate::process::{Guarded, Spec};
use crate::servers::{KafkaOptions, Launch, MariaDbOptions, RedisOptions, Server};
use crate::t;
use crate::temp::TempFolder;
use crate::term::{self, Step};
use crate::tools::{Preparation, TestTools, Tools};
use crate::workspace::Workspace;

/// What cargo test answers when tests fail.
const TESTS_FAILED: u8 = 101;

/// Runs the verb.
pub fn run(args: &TestArgs) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let tools = Tools::ready()?;
    let more = TestTools::ready(&workspace)?;
    let gateway = Preparation::begin(&workspace)?;
    let mut folder = TempFolder::new("test")?;
    let programs = build::programs(&workspace, folder.path().join("bin"))?;
    build::with_crash_points(&workspace, &programs)?;
    let gateway = gateway.finish()?;
    let all = all_unless_chosen(&args.cargo_args);
    if all.is_some() {
        gateway.test()?;
    }
    let ports = Ports::free()?;
    let (mut database, redis, mut kafka) = start(&tools, &folder, ports)?;
    let mut spec = build::test_spec(&workspace)
        .args(all)
        .args(&args.cargo_args)
        .env("TEST_DATABASE_URL", database.url())
        .env("TEST_REDIS_URL", redis.url())
        .env("TEST_KAFKA_BROKERS", kafka.url())
        .env("TEST_STACK_DIR", folder.path())
        .env("TEST_BIN_DIR", programs.folder())
        .env("TEST_MARIADBD", &tools.database)
        .env("TEST_REDIS_SERVER", &tools.redis)
        .env("TEST_JAVA", &tools.java)
        .env("TEST_KAFKA_LIB", &tools.kafka_lib)
        .env("TEST_GATEWAY", gateway.program.path())
        .env("RUST_TEST_THREADS", test_threads());
    for (name, path) in more.variables() {
        spec = spec.env(name, path);
    }
    if let Some(schema) = krakend_schema(&workspace) {
        spec = spec.env("TEST_KRAKEND_SCHEMA", schema);
    }
    let code = run_tests(&spec)?;
    if args.keep || code != 0 {
        folder.keep();
        let path = folder.path().display();
        term::say(&t!("Data and logs are kept in {path}", "Données et journaux sont gardés dans {path}"));
        // Only what is kept is worth a clean end.
        kafka.stop()?;
        database.stop()?;
        // The programs are copies, and larger than all the rest.
        let _ = std::fs::remove_dir_all(programs.folder());
    }
    Ok(ExitCode::from(code))
}

/// Tests of whole stores mostly wait; more of them than there are cores end sooner.
fn test_threads() -> String {
    const LEAST: usize = 4;
    let cores = std::thread::available_parallelism().map_or(LEAST, usize::from);
    std::env::var("RUST_TEST_THREADS").unwrap_or_else(|_| cores.max(LEAST).to_string())
}

/// KrakenD's own schema, which lies beside some checkouts.
fn krakend_schema(workspace: &Workspace) -> Option<PathBuf> {
    let schema = workspace.root.join("../shared/data/krakend/krakend-2.13.schema.json");
    schema.canonicalize().ok()
}

/// Every package, unless the arguments (those before a second `--`) choose some.
fn all_unless_chosen(args: &[String]) -> Option<&'static str> {
    let for_cargo = args.split(|arg| arg == "--").next().unwrap_or_default();
    let chosen = for_cargo.iter().any(|arg| arg.starts_with("-p") || arg.starts_with("--package"));
    (!chosen).then_some("--workspace")
}

fn start(tools: &Tools, folder: &TempFolder, ports: Ports) -> Result<(Server, Server, Server)> {
    let path = folder.path();
    let database = MariaDbOptions {
        program: tools.database.clone(),
        data: path.join("mariadb"),
        port: ports.mysql,
        log: path.join("logs/mariadb.log"),
        init_file: None,
    };
    let kafka = KafkaOptions {
        java: tools.java.clone(),
        lib: tools.kafka_lib.clone(),
        data: path.join("kafka"),
        port: ports.kafka,
        controller_port: ports.controller,
        log: path.join("logs/kafka.log"),
    };
    let redis = RedisOptions { program: tools.redis.clone(), port: ports.redis, log: path.join("logs/redis.log") };
    let Ports { mysql, redis: cache, kafka: broker, .. } = ports;
    let step = Step::start(t!(
        "MariaDB on port {mysql}, Redis on {cache}, Kafka on {broker}, for the tests",
        "MariaDB sur le port {mysql}, Redis sur {cache}, Kafka sur {broker}, pour les tests"
    ));
    let mut kafka = kafka.launch()?;
    let database = database.start()?;
    let redis = redis.start()?;
    kafka.wait_ready()?;
    step.done("");
    Ok((database, redis, kafka))
}

fn run_tests(spec: &Spec) -> Result<u8> {
    let mut cargo = Guarded::spawn(spec)?;
    loop {
        if let Some(status) = cargo.ended()? {
            return Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(TESTS_FAILED));
        }
        interrupt::pause(std::time::Duration::from_millis(50))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_is_that_of_the_tests_and_a_killed_run_has_failed() {
        let code = |script: &str| run_tests(&Spec::new("tests", "sh").args(["-c", script])).unwrap();
        assert_eq!((code("exit 0"), code("exit 101"), code("exit 4")), (0, TESTS_FAILED, 4));
        assert_eq!(code("kill -9 $$"), TESTS_FAILED);
    }

    #[test]
    fn all_packages_unless_some_are_chosen() {
        let args = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(all_unless_chosen(&args(&[])), Some("--workspace"));
        assert_eq!(all_unless_chosen(&args(&["-p", "tests"])), None);
        assert_eq!(all_unless_chosen(&args(&["some_test", "--", "-p"])), Some("--workspace"));
    }
}
