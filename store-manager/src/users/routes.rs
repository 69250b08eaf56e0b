//! `/users`: requests in, answers out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};
use service_kit::{Id, Json, List, Page, Problem, Query, Routes, Tagged, link, transactional};
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

/// Creates a user
#[utoipa::path(post, path = "/users", tag = "users", operation_id = "create_user")]
async fn create(State(app): State<App>, Json(request): Json<UserRequest>) -> Result<impl IntoResponse, Problem> {
    let user = NewUser::parse(&request.name, &request.email)?;
    let user_id = transactional(&app.transactions, create_user, (&user,)).await?;
    Ok((StatusCode::CREATED, link::location("users", user_id), Json(json!({"user_id": user_id}))))
}

/// One user
#[utoipa::path(get, path = "/users/{id}", tag = "users", operation_id = "get_user")]
async fn read(State(app): State<App>, Id(user_id): Id) -> Result<Tagged<User>, Problem> {
    Ok(Tagged::content(get_user(&mut *app.connection().await?, user_id).await?))
}

/// Users, in id order
#[utoipa::path(get, path = "/users", tag = "users", operation_id = "list_users")]
async fn list(State(app): State<App>, page: Page, Query(filter): Query<UserFilter>) -> Result<List<User>, Problem> {
    Ok(list_users(&mut *app.connection().await?, &page, &filter).await?)
}

/// Deletes a user who has no orders
#[utoipa::path(delete, path = "/users/{id}", tag = "users", operation_id = "delete_user")]
async fn delete(State(app): State<App>, Id(user_id): Id) -> Result<Json<Value>, Problem> {
    transactional(&app.transactions, delete_user, (user_id,)).await?;
    Ok(Json(json!({"deleted": true})))
}
