//! What a user is: a name and a mail address that were checked once, when they came in.

use serde::Serialize;
use service_kit::ETag;
use service_kit::transactional::DatabaseCause;
use shared_events::UserId;
use utoipa::ToSchema;

use crate::name::{MAX_NAME_CHARS, Name};

/// Bytes of a mail address at most (RFC 5321, 4.5.3.1.3, without the brackets).
pub(crate) const MAX_EMAIL_BYTES: usize = 254;

/// Why something cannot be done with a user.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// No name, or none that can be shown.
    #[error("name: must have 1 to {MAX_NAME_CHARS} characters, none of them a control character")]
    InvalidName,
    /// Not of the form of a mail address.
    #[error("email: must be of the form name@host.domain, without spaces, {MAX_EMAIL_BYTES} bytes at most")]
    InvalidEmail,
    /// Another user has the address.
    #[error("another user has the address {email}")]
    EmailTaken {
        /// The address.
        email: String,
    },
    /// Nobody has this id.
    #[error("there is no user {user_id}")]
    Unknown {
        /// The id.
        user_id: UserId,
    },
    /// Orders refer to the user.
    #[error("user {user_id} has orders")]
    InUse {
        /// The user.
        user_id: UserId,
    },
    /// It is another state than those that are to be deleted.
    #[error("user {user_id} is not as you read them")]
    Changed {
        /// The user.
        user_id: UserId,
        /// Their present state.
        etag: ETag,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl DatabaseCause for UserError {
    fn database_cause(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Database(cause) => Some(cause),
            _ => None,
        }
    }
}

/// A mail address, by its form: whether mail arrives there, only a mail can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Checks an address as it was typed.
    pub fn parse(text: &str) -> Result<Self, UserError> {
        let email = text.trim();
        let formed = email.split_once('@').is_some_and(|(mailbox, host)| {
            let labels_fit = host.contains('.') && host.split('.').all(|label| !label.is_empty());
            !mailbox.is_empty() && labels_fit && !host.contains('@')
        });
        let blank = |char: char| char.is_whitespace() || char.is_control();
        if formed && email.len() <= MAX_EMAIL_BYTES && !email.contains(blank) {
            Ok(Self(email.to_owned()))
        } else {
            Err(UserError::InvalidEmail)
        }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A user to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// What to call them.
    pub name: Name,
    /// Where to write to them; no two users share one.
    pub email: Email,
}

impl NewUser {
    /// Checks what was typed.
    pub fn parse(name: &str, email: &str) -> Result<Self, UserError> {
        Ok(Self { name: Name::parse(name).ok_or(UserError::InvalidName)?, email: Email::parse(email)? })
    }
}

/// A user, as they are answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct User {
    /// The id.
    #[schema(value_type = u64)]
    pub id: UserId,
    /// What to call them.
    pub name: String,
    /// Where to write to them.
    pub email: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_mailbox_and_a_host_with_a_domain() {
        for email in ["ada@example.org", " o'neil+tag@mail.example.org ", "josé@example.org"] {
            assert_eq!(Email::parse(email).unwrap().as_str(), email.trim());
        }
        let long = format!("{}@example.org", "a".repeat(MAX_EMAIL_BYTES));
        for email in
            ["", "ada", "@example.org", "ada@", "ada@host", "ada@.org", "ada@example.", "a@b@c.org", "a b@c.org", &long]
        {
            assert!(matches!(Email::parse(email), Err(UserError::InvalidEmail)), "{email:?}");
        }
    }
}
