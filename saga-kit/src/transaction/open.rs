//! A transaction on a connection of its own, and how it begins and ends.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Executor as _, MySql, MySqlConnection, MySqlPool};

use crate::kept::Kept;

/// One in so many of a pool's connections may be kept.
const SHARE: u32 = 3;

/// How long a rollback may take. One that was dropped while a statement was being prepared may wait for an answer that
/// the server never gives, and holds its locks meanwhile.
const ROLLBACK_LIMIT: Duration = Duration::from_secs(1);

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

    /// Commits, and begins the next with the same statement. Where the pool has no connection left, this one goes back
    /// to it: somebody may wait there, whom each that is kept would overtake.
    ///
    /// After an error it may be committed all the same.
    pub async fn commit(mut self, pool: &MySqlPool, begun: &Begun) -> Result<(), sqlx::Error> {
        if pool.num_idle() == 0 && pool.size() >= pool.options().get_max_connections() {
            self.execute("COMMIT").await?;
            // Nothing is open on it.
            drop(self.connection.take());
        } else {
            self.execute("COMMIT AND CHAIN").await?;
            begun.put(self);
        }
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
                    let rollback = tokio::time::timeout(ROLLBACK_LIMIT, connection.execute("ROLLBACK")).await;
                    if !matches!(rollback, Ok(Ok(_))) {
                        // The server rolls back what is open on a connection that ends.
                        drop(connection.detach());
                    }
                });
            }
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
