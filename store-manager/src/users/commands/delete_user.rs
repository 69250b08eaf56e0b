//! Deletes a user whom no order refers to.

use saga_kit::Tx;
use shared_events::UserId;

use crate::columns::is_referred_to;
use crate::users::{UserError, store};

/// Deletes the user. Orders stay readable for good, and with them whose they are.
pub async fn delete_user(tx: &mut Tx, user_id: UserId) -> Result<(), UserError> {
    match store::delete(tx, user_id).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(UserError::Unknown { user_id }),
        Err(error) if is_referred_to(&error) => Err(UserError::InUse { user_id }),
        Err(error) => Err(error.into()),
    }
}
