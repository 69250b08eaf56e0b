//! Who is struck: how each process stood before, and what was done to it when, also where the case then fails.

use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use chrono::{DateTime, Utc};
use stack::store::{MemberState, Name, State};
use stack::t;

use crate::laboratory::Laboratory;
use crate::matrix::blow::{Blow, What};

/// A death that a strike is to bring about.
#[derive(Clone, Debug)]
pub(super) struct Death {
    /// Whose.
    pub name: Name,
    /// What it died of.
    pub what: What,
    /// Whether it is not started again at once.
    pub kept_away: bool,
}

/// The processes that a strike is meant for.
#[derive(Debug)]
pub(super) struct Watch<'l> {
    lab: &'l Laboratory,
    before: Vec<MemberState>,
    deaths: Vec<Death>,
    blows: Mutex<Vec<Blow>>,
}

impl<'l> Watch<'l> {
    /// On whoever is to die so, in the order in which each does.
    pub fn on(lab: &'l Laboratory, deaths: Vec<Death>) -> Self {
        Self { lab, before: lab.members(), deaths, blows: Mutex::default() }
    }

    /// Notes what was done to a process that does not die of it.
    pub fn note(&self, name: Name, what: What) {
        self.blows().push(Blow::survived(name, what));
    }

    /// Waits until a process has died for the first time, and runs again.
    pub fn first_death(&self, name: Name) -> Result<()> {
        if let Some(death) = self.deaths.iter().find(|death| death.name == name) {
            self.death(death, &self.until_restarted(name, 1)?);
        }
        Ok(())
    }

    /// Waits until all have died as they were to, and run again.
    pub fn all_deaths(&self) -> Result<()> {
        for (place, death) in self.deaths.iter().enumerate() {
            let nth = self.deaths.iter().take(place + 1).filter(|other| other.name == death.name).count();
            let restarted = self.until_restarted(death.name, u32::try_from(nth)?)?;
            self.death(death, &restarted);
        }
        Ok(())
    }

    /// What was done; of deaths that nobody waited for, what is known of them now.
    pub fn told(self) -> Vec<Blow> {
        for death in &self.deaths {
            if let Ok(now) = self.lab.member(death.name) {
                self.death(death, &now);
            }
        }
        let mut blows = self.blows.into_inner().unwrap_or_else(PoisonError::into_inner);
        blows.sort_by_key(|blow| blow.at);
        blows
    }

    /// Notes a death, once, if that process has one which is not noted yet.
    fn death(&self, death: &Death, now: &MemberState) {
        let before = self.before.iter().find(|member| member.name == death.name).and_then(|member| member.died_at);
        let Some(at) = now.died_at.filter(|at| Some(*at) != before) else { return };
        let at: DateTime<Utc> = at.into();
        let blow = Blow::deadly(death.name, death.what.clone(), at, death.kept_away);
        let mut blows = self.blows();
        let is_noted = |noted: &Blow| noted.process == blow.process && (noted.what == blow.what || noted.at == at);
        if !blows.iter().any(is_noted) {
            blows.push(blow);
        }
    }

    fn until_restarted(&self, name: Name, times: u32) -> Result<MemberState> {
        let before = self.before.iter().find(|member| member.name == name).map_or(0, |member| member.restarts);
        let what = t!("{name} to die and be started again", "{name} meurt et redémarre");
        self.lab.until(&what, || {
            let now = self.lab.member(name)?;
            Ok((now.restarts >= before + times && now.state == State::Running).then_some(now))
        })
    }

    fn blows(&self) -> MutexGuard<'_, Vec<Blow>> {
        self.blows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
