//! Readers: they read all the time, through the gateway and without it, and every read must be answered well.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Api, Store, wait_until};
use tokio::task::JoinHandle;

/// The reports.
pub const REPORTS: [&str; 3] =
    ["/orders/reports/highest-spenders", "/orders/reports/best-sellers", "/stocks/reports/overview-stocks"];

/// How long a reader waits for an answer: less than a write to Redis may take, so that no read ever waits for one.
const READER_LIMIT: Duration = Duration::from_secs(3);

/// Between two reads of one reader: what is measured is answers, not throughput.
const PAUSE: Duration = Duration::from_millis(10);

/// Readers for each way in.
const READERS: usize = 2;

/// What all readers have seen.
#[derive(Default)]
struct Tally {
    stop: AtomicBool,
    reads: AtomicU64,
    from_redis: AtomicU64,
    from_mysql: AtomicU64,
    slowest_ms: AtomicU64,
    failure: Mutex<Option<String>>,
}

/// The readers at work.
pub struct Readers {
    tally: Arc<Tally>,
    tasks: Vec<JoinHandle<()>>,
}

/// One thing to read.
enum Read {
    Report(&'static str),
    Levels(String),
    Graphql(&'static str, Value),
}

impl Readers {
    /// They begin. These are all products of the store, and stay.
    pub fn start(store: &Store, products: &[u64]) -> Self {
        let tally = Arc::new(Tally::default());
        let ways = [&store.shop, &store.store_manager.api];
        let tasks = ways.iter().flat_map(|api| std::iter::repeat_n(api.impatient(READER_LIMIT), READERS));
        let tasks = tasks.map(|api| tokio::spawn(run(Arc::clone(&tally), api, products.to_vec()))).collect();
        Self { tally, tasks }
    }

    /// Fails the test if a read has failed.
    pub fn check(&self) {
        if let Some(failure) = &*self.tally.failure.lock().unwrap_or_else(PoisonError::into_inner) {
            panic!("a read failed: {failure}");
        }
    }

    /// Waits until so many more reads were answered.
    pub async fn more(&self, reads: u64) {
        let end = self.tally.reads.load(Ordering::Relaxed) + reads;
        wait_until(format!("{reads} more reads"), async || {
            self.check();
            let now = self.tally.reads.load(Ordering::Relaxed);
            if now >= end { Ok(()) } else { Err(format!("{now} of {end}")) }
        })
        .await;
    }

    /// They end; tells what they have seen.
    pub async fn finish(self) -> String {
        self.tally.stop.store(true, Ordering::Relaxed);
        self.check();
        for task in self.tasks {
            task.await.unwrap();
        }
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let Tally { reads, from_redis, from_mysql, slowest_ms, .. } = &*self.tally;
        let (reads, redis, mysql, slowest) = (of(reads), of(from_redis), of(from_mysql), of(slowest_ms));
        assert!(redis > 0 && mysql > 0, "reports from Redis: {redis}, from MySQL: {mysql}");
        format!("{reads} reads, reports from Redis {redis}, from MySQL {mysql}; the slowest read took {slowest} ms")
    }
}

async fn run(tally: Arc<Tally>, api: Api, products: Vec<u64>) {
    let reads = all_reads(&products);
    for read in reads.iter().cycle() {
        if tally.stop.load(Ordering::Relaxed) {
            return;
        }
        let asked = Instant::now();
        let answered = read.ask(&api).await.and_then(|answer| read.judge(&answer, products.len()).map(|()| answer));
        let took_ms = u64::try_from(asked.elapsed().as_millis()).unwrap_or(u64::MAX);
        tally.slowest_ms.fetch_max(took_ms, Ordering::Relaxed);
        match answered {
            Ok(answer) => match answer.header("data-source") {
                "redis" => drop(tally.from_redis.fetch_add(1, Ordering::Relaxed)),
                "mysql" => drop(tally.from_mysql.fetch_add(1, Ordering::Relaxed)),
                _ => {}
            },
            Err(failure) => {
                let failure = format!("after {took_ms} ms: {failure}");
                tally.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
                return;
            }
        }
        tally.reads.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(PAUSE).await;
    }
}

/// What each reader reads, round and round.
fn all_reads(products: &[u64]) -> Vec<Read> {
    let one = "query($id: ID!) { product(id: $id) { id name sku price { amount } quantity } }";
    let course = "query($id: String!) { product(id: $id) { id name quantity } stockLevel(productId: $id) }";
    let page = json!({"query": "{ search(text: \"\", first: 50) { nodes { id quantity } } }"});
    let levels = std::iter::once("/stocks".to_owned()).chain(products.iter().map(|id| format!("/stocks/{id}")));
    let variables = |query: &str, id: &u64| json!({"query": query, "variables": {"id": id.to_string()}});
    let graphql = products.iter().flat_map(|id| {
        [Read::Graphql("/graphql", variables(one, id)), Read::Graphql("/stocks/graphql-query", variables(course, id))]
    });
    let mut reads: Vec<Read> = levels.map(Read::Levels).chain(graphql).collect();
    reads.push(Read::Graphql("/graphql", page));
    // Reports come as often as everything else together: they are what has two sources.
    let reports: Vec<Read> = REPORTS.iter().cycle().take(reads.len()).map(|path| Read::Report(path)).collect();
    reads.into_iter().zip(reports).flat_map(|(read, report)| [read, report]).collect()
}

impl Read {
    async fn ask(&self, api: &Api) -> Result<Answer, String> {
        let answer = match self {
            Self::Report(path) => api.try_bare(Method::GET, path).await,
            Self::Levels(path) => api.try_bare(Method::GET, path).await,
            Self::Graphql(path, body) => api.try_post(path, body).await,
        };
        let answer = answer.map_err(|error| format!("{error:?}"))?;
        if answer.status == 200 { Ok(answer) } else { Err(format!("{answer:?}")) }
    }

    /// What an answer must have, also while the models are being built: all products, and no error.
    fn judge(&self, answer: &Answer, products: usize) -> Result<(), String> {
        let body = answer.json();
        let good = match self {
            Self::Report(path) if path.ends_with("overview-stocks") => body.as_array().map(Vec::len) == Some(products),
            Self::Report(_) => body.is_array() && ["redis", "mysql"].contains(&answer.header("data-source")),
            Self::Levels(path) if path == "/stocks" => body["items"].as_array().map(Vec::len) == Some(products),
            Self::Levels(_) => body["quantity"].is_u64(),
            Self::Graphql(..) => body.get("errors").is_none() && body["data"].as_object().is_some_and(no_null),
        };
        if good { Ok(()) } else { Err(format!("{answer:?}")) }
    }
}

fn no_null(fields: &serde_json::Map<String, Value>) -> bool {
    !fields.is_empty() && fields.values().all(|field| !field.is_null())
}
