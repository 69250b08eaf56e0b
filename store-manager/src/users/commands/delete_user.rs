//! Deletes a user whom no order refers to.

use saga_kit::Tx;
use service_kit::{ETag, Expected};
use shared_events::UserId;

use crate::columns::is_referred_to;
use crate::users::{UserError, store};

/// Deletes the user. Orders stay readable for good, and with them whose they are.
pub async fn delete_user(tx: &mut Tx, user_id: UserId, expected: &Expected) -> Result<(), UserError> {
    let user = store::lock(tx, user_id).await?.ok_or(UserError::Unknown { user_id })?;
    let etag = ETag::of_content(&user);
    if !expected.is_met_by_tag(etag) {
        return Err(UserError::Changed { user_id, etag });
    }
    match store::delete(tx, user_id).await {
        Err(error) if is_referred_to(&error) => Err(UserError::InUse { user_id }),
        deleted => Ok(deleted?),
    }
}
