//! SIGKILL in the middle of fifty orders, of one service and then of the other.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};

use crate::cents::Cents;
use crate::demo::Stage;
use crate::demo::crowd::{Crowd, Posted};
use crate::demo::recovery::{recovery, under_way};
use crate::http::{NewItem, Order};
use crate::store::Name;
use crate::t;
use crate::term::{self, amount};

const ORDERS: usize = 50;
const KILL_AFTER: usize = 20;
const STOCK: u64 = 500;

/// store-manager is killed: orders cannot even be posted until it is back.
pub(in crate::demo) fn store_manager(stage: &mut Stage) -> Result<()> {
    stage.chapter(
        &t!("SIGKILL of store-manager, in the middle of {ORDERS} orders", "SIGKILL de store-manager, au milieu de {ORDERS} commandes"),
        &t!(
            "It dies between any two instructions. MySQL undoes what was not committed; what was committed has its events in\nthe outbox; Kafka delivers again what was not acknowledged, and the inbox knows what was done already.",
            "Il s'arrête net, entre deux instructions quelconques. MySQL annule ce qui n'était pas validé\u{202f}; ce qui l'était a ses\névénements dans l'outbox\u{202f}; Kafka livre de nouveau ce qui n'était pas acquitté, et l'inbox sait ce qui est déjà fait."
        ),
    )?;
    scene(stage, Name::StoreManager, "KB67890", Cents(5_950))
}

/// payment-service is killed: orders are accepted all the while, and wait.
pub(in crate::demo) fn payment_service(stage: &mut Stage) -> Result<()> {
    stage.chapter(
        &t!("SIGKILL of payment-service, in the middle of {ORDERS} more", "SIGKILL de payment-service, au milieu de {ORDERS} autres"),
        &t!(
            "The store accepts orders all the while: their events wait in Kafka until payment-service is back. Then each gets one\npayment: an event delivered twice finds its id in the inbox.",
            "Le magasin accepte des commandes pendant ce temps\u{a0}: leurs événements attendent dans Kafka le retour de payment-service.\nEnsuite, chacune reçoit un seul paiement\u{a0}: un événement livré deux fois est reconnu à son identifiant dans l'inbox."
        ),
    )?;
    scene(stage, Name::PaymentService, "SC27289", Cents(29_975))
}

fn scene(stage: &mut Stage, victim: Name, sku: &str, price: Cents) -> Result<()> {
    let product_id = stage.product(sku, sku, price, STOCK)?;
    let before = stage.shop.orders_after(0)?.last().map_or(0, |order| order.id);
    let crowd = Crowd::new(stage.shop.clone(), stage.user_id, NewItem { product_id, quantity: 1 }, ORDERS);
    let mut killed_at = Utc::now();
    let posted = crowd.post(|crowd| {
        crowd.until_accepted(KILL_AFTER)?;
        killed_at = kill(stage, victim, crowd.accepted())?;
        Ok(())
    })?;
    let orders = stage.until(|| ended(stage, before))?;
    let (open, count) = (under_way(&orders, killed_at), orders.len());
    let pid = stage.until(|| Ok(stage.store.pid(victim)))?;
    term::say(&t!(
        "{victim} was started again as process {pid}; {open} sagas had been under way",
        "{victim} a été redémarré, processus {pid}\u{202f}; {open} sagas étaient en cours"
    ));
    accounted(stage, &posted, &orders);
    let well = orders.iter().filter(|order| order.ended_well()).count();
    stage.claims.equal(t!("all {count} sagas ended well", "les {count} sagas se sont bien terminées"), &count, &well);
    let left = STOCK - count as u64;
    stage.claims.equal(
        t!(
            "stock went from {STOCK} to {left}: {count} sold, none twice",
            "le stock passe de {STOCK} à {left}\u{a0}: {count} vendus, aucun deux fois"
        ),
        &left,
        &stage.shop.stock(product_id)?,
    );
    payments(stage, &orders, price)?;
    let time = recovery(stage, &orders, victim.as_str(), killed_at)?;
    let shown = term::bold(&term::precise_seconds(time));
    term::say(&t!(
        "From the kill until {victim} moved an order on again: {shown}",
        "De l'arrêt brutal à la première commande que {victim} fait avancer\u{a0}: {shown}"
    ));
    stage.recoveries.push((victim.to_string(), time));
    Ok(())
}

fn kill(stage: &Stage, victim: Name, accepted: usize) -> Result<DateTime<Utc>> {
    let pid = stage.store.pid(victim).context(victim.as_str())?;
    let at = Utc::now();
    stage.store.kill(victim)?;
    term::say(&term::red(&t!(
        "kill -9 {pid} ({victim}), when {accepted} of {ORDERS} orders were accepted",
        "kill -9 {pid} ({victim}), quand {accepted} commandes sur {ORDERS} étaient acceptées"
    )));
    Ok(at)
}

/// All orders of the scene, once each saga has ended; the killed service may be away meanwhile.
fn ended(stage: &Stage, before: u64) -> Result<Option<Vec<Order>>> {
    match stage.shop.orders_after(before) {
        Ok(orders) => Ok(orders.iter().all(|order| order.saga_ended_at.is_some()).then_some(orders)),
        Err(error) if error.is_away() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// An order whose answer was lost may have been written: then it exists, whole, and was counted
/// as unanswered. Anything else would be an order lost or made up.
fn accounted(stage: &mut Stage, posted: &Posted, orders: &[Order]) {
    let ids: BTreeSet<u64> = orders.iter().map(|order| order.id).collect();
    let lost = posted.accepted.iter().filter(|id| !ids.contains(id)).count();
    stage.claims.equal(
        t!("each of the {ORDERS} acknowledged orders exists", "chacune des {ORDERS} commandes confirmées existe"),
        &0,
        &lost,
    );
    let (unanswered, more) = (posted.unanswered, orders.len().saturating_sub(posted.accepted.len()));
    let claim = if unanswered == 0 {
        t!(
            "every post was answered, and no order is there that nobody posted",
            "chaque requête a reçu sa réponse, et il n'existe aucune commande que personne n'a envoyée"
        )
    } else {
        t!(
            "{unanswered} posts went unanswered and were sent again; {more} of them had been written all the same",
            "{unanswered} requêtes restées sans réponse ont été renvoyées\u{202f}; {more} d'entre elles avaient tout de même été enregistrées"
        )
    };
    stage.claims.holds(claim, more <= unanswered, format!("≤ {unanswered}"), more);
}

/// One payment an order, of its amount.
fn payments(stage: &mut Stage, orders: &[Order], price: Cents) -> Result<()> {
    let mut found = Vec::new();
    for order in orders {
        found.extend(stage.payments.of_order(order.id)?);
    }
    let of: BTreeSet<u64> = found.iter().map(|payment| payment.order_id).collect();
    let (count, sum) = (found.len(), amount(found.iter().map(|payment| payment.total_amount).sum()));
    let wanted = amount(orders.iter().map(|_| price).sum());
    stage.claims.holds(
        t!("{count} payments, one for each order, {sum} in all", "{count} paiements, un par commande, {sum} en tout"),
        count == orders.len() && of.len() == count && sum == wanted,
        format!("{} × {}", orders.len(), amount(price)),
        format!("{count} ({}), {sum}", of.len()),
    );
    Ok(())
}
