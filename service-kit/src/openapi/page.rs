//! `/docs`: Swagger UI over the document. All of it is in the binary: the page asks nobody outside.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::middleware::map_response;
use axum::response::Response;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// What the page may load: its own files, and the small pictures inside its style. The browser refuses all else.
const NOTHING_FOREIGN: HeaderValue =
    HeaderValue::from_static("default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:");

/// The page and its files. The document's URL is relative to the page, which a prefix in front does not change.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let config = Config::new(["../openapi.json"])
        // Swagger UI would otherwise send the document's address to a validator in the internet.
        .validator_url("none")
        .try_it_out_enabled(true)
        .display_request_duration(true)
        .deep_linking(true);
    Router::from(SwaggerUi::new("/docs").config(config)).layer(map_response(keep_to_itself))
}

async fn keep_to_itself(mut response: Response) -> Response {
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, NOTHING_FOREIGN);
    response
}

#[cfg(test)]
mod tests {
    use crate::test_http::get;

    #[tokio::test]
    async fn the_page_has_all_that_it_refers_to() {
        let page = get(super::routes(), "/docs/").await;
        assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
        let html = String::from_utf8(page.body).unwrap();
        let links: Vec<&str> = html
            .split('"')
            .zip(html.split('"').skip(1))
            .filter(|(before, _)| before.ends_with("src=") || before.ends_with("href="))
            .map(|(_, link)| link)
            .collect();
        assert!(links.len() > 4, "{html}");
        for link in links {
            assert!(!link.contains("//"), "{link} is elsewhere");
            let file = get(super::routes(), &format!("/docs/{}", link.trim_start_matches("./"))).await;
            assert_eq!((file.status, file.body.is_empty()), (200, false), "{link}");
        }
        let settings = get(super::routes(), "/docs/swagger-initializer.js").await;
        let settings = String::from_utf8(settings.body).unwrap();
        assert!(settings.contains("../openapi.json") && settings.contains(r#""validatorUrl": "none""#), "{settings}");
    }
}
