//! The database: made when missing, by several at once, mended when a migration was cut off; the inbox's retention.

use std::time::Duration;

use saga_kit::{database, inbox};
use tokio_util::sync::CancellationToken;

use crate::world::{World, add, until};

#[tokio::test(flavor = "multi_thread")]
async fn several_instances_may_start_on_an_empty_server_at_once() -> anyhow::Result<()> {
    let url = format!("{}/kit_{}", std::env::var("TEST_DATABASE_URL")?, uuid::Uuid::now_v7().simple());
    let start = || async {
        database::connect_and_migrate(&url, 6, &sqlx::migrate!("tests/it/migrations"), &CancellationToken::new()).await
    };
    let (a, b, c) = tokio::join!(start(), start(), start());
    for pool in [a?, b?, c?] {
        let tables: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM outbox").fetch_one(&pool).await?;
        assert_eq!(tables, 0);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_was_cut_off_is_run_again() -> anyhow::Result<()> {
    let world = World::new().await?;
    let pool = world.transactions.pool();
    sqlx::query("DROP TABLE relay_lease").execute(pool).await?;
    sqlx::query("UPDATE _saga_kit_migrations SET success = FALSE ORDER BY version DESC LIMIT 1").execute(pool).await?;
    let url = world.settings.database_url.clone().expect("set by the world");
    let migrations = sqlx::migrate!("tests/it/migrations");
    database::connect_and_migrate(&url, 6, &migrations, &CancellationToken::new()).await?;
    assert_eq!(world.scalar("SELECT COUNT(*) FROM relay_lease").await?, 0, "the table is back");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_forgets_what_is_older_than_its_retention_and_nothing_else() -> anyhow::Result<()> {
    let world = World::new().await?;
    let running = world.start("a").await?;
    for number in 0..20 {
        world.commit(&add(&format!("k{number}"), 1)).await?;
    }
    until("all are handled", || world.scalar("SELECT COUNT(*) FROM inbox"), |rows| *rows == 20).await?;
    sqlx::query("UPDATE inbox SET processed_at = processed_at - INTERVAL 3 DAY LIMIT 8")
        .execute(world.transactions.pool())
        .await?;
    let two_days = Duration::from_hours(48);
    let purged = inbox::purge(world.transactions.pool(), chrono::Utc::now(), two_days).await?;
    assert_eq!((purged, world.scalar("SELECT COUNT(*) FROM inbox").await?), (8, 12));
    running.stop().await
}

/// Like a process that was stopped inside a transaction: its locks must not outlive the patience of the server.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_falls_silent_loses_its_locks() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.commit(&add("x", 1)).await?;
    let mut frozen = world.transactions.begin().await?;
    sqlx::query("UPDATE writers SET writes = 100 WHERE name = 'x'").execute(&mut *frozen).await?;
    let other = || async {
        let updated = sqlx::query("UPDATE writers SET writes = writes + 1 WHERE name = 'x'");
        Ok(updated.execute(world.transactions.pool()).await.is_ok())
    };
    until("another transaction gets the row", other, |updated| *updated).await?;
    assert_eq!(world.scalar("SELECT writes FROM writers").await?, 1, "the frozen transaction was rolled back");
    assert!(frozen.commit().await.is_err(), "and cannot be committed any more");
    Ok(())
}
