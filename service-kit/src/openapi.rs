//! OpenAPI 3.1 from the code: [`Routes`] collects the routes of a service together with their descriptions, and
//! serves the document at `/openapi.json` and a page to read and try it at `/docs`.
//!
//! What a route takes and answers stands beside its handler (`#[utoipa::path]`); what the kit's own extractors and
//! limits may answer is added here, once for all of them.

mod checks;
mod complete;
mod page;
mod parameters;
mod schemas;

use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;
use axum::{Extension, Router};
use serde_json::Value;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, ServerBuilder};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

pub use checks::{check_copy, check_problem, check_routes, problem_slug};
pub use parameters::{IfMatchParameter, IfNoneMatchParameter, KeyParameter, PageParameters};
pub use schemas::{Currency, Deleted, Money, Problem};

/// What the document says of the service as a whole.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// Its name.
    pub title: &'static str,
    /// What it does, in Markdown.
    pub description: &'static str,
}

/// The routes of a feature or of a service, each with its description.
///
/// It takes none without: a route that the document does not know would be one that no test of the contract reaches.
#[derive(Clone)]
pub struct Routes<S>(OpenApiRouter<S>);

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self(OpenApiRouter::default())
    }

    /// Adds the handlers of one path: `.path(routes!(list, create))`.
    #[must_use]
    pub fn path(self, handlers: UtoipaMethodRouter<S>) -> Self {
        Self(self.0.routes(handlers))
    }

    /// Adds those of a feature.
    #[must_use]
    pub fn merge(self, feature: Self) -> Self {
        Self(self.0.merge(feature.0))
    }

    /// The router with the document's route and its page, beside the document itself.
    pub fn document(self, about: About) -> (Router<S>, Value) {
        let (router, collected) = self.path(routes!(openapi_document)).0.split_for_parts();
        let document = assemble(collected, about);
        let text = Document(document.to_string().into());
        (router.layer(Extension(text)).merge(page::routes()), document)
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> std::fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Routes")
    }
}

/// The document, written once at the start.
#[derive(Clone)]
struct Document(Bytes);

/// This document
///
/// The contract of this service, OpenAPI 3.1, made from its code.
#[utoipa::path(get, path = "/openapi.json", tag = "service", operation_id = "get_openapi", responses((status = 200, description = "The document", content_type = "application/json", body = Object)))]
async fn openapi_document(Extension(Document(text)): Extension<Document>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], text)
}

fn assemble(collected: OpenApi, about: About) -> Value {
    let info = InfoBuilder::new()
        .title(about.title)
        .description(Some(about.description))
        .version(env!("CARGO_PKG_VERSION"))
        .build();
    // Relative to where the document was read, so that it holds directly and behind the gateway's prefix alike.
    let here = ServerBuilder::new().url(".").description(Some("Where this document is")).build();
    let mut components = collected.components.unwrap_or_default();
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    let document = OpenApiBuilder::new()
        .info(info)
        .servers(Some([here]))
        .paths(collected.paths)
        .components(Some(components))
        .build();
    // Strings, numbers and maps always serialize; the fallback keeps this total.
    let mut document = serde_json::to_value(document).unwrap_or_default();
    complete::complete(&mut document);
    document
}
