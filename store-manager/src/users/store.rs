//! The SQL of users.

use std::collections::BTreeSet;

use saga_kit::rows::json;
use shared_events::UserId;
use sqlx::{MySqlConnection, query, query_as, query_scalar};

use super::{NewUser, User};

/// Writes a user and tells the id. A mail address that is taken fails on its unique key.
pub(crate) async fn insert(connection: &mut MySqlConnection, user: &NewUser) -> Result<UserId, sqlx::Error> {
    let inserted = query!("INSERT INTO users (name, email) VALUES (?, ?)", user.name.as_str(), user.email.as_str())
        .execute(connection)
        .await?;
    Ok(inserted.last_insert_id())
}

/// Locks a user until the transaction ends; none where there is no such user.
pub(crate) async fn lock(connection: &mut MySqlConnection, user_id: UserId) -> Result<Option<User>, sqlx::Error> {
    query_as!(User, "SELECT id, name, email FROM users WHERE id = ? FOR UPDATE", user_id)
        .fetch_optional(connection)
        .await
}

/// Deletes a locked user. One with orders fails on the orders' foreign key.
pub(crate) async fn delete(connection: &mut MySqlConnection, user_id: UserId) -> Result<(), sqlx::Error> {
    query!("DELETE FROM users WHERE id = ?", user_id).execute(connection).await?;
    Ok(())
}

/// Those of the users that there are; they stay until the transaction ends.
///
/// Shared, so that orders of one user don't wait for each other. `FOR SHARE` is unknown to `MariaDB`.
pub(crate) async fn hold(
    connection: &mut MySqlConnection,
    user_ids: &BTreeSet<UserId>,
) -> Result<BTreeSet<UserId>, sqlx::Error> {
    let found = query_scalar!(
        "SELECT users.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN users FORCE INDEX (PRIMARY) ON users.id = wanted.id LOCK IN SHARE MODE",
        json(user_ids)?
    )
    .fetch_all(connection)
    .await?;
    Ok(found.into_iter().collect())
}

/// Whether there are any users at all.
pub(crate) async fn any(connection: &mut MySqlConnection) -> Result<bool, sqlx::Error> {
    let found = query_scalar!("SELECT id FROM users LIMIT 1").fetch_optional(connection).await?;
    Ok(found.is_some())
}

/// One user.
pub(crate) async fn get(connection: &mut MySqlConnection, user_id: UserId) -> Result<Option<User>, sqlx::Error> {
    query_as!(User, "SELECT id, name, email FROM users WHERE id = ?", user_id).fetch_optional(connection).await
}

/// Users in id order, all or the one with that address.
pub(crate) async fn list(
    connection: &mut MySqlConnection,
    (after, rows): (UserId, u32),
    email: Option<&str>,
) -> Result<Vec<User>, sqlx::Error> {
    query_as!(
        User,
        "SELECT id, name, email FROM users WHERE id > ? AND (? IS NULL OR email = ?) ORDER BY id LIMIT ?",
        after,
        email,
        email,
        rows
    )
    .fetch_all(connection)
    .await
}
