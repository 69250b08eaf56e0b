//! A transaction on a connection of its own, and how it begins and ends.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Executor as _, MySql, MySqlConnection, MySqlPool};

use crate::kept::Kept;

/// Of so many connections of a pool one may be kept.
const SHARE: u32 = 3;

/// Transactions that have begun, and in which nothing happened yet.
pub(super) type Begun = Kept<Open>;

/// For the transactions of a pool: most of its connections stay with it.
pub(super) fn begun(pool: &MySqlPool) -> Begun {
    Kept::new(usize::try_from(pool.options().get_max_connections() / SHARE).unwrap_or(usize::MAX))
}

/// Only dropping takes the connection away.
const HAS_ONE: &str = "an open transaction has its connection";

/// An open transaction; dropped, it is rolled back.
#[derive(Debug)]
pub(super) struct Open {
    /// None while it is dropped.
    connection: Option<PoolConnection<MySql>>,
}

impl Open {
    /// One that has begun already, or a new one.
    pub async fn begin(pool: &MySqlPool, begun: &Begun) -> Result<Self, sqlx::Error> {
        if let Some(open) = begun.take() {
            return Ok(open);
        }
        let mut open = Self { connection: Some(pool.acquire().await?) };
        open.execute("BEGIN").await?;
        Ok(open)
    }

    /// Commits, and begins the next with the same statement.
    ///
    /// After an error it may be committed all the same.
    pub async fn commit(mut self, begun: &Begun) -> Result<(), sqlx::Error> {
        self.execute("COMMIT AND CHAIN").await?;
        begun.put(self);
        Ok(())
    }
}

impl Drop for Open {
    /// Nobody waits for it.
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    if connection.execute("ROLLBACK").await.is_err() {
                        connection.close_on_drop();
                    }
                });
            }
            // The server rolls back what is open on a connection that ends.
            Err(_) => drop(connection.detach()),
        }
    }
}

impl Deref for Open {
    type Target = MySqlConnection;
    fn deref(&self) -> &MySqlConnection {
        self.connection.as_ref().expect(HAS_ONE)
    }
}

impl DerefMut for Open {
    fn deref_mut(&mut self) -> &mut MySqlConnection {
        self.connection.as_mut().expect(HAS_ONE)
    }
}
