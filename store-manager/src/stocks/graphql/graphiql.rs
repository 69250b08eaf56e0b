//! The GraphiQL page and what it is made of, all of it in this binary: it works without the internet, and the
//! policy in its header keeps a browser from asking anybody else.
//!
//! The files and their licences stand in `assets/graphiql/`; `assets/graphiql/renew` fetches newer ones. Their names
//! carry their versions, so a browser may keep them for good.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use problem_types::NO_SUCH_ROUTE;
use service_kit::Problem;
use service_kit::language::Text;

/// How long a browser may keep a file whose name will never stand for another one.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// What has no version in its name is asked for each time.
const EACH_TIME: &str = "no-cache";
/// Scripts and connections only of the service itself; the editor sets styles on its elements and brings its fonts
/// along as data.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
                      img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

struct Asset {
    name: &'static str,
    content_type: &'static str,
    cached: &'static str,
    bytes: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $content_type:expr, $cached:expr) => {
        Asset {
            name: $name,
            content_type: $content_type,
            cached: $cached,
            bytes: include_bytes!(concat!("../../../assets/graphiql/", $name)),
        }
    };
}

static ASSETS: [Asset; 7] = [
    asset!("graphiql-4.1.2.min.js", JAVASCRIPT, FOR_GOOD),
    asset!("graphiql-4.1.2.min.css", CSS, FOR_GOOD),
    asset!("graphql-ws-6.4.2.min.js", JAVASCRIPT, FOR_GOOD),
    asset!("react-18.3.1.min.js", JAVASCRIPT, FOR_GOOD),
    asset!("react-dom-18.3.1.min.js", JAVASCRIPT, FOR_GOOD),
    asset!("start.js", JAVASCRIPT, EACH_TIME),
    asset!("start.css", CSS, EACH_TIME),
];
static PAGE: &str = include_str!("../../../assets/graphiql/index.html");

/// The page.
pub(super) fn page() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, EACH_TIME),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::VARY, "accept"),
    ];
    (headers, PAGE).into_response()
}

/// A file that the page asks for.
pub(super) async fn asset(uri: Uri, file: Result<Path<String>, PathRejection>) -> Result<Response, Problem> {
    // A name that is no text is that of no file.
    let file = file.map(|Path(file)| file).unwrap_or_default();
    let asset = ASSETS.iter().find(|asset| asset.name == file).ok_or_else(|| {
        let path = uri.path();
        let detail = Text::new(format!("there is no file {path}"), format!("il n'y a pas de fichier {path}"));
        Problem::new(&NO_SUCH_ROUTE).detail(detail)
    })?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static(asset.cached)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, asset.bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_the_files_that_are_there_and_nobody_elses() {
        for asset in &ASSETS {
            assert!(PAGE.contains(&format!("\"graphql/assets/{}\"", asset.name)), "{}", asset.name);
        }
        assert_eq!(PAGE.matches("graphql/assets/").count(), ASSETS.len());
        assert!(!PAGE.contains("//"), "an address of somebody else");
    }
}
