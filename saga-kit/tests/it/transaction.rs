//! Transactions that begin with the end of the last, and what they leave behind.

use saga_kit::{Transactions, Tx, database};
use sqlx::MySqlPool;
use tokio_util::sync::CancellationToken;

use crate::world::{SERVICE, World, until};

async fn connection_id(tx: &mut Tx) -> anyhow::Result<u64> {
    Ok(sqlx::query_scalar("SELECT CONNECTION_ID()").fetch_one(&mut **tx).await?)
}

async fn write(tx: &mut Tx, name: &str) -> anyhow::Result<()> {
    sqlx::query("INSERT INTO writers (name) VALUES (?)").bind(name).execute(&mut **tx).await?;
    Ok(())
}

async fn is_there(pool: &MySqlPool, name: &str) -> anyhow::Result<bool> {
    let count: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM writers WHERE name = ?").bind(name).fetch_one(pool).await?;
    Ok(count == 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_begins_with_the_end_of_the_last_is_a_transaction_of_its_own() -> anyhow::Result<()> {
    let world = World::new().await?;
    let pool = world.transactions.pool();
    let mut first = world.transactions.begin().await?;
    let connection = connection_id(&mut first).await?;
    write(&mut first, "first").await?;
    first.commit().await?;
    assert!(is_there(pool, "first").await?);

    sqlx::query("INSERT INTO writers (name) VALUES ('meanwhile')").execute(pool).await?;
    let mut second = world.transactions.begin().await?;
    assert_eq!(connection_id(&mut second).await?, connection, "it is kept");
    let names: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM writers").fetch_one(&mut *second).await?;
    assert_eq!(names, 2, "it sees what was committed after it began, before its first statement");
    write(&mut second, "second").await?;
    assert!(!is_there(pool, "second").await?, "it is not committed yet");
    drop(second);
    // The lock of its row is free once it is rolled back.
    let mut third = world.transactions.begin().await?;
    write(&mut third, "second").await?;
    third.commit().await?;
    assert!(is_there(pool, "second").await?);
    Ok(())
}

/// The pool's only connection is used by both: one that came back in a transaction would take in what comes next.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_goes_back_to_the_pool_is_in_a_transaction() -> anyhow::Result<()> {
    let world = World::new().await?;
    let url = world.settings.database_url.as_deref().expect("set by the world");
    let migrations = sqlx::migrate!("tests/it/migrations");
    let pool = database::connect_and_migrate(url, 1, &migrations, &CancellationToken::new()).await?;
    let transactions = Transactions::new(pool.clone(), SERVICE, "");
    let mut dropped = transactions.begin().await?;
    write(&mut dropped, "dropped").await?;
    drop(dropped);
    sqlx::query("INSERT INTO writers (name) VALUES ('after a drop')").execute(&pool).await?;
    let mut committed = transactions.begin().await?;
    write(&mut committed, "committed").await?;
    committed.commit().await?;
    sqlx::query("INSERT INTO writers (name) VALUES ('after a commit')").execute(&pool).await?;
    for (name, expected) in [("dropped", false), ("after a drop", true), ("committed", true), ("after a commit", true)]
    {
        assert_eq!(is_there(world.transactions.pool(), name).await?, expected, "{name}");
    }
    Ok(())
}

/// Twice as many that begin, wait and commit, again and again, as the pool has connections, and one who only reads.
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_connection_is_not_overtaken_for_ever() -> anyhow::Result<()> {
    const CONNECTIONS: u32 = 4;
    let world = World::new().await?;
    let url = world.settings.database_url.as_deref().expect("set by the world");
    let migrations = sqlx::migrate!("tests/it/migrations");
    let pool = database::connect_and_migrate(url, CONNECTIONS, &migrations, &CancellationToken::new()).await?;
    let transactions = Transactions::new(pool.clone(), SERVICE, "");
    let mut loops = tokio::task::JoinSet::<anyhow::Result<()>>::new();
    for _ in 0..2 * CONNECTIONS {
        let transactions = transactions.clone();
        loops.spawn(async move {
            loop {
                let mut tx = transactions.begin().await?;
                sqlx::query("DO SLEEP(0.005)").execute(&mut *tx).await?;
                tx.commit().await?;
            }
        });
    }
    for _ in 0..20 {
        // Fails when it has waited for longer than a pool lets wait.
        sqlx::query("DO 1").execute(&pool).await?;
    }
    assert!(loops.try_join_next().is_none(), "a loop has failed");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_at_rest_has_all_its_connections() -> anyhow::Result<()> {
    let world = World::new().await?;
    let url = world.settings.database_url.as_deref().expect("set by the world");
    let migrations = sqlx::migrate!("tests/it/migrations");
    let pool = database::connect_and_migrate(url, 3, &migrations, &CancellationToken::new()).await?;
    let transactions = Transactions::new(pool.clone(), SERVICE, "");
    let mut tx = transactions.begin().await?;
    write(&mut tx, "one").await?;
    tx.commit().await?;
    assert_eq!(pool.num_idle(), 0, "its connection is kept");
    let all = tokio::try_join!(pool.acquire(), pool.acquire(), pool.acquire());
    assert!(all.is_ok(), "it goes back before anybody gives up waiting: {:?}", all.err());
    Ok(())
}

/// Like a process whose request is given up between two statements of its transaction.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_in_the_middle_of_a_statement_is_rolled_back() -> anyhow::Result<()> {
    let world = World::new().await?;
    let mut tx = world.transactions.begin().await?;
    let connection = connection_id(&mut tx).await?;
    write(&mut tx, "given up").await?;
    let given_up = tokio::spawn(async move {
        sqlx::query("SELECT SLEEP(20)").execute(&mut *tx).await?;
        tx.commit().await
    });
    let sleeps = || async {
        let sleeping = sqlx::query_scalar(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE id = ? AND state = 'User sleep'",
        );
        Ok::<i64, anyhow::Error>(sleeping.bind(connection).fetch_one(world.transactions.pool()).await?)
    };
    until("the statement runs", sleeps, |sleeping| *sleeping == 1).await?;
    given_up.abort();
    assert!(given_up.await.is_err_and(|error| error.is_cancelled()));
    let kill = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("KILL QUERY {connection}")));
    kill.execute(world.transactions.pool()).await?;
    // The lock of its row is free once it is rolled back.
    let mut next = world.transactions.begin().await?;
    write(&mut next, "given up").await?;
    next.commit().await?;
    assert!(is_there(world.transactions.pool(), "given up").await?);
    Ok(())
}
