//! Creates a user.

use saga_kit::Tx;
use shared_events::UserId;

use crate::columns::is_taken;
use crate::users::{NewUser, UserError, store};

/// Writes the user and tells their id. The unique key decides whether the address is free: to ask first would
/// leave a gap between the answer and the write.
pub async fn create_user(tx: &mut Tx, user: &NewUser) -> Result<UserId, UserError> {
    match store::insert(tx, user).await {
        Err(error) if is_taken(&error) => Err(UserError::EmailTaken { email: user.email.as_str().to_owned() }),
        inserted => Ok(inserted?),
    }
}
