//! A fresh pair of databases with the services' own migrations, holding a small store in which everything holds.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::migrate::Migrator;
use sqlx::mysql::MySqlPoolOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, MySqlConnection, MySqlPool};

static MACHINERY: Migrator = sqlx::migrate!("../migrations/saga-kit");
static STORE: Migrator = sqlx::migrate!("../migrations/store-manager");
static PAYMENTS: Migrator = sqlx::migrate!("../migrations/payment-service");

static COUNT: AtomicU32 = AtomicU32::new(0);

/// The databases of the two services, removed by [`TwoDatabases::remove`].
pub struct TwoDatabases {
    pub store: MySqlPool,
    pub payments: MySqlPool,
    names: [String; 2],
}

impl TwoDatabases {
    /// The sound store.
    pub async fn sound() -> Self {
        let (store, store_name) = fresh("store", &STORE).await;
        let (payments, payments_name) = fresh("payments", &PAYMENTS).await;
        run(&store, include_str!("sound_store.sql")).await;
        run(&payments, include_str!("sound_payments.sql")).await;
        Self { store, payments, names: [store_name, payments_name] }
    }

    /// The URL of one of the two, for a program.
    pub fn url(database: &MySqlPool) -> String {
        format!("{}/{}", server_url(), database.connect_options().get_database().unwrap())
    }

    pub async fn remove(self) {
        self.store.close().await;
        self.payments.close().await;
        for name in &self.names {
            on_server(&format!("DROP DATABASE `{name}`")).await;
        }
    }
}

/// Runs statements on one connection without the constraints that would keep a fault out.
pub async fn run(database: &MySqlPool, statements: &'static str) {
    let mut connection = database.acquire().await.unwrap();
    connection.execute("SET foreign_key_checks = 0").await.unwrap();
    let statements = if statements.is_empty() { "DO 0" } else { statements };
    sqlx::raw_sql(statements).execute(&mut *connection).await.unwrap_or_else(|error| panic!("{error}: {statements}"));
}

async fn fresh(service: &str, migrations: &Migrator) -> (MySqlPool, String) {
    let name = format!("audit_{}_{}_{service}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    on_server(&format!("DROP DATABASE IF EXISTS `{name}`; CREATE DATABASE `{name}`")).await;
    let url = format!("{}/{name}", server_url());
    let pool = MySqlPoolOptions::new().max_connections(2).connect(&url).await.unwrap();
    // Statement by statement and without the migrator's bookkeeping: the two folders number their files alike.
    for migration in MACHINERY.iter().chain(migrations.iter()) {
        pool.execute(migration.sql.clone()).await.unwrap();
    }
    (pool, name)
}

async fn on_server(sql: &str) {
    let mut connection = MySqlConnection::connect(&server_url()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
}

fn server_url() -> String {
    std::env::var("TEST_DATABASE_URL")
        .expect("TEST_DATABASE_URL is not set: these tests need a database server; run `cargo stack test`")
}
