//! Commit, rollback, and the bounded retry of what another transaction was in the way of.

use std::sync::atomic::{AtomicU32, Ordering};

use saga_kit::{Transactions, Tx, database};
use service_kit::transactional::MAX_ATTEMPTS;
use service_kit::{Failure, database as problems, transactional};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, MySqlPool};
use tokio::sync::Barrier;
use tokio_util::sync::CancellationToken;

/// Two rows to be locked in either order.
struct World {
    transactions: Transactions,
    pool: MySqlPool,
    name: String,
}

impl World {
    async fn new(test: &str) -> Self {
        let server = std::env::var("TEST_DATABASE_URL")
            .unwrap_or_else(|_| panic!("TEST_DATABASE_URL is not set: run the tests with `cargo stack test`"));
        let name = format!("service_kit_{test}_{}", std::process::id());
        let url = format!("{}/{name}", server.trim_end_matches('/'));
        let stop = CancellationToken::new();
        let pool = database::connect_and_migrate(&url, 8, &Migrator::DEFAULT, &stop).await.unwrap();
        sqlx::raw_sql(
            "CREATE TABLE tally (id INT PRIMARY KEY, n INT NOT NULL); INSERT INTO tally VALUES (1, 0), (2, 0)",
        )
        .execute(&pool)
        .await
        .unwrap();
        Self { transactions: Transactions::new(pool.clone(), "service-kit", ""), pool, name }
    }

    async fn tally(&self) -> Vec<i32> {
        sqlx::query_scalar("SELECT n FROM tally ORDER BY id").fetch_all(&self.pool).await.unwrap()
    }

    async fn finish(self) {
        sqlx::query(AssertSqlSafe(format!("DROP DATABASE {}", self.name))).execute(&self.pool).await.unwrap();
    }
}

async fn add_one(tx: &mut Tx, id: i32) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE tally SET n = n + 1 WHERE id = ?").bind(id).execute(&mut **tx).await?;
    Ok(())
}

/// Takes the rows in the order given; at its first run it waits until the other command has its first row too.
async fn add_to_both(tx: &mut Tx, order: [i32; 2], meet: &Barrier, runs: &AtomicU32) -> Result<(), sqlx::Error> {
    add_one(tx, order[0]).await?;
    if runs.fetch_add(1, Ordering::SeqCst) < 2 {
        meet.wait().await;
    }
    add_one(tx, order[1]).await
}

#[tokio::test]
async fn of_two_in_a_deadlock_both_take_effect_once() {
    let world = World::new("deadlock").await;
    let (meet, runs) = (Barrier::new(2), AtomicU32::new(0));
    let (one, other) = tokio::join!(
        transactional(&world.transactions, add_to_both, ([1, 2], &meet, &runs)),
        transactional(&world.transactions, add_to_both, ([2, 1], &meet, &runs)),
    );
    one.unwrap();
    other.unwrap();
    assert_eq!(world.tally().await, [2, 2]);
    assert_eq!(runs.load(Ordering::SeqCst), 3, "one of the two ran again");
    world.finish().await;
}

/// Adds to a row, then fails with the server error of this number.
async fn fail_with(tx: &mut Tx, number: u32, runs: &AtomicU32) -> Result<(), sqlx::Error> {
    runs.fetch_add(1, Ordering::SeqCst);
    add_one(tx, 1).await?;
    let signal = format!("SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = {number}");
    sqlx::raw_sql(AssertSqlSafe(signal)).execute(&mut **tx).await?;
    Ok(())
}

#[tokio::test]
async fn conflicts_are_tried_a_bounded_number_of_times_other_errors_once_and_all_leave_nothing() {
    let world = World::new("bounded").await;
    for (number, expected) in [(1213, MAX_ATTEMPTS), (1205, MAX_ATTEMPTS), (1062, 1), (1644, 1), (2013, 1)] {
        let runs = AtomicU32::new(0);
        transactional(&world.transactions, fail_with, (number, &runs)).await.unwrap_err();
        assert_eq!(runs.load(Ordering::SeqCst), expected, "error {number}");
        assert_eq!(world.tally().await, [0, 0]);
    }
    world.finish().await;
}

/// Ends its own connection.
async fn kill(tx: &mut Tx, pool: &MySqlPool) -> Result<(), sqlx::Error> {
    let connection: u64 = sqlx::query_scalar("SELECT CONNECTION_ID()").fetch_one(&mut **tx).await?;
    sqlx::query(AssertSqlSafe(format!("KILL {connection}"))).execute(pool).await?;
    Ok(())
}

/// Loses its connection, so that nobody will know whether the commit arrived.
async fn lose_connection(tx: &mut Tx, pool: &MySqlPool, runs: &AtomicU32) -> Result<(), sqlx::Error> {
    runs.fetch_add(1, Ordering::SeqCst);
    add_one(tx, 1).await?;
    kill(tx, pool).await
}

/// Loses its connection before it is done, so that the commit is never sent.
async fn lose_connection_early(tx: &mut Tx, pool: &MySqlPool) -> Result<(), sqlx::Error> {
    kill(tx, pool).await?;
    add_one(tx, 1).await
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_not_run_again() {
    let world = World::new("lost").await;
    let runs = AtomicU32::new(0);
    let lost = transactional(&world.transactions, lose_connection, (&world.pool, &runs)).await.unwrap_err();
    assert!(matches!(lost, Failure::OutcomeUnknown(_)), "{lost:?}");
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    assert_eq!(world.tally().await, [0, 0]);
    world.finish().await;
}

#[tokio::test]
async fn a_connection_lost_before_the_commit_leaves_nothing_unknown() {
    let world = World::new("early").await;
    let lost = transactional(&world.transactions, lose_connection_early, (&world.pool,)).await.unwrap_err();
    let Failure::RolledBack(error) = lost else { panic!("{lost:?}") };
    assert_eq!(problems::problem(&error).slug(), "database-unavailable");
    assert_eq!(world.tally().await, [0, 0]);
    world.finish().await;
}
