//! Looks at the processes and at what is armed in them, and tells what became of them.

use problem_types::{Text, text};
use serde::Deserialize;
use stack::store::{MemberState, Name, State};

use crate::laboratory::Laboratory;
use crate::page::app::App;
use crate::page::seen::Armed;
use crate::point::Point;

pub(super) fn look(app: &App, lab: &Laboratory) {
    let members = lab.members();
    let armed =
        Name::SERVICES.into_iter().filter(|service| runs(&members, *service)).filter_map(|service| armed(lab, service));
    let armed = armed.collect();
    app.note(|seen| {
        let changes: Vec<Text> = members
            .iter()
            .filter_map(|now| {
                let before = seen.members.iter().find(|member| member.name == now.name)?;
                change(before, now)
            })
            .collect();
        for change in changes {
            seen.happened(change);
        }
        (seen.members, seen.armed) = (members, armed);
    });
}

fn runs(members: &[MemberState], service: Name) -> bool {
    members.iter().any(|member| member.name == service && member.state == State::Running)
}

/// What is armed in a service, if it says so.
fn armed(lab: &Laboratory, service: Name) -> Option<Armed> {
    #[derive(Deserialize)]
    struct Shown {
        armed: Option<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        point: Point,
        passage: u64,
    }
    let answer = lab.client().get(&format!("{}/admin/crash-points", lab.admin_url(service))).ok()?;
    let Entry { point, passage } = serde_json::from_value::<Shown>(answer.body).ok()?.armed?;
    Some(Armed { service, point, passage })
}

/// What became of a process, if anything did.
fn change(before: &MemberState, now: &MemberState) -> Option<Text> {
    let name = now.name;
    let pid = now.pid.unwrap_or_default();
    match (before.state, now.state) {
        (State::Running | State::Paused, State::Running) if before.pid != now.pid => Some(text!(
            "{name} died and was started again (process {pid}).",
            "{name} est mort et a été redémarré (processus {pid})."
        )),
        (before, now) if before == now => None,
        (_, State::Down) => Some(text!("{name} is down.", "{name} est éteint.")),
        (_, State::Restarting) => Some(text!("{name} died.", "{name} est mort.")),
        (_, State::Paused) => Some(text!("{name} stands still.", "{name} est figé.")),
        (State::Paused, State::Running) => Some(text!("{name} goes on.", "{name} reprend.")),
        (_, State::Running) => Some(text!("{name} runs (process {pid}).", "{name} est en marche (processus {pid}).")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use problem_types::Language;
    use std::time::SystemTime;

    #[test]
    fn a_death_between_two_looks_is_told_all_the_same() {
        let member = |state, pid| MemberState {
            name: Name::Redis,
            port: 1,
            state,
            pid,
            since: SystemTime::UNIX_EPOCH,
            died_at: None,
            restarts: 0,
            memory: None,
        };
        let before = member(State::Running, Some(7));
        assert_eq!(change(&before, &before), None);
        let said = change(&before, &member(State::Running, Some(8))).unwrap();
        assert_eq!(said.get(Language::En), "redis died and was started again (process 8).");
        let said = change(&before, &member(State::Down, None)).unwrap();
        assert_eq!(said.get(Language::Fr), "redis est éteint.");
    }
}
