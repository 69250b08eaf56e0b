//! Striking a journey: what is armed before it begins, what is done while it lasts, and waiting for what died to be
//! there again.

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};
use stack::interrupt;
use stack::store::{MemberState, Name, State};
use stack::t;

use super::case::{AWAY, Strike};
use super::outcome::Blow;
use crate::journey::Journey;
use crate::laboratory::Laboratory;

/// Drives the journey to its last request with the strike in its midst; answers what was done, once everything that
/// died runs again.
///
/// # Errors
/// What was armed does not strike, or the journey does not go on.
pub fn drive(lab: &Laboratory, journey: &mut Journey<'_>, strike: &Strike) -> Result<Vec<Blow>> {
    let watch = Watch::on(lab, strike)?;
    match strike {
        Strike::AtPoint { service, point, passage } => {
            lab.arm(*service, point, *passage)?;
            journey.drive()?;
        }
        Strike::AtTwoPoints(both) => {
            for (service, point) in both {
                lab.arm(*service, point, 1)?;
            }
            journey.drive()?;
        }
        Strike::InRecovery { service, point, after } => {
            lab.arm(*service, point, 1)?;
            std::thread::scope(|scope| {
                let again = scope.spawn(|| watch.once_more(*service, *after));
                journey.drive()?;
                again.join().map_err(|_| anyhow::anyhow!("thread"))?
            })?;
        }
        Strike::Killed { name, after } => {
            meanwhile(journey, *after, || lab.store().kill(*name).map(drop))?;
        }
        Strike::BothKilled { after } => {
            let kill = |name| lab.store().kill(name).map(drop);
            meanwhile(journey, *after, || Name::SERVICES.into_iter().try_for_each(kill))?;
        }
        Strike::Stopped { name, after } => meanwhile(journey, *after, || {
            lab.store().pause(*name)?;
            interrupt::pause(AWAY)?;
            lab.store().resume(*name)
        })?,
        Strike::Gone { name, after, lasting } => meanwhile(journey, *after, || {
            lab.store().take_down(*name)?;
            interrupt::pause(*lasting)?;
            lab.store().bring_up(*name);
            Ok(())
        })?,
    }
    watch.blows(strike)
}

/// Begins the journey, and goes on with it while something is done to the store.
fn meanwhile(journey: &mut Journey<'_>, after: Duration, blow: impl Fn() -> Result<()> + Send) -> Result<()> {
    journey.begin()?;
    std::thread::scope(|scope| {
        let struck = scope.spawn(move || {
            interrupt::pause(after)?;
            blow()
        });
        journey.go_on()?;
        struck.join().map_err(|_| anyhow::anyhow!("thread"))?
    })
}

/// The processes that a strike is meant for, as they were before it.
struct Watch<'l> {
    lab: &'l Laboratory,
    began: DateTime<Utc>,
    before: Vec<MemberState>,
}

impl<'l> Watch<'l> {
    fn on(lab: &'l Laboratory, strike: &Strike) -> Result<Self> {
        let names = match strike {
            Strike::AtPoint { service, .. } | Strike::InRecovery { service, .. } => vec![*service],
            Strike::AtTwoPoints(both) => both.iter().map(|(service, _)| *service).collect(),
            Strike::BothKilled { .. } => Name::SERVICES.to_vec(),
            Strike::Killed { name, .. } | Strike::Stopped { name, .. } | Strike::Gone { name, .. } => vec![*name],
        };
        let before = names.into_iter().map(|name| lab.member(name)).collect::<Result<_>>()?;
        Ok(Self { lab, began: Utc::now(), before })
    }

    /// Kills a service once more, so long after it was started again.
    fn once_more(&self, service: Name, after: Duration) -> Result<()> {
        self.until_restarted(service, 1)?;
        interrupt::pause(after)?;
        self.lab.store().kill(service).map(drop)
    }

    fn until_restarted(&self, name: Name, times: u32) -> Result<MemberState> {
        let before = self.before.iter().find(|member| member.name == name).map_or(0, |member| member.restarts);
        let what = t!("{name} to die and be started again", "{name} meurt et redémarre");
        self.lab.until(&what, || {
            let now = self.lab.member(name)?;
            Ok((now.restarts >= before + times && now.state == State::Running).then_some(now))
        })
    }

    /// What was done to whom, once all of them run again.
    fn blows(&self, strike: &Strike) -> Result<Vec<Blow>> {
        let mut blows = Vec::new();
        for MemberState { name, .. } in &self.before {
            let times = if matches!(strike, Strike::InRecovery { .. }) { 2 } else { 1 };
            let at = match strike {
                Strike::Stopped { .. } => self.began,
                _ => self.until_restarted(*name, times)?.died_at.map_or(self.began, DateTime::from),
            };
            let deadly = !matches!(strike, Strike::Stopped { .. } | Strike::Gone { .. });
            blows.push(Blow {
                process: name.to_string(),
                what: what(strike, *name),
                at,
                deadly,
                handled_again_ms: None,
            });
        }
        Ok(blows)
    }
}

fn what(strike: &Strike, name: Name) -> String {
    let seconds = AWAY.as_secs();
    match strike {
        Strike::AtPoint { point, passage, .. } => format!("died at {point}, passage {passage}"),
        Strike::AtTwoPoints(both) => {
            let own = both.iter().find(|(service, _)| *service == name);
            own.map(|(_, point)| format!("died at {point}")).unwrap_or_default()
        }
        Strike::InRecovery { point, after, .. } => {
            format!("died at {point}, and was killed {} ms after it was started again", after.as_millis())
        }
        Strike::Killed { after, .. } | Strike::BothKilled { after } => {
            format!("killed {} ms after the first answer", after.as_millis())
        }
        Strike::Stopped { after, .. } => {
            format!("stopped for {seconds} s, {} ms after the first answer", after.as_millis())
        }
        Strike::Gone { after, lasting, .. } => {
            format!("gone for {} s, {} ms after the first answer", lasting.as_secs(), after.as_millis())
        }
    }
}
