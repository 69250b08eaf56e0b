//! `status`: what runs in this folder.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};

use super::exit_code;
use crate::http::Shop;
use crate::lock;
use crate::process::memory;
use crate::store::{MemberRecord, Record};
use crate::term;
use crate::workspace::Workspace;
use crate::{out, t};

/// Statuses of orders whose saga is under way.
const OPEN: [&str; 4] = ["decreasing_stock", "creating_payment", "cancellation_requested", "cancelling_order"];

/// Runs the verb.
pub fn run() -> Result<ExitCode> {
    let folder = Workspace::find()?.stack_folder();
    let Some(holder) = lock::holder(&folder).filter(|holder| holder.verb == "up") else {
        out!(
            "{}",
            t!(
                "No store runs here. Start it: cargo stack up",
                "Aucun magasin ne tourne ici. Pour le démarrer\u{a0}: cargo stack up"
            )
        );
        return Ok(exit_code(false));
    };
    let Ok(record) = Record::read(&folder) else {
        let pid = holder.pid;
        term::line(&t!("The store is starting (process {pid}).", "Le magasin démarre (processus {pid})."));
        return Ok(exit_code(true));
    };
    let header = [
        t!("PROCESS", "PROCESSUS"),
        t!("PID", "PID"),
        t!("PORT", "PORT"),
        t!("MEMORY", "MÉMOIRE"),
        t!("UP FOR", "DEPUIS"),
        t!("RESTARTS", "RELANCES"),
    ];
    term::line(&term::bold(&row(&header)));
    for member in &record.members {
        out!("{}", row(&cells(member, Utc::now())));
    }
    out!("\n{}", sagas(&Shop::of(&record.ports, false)));
    Ok(exit_code(true))
}

fn row(cells: &[String; 6]) -> String {
    let [name, pid, port, memory, up, restarts] = cells;
    format!("{name:<16} {pid:>8} {port:>6} {memory:>11} {up:>12} {restarts:>9}")
}

fn cells(member: &MemberRecord, now: DateTime<Utc>) -> [String; 6] {
    let none = || "–".to_owned();
    let up = (now - member.since).to_std().unwrap_or_default();
    [
        member.name.clone(),
        member.pid.map_or_else(none, |pid| pid.to_string()),
        member.port.to_string(),
        member.pid.and_then(memory).map_or_else(none, |memory| term::mebibytes(memory.now_bytes)),
        member.pid.map_or_else(none, |_| uptime(up)),
        member.restarts.to_string(),
    ]
}

/// `12 s`, `5 min`, `3 h 20 min`.
fn uptime(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min", seconds / 60),
        seconds => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

fn sagas(shop: &Shop) -> String {
    let counts: Result<Vec<usize>, _> = OPEN.iter().map(|status| shop.count_orders(status)).collect();
    match counts {
        Ok(counts) => {
            let open: usize = counts.iter().sum();
            t!("Sagas under way: {open}", "Sagas en cours\u{a0}: {open}")
        }
        Err(error) => t!("Sagas under way: not known ({error})", "Sagas en cours\u{a0}: inconnu ({error})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uptime_reads_well() {
        let texts = [59, 60, 3_599, 12_000].map(|seconds| uptime(Duration::from_secs(seconds)));
        assert_eq!(texts, ["59 s", "1 min", "59 min", "3 h 20 min"]);
    }
}
