//! `/docs`: Swagger UI over the document. All of it is in the binary: the page asks nobody outside.

use axum::Router;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// The page and its files. The document's URL is relative to the page, which a prefix in front does not change.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let config = Config::new(["../openapi.json"])
        // Swagger UI would otherwise send the document's address to a validator in the internet.
        .validator_url("none")
        .try_it_out_enabled(true)
        .display_request_duration(true)
        .deep_linking(true);
    SwaggerUi::new("/docs").config(config).into()
}
