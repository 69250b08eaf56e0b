//! References to other things of the same service, relative to the request that they answer.
//!
//! A service does not know under which path its clients reach it: through the gateway, `/orders` is
//! `/store-manager-api/orders`, and an absolute path such as `/orders/7` would lead nowhere there. RFC 3986 resolves a
//! relative reference against the address of the request, whichever that was; `Location` (RFC 9110, 10.2.2) and `Link`
//! (RFC 8288, 3) allow it.

use axum::http::header::{LINK, LOCATION};
use axum::http::{HeaderName, HeaderValue};
use std::fmt::Write;

/// `Location` of a member of the list that the request was sent to: after `POST /orders`, `orders/7` is
/// `/orders/7`, and after `POST /store-manager-api/orders` it is `/store-manager-api/orders/7`.
#[must_use]
pub fn location(list: &'static str, id: u64) -> [(HeaderName, HeaderValue); 1] {
    // The name of a list and digits are a header's text; the fallback keeps this total.
    let reference = HeaderValue::from_str(&format!("{list}/{id}"));
    [(LOCATION, reference.unwrap_or_else(|_| HeaderValue::from_static(list)))]
}

/// `Link` to the next page, which `next` in the body names too.
pub(crate) fn next(reference: &str) -> Option<(HeaderName, HeaderValue)> {
    let value = HeaderValue::from_str(&format!("<{reference}>; rel=\"next\"")).ok()?;
    Some((LINK, value))
}

/// A query as it may stand in a reference: what a client sent beside the rules of RFC 3986 is percent-encoded.
pub(crate) fn encoded(query: &str) -> String {
    query.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[test]
    fn a_location_leads_to_what_was_created_directly_and_through_the_gateway() {
        let [(name, location)] = location("orders", 7);
        assert_eq!((name, location.to_str().unwrap()), (LOCATION, "orders/7"));
        for (list, created) in [
            ("http://127.0.0.1:5000/orders", "http://127.0.0.1:5000/orders/7"),
            ("http://127.0.0.1:8080/store-manager-api/orders", "http://127.0.0.1:8080/store-manager-api/orders/7"),
            ("http://127.0.0.1:5000/orders?trace=1", "http://127.0.0.1:5000/orders/7"),
        ] {
            assert_eq!(Url::parse(list).unwrap().join(location.to_str().unwrap()).unwrap().as_str(), created);
        }
    }

    #[test]
    fn what_a_reference_cannot_hold_is_percent_encoded() {
        assert_eq!(encoded("status=a%20b&x=1"), "status=a%20b&x=1");
        assert_eq!(encoded("x=\"é>"), "x=%22%C3%A9%3E");
    }
}
