//! Putting everything right: what a scenario finds when it begins.

use anyhow::Result;
use problem_types::text;
use serde_json::json;
use sqlx::mysql::MySqlPool;
use stack::store::{Name, State};

use super::poison;
use crate::laboratory::Laboratory;

/// Everything runs, nothing is armed, poisoned or set aside, and no order is under way.
pub(in crate::scenarios) fn put_right(lab: &Laboratory) -> Result<()> {
    for member in lab.members() {
        if member.state == State::Paused {
            lab.store().resume(member.name)?;
        }
        lab.store().bring_up(member.name);
    }
    for member in lab.members() {
        lab.until_it_answers(member.name)?;
    }
    poison::take_away(lab)?;
    for service in Name::SERVICES {
        lab.disarm(service)?;
        replay_all(lab, service)?;
    }
    until_at_rest(lab)
}

/// Waits until no saga is under way and nothing is unsent.
pub(in crate::scenarios) fn until_at_rest(lab: &Laboratory) -> Result<()> {
    const STORE: &str =
        "SELECT (SELECT COUNT(*) FROM outbox) + (SELECT COUNT(*) FROM orders WHERE saga_ended_at IS NULL)";
    let (store, payments) = (lab.databases().store(), lab.databases().payments());
    let rest = text!("every order to have ended", "la fin de toutes les commandes");
    lab.until(rest, || {
        let busy = number(lab, store, STORE)? + number(lab, payments, "SELECT COUNT(*) FROM outbox")?;
        Ok((busy == 0).then_some(()))
    })
}

fn number(lab: &Laboratory, pool: &MySqlPool, question: &'static str) -> Result<i64> {
    lab.databases().wait(sqlx::query_scalar(question).fetch_one(pool))
}

/// Has a service handle again all that it set aside; what fails again stays, for the audit to show.
fn replay_all(lab: &Laboratory, service: Name) -> Result<()> {
    let pool = if service == Name::PaymentService { lab.databases().payments() } else { lab.databases().store() };
    let keys: Vec<String> = lab.databases().wait(
        sqlx::query_scalar("SELECT DISTINCT CONVERT(event_key USING utf8mb4) FROM parked_events").fetch_all(pool),
    )?;
    for key in keys {
        replay(lab, service, &key)?;
    }
    Ok(())
}

/// Has a service handle again what it set aside of a key; answers how many it handled and how many are left.
pub(crate) fn replay(lab: &Laboratory, service: Name, key: &str) -> Result<(u64, u64)> {
    let url = format!("{}/admin/parked-events/replay", lab.admin_url(service));
    let answer = lab.client().post(&url, "replay", &json!({"key": key}))?;
    anyhow::ensure!(answer.is_good(), "{url}: {} {}", answer.status, answer.body);
    let number = |field: &str| answer.body[field].as_u64().unwrap_or_default();
    Ok((number("handled"), number("still_parked")))
}
