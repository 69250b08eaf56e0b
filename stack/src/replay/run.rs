//! A whole replay: loads, posts, waits and compares.

use anyhow::Result;

use super::folder::Folder;
use super::load::{Catalogue, load};
use super::outcome::{Finding, Outcome, compare};
use super::post::{Failure, post};
use super::reports::compare_reports;
use super::settle::settle;
use super::speed::Speed;
use crate::http::Shop;
use crate::t;
use crate::term;

/// How a replay went.
#[derive(Debug)]
pub struct Replayed {
    /// Which product and user of the folder are which of the store.
    pub catalogue: Catalogue,
    /// Baskets that did not become orders that ended well.
    pub failures: Vec<Failure>,
    /// Each comparison.
    pub findings: Vec<Finding>,
    /// Whether the store's reports were compared: they hold all of its orders, so that they can be only in a store
    /// that had none before.
    pub reports_compared: bool,
    /// How fast it went; nothing when no order was accepted.
    pub speed: Option<Speed>,
}

/// Replays a folder with so many requests at a time. Stock is what the baskets need, or `stock` of each product.
pub fn run(shop: &Shop, folder: &Folder, threads: u16, stock: Option<u64>) -> Result<Replayed> {
    let had_orders = !shop.orders_page_after(0)?.is_empty();
    let catalogue = load(shop, folder, threads, stock)?;
    let posted = post(shop, folder, &catalogue, threads)?;
    let settled = settle(shop, posted.orders.iter().map(|(id, _)| *id))?;
    let mut failures = posted.refused;
    for (id, place) in &posted.orders {
        let order = &settled[id];
        if !order.ended_well() {
            let reason = order.cancel_reason.clone().unwrap_or_else(|| order.status.clone());
            failures.push(Failure { basket_id: folder.baskets[*place].basket_id, order_id: Some(*id), reason });
        }
    }
    let outcome = Outcome::of(settled.values().filter(|order| order.ended_well()), &catalogue);
    let mut findings = compare(&folder.expected, &outcome);
    findings.push(stock_left(shop, &catalogue, &outcome)?);
    if !had_orders {
        findings.extend(compare_reports(shop, &folder.expected, &catalogue)?);
    }
    let speed = Speed::of(&settled, posted.began);
    Ok(Replayed { catalogue, failures, findings, reports_compared: !had_orders, speed })
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
