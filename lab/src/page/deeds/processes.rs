//! What is done to a process by hand: signals, and the point at which it is to die.

use std::sync::Arc;

use anyhow::Result;
use axum::extract::{Path, State};
use axum::response::Response;
use problem_types::{Text, text};
use serde::Deserialize;
use stack::store::{Name, State as Stands};

use super::{by_name, must_run, service, to_the_store};
use crate::laboratory::Laboratory;
use crate::matrix::points;
use crate::page::app::App;
use crate::page::asker::{Asker, Fields};
use crate::page::texts;
use crate::point::Point;
use crate::said::Said;

pub(in crate::page) async fn process(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path((name, deed)): Path<(String, String)>,
) -> Response {
    let Some(name) = by_name(&name) else { return asker.no_such_thing() };
    let what = match deed.as_str() {
        "kill" => kill,
        "pause" => pause,
        "resume" => resume,
        "take-down" => take_down,
        "bring-up" => bring_up,
        _ => return asker.no_such_thing(),
    };
    to_the_store(&app, asker, move |lab| what(lab, name)).await
}

fn kill(lab: &Laboratory, name: Name) -> Result<Text> {
    let pid = pid(lab, name, &[Stands::Running, Stands::Paused])?;
    lab.store().kill(name)?;
    Ok(text!("kill -9 {pid} ({name})", "kill -9 {pid} ({name})"))
}

fn pause(lab: &Laboratory, name: Name) -> Result<Text> {
    let pid = pid(lab, name, &[Stands::Running])?;
    lab.store().pause(name)?;
    Ok(text!("kill -STOP {pid} ({name})", "kill -STOP {pid} ({name})"))
}

fn resume(lab: &Laboratory, name: Name) -> Result<Text> {
    let pid = pid(lab, name, &[Stands::Paused])?;
    lab.store().resume(name)?;
    Ok(text!("kill -CONT {pid} ({name})", "kill -CONT {pid} ({name})"))
}

fn take_down(lab: &Laboratory, name: Name) -> Result<Text> {
    let pid = pid(lab, name, &[Stands::Running, Stands::Paused])?;
    lab.store().take_down(name)?;
    Ok(text!("kill -9 {pid} ({name}), for good", "kill -9 {pid} ({name}), pour de bon"))
}

fn bring_up(lab: &Laboratory, name: Name) -> Result<Text> {
    let state = lab.member(name)?.state;
    if matches!(state, Stands::Running | Stands::Paused) {
        return Err(Said(texts::stands_otherwise(name, state)).into());
    }
    lab.store().bring_up(name);
    Ok(text!("{name} is to be started", "{name} doit démarrer"))
}

/// The process that a signal is to reach, which must stand in one of these ways: a signal to one that is dead reaches
/// nobody, and nothing must be told of it.
fn pid(lab: &Laboratory, name: Name, must_be: &[Stands]) -> Result<u32> {
    let member = lab.member(name)?;
    match member.pid {
        Some(pid) if must_be.contains(&member.state) => Ok(pid),
        _ => Err(Said(texts::stands_otherwise(name, member.state)).into()),
    }
}

/// A point to be armed, as `SERVICE/PLACE:EVENT`.
#[derive(Deserialize)]
pub(in crate::page) struct ToArm {
    point: String,
    passage: u64,
}

pub(in crate::page) async fn arm(
    State(app): State<Arc<App>>,
    asker: Asker,
    Fields(ToArm { point, passage }): Fields<ToArm>,
) -> Response {
    let Some((service, point)) = known(&point) else { return asker.no_such_thing() };
    to_the_store(&app, asker, move |lab| {
        must_run(lab, service)?;
        lab.arm(service, &point, passage)?;
        Ok(text!("armed in {service}: {point}", "armé dans {service}\u{a0}: {point}"))
    })
    .await
}

/// A service never passes any other: what is armed there would stay so for ever.
fn known(named: &str) -> Option<(Name, Point)> {
    let (name, point) = named.split_once('/')?;
    let place = (service(name)?, Point::try_from(point.to_owned()).ok()?);
    points::all().contains(&place).then_some(place)
}

pub(in crate::page) async fn disarm(State(app): State<Arc<App>>, asker: Asker, Path(name): Path<String>) -> Response {
    let Some(service) = service(&name) else { return asker.no_such_thing() };
    to_the_store(&app, asker, move |lab| {
        must_run(lab, service)?;
        lab.disarm(service)?;
        Ok(text!("{service} is disarmed", "{service} est désarmé"))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_that_no_service_passes_cannot_be_armed() {
        let (service, point) = known("payment-service/handler.before-commit:StockDecreased").unwrap();
        assert_eq!(
            (service, point.to_string().as_str()),
            (Name::PaymentService, "handler.before-commit:StockDecreased")
        );
        for none in [
            "payment-service/request.before-commit:OrderCreated",
            "store-manager/handler.before-commit:Nothing",
            "redis/handler.before-commit:StockDecreased",
            "handler.before-commit:StockDecreased",
            "payment-service/handler.before-commit",
        ] {
            assert!(known(none).is_none(), "{none}");
        }
    }
}
