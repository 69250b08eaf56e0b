//! Whether a service can do its work: all its dependencies asked at once, and what follows from their answers.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;
use saga_kit::clock::Clock;
use serde::Serialize;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::dependency::{Dependency, Shown};

/// How often the dependencies are asked when nobody else asks: `since` is exact to about this.
const WATCH_EVERY: Duration = Duration::from_secs(1);

/// What follows from the answers of all dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It waits for its database for the first time, and serves nobody yet.
    Starting,
    /// Everything answers.
    Ready,
    /// Requests are served; something else waits for what is down.
    Degraded,
    /// Requests are not served.
    NotReady,
}

/// The answer of `/health/ready`.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The verdict.
    pub status: Verdict,
    /// Each dependency by its name.
    pub dependencies: BTreeMap<&'static str, Shown>,
}

/// The dependencies of a service.
#[derive(Debug)]
pub struct Readiness {
    clock: Clock,
    dependencies: Vec<Dependency>,
}

impl Readiness {
    /// Of these dependencies.
    #[must_use]
    pub fn new(clock: Clock, dependencies: Vec<Dependency>) -> Self {
        Self { clock, dependencies }
    }

    /// Asks all dependencies at once; takes a second at most.
    pub async fn report(&self) -> Report {
        let mut asked = Vec::with_capacity(self.dependencies.len());
        for dependency in &self.dependencies {
            asked.push(async move { (dependency.name(), dependency.ask(&self.clock).await) });
        }
        let dependencies: BTreeMap<_, _> = join_all(asked).await.into_iter().collect();
        Report { status: verdict(dependencies.values()), dependencies }
    }

    /// Asks again and again until `stop`, so that what is down is logged and dated also when nobody looks.
    pub async fn watch(&self, stop: &CancellationToken) {
        let mut tick = tokio::time::interval(WATCH_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                _ = self.report() => {}
            }
        }
    }
}

fn verdict<'a>(all: impl Iterator<Item = &'a Shown>) -> Verdict {
    all.filter(|dependency| dependency.why.is_some()).fold(Verdict::Ready, |verdict, down| match verdict {
        Verdict::NotReady => Verdict::NotReady,
        _ if down.needed => Verdict::NotReady,
        _ => Verdict::Degraded,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// A dependency that is up while the switch is on.
    fn dependency(needed: bool, switch: &Arc<AtomicBool>) -> Dependency {
        let switch = Arc::clone(switch);
        let check = move || {
            let up = switch.load(Ordering::SeqCst);
            async move { if up { Ok(()) } else { Err("refused".to_owned()) } }
        };
        if needed { Dependency::needed("database", check) } else { Dependency::wanted("broker", check) }
    }

    #[tokio::test]
    async fn what_is_needed_makes_not_ready_and_what_is_wanted_degraded() {
        let (database, broker) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(true)));
        let both = vec![dependency(true, &database), dependency(false, &broker)];
        let readiness = Readiness::new(Clock::system(), both);
        for (database_up, broker_up, expected) in [
            (true, true, Verdict::Ready),
            (true, false, Verdict::Degraded),
            (false, true, Verdict::NotReady),
            (false, false, Verdict::NotReady),
        ] {
            database.store(database_up, Ordering::SeqCst);
            broker.store(broker_up, Ordering::SeqCst);
            let report = readiness.report().await;
            assert_eq!(report.status, expected);
            assert_eq!(report.dependencies["broker"].why.is_some(), !broker_up);
        }
    }

    #[tokio::test]
    async fn since_is_when_it_changed_and_not_when_it_was_asked() {
        let seconds = Arc::new(std::sync::atomic::AtomicI64::new(0));
        let now = Arc::clone(&seconds);
        let clock = Clock::from_fn(move || chrono::DateTime::from_timestamp(now.load(Ordering::SeqCst), 0).unwrap());
        let switch = Arc::new(AtomicBool::new(true));
        let readiness = Readiness::new(clock, vec![dependency(true, &switch)]);
        let mut seen = Vec::new();
        for (second, up) in [(1, true), (2, true), (3, false), (4, false), (5, true)] {
            seconds.store(second, Ordering::SeqCst);
            switch.store(up, Ordering::SeqCst);
            seen.push(readiness.report().await.dependencies["database"].since.timestamp());
        }
        assert_eq!(seen, [1, 1, 3, 3, 5]);
    }

    #[tokio::test]
    async fn one_that_never_answers_is_down_after_a_second_and_holds_up_no_other() {
        let stuck = |name| Dependency::wanted(name, std::future::pending);
        let readiness = Readiness::new(Clock::system(), vec![stuck("one"), stuck("other")]);
        let asked = std::time::Instant::now();
        let report = readiness.report().await;
        assert!(asked.elapsed() < 2 * super::super::dependency::CHECK_LIMIT, "they are asked side by side");
        assert!(report.dependencies.values().all(|it| it.why.as_deref() == Some("no answer within 1s")), "{report:?}");
    }
}
