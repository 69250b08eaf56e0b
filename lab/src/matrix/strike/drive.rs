//! Striking a journey: what is armed before it begins, and what is done while it lasts.

use std::time::Duration;

use anyhow::Result;
use stack::interrupt;
use stack::store::Name;

use super::watch::{Death, Watch};
use super::{AWAY, Strike, broker};
use crate::journey::Journey;
use crate::laboratory::Laboratory;
use crate::matrix::blow::{Blow, What};

/// Drives the journey to its last request with the strike in its midst, until everything that died runs again; answers
/// what was done, and what went wrong if something did: what was armed does not strike, or the journey does not go on.
pub fn drive(lab: &Laboratory, journey: &mut Journey<'_>, strike: &Strike) -> (Vec<Blow>, Result<()>) {
    let watch = Watch::on(lab, strike.deaths());
    let driven = go(lab, journey, strike, &watch).and_then(|()| watch.all_deaths());
    (watch.told(), driven)
}

fn go(lab: &Laboratory, journey: &mut Journey<'_>, strike: &Strike, watch: &Watch<'_>) -> Result<()> {
    match strike {
        Strike::AtPoint { service, point, passage } => {
            lab.arm(*service, point, *passage)?;
            journey.drive()
        }
        Strike::AtTwoPoints(both) => {
            for (service, point) in both {
                lab.arm(*service, point, 1)?;
            }
            journey.drive()
        }
        Strike::InRecovery { service, point, after } => {
            lab.arm(*service, point, 1)?;
            std::thread::scope(|scope| {
                let again = scope.spawn(|| {
                    watch.first_death(*service)?;
                    interrupt::pause(*after)?;
                    lab.store().kill(*service).map(drop)
                });
                let driven = journey.drive();
                let again = again.join().map_err(|_| anyhow::anyhow!("thread"))?;
                driven.and(again)
            })
        }
        Strike::Killed { name, after } => meanwhile(journey, *after, || lab.store().kill(*name).map(drop)),
        Strike::BothKilled { after } => {
            let kill = |name| lab.store().kill(name).map(drop);
            meanwhile(journey, *after, || Name::SERVICES.into_iter().try_for_each(kill))
        }
        Strike::Stopped { name, after } => meanwhile(journey, *after, || {
            watch.note(*name, What::Stopped { after: *after, lasting: AWAY });
            lab.store().pause(*name)?;
            interrupt::pause(AWAY)?;
            lab.store().resume(*name)
        }),
        Strike::Gone { name, after, lasting } => meanwhile(journey, *after, || {
            lab.store().take_down(*name)?;
            interrupt::pause(*lasting)?;
            lab.store().bring_up(*name);
            Ok(())
        }),
        Strike::ClockOff { service, ahead_s, dies_at } => {
            watch.note(*service, What::ClockPut(*ahead_s));
            lab.put_clock_ahead(*service, *ahead_s)?;
            if let Some(point) = dies_at {
                lab.arm(*service, point, 1)?;
            }
            journey.drive()?;
            // To the very end: what is still on its way must meet the wrong clock too.
            journey.arrive()?;
            if dies_at.is_none() { lab.put_clock_ahead(*service, 0) } else { Ok(()) }
        }
        Strike::DiskFull { lasting } => broker::disk_full(lab, journey, watch, *lasting),
        Strike::TopicDeleted => broker::topic_deleted(lab, journey, watch),
    }
}

/// Begins the journey, and goes on with it while something is done to the store.
fn meanwhile(journey: &mut Journey<'_>, after: Duration, blow: impl Fn() -> Result<()> + Send) -> Result<()> {
    journey.begin()?;
    std::thread::scope(|scope| {
        let struck = scope.spawn(move || {
            interrupt::pause(after)?;
            blow()
        });
        let gone_on = journey.go_on();
        let struck = struck.join().map_err(|_| anyhow::anyhow!("thread"))?;
        gone_on.and(struck)
    })
}

impl Strike {
    /// Who is to die of it, in this order.
    fn deaths(&self) -> Vec<Death> {
        let at = |name: Name, what: What| Death { name, what, kept_away: false };
        match self {
            Self::AtPoint { service, point, passage } => {
                vec![at(*service, What::DiedAt(point.clone(), *passage))]
            }
            Self::AtTwoPoints(both) => {
                both.iter().map(|(service, point)| at(*service, What::DiedAt(point.clone(), 1))).collect()
            }
            Self::InRecovery { service, point, after } => {
                vec![at(*service, What::DiedAt(point.clone(), 1)), at(*service, What::KilledInRecovery(*after))]
            }
            Self::Killed { name, after } => vec![at(*name, What::Killed(*after))],
            Self::BothKilled { after } => Name::SERVICES.map(|name| at(name, What::Killed(*after))).to_vec(),
            Self::Stopped { .. } | Self::ClockOff { dies_at: None, .. } | Self::TopicDeleted => Vec::new(),
            Self::DiskFull { .. } => vec![Death { name: Name::Kafka, what: What::EndedOfWrites, kept_away: true }],
            Self::ClockOff { service, dies_at: Some(point), .. } => {
                vec![at(*service, What::DiedWithItsClock(point.clone()))]
            }
            Self::Gone { name, after, lasting } => {
                vec![Death { name: *name, what: What::Gone { after: *after, lasting: *lasting }, kept_away: true }]
            }
        }
    }
}
