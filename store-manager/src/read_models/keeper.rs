//! Keeps the read models whole: follows events, and builds the models anew when Redis was emptied or restarted.

use std::sync::Arc;
use std::time::Duration;

use saga_kit::Transactions;
use saga_kit::jobs::{self, JobSchedulerError, Jobs};
use saga_kit::projection::Projection;
use saga_kit::retry::Backoff;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{AsOf, CheckError, Checked, ReadModels};

/// The consumer group, and the lock under which one instance builds or checks.
const NAME: &str = "store-manager.read-models";
/// How often Redis is asked whether the models are whole.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);
/// How often while they are not: building takes a lock and a connection of its own, and another instance may be at it.
const BUILD_INTERVAL: Duration = Duration::from_secs(2);
/// Looks that fail in a row between two lines of the log.
const QUIET_LOOKS: u32 = 10;

/// Models that are older than this are not read: MySQL answers until they are current again.
const MAX_AGE_S: u64 = 60;

/// A Redis server, and what is known of the models that it has.
struct Server {
    run_id: String,
    /// The run id of the server that they were built in.
    mark: Option<String>,
    as_of: AsOf,
}

impl ReadModels {
    /// The consumer group that applies the events.
    #[must_use]
    pub fn projection(&self) -> Projection {
        Projection { name: NAME, model: Arc::new(self.clone()) }
    }

    /// Watches over the models, and hears what other instances apply, until `stop`. Redis need not be there.
    pub async fn keep(&self, stop: &CancellationToken) {
        tokio::join!(self.watch(stop), self.listen(stop));
    }

    /// Has the models checked at the times of `cron`, by one instance at a time.
    ///
    /// # Errors
    /// It is no schedule.
    pub async fn schedule_checks(&self, jobs: &Jobs, cron: &str) -> Result<(), JobSchedulerError> {
        let models = self.clone();
        jobs.add(NAME, cron, move |_| {
            let models = models.clone();
            async move {
                models.check_now().await?;
                Ok(())
            }
        })
        .await
    }

    /// The check, under the lock of whoever calls. None when the models are not whole: the watch builds them as soon
    /// as the lock is free. So it does after keys of a wrong type were found, which are all that is then counted.
    ///
    /// # Errors
    /// Nothing could be compared.
    pub async fn check_now(&self) -> Result<Option<Checked>, CheckError> {
        match self.check_whole().await {
            Err(error) => self.free_of_wrong_types(error).await.map(Some),
            checked => checked,
        }
    }

    async fn check_whole(&self) -> Result<Option<Checked>, CheckError> {
        match self.server().await? {
            Server { run_id, mark: Some(mark), .. } if mark == run_id => self.check(&run_id).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Looks again and again whether the models are whole, and builds them when they are not.
    async fn watch(&self, stop: &CancellationToken) {
        let mut failures = 0_u32;
        let mut backoff = Backoff::new(LOOK_INTERVAL, BUILD_INTERVAL);
        while !stop.is_cancelled() {
            let looked = tokio::select! {
                () = stop.cancelled() => return,
                looked = self.look() => looked,
            };
            let pause = match looked {
                Ok(whole) => {
                    failures = 0;
                    if whole {
                        backoff.reset();
                        LOOK_INTERVAL
                    } else {
                        backoff.next_delay()
                    }
                }
                Err(error) => {
                    // It may come back with what it had long ago.
                    self.trust(None);
                    if failures.is_multiple_of(QUIET_LOOKS) {
                        warn!(%error, "the read models are not whole; MySQL answers");
                    }
                    failures = failures.saturating_add(1);
                    backoff.next_delay()
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Whether they were whole. When not, builds them, unless another instance is at it; where a key has a wrong type,
    /// the next look does.
    async fn look(&self) -> Result<bool, CheckError> {
        // A read that meets one has MySQL answer, and so would the next, until an event or a check came.
        if self.shared.reader.has_met_wrong_type() {
            self.remove_wrong_types().await?;
        }
        match self.look_and_build().await {
            Err(error) => self.free_of_wrong_types(error).await.map(|_| false),
            looked => looked,
        }
    }

    async fn look_and_build(&self) -> Result<bool, CheckError> {
        let Server { run_id, mark, as_of } = self.server().await?;
        let is_whole = mark.as_ref() == Some(&run_id);
        // A server that takes no more writes, and events that do not come, let the models grow old.
        let is_fresh = self.age_s(&as_of).is_none_or(|age| age < MAX_AGE_S);
        self.trust(Some(run_id.as_str()).filter(|_| is_whole && is_fresh));
        if is_whole {
            return Ok(true);
        }
        let transactions = self.shared.transactions.clone();
        let build = |_: Transactions| async {
            // Another instance may have built them while this one waited for the lock.
            if self.server().await?.mark.as_ref() != Some(&run_id) {
                self.rebuild(&run_id).await?;
                info!("the read models are built");
                self.trust(Some(&run_id));
                // What a server had kept may hold what a build does not touch: products that are gone.
                if mark.is_some() {
                    self.check(&run_id).await?;
                }
            }
            Ok(())
        };
        let outcome = jobs::run_alone(NAME, &transactions, &build).await;
        outcome.map_err(|error| match error.downcast::<CheckError>() {
            Ok(error) => *error,
            Err(error) => CheckError::Database(sqlx::Error::AnyDriverError(error)),
        })?;
        Ok(false)
    }

    /// The run id of the Redis server, and the one under which the models were built. A server that was restarted may
    /// have lost what was written last, or all of it.
    async fn server(&self) -> Result<Server, CheckError> {
        let keys = &self.shared.keys;
        let mut pipe = redis::pipe();
        pipe.cmd("INFO").arg("server").get(keys.named("mark")).hgetall(keys.named("as_of"));
        let (info, mark, as_of): (String, Option<String>, AsOf) = self.shared.writer.query(&pipe).await?;
        let run_id = info.lines().find_map(|line| line.strip_prefix("run_id:")).unwrap_or("unknown");
        Ok(Server { run_id: run_id.trim().to_owned(), mark, as_of })
    }
}
