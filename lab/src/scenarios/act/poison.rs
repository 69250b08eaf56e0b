//! A fault that lasts and hits a single customer: a trigger in the payments' database, as a bug or bad data would be.

use anyhow::{Context, Result};
use problem_types::{Text, text};
use sqlx::AssertSqlSafe;
use stack::store::Name;

use super::{fate, joined, mend};
use crate::laboratory::Laboratory;
use crate::said::Said;
use crate::scenarios::run::Run;

/// The words of the error that the class reads.
const ERROR: &str = "the laboratory refuses this payment";

pub(super) fn poison(run: &mut Run<'_>) -> Result<Text> {
    let customer = run.journeys.first().context("the scenario has an order")?.user_id();
    // Only a number is put into the statement.
    let trigger = format!(
        "CREATE TRIGGER lab_poison BEFORE INSERT ON payments FOR EACH ROW \
         IF NEW.user_id = {customer} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{ERROR}'; END IF"
    );
    let databases = run.lab.databases();
    databases.wait(sqlx::raw_sql(AssertSqlSafe(trigger)).execute(databases.payments()))?;
    Ok(text!(
        "Every payment of customer {customer} now fails with: “{ERROR}”.",
        "Tout paiement du client {customer} échoue désormais avec\u{a0}: «\u{a0}{ERROR}\u{a0}»."
    ))
}

/// Takes the fault away, if it is there.
pub(super) fn take_away(lab: &Laboratory) -> Result<()> {
    lab.databases().execute(Name::PaymentService, "DROP TRIGGER IF EXISTS lab_poison")
}

pub(super) fn set_aside(run: &mut Run<'_>) -> Result<Text> {
    let (lab, order) = (run.lab, run.first_order());
    let parked = "SELECT error FROM parked_events WHERE event_key = ? ORDER BY id LIMIT 1";
    let aside =
        text!("the event of order {order} to be set aside", "la mise de côté de l’événement de la commande {order}");
    let error: String = lab.until(aside, || {
        let row = sqlx::query_scalar(parked).bind(order.to_string()).fetch_optional(lab.databases().payments());
        lab.databases().wait(row)
    })?;
    if !error.contains(ERROR) {
        let said =
            text!("it was set aside for another reason: {error}", "mis de côté pour une autre raison\u{a0}: {error}");
        return Err(Said(said).into());
    }
    for at in 1..run.placed {
        run.bring_home(at)?;
    }
    let mut said = vec![text!(
        "Order {order}: StockDecreased is set aside. “{error}”",
        "Commande {order}\u{a0}: StockDecreased est mis de côté. «\u{a0}{error}\u{a0}»"
    )];
    for order in run.orders().into_iter().skip(1) {
        said.push(fate::fate(lab, order)?);
    }
    Ok(joined(&said))
}

pub(super) fn replay(run: &mut Run<'_>) -> Result<Text> {
    run.since = chrono::Utc::now();
    take_away(run.lab)?;
    let (handled, left) = mend::replay(run.lab, Name::PaymentService, &run.first_order().to_string())?;
    if handled == 0 || left > 0 {
        let said =
            text!("{handled} events were handled, {left} are left", "{handled} événements traités, il en reste {left}");
        return Err(Said(said).into());
    }
    Ok(text!(
        "{handled} event was handled; nothing is set aside any more.",
        "{handled} événement traité\u{202f}; plus rien n’est mis de côté."
    ))
}
