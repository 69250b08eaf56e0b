//! `/users`: requests in, answers out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service_kit::openapi::{Deleted, IfMatchParameter, IfNoneMatchParameter, KeyParameter, PageParameters};
use service_kit::{
    Expected, Id, Json, Keyed, List, Page, Problem, Query, Routes, Tagged, idempotent, link, transactional,
};
use shared_events::UserId;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::commands::{create_user, delete_user};
use super::queries::{UserFilter, get_user, list_users};
use super::{NewUser, User};
use crate::app::App;

pub(crate) fn routes() -> Routes<App> {
    Routes::new().path(routes!(list, create)).path(routes!(read, delete))
}

#[derive(Deserialize, ToSchema)]
struct UserRequest {
    name: String,
    email: String,
}

#[derive(Serialize, ToSchema)]
struct UserCreated {
    #[schema(value_type = u64)]
    user_id: UserId,
}

/// Creates a user
#[utoipa::path(
    post, path = "/users", tag = "users", operation_id = "create_user",
    params(KeyParameter),
    request_body(content = UserRequest, example = json!({"name": "Ada Lovelace", "email": "ada@example.org"})),
    responses((status = 201, description = "Created", body = UserCreated, headers(
        ("Location" = String, description = "The user, relative to this address"),
    ))),
    extensions(("x-problems" = json!(["email-taken"])))
)]
async fn create(State(app): State<App>, Keyed { body, key }: Keyed<UserRequest>) -> Result<Response, Problem> {
    let user = NewUser::parse(&body.name, &body.email)?;
    idempotent(&app.transactions, key.as_ref(), create_user, (&user,), created).await
}

fn created(user_id: UserId) -> impl IntoResponse {
    (StatusCode::CREATED, link::location("users", user_id), Json(UserCreated { user_id }))
}

/// One user
#[utoipa::path(
    get, path = "/users/{id}", tag = "users", operation_id = "get_user",
    params(IfNoneMatchParameter),
    responses((status = 200, description = "The user", body = User)),
    extensions(("x-problems" = json!(["user-not-found"])))
)]
async fn read(State(app): State<App>, Id(user_id): Id) -> Result<Tagged<User>, Problem> {
    Ok(Tagged::content(get_user(&mut *app.connection().await?, user_id).await?))
}

/// Users, in id order
#[utoipa::path(
    get, path = "/users", tag = "users", operation_id = "list_users",
    params(PageParameters, UserFilter),
    responses((status = 200, description = "A page of users", body = List<User>))
)]
async fn list(State(app): State<App>, page: Page, Query(filter): Query<UserFilter>) -> Result<List<User>, Problem> {
    Ok(list_users(&mut *app.connection().await?, &page, &filter).await?)
}

/// Deletes a user who has no orders
///
/// With `If-Match`, only if they are still as they were read.
#[utoipa::path(
    delete, path = "/users/{id}", tag = "users", operation_id = "delete_user",
    params(IfMatchParameter),
    responses((status = 200, description = "Deleted", body = Deleted)),
    extensions(("x-problems" = json!(["user-not-found", "user-in-use"])))
)]
async fn delete(State(app): State<App>, Id(user_id): Id, expected: Expected) -> Result<Json<Deleted>, Problem> {
    transactional(&app.transactions, delete_user, (user_id, &expected)).await?;
    Ok(Json(Deleted::YES))
}
