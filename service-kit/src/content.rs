//! What a body's headers must say of it, and how it may fail to arrive: the same for JSON and for forms.

use axum::http::{HeaderMap, header};
use problem_types::{BODY_TOO_LARGE, MALFORMED_JSON, Text, UNSUPPORTED_MEDIA_TYPE, text};

use crate::problem::Problem;
use crate::router::MAX_BODY_BYTES;

pub(crate) fn unsupported(detail: Text) -> Problem {
    Problem::new(&UNSUPPORTED_MEDIA_TYPE).detail(detail)
}

pub(crate) fn too_large() -> Problem {
    let limit = MAX_BODY_BYTES;
    Problem::new(&BODY_TOO_LARGE).detail(text!("Send at most {limit} bytes", "Envoyez au plus {limit} octets"))
}

pub(crate) fn incomplete() -> Problem {
    Problem::new(&MALFORMED_JSON)
        .detail(Text::fixed("The body ended before it was complete", "Le corps s'est arrêté avant d'être complet"))
}

pub(crate) fn compressed() -> Problem {
    unsupported(Text::fixed(
        "Bodies are not to be compressed: send the body as it is, without Content-Encoding",
        "Les corps ne doivent pas être compressés\u{a0}: envoyez le corps tel quel, sans Content-Encoding",
    ))
}

/// `application/json` or any `application/*+json`, parameters ignored.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some((kind, subtype)) =
        value.and_then(|value| value.split(';').next()).and_then(|essence| essence.trim().split_once('/'))
    else {
        return false;
    };
    let subtype = subtype.to_ascii_lowercase();
    kind.eq_ignore_ascii_case("application") && (subtype == "json" || subtype.ends_with("+json"))
}

/// Whether the body is anything but itself. A header that is no text is no `identity`.
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_ENCODING).iter().any(|value| {
        value.to_str().map_or(true, |codings| {
            codings
                .split(',')
                .map(str::trim)
                .any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
        })
    })
}
