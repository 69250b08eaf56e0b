//! Who relays: one instance a database, elected by a row that must be renewed.
//!
//! The times in the row are the database's own, so the clocks of instances do not matter. The lease keeps the work
//! from being done twice; it is not what keeps the order. Two relays at once cost duplicates and never order.

use std::time::Duration;

use sqlx::MySqlPool;
use tokio::time::Instant;

/// How long a lease lasts without renewal. With [`RENEW_EVERY`] it bounds a failover to under two seconds.
const LEASE: Duration = Duration::from_millis(1_500);

/// How often the holder renews, and how often the others try.
pub(super) const RENEW_EVERY: Duration = Duration::from_millis(400);

const NAME: &str = "relay";

/// One instance's claim to the lease.
#[derive(Debug, Clone)]
pub(super) struct Lease {
    pool: MySqlPool,
    holder: String,
}

impl Lease {
    pub fn new(pool: MySqlPool, holder: String) -> Self {
        Self { pool, holder }
    }

    /// Takes or renews the lease, and tells until when it is held for sure by this process's clock.
    ///
    /// A restarted instance has its own name in the row and goes on at once.
    pub async fn take(&self) -> Result<Option<Instant>, sqlx::Error> {
        // The time of asking, not of the answer: the answer may have been slow.
        let asked = Instant::now();
        let lease_us = u64::try_from(LEASE.as_micros()).unwrap_or(u64::MAX);
        // The statement counts matched rows (CLIENT_FOUND_ROWS), so it is 1 for the holder and 0 for the others.
        let held = sqlx::query!(
            "UPDATE relay_lease SET holder = ?, expires_at = NOW(6) + INTERVAL ? MICROSECOND \
             WHERE name = ? AND (holder = ? OR expires_at < NOW(6))",
            self.holder,
            lease_us,
            NAME,
            self.holder
        )
        .execute(&self.pool)
        .await?
        .rows_affected();
        if held == 1 || self.insert(lease_us).await? { Ok(Some(asked + LEASE)) } else { Ok(None) }
    }

    /// Gives the lease up, so that another instance need not wait for its end.
    pub async fn release(&self) -> Result<(), sqlx::Error> {
        sqlx::query!("DELETE FROM relay_lease WHERE name = ? AND holder = ?", NAME, self.holder)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn insert(&self, lease_us: u64) -> Result<bool, sqlx::Error> {
        let inserted = sqlx::query!(
            "INSERT IGNORE INTO relay_lease (name, holder, expires_at) VALUES (?, ?, NOW(6) + INTERVAL ? MICROSECOND)",
            NAME,
            self.holder,
            lease_us
        )
        .execute(&self.pool)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }
}
