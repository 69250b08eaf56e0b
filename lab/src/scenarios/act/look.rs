//! Looking at what a crash left in the tables: facts that no service shows, read as the audit reads them.

use anyhow::Result;
use chrono::{DateTime, NaiveDateTime, Utc};
use problem_types::{Text, text};
use sqlx::mysql::MySqlPool;
use stack::store::{Name, State};

use super::joined;
use crate::laboratory::Laboratory;
use crate::said::Said;
use crate::scenarios::Leaves;
use crate::scenarios::run::Run;
use crate::words::seconds;

/// The event in whose handling the scenarios crash.
const EVENT: &str = "StockDecreased";

/// Waits until the service is dead, and looks at what it left.
pub(super) fn death(run: &mut Run<'_>, service: Name, leaves: Leaves) -> Result<Text> {
    let (lab, order) = (run.lab, run.first_order());
    let death = text!("{service} to die", "la mort de {service}");
    let died = lab.until(death, || {
        let member = lab.member(service)?;
        Ok(member.died_at.filter(|_| member.state == State::Down))
    })?;
    let (en, fr) = seconds((DateTime::<Utc>::from(died) - run.since).to_std().unwrap_or_default());
    let died = text!("{service} is dead, {en} after the order.", "{service} est mort, {fr} après la commande.");
    let left = match leaves {
        Leaves::Nothing => nothing(lab, order)?,
        Leaves::PaymentAndNote => payment_and_note(lab, order)?,
        Leaves::SentEvent => sent_event(lab, order)?,
    };
    Ok(joined(&[died, left]))
}

fn nothing(lab: &Laboratory, order: u64) -> Result<Text> {
    let event = event_of(lab, order)?;
    let (payments, known) = (payments_of(lab, order)?, is_known(lab, &event)?);
    if payments != 0 || known {
        return Err(is_otherwise(order, payments, known).into());
    }
    Ok(text!(
        "Its tables: no payment for order {order}; its inbox does not know {EVENT}. All of it is undone.",
        "Ses tables\u{a0}: aucun paiement pour la commande {order}\u{202f}; son inbox ignore {EVENT}. Tout est annulé."
    ))
}

/// What its tables hold, where they should hold something else.
fn is_otherwise(order: u64, payments: i64, is_known: bool) -> Said {
    let (knows, connait) = if is_known { ("knows", "connaît") } else { ("does not know", "ignore") };
    Said(text!(
        "its tables: {payments} payments for order {order}; its inbox {knows} {EVENT}",
        "ses tables\u{a0}: {payments} paiements pour la commande {order}\u{202f}; son inbox {connait} {EVENT}"
    ))
}

fn payment_and_note(lab: &Laboratory, order: u64) -> Result<Text> {
    let event = event_of(lab, order)?;
    let (payments, known) = (payments_of(lab, order)?, is_known(lab, &event)?);
    if payments != 1 || !known {
        return Err(is_otherwise(order, payments, known).into());
    }
    let waiting = count(lab, lab.databases().payments(), "SELECT COUNT(*) FROM outbox WHERE event_key = ?", order)?;
    Ok(text!(
        "Its tables: one payment for order {order}; its inbox knows {EVENT}; its outbox holds {waiting} event to send. \
         Kafka was told nothing.",
        "Ses tables\u{a0}: un paiement pour la commande {order}\u{202f}; son inbox connaît {EVENT}\u{202f}; son outbox contient \
         {waiting} événement à envoyer. Kafka n’en sait rien."
    ))
}

/// The row is still there, and payment-service has handled the event that it stands for.
fn sent_event(lab: &Laboratory, order: u64) -> Result<Text> {
    let rows = "SELECT event_id FROM outbox WHERE event_key = ? AND event_type = 'StockDecreased'";
    let row =
        lab.databases().wait(sqlx::query_scalar(rows).bind(order.to_string()).fetch_optional(lab.databases().store()));
    let event: Option<Vec<u8>> = row?;
    let Some(event) = event else {
        let said = text!(
            "store-manager’s outbox holds no {EVENT} of order {order}",
            "l’outbox de store-manager ne contient aucun {EVENT} de la commande {order}"
        );
        return Err(Said(said).into());
    };
    let handled = text!("payment-service to handle {EVENT}", "le traitement de {EVENT} par payment-service");
    lab.until(handled, || Ok(is_known(lab, &event)?.then_some(())))?;
    Ok(text!(
        "store-manager’s outbox still holds {EVENT} of order {order}, and payment-service has handled it already: it was \
         sent, and nobody noted that.",
        "L’outbox de store-manager contient encore {EVENT} de la commande {order}, et payment-service l’a déjà traité\u{a0}: il \
         a été envoyé, et personne ne l’a noté."
    ))
}

