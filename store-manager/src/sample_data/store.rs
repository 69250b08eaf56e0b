//! The lock under which sample data is loaded. Its name is the server's, so it holds the database's name.

use sqlx::{MySqlConnection, query_scalar};

/// How long to wait for another instance, in seconds.
const LOCK_WAIT_S: i32 = 30;

/// Takes the lock, which lives as long as the connection at most. False when another instance keeps it too long.
pub(super) async fn lock(connection: &mut MySqlConnection) -> Result<bool, sqlx::Error> {
    let taken = query_scalar!(r#"SELECT GET_LOCK(CONCAT(DATABASE(), '.sample-data'), ?) AS "taken: i64""#, LOCK_WAIT_S)
        .fetch_one(connection)
        .await?;
    Ok(taken == Some(1))
}

/// Lets the next one have it.
pub(super) async fn unlock(connection: &mut MySqlConnection) -> Result<(), sqlx::Error> {
    query_scalar!(r#"SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.sample-data')) AS "released: i64""#)
        .fetch_one(connection)
        .await?;
    Ok(())
}
