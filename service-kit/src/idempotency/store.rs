//! The SQL of `idempotency_keys`.

use chrono::{DateTime, Utc};
use sqlx::{MySqlConnection, MySqlPool, query, query_as, query_scalar};
use uuid::Uuid;

use super::key::Key;

/// Rows that one statement of the retention job deletes at most, so that it never holds many locks.
const FORGET_CHUNK: u64 = 1_000;

/// What stands at a key.
pub(super) struct Row {
    pub(super) fingerprint: Vec<u8>,
    pub(super) owner: Uuid,
    pub(super) is_expired: bool,
    pub(super) answer: Option<String>,
}

/// What stands at a key. No lock: whoever writes afterwards names what they saw.
pub(super) async fn find(
    connection: &mut MySqlConnection,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Option<Row>, sqlx::Error> {
    query_as!(
        Row,
        r#"SELECT fingerprint, owner AS "owner: Uuid", claimed_until <= ? AS "is_expired!: bool", answer
           FROM idempotency_keys WHERE idempotency_key = ?"#,
        now.naive_utc(),
        key
    )
    .fetch_optional(connection)
    .await
}

/// Claims a key that nobody has; false when somebody has.
pub(super) async fn insert(
    connection: &mut MySqlConnection,
    key: &Key,
    owner: Uuid,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool, sqlx::Error> {
    let inserted = query!(
        "INSERT INTO idempotency_keys (idempotency_key, fingerprint, owner, claimed_until, created_at) \
         VALUES (?, ?, ?, ?, ?)",
        key.as_str(),
        key.fingerprint(),
        owner,
        until.naive_utc(),
        now.naive_utc()
    )
    .execute(connection)
    .await;
    match inserted {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        inserted => Ok(inserted?.rows_affected() == 1),
    }
}

/// Locks a claim for the transaction of its owner; false when it is another's by now.
pub(super) async fn hold(connection: &mut MySqlConnection, key: &str, owner: Uuid) -> Result<bool, sqlx::Error> {
    let held = query_scalar!(
        "SELECT idempotency_key FROM idempotency_keys WHERE idempotency_key = ? AND owner = ? FOR UPDATE",
        key,
        owner
    )
    .fetch_optional(connection)
    .await?;
    Ok(held.is_some())
}

/// Whether no transaction has the claim locked. If so it is locked now.
pub(super) async fn is_deserted(connection: &mut MySqlConnection, key: &str) -> Result<bool, sqlx::Error> {
    let locked = query_scalar!(
        "SELECT idempotency_key FROM idempotency_keys WHERE idempotency_key = ? FOR UPDATE SKIP LOCKED",
        key
    )
    .fetch_optional(connection)
    .await?;
    Ok(locked.is_some())
}

/// Takes an unanswered claim from its former owner; false when that one, or another, was quicker.
pub(super) async fn take_over(
    connection: &mut MySqlConnection,
    key: &Key,
    (former, owner): (Uuid, Uuid),
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool, sqlx::Error> {
    let taken = query!(
        "UPDATE idempotency_keys SET fingerprint = ?, owner = ?, claimed_until = ?, created_at = ? \
         WHERE idempotency_key = ? AND owner = ? AND answer IS NULL",
        key.fingerprint(),
        owner,
        until.naive_utc(),
        now.naive_utc(),
        key.as_str(),
        former
    )
    .execute(connection)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Writes the answer, if the claim is still the owner's. Its lock on the row is what a take-over waits for.
pub(super) async fn remember(
    connection: &mut MySqlConnection,
    key: &str,
    owner: Uuid,
    answer: &str,
) -> Result<bool, sqlx::Error> {
    let remembered = query!(
        "UPDATE idempotency_keys SET answer = ? WHERE idempotency_key = ? AND owner = ? AND answer IS NULL",
        answer,
        key,
        owner
    )
    .execute(connection)
    .await?;
    Ok(remembered.rows_affected() == 1)
}

/// Gives up the owner's claim, unless it is answered.
pub(super) async fn free(pool: &MySqlPool, key: &str, owner: Uuid) -> Result<(), sqlx::Error> {
    query!("DELETE FROM idempotency_keys WHERE idempotency_key = ? AND owner = ? AND answer IS NULL", key, owner)
        .execute(pool)
        .await?;
    Ok(())
}

/// Forgets what was claimed before that time, and tells how many keys that was.
pub(super) async fn forget(pool: &MySqlPool, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    let mut forgotten = 0;
    loop {
        let rows = query!(
            "DELETE FROM idempotency_keys WHERE created_at < ? ORDER BY created_at LIMIT ?",
            before.naive_utc(),
            FORGET_CHUNK
        )
        .execute(pool)
        .await?
        .rows_affected();
        forgotten += rows;
        if rows < FORGET_CHUNK {
            return Ok(forgotten);
        }
    }
}
