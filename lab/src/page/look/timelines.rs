//! Looks at the timelines of the orders that somebody looks at: store-manager tells them, with the steps to come. Of
//! one that is dead its tables still say what happened, and the saga's map what comes next.

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, NaiveDateTime, Utc};
use shared_events::SAGA;
use stack::store::{Name, State};

use super::ANSWER_LIMIT;
use crate::laboratory::Laboratory;
use crate::page::app::App;
use crate::page::seen::{Occurrence, Timeline};

pub(super) fn look(app: &App, lab: &Laboratory) {
    for order in app.wanted() {
        let found = told(lab, order).or_else(|_| from_tables(lab, order));
        app.note(|seen| match found {
            Ok(Some(timeline)) => drop(seen.timelines.insert(order, timeline)),
            Ok(None) => drop(seen.timelines.remove(&order)),
            Err(_) => {
                if let Some(timeline) = seen.timelines.get_mut(&order) {
                    timeline.is_old = true;
                }
            }
        });
    }
}

/// As store-manager tells it itself: through the gateway it would take longer to learn that nobody is there.
fn told(lab: &Laboratory, order: u64) -> Result<Option<Timeline>> {
    let store_manager = lab.member(Name::StoreManager)?;
    if store_manager.state != State::Running {
        bail!("nobody is there to tell it");
    }
    let answer = lab.client().get(&format!("http://127.0.0.1:{}/orders/{order}/timeline", store_manager.port))?;
    match answer.status {
        200 => {
            let mut timeline: Timeline = serde_json::from_value(answer.body)?;
            if timeline.events.is_empty() {
                timeline.placed_at = placed_at(lab, order).ok();
            }
            Ok(Some(timeline))
        }
        404 => Ok(None),
        status => bail!("{status}"),
    }
}

fn from_tables(lab: &Laboratory, order: u64) -> Result<Option<Timeline>> {
    const STATUS: &str = "SELECT status, created_at FROM orders WHERE id = ?";
    const EVENTS: &str =
        "SELECT event_type, service_name, occurred_at FROM saga_events WHERE aggregate_id = ? ORDER BY id";
    let pool = lab.databases().store();
    let read = async {
        let order_row: Option<(String, NaiveDateTime)> =
            sqlx::query_as(STATUS).bind(order).fetch_optional(pool).await?;
        let rows: Vec<(String, String, NaiveDateTime)> =
            sqlx::query_as(EVENTS).bind(order.to_string()).fetch_all(pool).await?;
        anyhow::Ok((order_row, rows))
    };
    let (order_row, rows) = in_time(lab, read)?;
    let Some((status, placed_at)) = order_row else { return Ok(None) };
    let event = |(event_type, service_name, at): (String, String, NaiveDateTime)| Occurrence {
        event_type,
        service_name,
        occurred_at: at.and_utc(),
    };
    let events: Vec<Occurrence> = rows.into_iter().map(event).collect();
    let next = events.last().map(|last| SAGA.steps_to_come(&last.event_type)).unwrap_or_default();
    let steps_to_come = next.into_iter().map(str::to_owned).collect();
    Ok(Some(Timeline { status, events, steps_to_come, is_old: true, placed_at: Some(placed_at.and_utc()) }))
}

/// When an order was placed, which store-manager's answer does not say.
fn placed_at(lab: &Laboratory, order: u64) -> Result<DateTime<Utc>> {
    let placed = sqlx::query_scalar("SELECT created_at FROM orders WHERE id = ?").bind(order);
    let placed: NaiveDateTime = in_time(lab, async { Ok(placed.fetch_one(lab.databases().store()).await?) })?;
    Ok(placed.and_utc())
}

/// What the database answers before what is shown would be old.
fn in_time<T>(lab: &Laboratory, question: impl Future<Output = Result<T>>) -> Result<T> {
    let answer = async { tokio::time::timeout(ANSWER_LIMIT, question).await.context("the database does not answer")? };
    lab.databases().wait(answer)
}
