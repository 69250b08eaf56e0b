//! Getting to a database that is ready: waiting for its server, creating it, session settings, migrations.

use std::time::Duration;

use sqlx::migrate::{MigrateDatabase, MigrateError, Migrator};
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor, MySql, MySqlPool};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::kept::TRUSTED_IDLE;
use crate::retry::{self, Backoff, Passing};

/// How long a request waits for a free connection before it is told that the database is away.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long the server keeps a connection that says nothing, in seconds. A process that is frozen inside a
/// transaction (stopped, swapped out, cut off) holds its row locks for so long and no longer.
const SILENCE_LIMIT_S: u32 = 10;

/// The pool gives idle connections up before the server does.
const IDLE_TIMEOUT: Duration = Duration::from_secs(8);

/// How long a statement waits for a row lock, in seconds, before it counts as a conflict and is tried again.
const LOCK_WAIT_S: u32 = 5;

/// How long an instance waits for another one's migrations, in seconds.
const MIGRATION_LOCK_S: u32 = 60;

/// `ER_BAD_DB_ERROR`: the server has no database of that name.
const UNKNOWN_DATABASE: u16 = 1049;

/// `ER_DB_CREATE_EXISTS`: another instance created it a moment ago.
const DATABASE_EXISTS: u16 = 1007;

/// Why there is no database to work with.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The URL cannot be read. It is not shown, because it may hold a password.
    #[error("the database URL is not of the form mysql://USER:PASSWORD@HOST:PORT/NAME: {0}")]
    Url(sqlx::Error),
    /// The server refused, and would refuse again.
    #[error("the database refused: {0}")]
    Refused(#[from] sqlx::Error),
    /// A migration failed.
    #[error("a migration failed: {0}")]
    Migrate(#[from] MigrateError),
    /// Another instance has been migrating for a minute.
    #[error("another instance has held the lock of the migrations for {MIGRATION_LOCK_S} s")]
    Locked,
    /// Asked to stop while waiting for the server.
    #[error("stopped while waiting for the database")]
    Stopped,
}

/// Waits for the server, creates the database when it is missing, and brings its schema up to date.
///
/// Several instances may start at once: a migration runs under the server's advisory lock.
/// ```
/// use saga_kit::Transactions;
/// use saga_kit::database::{DatabaseError, connect_and_migrate};
/// use sqlx::migrate::Migrator;
/// use tokio_util::sync::CancellationToken;
///
/// /// `tables` are the service's own, as `sqlx::migrate!()` reads them from a folder; the machinery brings its own.
/// async fn open(url: &str, tables: &Migrator, stop: &CancellationToken) -> Result<Transactions, DatabaseError> {
///     let pool = connect_and_migrate(url, 12, tables, stop).await?;
///     Ok(Transactions::new(pool, "warehouse", "test."))
/// }
/// ```
pub async fn connect_and_migrate(
    url: &str,
    connections: u32,
    migrations: &Migrator,
    stop: &CancellationToken,
) -> Result<MySqlPool, DatabaseError> {
    let options = read(url).map_err(DatabaseError::Url)?;
    wait_for(url, &options, stop).await?;
    let pool = MySqlPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(IDLE_TIMEOUT)
        // A ping before each use is a round trip for each request; what was used a moment ago is tried without.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRUSTED_IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| {
            // Under REPEATABLE READ, gap locks would let inserts into the outbox wait for each other.
            Box::pin(async move {
                connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED").await?;
                connection.execute(sqlx::AssertSqlSafe(limits())).await?;
                Ok(())
            })
        })
        .connect_lazy_with(options.clone());
    let mut machinery = sqlx::migrate!("../migrations/saga-kit");
    // Two sets of migrations in one database: each keeps its own books.
    machinery.dangerous_set_table_name("_saga_kit_migrations");
    for migrator in [&machinery, migrations] {
        run(&options, migrator).await?;
    }
    Ok(pool)
}

fn limits() -> String {
    format!("SET SESSION wait_timeout = {SILENCE_LIMIT_S}, innodb_lock_wait_timeout = {LOCK_WAIT_S}")
}

/// The driver takes any scheme, and a URL without a database: both would be waited for in vain.
fn read(url: &str) -> Result<MySqlConnectOptions, sqlx::Error> {
    let refused = |why: &str| sqlx::Error::Configuration(why.into());
    if !["mysql://", "mariadb://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(refused("it begins with mysql:// or mariadb://"));
    }
    let options: MySqlConnectOptions = url.parse()?;
    match options.get_database() {
        Some(name) if !name.is_empty() => Ok(options),
        _ => Err(refused("it ends with the name of a database")),
    }
}

/// Runs on a connection of its own, because the advisory lock lives as long as its connection.
///
/// SQLx takes a lock too, but with a negative timeout: MySQL then waits for ever, and MariaDB gives no lock at all.
async fn run(options: &MySqlConnectOptions, migrator: &Migrator) -> Result<(), DatabaseError> {
    let mut connection = options.connect().await?;
    let locked: Option<i64> = sqlx::query_scalar("SELECT GET_LOCK(CONCAT(DATABASE(), '.migrations'), ?)")
        .bind(MIGRATION_LOCK_S)
        .fetch_one(&mut connection)
        .await?;
    if locked != Some(1) {
        return Err(DatabaseError::Locked);
    }
    match migrator.run(&mut connection).await {
        Err(MigrateError::Dirty(version)) => {
            // A process died between a statement and its note. Each migration is one statement that may run twice
            // (IF NOT EXISTS), so it is safe to forget the note and run it again.
            warn!(version, "a migration was cut off; running it again");
            let forget = format!("DELETE FROM {} WHERE version = ? AND success = FALSE", migrator.table_name);
            sqlx::query(sqlx::AssertSqlSafe(forget)).bind(version).execute(&mut connection).await?;
            migrator.run(&mut connection).await?;
        }
        done => done?,
    }
    // The server releases the lock with the connection.
    Ok(connection.close().await?)
}

async fn wait_for(url: &str, options: &MySqlConnectOptions, stop: &CancellationToken) -> Result<(), DatabaseError> {
    let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));
    loop {
        let Err(error) = options.connect().await else { return Ok(()) };
        if retry::server_error(&error) == Some(UNKNOWN_DATABASE) {
            info!(database = options.get_database(), "creating the database");
            match MySql::create_database(url).await {
                Err(error) if retry::server_error(&error) != Some(DATABASE_EXISTS) => return Err(error.into()),
                _ => continue,
            }
        } else if retry::passing(&error) == Passing::Away {
            if backoff.attempts().is_multiple_of(10) {
                warn!(host = options.get_host(), port = options.get_port(), %error, "waiting for the database");
            }
        } else {
            return Err(error.into());
        }
        tokio::select! {
            () = stop.cancelled() => return Err(DatabaseError::Stopped),
            () = tokio::time::sleep(backoff.next_delay()) => {}
        }
    }
}
