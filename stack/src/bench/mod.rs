//! The bench: runs `store-bench` against a store, and shows what it found.
//!
//! What is measured, and how, is the bench's own; its report names each figure in both languages, so that a new one
//! needs nothing here.

mod chart;
mod compare;
mod page;
mod report;
mod table;

use std::path::Path;

use anyhow::{Context, Result};

pub use compare::compare;
pub use page::write as write_page;
pub use report::{Comparison, Figure, Goal, Machine, Median, Method, Must, Report, Spread, Text, Unit};
pub use table::show;

use crate::cli::BenchArgs;
use crate::process::{Output, Spec};
use crate::store::Store;
use crate::t;
use crate::term::Step;
use crate::tools::kafka_jars;
use crate::workspace::Workspace;

/// The measures that there are; `store-bench` knows them by these names.
pub const MEASURES: [&str; 18] = [
    "graphql",
    "gateway",
    "start",
    "relay",
    "backlog",
    "consumer",
    "visible",
    "orders",
    "latency",
    "sagas",
    "hot",
    "poison",
    "replay",
    "memory",
    "instances",
    "telemetry",
    "growth",
    "others",
];

/// All of them.
pub const ALL: &str = "all";

/// Measures the store; the report goes to `json`, and comes back read.
pub fn measure(workspace: &Workspace, store: &Store, args: &BenchArgs, json: &Path) -> Result<Report> {
    let (ports, programs) = (store.ports(), &store.options().parts.programs);
    let mut step = Step::start(t!(
        "measuring, the store and the bare limit in turn",
        "mesure, le magasin et la limite nue tour à tour"
    ));
    let mut spec = Spec::new("bench", programs.bench())
        .arg("run")
        .args(["--store", &format!("127.0.0.1:{}", ports.store)])
        .args(["--database-url", &ports.store_database()])
        .args(["--payments-database-url", &ports.payments_database()])
        .args(["--kafka-brokers", &format!("127.0.0.1:{}", ports.kafka)])
        .args(["--redis-url", &format!("redis://127.0.0.1:{}", ports.redis)])
        .arg("--store-manager")
        .arg(programs.store_manager())
        .args(["--kafka-version", kafka_jars::VERSION])
        .arg("--payment-service")
        .arg(programs.payment_service())
        .arg("--json")
        .arg(json)
        // It starts services of its own, whose outcome must be the same everywhere.
        .hide_env(&["SAGA_", "STORE_", "PAYMENT_"])
        .output(Output::Capture);
    if store.has_gateway() {
        spec = spec.args(["--gateway", &format!("127.0.0.1:{}", ports.gateway)]);
    }
    for member in store.members() {
        if let Some(pid) = member.pid {
            spec = spec.args(["--process", &format!("{}={pid}", member.name)]);
        }
    }
    let baskets = args.baskets.clone().unwrap_or_else(|| workspace.root.join("stack/sample"));
    spec = spec.arg("--baskets").arg(baskets);
    let chosen = [
        ("--past-orders", args.past_orders.map(|orders| orders.to_string())),
        ("--memory-minutes", args.memory_minutes.map(|minutes| minutes.to_string())),
        ("--seconds", args.seconds.map(|seconds| seconds.to_string())),
        ("--rounds", args.rounds.map(|rounds| rounds.to_string())),
        ("--scale", args.scale.map(|scale| scale.to_string())),
        ("--connections", args.connections.map(|connections| connections.to_string())),
    ];
    for (option, value) in chosen.into_iter().filter_map(|(option, value)| Some((option, value?))) {
        spec = spec.args([option, &value]);
    }
    for name in args.figures.iter().filter(|name| *name != ALL) {
        spec = spec.args(["--only", name]);
    }
    step.run(&spec).with_context(|| {
        t!("nothing is reported of a run that failed", "rien n'est rapporté d'une mesure qui échoue")
    })?;
    step.done("");
    Report::read(json)
}
