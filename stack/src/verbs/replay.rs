//! `replay`: real baskets through the store of `up`, or through one of its own.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use super::exit_code;
use crate::cli::ReplayArgs;
use crate::replay::{self, Failure, Finding, Folder, Speed, Target};
use crate::term;
use crate::workspace::Workspace;
use crate::{out, t};

/// Failures that are shown one by one.
const FAILURES_SHOWN: usize = 20;

/// Runs the verb.
pub fn run(args: &ReplayArgs) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let sample = workspace.root.join("stack/sample");
    let path = args.folder.as_deref().unwrap_or(&sample);
    let folder = Folder::read(path)?;
    title(path, &folder);
    let mut target = Target::open(&workspace)?;
    let replayed = replay::run(&target.shop(), &folder, args.concurrency, args.stock)?;
    show_failures(&replayed.failures);
    let good = show_findings(&replayed.findings);
    if !replayed.reports_compared {
        term::say(&t!(
            "the reports were not compared: this store had orders before; in an empty one (cargo stack reset) they are",
            "les rapports n'ont pas été comparés\u{a0}: ce magasin avait déjà des commandes\u{202f}; dans un magasin vide (cargo stack reset), ils le sont"
        ));
    }
    if let Some(speed) = replayed.speed {
        show_speed(speed);
    }
    target.show_memory();
    if !good {
        target.keep();
    }
    Ok(exit_code(good))
}

fn title(path: &Path, folder: &Folder) {
    let (path, baskets, products) =
        (path.display(), term::count(folder.baskets.len()), term::count(folder.products.len()));
    out!(
        "{}",
        term::bold(&t!(
            "{baskets} baskets of {products} products from {path}",
            "{baskets} paniers de {products} produits de {path}"
        ))
    );
}

fn show_failures(failures: &[Failure]) {
    if failures.is_empty() {
        return;
    }
    let count = term::count(failures.len());
    term::heading(&t!(
        "Baskets that did not become orders that ended well: {count}",
        "Paniers qui ne sont pas devenus des commandes menées à bien\u{a0}: {count}"
    ));
    for Failure { basket_id, order_id, reason } in failures.iter().take(FAILURES_SHOWN) {
        match order_id {
            Some(id) => term::bad(&t!(
                "basket {basket_id}, order {id}: {reason}",
                "panier {basket_id}, commande {id}\u{a0}: {reason}"
            )),
            None => term::bad(&t!(
                "basket {basket_id}, not accepted: {reason}",
                "panier {basket_id}, non accepté\u{a0}: {reason}"
            )),
        }
    }
    let more = failures.len().saturating_sub(FAILURES_SHOWN);
    if more > 0 {
        let more = term::count(more);
        term::say(&t!("… and {more} more", "… et {more} autres"));
    }
}

fn show_findings(findings: &[Finding]) -> bool {
    term::heading(&t!("What came out, against expected.json", "Le résultat, comparé à expected.json"));
    for Finding { name, ok, detail } in findings {
        let line = t!("{name}: {detail}", "{name}\u{a0}: {detail}");
        if *ok { term::good(&line) } else { term::bad(&line) }
    }
    findings.iter().all(|finding| finding.ok)
}

fn show_speed(Speed { rate, p50, p99 }: Speed) {
    let (p50, p99) = (p50.num_milliseconds(), p99.num_milliseconds());
    term::heading(&t!("Speed", "Vitesse"));
    term::say(&t!(
        "{rate:.0} baskets a second, from the first post to the end of the last saga",
        "{rate:.0} paniers par seconde, du premier envoi à la fin de la dernière saga"
    ));
    term::say(&t!(
        "from accepted to ended: p50 {p50} ms, p99 {p99} ms",
        "d'acceptée à terminée\u{a0}: p50 {p50} ms, p99 {p99} ms"
    ));
}
