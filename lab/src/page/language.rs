//! The reader's language: what the page's switch was set to, else what the browser asks for.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use problem_types::Language;
use service_kit::language::preferred;

use super::gate::cookie;

/// The cookie of the switch.
pub(super) const COOKIE: &str = "lang";

/// The language of whoever reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader(pub Language);

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(chosen(&parts.headers)))
    }
}

pub(super) fn chosen(headers: &HeaderMap) -> Language {
    let set = cookie(headers, COOKIE).and_then(by_tag);
    set.unwrap_or_else(|| preferred(headers))
}

/// The language of that tag.
pub(super) fn by_tag(tag: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language.tag() == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switch_counts_before_the_browser() {
        let of = |cookie: &str, accepted: &str| {
            chosen(&HeaderMap::from_iter([
                (axum::http::header::COOKIE, cookie.parse().unwrap()),
                (axum::http::header::ACCEPT_LANGUAGE, accepted.parse().unwrap()),
            ]))
        };
        assert_eq!(of("lang=en", "fr-CA"), Language::En);
        assert_eq!(of("lang=fr", "en"), Language::Fr);
        assert_eq!(of("lang=xx", "fr-CA, en;q=0.5"), Language::Fr);
        assert_eq!(of("", "de"), Language::En);
    }
}
