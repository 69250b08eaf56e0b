//! [`SecretUrl`]: a URL whose password is never printed.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// A connection URL. `Debug` and `Display` show `mysql://user:***@host/db`; [`SecretUrl::expose`] the whole.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// The URL with its password, for the client that connects. Never for a log or an answer.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for SecretUrl {
    type Err = Infallible;

    // Takes anything: whoever connects judges the URL, and says what is wrong without repeating it.
    fn from_str(url: &str) -> Result<Self, Infallible> {
        Ok(Self(url.to_owned()))
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact(&self.0))
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// `url` with `***` in place of its password and of its query. A text without a scheme is hidden whole,
/// because nobody can say what in it is secret.
#[must_use]
pub fn redact(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return "***".to_owned();
    };
    // The last '@' ends the credentials: a password that was not percent-encoded may hold '@', '/' and '?'.
    let (credentials, host) = rest.rsplit_once('@').map_or(("", rest), |(credentials, host)| (credentials, host));
    let user = match credentials.split_once(':') {
        Some((user, _password)) => format!("{user}:***@"),
        None if credentials.is_empty() => String::new(),
        None => format!("{credentials}@"),
    };
    match host.split_once('?') {
        Some((host, _parameters)) => format!("{scheme}://{user}{host}?***"),
        None => format!("{scheme}://{user}{host}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_shows() {
        for (url, shown) in [
            ("mysql://app:pa55@db:3306/store", "mysql://app:***@db:3306/store"),
            ("mysql://app:p@s:5/x@db/store", "mysql://app:***@db/store"),
            ("mysql://app:@db/store", "mysql://app:***@db/store"),
            ("mysql://root@127.0.0.1/store", "mysql://root@127.0.0.1/store"),
            ("mysql://db/store?password=pa55", "mysql://db/store?***"),
            ("mysql://app:pa?55@db/store", "mysql://app:***@db/store"),
            ("app:pa55@db/store", "***"),
            ("", "***"),
        ] {
            let secret: SecretUrl = url.parse().unwrap();
            assert_eq!(secret.expose(), url);
            assert_eq!(secret.to_string(), shown);
            assert_eq!(format!("{secret:?}"), format!("\"{shown}\""));
        }
    }
}
