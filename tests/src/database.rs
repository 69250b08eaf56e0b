//! A database of a test's own: made by the service, looked into by the test, dropped at the end.

use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{Executor, MySqlPool, Row};

/// A database that a service creates when it starts.
#[derive(Clone, Debug)]
pub struct Database {
    /// With the credentials, as the service is given it.
    pub url: String,
    /// Its name.
    pub name: String,
    /// Connections of the test's own, made when they are first used.
    pub pool: MySqlPool,
    server_url: String,
}

impl Database {
    pub(crate) fn new(server_url: &str, name: String) -> Self {
        let url = format!("{server_url}/{name}");
        let options: MySqlConnectOptions = url.parse().unwrap_or_else(|error| panic!("TEST_DATABASE_URL: {error}"));
        let pool = MySqlPoolOptions::new().max_connections(4).connect_lazy_with(options);
        Self { url, name, pool, server_url: server_url.to_owned() }
    }

    /// A count, or any other whole number that a query gives.
    pub async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The same, about one order, payment or product.
    pub async fn number_of(&self, sql: &'static str, id: u64) -> i64 {
        let query = sqlx::query_scalar(sql).bind(id);
        query.fetch_one(&self.pool).await.unwrap_or_else(|error| panic!("{sql} [{id}]: {error}"))
    }

    /// One text, if there is a row.
    pub async fn text(&self, sql: &'static str) -> Option<String> {
        sqlx::query_scalar(sql).fetch_optional(&self.pool).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Everything that tables hold, as text to search in.
    pub async fn dump(&self, tables: &[&str]) -> String {
        let mut dump = String::new();
        for table in tables {
            let sql = sqlx::AssertSqlSafe(format!("SELECT * FROM {table}"));
            let rows =
                sqlx::raw_sql(sql).fetch_all(&self.pool).await.unwrap_or_else(|error| panic!("{table}: {error}"));
            for row in rows {
                for column in 0..row.len() {
                    // Over the text protocol every value is the text of itself.
                    let value: Option<Vec<u8>> = row.try_get_unchecked(column).unwrap_or_default();
                    dump += &String::from_utf8_lossy(&value.unwrap_or_default());
                    dump.push('\n');
                }
            }
        }
        dump
    }

    /// Runs a statement.
    pub async fn execute(&self, sql: &'static str) {
        self.pool.execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Creates it empty, before any service does.
    pub async fn create(&self) {
        self.on_server(format!("CREATE DATABASE `{}`", self.name)).await.expect("CREATE DATABASE");
    }

    /// Runs a statement on the server, outside of the database.
    pub async fn on_server(&self, sql: String) -> Result<(), sqlx::Error> {
        let options: MySqlConnectOptions = self.server_url.parse()?;
        let mut connection = sqlx::ConnectOptions::connect(&options).await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await?;
        Ok(())
    }

    /// Runs on another runtime than the pool's, which is why it does not close the pool: that would wait for
    /// sockets that nobody drives. A database may be dropped beneath idle connections.
    pub(crate) async fn drop_it(&self) {
        if let Err(error) = self.on_server(format!("DROP DATABASE IF EXISTS `{}`", self.name)).await {
            eprintln!("database {} stays: {error}", self.name);
        }
    }
}
