//! `/stocks/graphql-query`, `/graphql`, and the pages around them: requests in, answers out.

use async_graphql::{ObjectType, Request, SubscriptionType};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use problem_types::{INVALID_QUERY, METHOD_NOT_ALLOWED};
use service_kit::accept::best_type;
use service_kit::language::{Reader, Text};
use service_kit::{Json, Problem, Query, Routes};
use utoipa_axum::routes;

use super::course::COURSE;
use super::request::{self, GraphqlParameters, GraphqlRequest};
use super::response::answer;
use super::schema::{SUPPLIERS, Served};
use super::session::Session;
use super::{graphiql, socket};
use crate::app::App;

/// What is API.
pub(crate) fn routes() -> Routes<App> {
    Routes::new().path(routes!(course)).path(routes!(suppliers))
}

/// What is for browsers and sockets: reached on the service itself, and no part of the API's description.
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/graphql", get(read))
        .route("/graphql/ws", get(socket::open))
        .route("/graphql/assets/{file}", get(graphiql::asset))
}

/// Asks about products and stock, in the course's GraphQL
///
/// The schema is `docs/graphql/course.graphql`: `product(id: String!)` and `stockLevel(productId: String!)`.
#[utoipa::path(post, path = "/stocks/graphql-query", tag = "stocks", operation_id = "query_stock",
    request_body(content = GraphqlRequest, example = json!(
        {"query": "query($id: String!) { product(id: $id) { name sku price quantity } }", "variables": {"id": "1"}}
    )),
    responses((status = 200, description = "GraphQL's answer, with or without errors", body = Value)))]
async fn course(
    State(app): State<App>,
    Reader(language): Reader,
    headers: HeaderMap,
    Json(request): Json<GraphqlRequest>,
) -> Result<Response, Problem> {
    run(&COURSE, request.into_request()?, Session::new(app, language), &headers).await
}

/// Asks about products and stock and announces replenishments, in the suppliers' GraphQL
///
/// The schema is `docs/graphql/suppliers.graphql`; introspection answers it too. `GET /graphql` in a browser opens a
/// page to try it.
#[utoipa::path(post, path = "/graphql", tag = "stocks", operation_id = "graphql",
    request_body(content = GraphqlRequest, example = json!(
        {"query": "{ lowStock(below: 100) { nodes { sku name quantity } } }"}
    )),
    responses(
        (status = 200, description = "GraphQL's answer, with or without errors", body = Value),
        (status = 400, description = "The document cannot be executed; only to clients that accept \
            application/graphql-response+json", content_type = "application/graphql-response+json", body = Value)))]
async fn suppliers(
    State(app): State<App>,
    Reader(language): Reader,
    headers: HeaderMap,
    Json(request): Json<GraphqlRequest>,
) -> Result<Response, Problem> {
    run(&SUPPLIERS, request.into_request()?, Session::new(app, language), &headers).await
}

/// The page for a browser; for all others a query in the query string, which must not change anything.
async fn read(
    State(app): State<App>,
    Reader(language): Reader,
    headers: HeaderMap,
    Query(parameters): Query<GraphqlParameters>,
) -> Result<Response, Problem> {
    if best_type(&headers, &["application/json", "application/graphql-response+json", "text/html"]) == Some("text/html")
    {
        return Ok(graphiql::page());
    }
    let Some(mut request) = parameters.into_request()? else {
        let en = "query: is missing; send a document as ?query=, or POST it, or open this address in a browser";
        let fr =
            "query : manque ; envoyez un document par ?query=, ou par POST, ou ouvrez cette adresse dans un navigateur";
        return Err(Problem::new(&INVALID_QUERY).detail(Text::fixed(en, fr)));
    };
    if request::is_mutation(&mut request) {
        let detail = Text::fixed("Send mutations with POST", "Envoyez les mutations par POST");
        let mut refusal = Problem::new(&METHOD_NOT_ALLOWED).detail(detail).into_response();
        refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        return Ok(refusal);
    }
    run(&SUPPLIERS, request, Session::new(app, language), &headers).await
}

async fn run<Q, M, S>(
    served: &Served<Q, M, S>,
    request: Request,
    session: Session,
    headers: &HeaderMap,
) -> Result<Response, Problem>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    Ok(answer(&request::execute(served, request, session).await, headers))
}
