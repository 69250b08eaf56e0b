//! What a client would like best: the lists of `Accept` and `Accept-Language`, with their qualities (RFC 9110, 12.4).

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, HeaderName};

/// Ranges of a header that are looked at, at most: nobody's browser sends as many.
const MAX_RANGES: usize = 64;

/// One range of a list, with its quality in thousandths.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Range {
    /// In lower case, without parameters, such as `text/*` or `fr-ca`.
    pub(crate) name: String,
    /// 0 (not at all) to 1000.
    pub(crate) quality: u16,
}

/// The ranges of a header in its order; one whose quality is no quality is left out.
pub(crate) fn ranges(headers: &HeaderMap, name: &HeaderName) -> Vec<Range> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).take(MAX_RANGES).filter_map(range).collect()
}

fn range(text: &str) -> Option<Range> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
    let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some(Range { name, quality: quality.map_or(Some(1_000), thousandths)? })
}

/// `0.8` is 800: a whole part of 0 or 1 and three decimals at most, 1 in all at most.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    let decimals: u16 = format!("{decimals:0<3}").parse().ok().filter(|_| digits)?;
    match whole {
        "0" => Some(decimals),
        "1" if decimals == 0 => Some(1_000),
        _ => None,
    }
}

/// Which of several media types, such as `text/html`, the client would like best: of equals the one that is offered
/// first, also where the header is missing; none when it accepts none of them.
#[must_use]
pub fn best_type<'a>(headers: &HeaderMap, offers: &[&'a str]) -> Option<&'a str> {
    if !headers.contains_key(ACCEPT) {
        return offers.first().copied();
    }
    let ranges = ranges(headers, &ACCEPT);
    // `max_by_key` gives the last of equals, so the offers are gone through from the end.
    let liked = offers.iter().rev().map(|offer| (quality(&ranges, offer), *offer));
    liked.max_by_key(|(quality, _)| *quality).filter(|(quality, _)| *quality > 0).map(|(_, offer)| offer)
}

/// The most precise range that covers the media type says its quality.
fn quality(ranges: &[Range], offer: &str) -> u16 {
    let of = |name: &str| ranges.iter().filter(|range| range.name == name).map(|range| range.quality).max();
    let any_subtype = || offer.split_once('/').and_then(|(kind, _)| of(&format!("{kind}/*")));
    of(offer).or_else(any_subtype).or_else(|| of("*/*")).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(accept: &str) -> Option<&'static str> {
        let headers = HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]);
        best_type(&headers, &["text/html", "application/json"])
    }

    #[test]
    fn the_type_of_the_highest_quality_is_chosen() {
        for (accept, chosen) in [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some("text/html")),
            ("application/json", Some("application/json")),
            ("Application/JSON; charset=utf-8, */*;q=0.1", Some("application/json")),
            ("text/html;q=0.2, application/json;q=0.9", Some("application/json")),
            ("text/*;q=0.5, */*;q=0.6", Some("application/json")),
            ("*/*", Some("text/html")),
            ("", None),
            ("image/png", None),
            ("text/html;q=0, */*", Some("application/json")),
            ("text/html;q=2, application/json;q=0.001", Some("application/json")),
        ] {
            assert_eq!(best(accept), chosen, "{accept}");
        }
        assert_eq!(best_type(&HeaderMap::new(), &["text/html", "application/json"]), Some("text/html"));
    }

    #[test]
    fn a_quality_has_three_decimals_at_most() {
        for (text, quality) in [
            ("1", Some(1_000)),
            ("1.000", Some(1_000)),
            ("0", Some(0)),
            ("0.", Some(0)),
            ("0.05", Some(50)),
            ("0.999", Some(999)),
        ] {
            assert_eq!(thousandths(text), quality, "{text}");
        }
        for text in ["1.1", "2", "-1", "0.1234", "0.+1", "x", ""] {
            assert_eq!(thousandths(text), None, "{text}");
        }
    }
}