/// Waits until the orders can go no further.
pub(super) fn stuck(run: &mut Run<'_>, status: &str) -> Result<Text> {
    let lab = run.lab;
    for (id, _) in run.orders() {
        let still = text!("order {id} to stand still", "l’arrêt de la commande {id}");
        lab.until(still, || Ok((status_of(lab, id)? == status).then_some(())))?;
    }
    let count_all =
        |pool| lab.databases().wait(sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM outbox").fetch_one(pool));
    let orders = run.orders().len();
    let outbox = if status == "decreasing_stock" {
        count_all(lab.databases().store())?
    } else {
        // What was published leaves the outbox a moment after its effect is seen.
        let empty = text!("store-manager’s outbox to be empty", "que l’outbox de store-manager soit vide");
        lab.until(empty, || Ok((count_all(lab.databases().store())? == 0).then_some(())))?;
        0
    };
    Ok(match outbox {
        0 => text!(
            "{orders} orders wait. store-manager’s outbox is empty: the events are in Kafka, and wait there.",
            "{orders} commandes attendent. L’outbox de store-manager est vide\u{a0}: les événements sont dans Kafka, et y attendent."
        ),
        rows => text!(
            "{orders} orders wait. store-manager’s outbox holds {rows} events.",
            "{orders} commandes attendent. L’outbox de store-manager contient {rows} événements."
        ),
    })
}

/// The id of the event in whose handling the service died, as the timeline has it.
fn event_of(lab: &Laboratory, order: u64) -> Result<Vec<u8>> {
    let seen = "SELECT event_id FROM saga_events WHERE aggregate_id = ? AND event_type = ?";
    let told = text!("the timeline to show {EVENT}", "{EVENT} dans la chronologie");
    lab.until(told, || {
        let row = sqlx::query_scalar(seen).bind(order.to_string()).bind(EVENT).fetch_optional(lab.databases().store());
        lab.databases().wait(row)
    })
}

/// Whether payment-service has handled an event.
fn is_known(lab: &Laboratory, event_id: &[u8]) -> Result<bool> {
    let known = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM inbox WHERE event_id = ?").bind(event_id);
    Ok(lab.databases().wait(known.fetch_one(lab.databases().payments()))? > 0)
}

/// How many payments an order has.
fn payments_of(lab: &Laboratory, order: u64) -> Result<i64> {
    count(lab, lab.databases().payments(), "SELECT COUNT(*) FROM payments WHERE order_id = ?", order)
}

fn count(lab: &Laboratory, pool: &MySqlPool, question: &'static str, order: u64) -> Result<i64> {
    lab.databases().wait(sqlx::query_scalar(question).bind(order.to_string()).fetch_one(pool))
}

/// Where an order stands, whether or not store-manager is there to say it.
pub(super) fn status_of(lab: &Laboratory, order: u64) -> Result<String> {
    let status = sqlx::query_scalar("SELECT status FROM orders WHERE id = ?").bind(order);
    lab.databases().wait(status.fetch_one(lab.databases().store()))
}

/// When an order's saga ended; it is waited for.
pub(super) fn end_of(lab: &Laboratory, order: u64) -> Result<DateTime<Utc>> {
    let end = "SELECT saga_ended_at FROM orders WHERE id = ?";
    let saga = text!("the saga of order {order} to end", "la fin de la saga de la commande {order}");
    let ended: NaiveDateTime = lab
        .until(saga, || lab.databases().wait(sqlx::query_scalar(end).bind(order).fetch_one(lab.databases().store())))?;
    Ok(ended.and_utc())
}
