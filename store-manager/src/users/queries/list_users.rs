//! Lists users.

use serde::Deserialize;
use service_kit::{List, Page};
use sqlx::MySqlConnection;
use utoipa::IntoParams;

use crate::users::{User, UserError, store};

/// Which users.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UserFilter {
    /// The one with this address.
    pub email: Option<String>,
}

/// A page of users.
pub async fn list_users(
    connection: &mut MySqlConnection,
    page: &Page,
    filter: &UserFilter,
) -> Result<List<User>, UserError> {
    let users = store::list(connection, (page.after(), page.rows()), filter.email.as_deref()).await?;
    Ok(page.list(users, |user| user.id))
}
