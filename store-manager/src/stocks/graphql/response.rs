//! A GraphQL answer as it goes over HTTP, by the GraphQL-over-HTTP specification.
//!
//! To a client that asks for `application/graphql-response+json` a document that cannot be executed is a 400. To all
//! others, whose libraries take any status but 200 for a broken connection, every GraphQL answer is a 200.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Response as GraphqlResponse, ServerError, Value};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use service_kit::accept::best_type;

use super::error;

const JSON: &str = "application/json";
const GRAPHQL_JSON: &str = "application/graphql-response+json";

/// The members of an answer. Without `data` where nothing was executed, as GraphQL's specification has it.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
}

/// The answer in the form that the request's headers ask for.
pub(super) fn answer(response: &GraphqlResponse, request: &HeaderMap) -> Response {
    let media_type = best_type(request, &[JSON, GRAPHQL_JSON]).unwrap_or(JSON);
    let executed = was_executed(response);
    let status = if executed || media_type == JSON { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let document = Document { errors: &response.errors, data: executed.then_some(&response.data) };
    // Values of GraphQL always serialize; the fallback keeps this total.
    let body = serde_json::to_vec(&document).unwrap_or_default();
    let content_type = HeaderValue::from_static(media_type);
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}

/// Completes what the library answers: each error has its code, and an operation of which everything is skipped has an
/// answer, with nothing in it (7.1).
pub(super) fn complete(mut response: GraphqlResponse) -> GraphqlResponse {
    if response.data == Value::Null && response.errors.is_empty() {
        response.data = Value::Object(IndexMap::default());
    }
    error::complete(response)
}

/// Whether the operation was executed, with or without errors: those of fields have a path, those of requests none.
pub(super) fn was_executed(response: &GraphqlResponse) -> bool {
    response.data != Value::Null || response.errors.iter().any(|error| !error.path.is_empty())
}
