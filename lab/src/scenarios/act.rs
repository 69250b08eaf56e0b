//! What each action does to the store, and what is said of it afterwards.

mod fate;
mod look;
mod mend;
mod poison;

use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::Utc;
use problem_types::{Language, Text, text};
use stack::store::{Name, State};

use super::Action;
use super::run::Run;
use crate::point::Point;
use crate::said::Said;
use crate::words::seconds;

pub(crate) use mend::replay;
pub(super) use mend::{put_right, until_at_rest};

/// How long the audit waits for what is under way.
const AUDIT_PATIENCE: Duration = Duration::from_secs(20);

/// Does it.
pub(super) fn act(run: &mut Run<'_>, action: Action) -> Result<Text> {
    match action {
        Action::Arm { service, place, event_type } => arm(run, service, &Point::new(place, event_type)),
        Action::Place { orders } => place(run, orders as usize),
        Action::SeeDeath { service, leaves } => look::death(run, service, leaves),
        Action::TakeDown(name) => take_down(run, name),
        Action::SeeStuck { status } => look::stuck(run, status),
        Action::Start(name) => start(run, name),
        Action::SeeEnd => end(run),
        Action::Poison => poison::poison(run),
        Action::SeeSetAside => poison::set_aside(run),
        Action::MendAndReplay => poison::replay(run),
        Action::Judge => judge(run),
    }
}

fn arm(run: &mut Run<'_>, service: Name, point: &Point) -> Result<Text> {
    // It stays dead, so that a class can look at what it left.
    run.lab.store().hold(service);
    run.lab.arm(service, point, 1)?;
    Ok(text!(
        "Armed: {point}. The next time {service} comes by, it dies there.",
        "Armé\u{a0}: {point}. Au prochain passage, {service} y mourra."
    ))
}

fn place(run: &mut Run<'_>, orders: usize) -> Result<Text> {
    run.since = Utc::now();
    let (from, to) = (run.placed, run.placed + orders);
    for journey in &mut run.journeys[from..to] {
        journey.begin()?;
        run.placed += 1;
    }
    let ids = run.orders()[from..].iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>().join(", ");
    let (en, fr) = seconds(run.elapsed());
    Ok(if orders == 1 {
        text!("Order {ids} was accepted, after {en}.", "La commande {ids} est acceptée, en {fr}.")
    } else {
        text!("Orders {ids} were accepted, after {en} in all.", "Les commandes {ids} sont acceptées, en {fr} en tout.")
    })
}

fn take_down(run: &mut Run<'_>, name: Name) -> Result<Text> {
    let pid = run.lab.member(name)?.pid.unwrap_or_default();
    run.lab.store().take_down(name)?;
    let gone = text!("{name} to be gone", "la fin de {name}");
    run.lab.until(gone, || Ok((run.lab.member(name)?.state == State::Down).then_some(())))?;
    Ok(text!("{name} is down (kill -9 {pid}).", "{name} est éteint (kill -9 {pid})."))
}

fn start(run: &mut Run<'_>, name: Name) -> Result<Text> {
    run.since = Utc::now();
    run.lab.store().bring_up(name);
    run.lab.until_it_answers(name)?;
    let (en, fr) = seconds(run.elapsed());
    Ok(text!("{name} answers again, after {en}.", "{name} répond de nouveau, en {fr}."))
}

/// Waits until every saga has ended by itself, then goes on as the customers do, to the end that each course must have.
fn end(run: &mut Run<'_>) -> Result<Text> {
    let mut ended = run.since;
    for (id, _) in run.orders() {
        ended = ended.max(look::end_of(run.lab, id)?);
    }
    for at in 0..run.placed {
        run.bring_home(at)?;
    }
    let (en, fr) = seconds((ended - run.since).to_std().unwrap_or_default());
    let mut said = vec![text!("After {en} every saga had ended.", "Après {fr}, toutes les sagas étaient terminées.")];
    for order in run.orders() {
        said.push(fate::fate(run.lab, order)?);
    }
    Ok(joined(&said))
}

fn judge(run: &mut Run<'_>) -> Result<Text> {
    let verdict = run.lab.databases().audit(AUDIT_PATIENCE)?;
    let (checks, failed) = (verdict.checks.len(), verdict.checks.iter().filter(|check| !check.ok).count());
    if !verdict.is_clean() {
        let said = text!(
            "{failed} of {checks} checks do not hold: the workbench shows which.",
            "{failed} vérifications sur {checks} échouent\u{a0}: l’établi montre lesquelles."
        );
        return Err(Said(said)).with_context(|| verdict.to_string());
    }
    Ok(text!(
        "All {checks} checks hold: no order lost, nothing sold twice, nobody charged twice.",
        "Les {checks} vérifications sont bonnes\u{a0}: aucune commande perdue, rien de vendu deux fois, personne débité deux fois."
    ))
}

/// Several things said, one a line.
fn joined(texts: &[Text]) -> Text {
    let [en, fr] =
        Language::ALL.map(|language| texts.iter().map(|text| text.get(language)).collect::<Vec<_>>().join("\n"));
    Text::new(en, fr)
}
