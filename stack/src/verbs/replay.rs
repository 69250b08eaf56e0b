//! `replay`: real baskets through the store of `up`, or through one of its own.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use super::exit_code;
use crate::cli::ReplayArgs;
use crate::http::Shop;
use crate::replay::{self, Catalogue, Failure, Finding, Folder, Outcome, Settled, Speed, Target};
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
    let good = replay(&target.shop(), &folder, args)?;
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

/// Loads, posts, waits and compares; whether all is as expected.
fn replay(shop: &Shop, folder: &Folder, args: &ReplayArgs) -> Result<bool> {
    let catalogue = replay::load(shop, folder, args.concurrency, args.stock)?;
    let posted = replay::post(shop, folder, &catalogue, args.concurrency)?;
    let settled = replay::settle(shop, posted.orders.iter().map(|(id, _)| *id))?;
    let mut failures = posted.refused;
    for (id, place) in &posted.orders {
        let order = &settled[id];
        if !order.ended_well() {
            let reason = order.cancel_reason.clone().unwrap_or_else(|| order.status.clone());
            failures.push(Failure { basket_id: folder.baskets[*place].basket_id, order_id: Some(*id), reason });
        }
    }
    let outcome = Outcome::of(settled.values().filter(|order| order.ended_well()), &catalogue);
    let mut findings = replay::compare(&folder.expected, &outcome);
    findings.push(stock_left(shop, &catalogue, &outcome)?);
    show_failures(&failures);
    let good = show_findings(&findings);
    show_speed(&settled, posted.began);
    Ok(good)
}

/// What was sold is gone from stock, and nothing else.
fn stock_left(shop: &Shop, catalogue: &Catalogue, outcome: &Outcome) -> Result<Finding> {
    let levels: std::collections::HashMap<u64, u64> =
        shop.stocks()?.into_iter().map(|stock| (stock.product_id, stock.quantity)).collect();
    let wrong = catalogue.stock.iter().filter(|(product_id, before)| {
        let left = catalogue.products.get(product_id).and_then(|theirs| levels.get(theirs)).copied();
        left.and_then(|left| i64::try_from(left).ok())
            != i64::try_from(**before).ok().map(|before| before - outcome.sold(**product_id))
    });
    let (wrong, all) = (wrong.count(), term::count(catalogue.stock.len()));
    let detail = if wrong == 0 {
        t!(
            "of all {all} products what was sold is gone, and no more",
            "pour chacun des {all} produits, ce qui est vendu est sorti du stock, et rien d'autre"
        )
    } else {
        let wrong = term::count(wrong);
        t!(
            "{wrong} products of {all} do not have what was there less what was sold",
            "pour {wrong} produits sur {all}, le stock n'est pas celui du début moins les ventes"
        )
    };
    Ok(Finding { name: t!("stock", "stock"), ok: wrong == 0, detail })
}

fn show_failures(failures: &[Failure]) {
    if failures.is_empty() {
        return;
    }
    let count = term::count(failures.len());
    term::heading(&t!(
        "Baskets that did not become orders that ended well: {count}",
        "Paniers qui ne sont pas devenus des commandes menées à bien : {count}"
    ));
    for Failure { basket_id, order_id, reason } in failures.iter().take(FAILURES_SHOWN) {
        match order_id {
            Some(id) => term::bad(&t!(
                "basket {basket_id}, order {id}: {reason}",
                "panier {basket_id}, commande {id} : {reason}"
            )),
            None => term::bad(&t!(
                "basket {basket_id}, not accepted: {reason}",
                "panier {basket_id}, non accepté : {reason}"
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
        let line = t!("{name}: {detail}", "{name} : {detail}");
        if *ok { term::good(&line) } else { term::bad(&line) }
    }
    findings.iter().all(|finding| finding.ok)
}

fn show_speed(settled: &Settled, began: chrono::DateTime<chrono::Utc>) {
    if let Some(Speed { rate, p50, p99 }) = Speed::of(settled, began) {
        let (p50, p99) = (p50.num_milliseconds(), p99.num_milliseconds());
        term::heading(&t!("Speed", "Vitesse"));
        term::say(&t!(
            "{rate:.0} baskets a second, from the first post to the end of the last saga",
            "{rate:.0} paniers par seconde, du premier envoi à la fin de la dernière saga"
        ));
        term::say(&t!(
            "from accepted to ended: p50 {p50} ms, p99 {p99} ms",
            "d'acceptée à terminée : p50 {p50} ms, p99 {p99} ms"
        ));
    }
}
