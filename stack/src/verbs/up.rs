//! `up`: the store of this folder, until Ctrl-C.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::cli::UpArgs;
use crate::interrupt;
use crate::lock::Lock;
use crate::ports::Ports;
use crate::store::{Notice, Parts, Store, StoreOptions};
use crate::term;
use crate::workspace::Workspace;
use crate::{out, t};

/// The ports of a stack killed a moment ago are free again within this time.
const PORTS_LIMIT: Duration = Duration::from_secs(2);

/// The exit code of an impossible wish, as clap has it.
const WRONG_USAGE: u8 = 2;

/// Runs the verb.
pub fn run(args: &UpArgs) -> Result<ExitCode> {
    let ports = args.ports();
    if let Some([one, other]) = ports.clash() {
        term::complain(&t!(
            "{one} and {other} are the same port: each needs one of its own (Kafka's controller takes --kafka-port + 1)",
            "{one} et {other} désignent le même port\u{a0}: il en faut un pour chacun (le contrôleur de Kafka prend --kafka-port + 1)"
        ));
        return Ok(ExitCode::from(WRONG_USAGE));
    }
    let workspace = Workspace::find()?;
    let folder = workspace.stack_folder();
    let _lock = Lock::take(&folder, "up")?;
    wait_for_ports(&ports)?;
    let made_of = Parts::ready(&workspace, folder.join("bin"))?;
    put_old_logs_aside(&folder.join("logs"))?;
    let store = Store::start(StoreOptions {
        parts: made_of,
        folder,
        ports,
        sample_data: args.sample_data,
        settings_from_env: true,
        settings: Vec::new(),
        restarts_at_once: false,
    })?;
    welcome(&store, args.sample_data);
    watch(&store)?;
    store.stop()?;
    Ok(ExitCode::SUCCESS)
}

fn wait_for_ports(ports: &Ports) -> Result<()> {
    let end = Instant::now() + PORTS_LIMIT;
    while let Some((port, name, option)) = ports.in_use() {
        if Instant::now() > end {
            bail!(
                "{}",
                t!(
                    "port {port}, for {name}, is in use by another program: stop it, or choose another with {option}",
                    "le port {port}, prévu pour {name}, est pris par un autre programme\u{a0}: arrêtez-le, ou choisissez-en un autre avec {option}"
                )
            );
        }
        interrupt::pause(Duration::from_millis(50))?;
    }
    Ok(())
}

/// The logs of the last time stay one time longer, as `NAME.old`.
fn put_old_logs_aside(logs: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(logs) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "log") {
            fs::rename(&path, path.with_extension("old"))?;
        }
    }
    Ok(())
}

fn welcome(store: &Store, sample_data: bool) {
    let Ports { gateway, store: shop, store_admin, payment, payment_admin, mysql, redis, kafka, .. } = store.ports();
    term::heading(&t!("The store is open.", "Le magasin est ouvert."));
    if store.has_gateway() {
        let label = format!("{:<16}", t!("gateway", "passerelle"));
        term::say(&term::bold(&format!("{label} http://127.0.0.1:{gateway}  (/store-manager-api/…, /payments-api/…)")));
    } else {
        term::say(&term::yellow(&t!("no gateway (cargo stack doctor)", "pas de passerelle (cargo stack doctor)")));
    }
    term::say(&format!(
        "store-manager    http://127.0.0.1:{shop}  (/docs, /graphql)  admin http://127.0.0.1:{store_admin}"
    ));
    term::say(&format!("payment-service  http://127.0.0.1:{payment}  (/docs)  admin http://127.0.0.1:{payment_admin}"));
    let label = format!("{:<16}", t!("live overview", "vue en direct"));
    term::say(&term::bold(&format!(
        "{label} http://127.0.0.1:{store_admin}/overview  http://127.0.0.1:{payment_admin}/overview"
    )));
    term::say(&format!("MariaDB          mysql://root@127.0.0.1:{mysql}"));
    term::say(&format!("Redis            redis://127.0.0.1:{redis}"));
    term::say(&format!("Kafka            127.0.0.1:{kafka}"));
    out!("\n{}", t!("Try:", "Essayez\u{a0}:"));
    let shop = store.shop();
    let post = |path: &str, body: &str| {
        let url = shop.url(path);
        term::say(&term::cyan(&format!("curl -i {url} -H 'content-type: application/json' -d '{body}'")));
    };
    if sample_data {
        post("/orders", r#"{"user_id":1,"items":[{"product_id":1,"quantity":2}]}"#);
        term::say(&term::cyan(&format!("curl {}", shop.url("/orders/1/timeline"))));
    } else {
        post("/users", r#"{"name":"Ada","email":"ada@example.org"}"#);
    }
    out!(
        "\n{}",
        term::dim(&t!("Ctrl-C stops everything, services first.", "Ctrl-C arrête tout, les services d'abord."))
    );
}

/// Says what the supervisor does, until a signal comes.
fn watch(store: &Store) -> Result<()> {
    while !interrupt::arrived() {
        match store.next_notice(Duration::from_millis(100)) {
            Ok(notice) => term::line(&line(&notice)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                bail!("{}", t!("the supervisor is gone", "le superviseur a disparu"))
            }
        }
    }
    term::line("");
    Ok(())
}

fn line(notice: &Notice) -> String {
    let now = chrono::Local::now().format("%H:%M:%S");
    match notice {
        Notice::Died { name, how, retry_in } => {
            let when = if retry_in.is_zero() {
                t!("at once", "tout de suite")
            } else {
                let time = term::seconds(*retry_in);
                t!("in {time}", "dans {time}")
            };
            let mark = term::yellow("!");
            t!(
                "{now} {mark} {name} ended ({how}); started again {when} (cargo stack logs {name})",
                "{now} {mark} {name} s'est arrêté ({how})\u{202f}; redémarré {when} (cargo stack logs {name})"
            )
        }
        Notice::Restarted { name, pid } => {
            let mark = term::green("✓");
            t!(
                "{now} {mark} {name} runs again (process {pid})",
                "{now} {mark} {name} tourne à nouveau (processus {pid})"
            )
        }
    }
}
