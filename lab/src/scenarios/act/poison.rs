//! A fault that lasts and hits a single customer: a trigger in the payments' database, as a bug or bad data would be.

use anyhow::{Context, Result, ensure};
use problem_types::{Language, Text, text};
use sqlx::AssertSqlSafe;
use stack::store::Name;

use super::{joined, look, mend};
use crate::laboratory::Laboratory;
use crate::scenarios::run::Run;
use crate::words::status;

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
    let error: String = lab.until("the event to be set aside", || {
        let row = sqlx::query_scalar(parked).bind(order.to_string()).fetch_optional(lab.databases().payments());
        lab.databases().wait(row)
    })?;
    ensure!(error.contains(ERROR), "it was set aside for another reason: {error}");
    for at in 1..run.placed {
        run.bring_home(at)?;
    }
    let mut said = vec![text!(
        "Order {order}: StockDecreased is set aside. “{error}”",
        "Commande {order}\u{a0}: StockDecreased est mis de côté. «\u{a0}{error}\u{a0}»"
    )];
    for (id, _) in run.orders().iter().skip(1) {
        let stands = look::status_of(lab, *id)?;
        let [en, fr] = Language::ALL.map(|language| status(&stands, language));
        said.push(text!("Order {id} has ended: {en}.", "Commande {id} terminée\u{a0}: {fr}."));
    }
    Ok(joined(&said))
}

pub(super) fn replay(run: &mut Run<'_>) -> Result<Text> {
    run.since = chrono::Utc::now();
    take_away(run.lab)?;
    let (handled, left) = mend::replay(run.lab, Name::PaymentService, &run.first_order().to_string())?;
    ensure!(handled > 0 && left == 0, "{handled} events were handled, {left} are left");
    Ok(text!(
        "{handled} event was handled; nothing is set aside any more.",
        "{handled} événement traité\u{202f}; plus rien n’est mis de côté."
    ))
}
