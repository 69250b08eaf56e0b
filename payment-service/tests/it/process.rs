//! The process itself: starts without its servers, serves without a broker, stops cleanly, and logs no card.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::fixture::fresh_database;

/// Long enough for a slow machine; a condition that holds ends the wait at once.
const PATIENCE: Duration = Duration::from_secs(30);
/// Within this a service ends after SIGTERM.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// A running payment-service, killed if the test fails before it stops it.
struct Process {
    child: Child,
    address: String,
    log: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Process {
    fn start(database_url: &str, environment: &[(&str, &str)]) -> Self {
        // Freed again at once: the only way to learn a free port before the process that needs it starts.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut child = Command::new(env!("CARGO_BIN_EXE_payment-service"))
            .args([
                "--listen",
                &address,
                "--admin-listen",
                "127.0.0.1:0",
                "--database-url",
                database_url,
                "--kafka-brokers",
                "127.0.0.1:1",
            ])
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::default();
        let readers = vec![collect(child.stdout.take().unwrap(), &log), collect(child.stderr.take().unwrap(), &log)];
        Self { child, address, log, readers }
    }

    /// One request; none while nothing listens.
    fn request(&self, head: &str, body: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        let length = body.len();
        let request = format!(
            "{head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }

    fn wait_until_it_serves(&self) {
        wait_until("it serves", || {
            self.request("GET /health-check", "").is_some_and(|answer| answer.ends_with(r#"{"status":"ok"}"#))
        });
    }

    fn wait_until_it_logs(&self, text: &str) {
        wait_until(text, || self.log.lock().unwrap().contains(text));
    }

    /// Sends SIGTERM, and answers how it ended and what it wrote.
    fn stop(mut self) -> (ExitStatus, String) {
        let started = Instant::now();
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        let ended = self.wait();
        assert!(started.elapsed() < STOP_LIMIT, "it took {:?} to end", started.elapsed());
        ended
    }

    /// Waits for the end.
    fn wait(&mut self) -> (ExitStatus, String) {
        wait_until("it has ended", || self.child.try_wait().unwrap().is_some());
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        (self.child.wait().unwrap(), self.log.lock().unwrap().clone())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads as the process writes, so that a full pipe never stops it.
fn collect(stream: impl Read + Send + 'static, log: &Arc<Mutex<String>>) -> JoinHandle<()> {
    let log = Arc::clone(log);
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            log.lock().unwrap().push_str(&(line.unwrap() + "\n"));
        }
    })
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < PATIENCE, "waited {PATIENCE:?} until: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn without_a_broker_it_serves_logs_no_card_and_stops_cleanly() {
    let (server, database) = fresh_database();
    let process = Process::start(&format!("{server}/{database}"), &[("RUST_LOG", "trace,rdkafka=off,librdkafka=off")]);
    process.wait_until_it_serves();
    let created = process.request("POST /payments", r#"{"order_id":7,"user_id":1,"total_amount":12.50}"#).unwrap();
    assert!(created.starts_with("HTTP/1.1 201"), "{created}");
    for (number, status) in [("4242424242424241", "422"), ("4242424242424242", "200")] {
        let card = format!(r#"{{"cardNumber":{number},"cardCode":"987","expirationDate":"2099-12"}}"#);
        let answer = process.request("POST /payments/process/1", &card).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    }
    let (status, log) = process.stop();
    assert!(status.success(), "{log}");
    assert!(log.contains("/payments/process/{id}"), "the log of requests is there: {log}");
    for secret in ["424242424242", "987\"", "2099-12"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    drop_database(&server, &database);
}

#[test]
fn without_its_database_it_waits_says_so_and_stops_cleanly() {
    let process = Process::start("mysql://app:pa55word@127.0.0.1:1/payments", &[]);
    process.wait_until_it_logs("waiting for the database");
    let (status, log) = process.stop();
    assert!(status.success(), "{log}");
    assert!(!log.contains("pa55word"), "{log}");
}

#[test]
fn a_schedule_that_is_none_is_refused_by_name() {
    let (server, database) = fresh_database();
    let mut process = Process::start(
        &format!("{server}/{database}"),
        &[("PAYMENT_EXPIRY_CRON", "whenever"), ("RUST_BACKTRACE", "1")],
    );
    let (status, log) = process.wait();
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains("Error: --expiry-cron"), "{log}");
    assert!(log.contains("\n  caused by: ") && !log.contains("backtrace") && !log.contains(".rs:"), "{log}");
    drop_database(&server, &database);
}

fn drop_database(server: &str, database: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let pool = sqlx::MySqlPool::connect(server).await.unwrap();
        let drop = sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {database}"));
        sqlx::query(drop).execute(&pool).await.unwrap();
    });
}
