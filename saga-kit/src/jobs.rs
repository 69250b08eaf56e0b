//! Scheduled jobs, each under a lock of the database, so that of several instances one does the work.

use std::sync::Arc;
use std::time::SystemTime;

use futures::future::BoxFuture;
use sqlx::Connection;
pub use tokio_cron_scheduler::JobSchedulerError;
use tokio_cron_scheduler::{Job, JobScheduler};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, warn};

use crate::handler::BoxError;
use crate::subject::{self, Subject, about};
use crate::trace::{self, Span, SpanKind};
use crate::transaction::Transactions;

/// One time of a job, from its lock to its end.
type Firing = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// The jobs of one service.
/// ```
/// use saga_kit::Transactions;
/// use saga_kit::jobs::{JobSchedulerError, Jobs};
///
/// /// Every night at three, by one instance of however many.
/// async fn nightly(transactions: &Transactions) -> Result<Jobs, JobSchedulerError> {
///     let mut jobs = Jobs::new(transactions.clone()).await?;
///     let forget = |transactions: Transactions| async move {
///         sqlx::query("DELETE FROM visits").execute(transactions.pool()).await?;
///         Ok(())
///     };
///     jobs.add("forget-visits", "0 0 3 * * *", forget).await?;
///     // Every minute, and at the start: nobody waits for the minute for what came due while the service was away.
///     let expire = |transactions: Transactions| async move {
///         sqlx::query("DELETE FROM reservations WHERE until < NOW()").execute(transactions.pool()).await?;
///         Ok(())
///     };
///     jobs.add_and_catch_up("expire-reservations", "0 * * * * *", expire).await?;
///     Ok(jobs)
/// }
/// ```
pub struct Jobs {
    scheduler: JobScheduler,
    transactions: Transactions,
    running: TaskTracker,
    /// What runs once, as the schedule begins.
    at_start: Vec<Firing>,
}

impl Jobs {
    /// None yet.
    pub async fn new(transactions: Transactions) -> Result<Self, JobSchedulerError> {
        Ok(Self {
            scheduler: JobScheduler::new().await?,
            transactions,
            running: TaskTracker::new(),
            at_start: Vec::new(),
        })
    }

    /// Runs `job` at the times of `cron` (six fields, seconds first, UTC).
    ///
    /// A firing that finds the lock taken, by another instance or by its own predecessor that is still at it, is
    /// passed over. An error is logged; the next firing tries again.
    pub async fn add<F, Fut>(&self, name: &'static str, cron: &str, job: F) -> Result<(), JobSchedulerError>
    where
        F: Fn(Transactions) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        self.schedule(cron, self.firing(name, job)).await
    }

    /// The same, and once when the schedule begins: for what came due while no instance was there to do it.
    pub async fn add_and_catch_up<F, Fut>(
        &mut self,
        name: &'static str,
        cron: &str,
        job: F,
    ) -> Result<(), JobSchedulerError>
    where
        F: Fn(Transactions) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        let firing = self.firing(name, job);
        self.schedule(cron, Arc::clone(&firing)).await?;
        self.at_start.push(firing);
        Ok(())
    }

    async fn schedule(&self, cron: &str, firing: Firing) -> Result<(), JobSchedulerError> {
        self.scheduler.add(Job::new_async(cron, move |_, _| firing())?).await?;
        Ok(())
    }

    /// What happens each time.
    fn firing<F, Fut>(&self, name: &'static str, job: F) -> Firing
    where
        F: Fn(Transactions) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        let (transactions, running, job) = (self.transactions.clone(), self.running.clone(), Arc::new(job));
        Arc::new(move || {
            let (transactions, job) = (transactions.clone(), Arc::clone(&job));
            let work = running.track_future(async move {
                let work = run_traced(name, run_alone(name, &transactions, &*job));
                if let Err(error) = work.await {
                    warn!(job = name, %error, "a scheduled job failed");
                }
            });
            Box::pin(work)
        })
    }

    /// Runs the schedule until it is asked to stop, then waits for the jobs in hand.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), JobSchedulerError> {
        for firing in self.at_start.drain(..) {
            tokio::spawn(firing());
        }
        self.scheduler.start().await?;
        stop.cancelled().await;
        self.scheduler.shutdown().await?;
        self.running.close();
        self.running.wait().await;
        Ok(())
    }
}

impl std::fmt::Debug for Jobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Jobs")
    }
}

/// Runs a job in a trace of its own, which is told only when the job emitted something: nearly all find nothing to do.
async fn run_traced(name: &'static str, job: impl Future<Output = Result<(), BoxError>>) -> Result<(), BoxError> {
    let (context, began) = (trace::begin(None), SystemTime::now());
    let (outcome, subject) = about(Subject { trace: context, ..Subject::default() }, async {
        let outcome = job.await;
        (outcome, subject::current())
    })
    .await;
    if let (Some(context), Some(_)) = (context, subject.correlation_id) {
        trace::record(Span {
            context,
            parent: None,
            kind: SpanKind::Internal,
            name: name.into(),
            began,
            ended: SystemTime::now().max(began),
            attributes: Vec::new(),
            error: outcome.as_ref().err().map(|_| "the job failed".to_owned()),
            link: None,
        });
    }
    outcome
}

/// Runs `job` unless another instance, or this one, is at it under that name; then it is passed over.
///
/// The lock belongs to a connection of its own and ends with it, also when the process dies.
///
/// # Errors
/// The job's, or the database's.
/// ```
/// use saga_kit::jobs::run_alone;
/// use saga_kit::{BoxError, Transactions};
///
/// async fn count_stock_now(transactions: &Transactions) -> Result<(), BoxError> {
///     run_alone("count-stock", transactions, &|_| async { Ok(()) }).await
/// }
/// ```
pub async fn run_alone<F, Fut>(name: &str, transactions: &Transactions, job: &F) -> Result<(), BoxError>
where
    F: Fn(Transactions) -> Fut,
    Fut: Future<Output = Result<(), BoxError>>,
{
    let mut connection = transactions.pool().acquire().await?.detach();
    // It says nothing while the job works, and must not be taken for a frozen one.
    sqlx::query("SET SESSION wait_timeout = 86400").execute(&mut connection).await?;
    // Lock names are the server's, not the database's.
    let taken: Option<i64> = sqlx::query_scalar("SELECT GET_LOCK(CONCAT(DATABASE(), '.', ?), 0)")
        .bind(name)
        .fetch_one(&mut connection)
        .await?;
    if taken != Some(1) {
        debug!(job = name, "another instance is at it");
        return Ok(());
    }
    let outcome = job(transactions.clone()).await;
    connection.close().await?;
    outcome
}
