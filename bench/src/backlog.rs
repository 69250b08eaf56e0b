//! A backlog: an outbox that fills in one moment, and the proof that all of it has left.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection, MySqlPool};

use crate::topic::Topic;

/// Bytes of each event.
const PAYLOAD_BYTES: usize = 400;

/// Events of one key; they lie far apart, as those of an order do.
const OF_A_KEY: u64 = 4;

/// How long a backlog may take to leave.
const LEAVE_LIMIT: Duration = Duration::from_mins(5);
/// Seldom: whoever asks shares the cores with what it watches.
const POLL: Duration = Duration::from_millis(10);

/// An outbox, and where what is in it goes.
#[derive(Debug)]
pub(crate) struct Backlog<'a> {
    pub pool: &'a MySqlPool,
    pub topic: &'a Topic,
    pub rows: u64,
}

impl Backlog<'_> {
    /// Empties the outbox, and waits until the server has cleared away what was deleted before: each side is to find
    /// it so, and to share its cores with none of that.
    pub async fn prepare(&self) -> Result<()> {
        sqlx::query("TRUNCATE TABLE outbox").execute(self.pool).await?;
        rest(self.pool).await
    }

    /// Fills the outbox in one transaction: nothing is there, and a moment later everything. Gives the moment from
    /// which it is committed, as `visible` has it too, and the highest id.
    pub async fn appear(&self) -> Result<(Instant, u64)> {
        let mut connection = self.pool.acquire().await?;
        let mut tx = connection.begin().await?;
        self.insert(&mut tx).await?;
        let last: u64 = sqlx::query_scalar("SELECT MAX(id) FROM outbox").fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok((Instant::now(), last))
    }

    async fn insert(&self, connection: &mut MySqlConnection) -> Result<()> {
        let insert = format!(
            "INSERT INTO outbox (topic, event_key, event_id, event_type, occurred_at, payload)
             SELECT ?, n % ?, UNHEX(MD5(n)), 'OrderCreated', UTC_TIMESTAMP(6), {} FROM {}",
            payload(),
            numbers(self.rows)
        );
        let keys = self.keys();
        let inserted = sqlx::query(AssertSqlSafe(insert)).bind(&self.topic.name).bind(keys).execute(connection).await?;
        ensure!(inserted.rows_affected() == self.rows, "{} rows of {}", inserted.rows_affected(), self.rows);
        Ok(())
    }

    /// The same with fewer rows: one of so many.
    pub fn share(self, of: u64) -> Self {
        Self { rows: self.rows.div_ceil(of), ..self }
    }

    /// How many keys its events have.
    pub fn keys(&self) -> u64 {
        self.rows.div_ceil(OF_A_KEY)
    }

    /// Waits until the outbox is empty. A whole count would keep the server busy, so the last row is watched first.
    pub async fn left(&self, last: u64) -> Result<Instant> {
        let began = Instant::now();
        let is_there = "SELECT EXISTS(SELECT 1 FROM outbox WHERE id = ?)";
        while sqlx::query_scalar::<_, bool>(is_there).bind(last).fetch_one(self.pool).await? {
            ensure!(began.elapsed() < LEAVE_LIMIT, "the backlog has not left within {LEAVE_LIMIT:?}");
            tokio::time::sleep(POLL).await;
        }
        while sqlx::query_scalar::<_, bool>("SELECT EXISTS(SELECT 1 FROM outbox)").fetch_one(self.pool).await? {
            ensure!(began.elapsed() < LEAVE_LIMIT, "a part of the backlog stays");
            tokio::time::sleep(POLL).await;
        }
        Ok(Instant::now())
    }

    /// Reads what the topic got, and sees that each event is among it. More than once is allowed, never is not.
    pub fn all_arrived(&self, since: &[i64]) -> Result<()> {
        let mut seen = vec![false; usize::try_from(self.rows)?];
        let mut strange = 0_u64;
        self.topic.read_since(since, |payload| match number(payload).and_then(|number| seen.get_mut(number)) {
            Some(seen) => *seen = true,
            None => strange += 1,
        })?;
        let missing = seen.iter().filter(|seen| !**seen).count();
        ensure!(missing == 0 && strange == 0, "{missing} of {} events are missing, {strange} are strange", self.rows);
        Ok(())
    }
}

/// In SQL, what the event of number `n` says.
pub(crate) fn payload() -> String {
    format!("CONCAT(RPAD(CONCAT('{{\"number\":', n, ',\"text\":\"'), {}, 'x'), '\"}}')", PAYLOAD_BYTES - 2)
}

/// Waits until the server has little left to clear away; what it has not done in a while is not waited for.
pub(crate) async fn rest(pool: &MySqlPool) -> Result<()> {
    /// Versions of rows that nobody can see any more, and that are still there.
    const FEW: i64 = 2_000;
    const PATIENCE: Duration = Duration::from_secs(20);
    let length = "SELECT CAST(`count` AS SIGNED) FROM information_schema.innodb_metrics
                  WHERE name = 'trx_rseg_history_len'";
    let began = Instant::now();
    loop {
        let length: i64 = sqlx::query_scalar(length).fetch_one(pool).await.context("the server's history")?;
        if length < FEW {
            return Ok(());
        }
        if began.elapsed() > PATIENCE {
            eprintln!("store-bench: {length} old versions of rows are not cleared away yet; measured all the same");
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A derived table whose column `n` has the numbers below `count`; without what only one of the servers knows.
pub(crate) fn numbers(count: u64) -> String {
    let digits = count.saturating_sub(1).max(1).ilog10() + 1;
    let digit = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 \
                 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";
    let tables: Vec<String> = (0..digits).map(|at| format!("{digit} AS t{at}")).collect();
    let sum: Vec<String> = (0..digits).map(|at| format!("t{at}.d * {}", 10_u64.pow(at))).collect();
    let (tables, sum) = (tables.join(" JOIN "), sum.join(" + "));
    format!("(SELECT {sum} AS n FROM {tables} WHERE {sum} < {count}) AS numbers")
}

/// The number that an event of a backlog carries.
fn number(payload: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(payload).ok()?.strip_prefix("{\"number\":")?;
    text.split(',').next()?.parse().ok()
}
