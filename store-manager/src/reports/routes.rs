//! `/orders/reports/…` and `/stocks/reports/…`: requests in, answers out.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use problem_types::{Text, text};
use serde::{Deserialize, Serialize};
use service_kit::accept::best_type;
use service_kit::language::Reader;
use service_kit::query::invalid_query;
use service_kit::{Json, Problem, Query, Routes, database};
use shared_events::{Money, ProductId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::overview_csv::overview_csv;
use crate::app::App;
use crate::read_models::{ProductStock, Seller, Source, Sourced, Spender};

/// Where the answer comes from: `redis` or `mysql`.
static DATA_SOURCE: HeaderName = HeaderName::from_static("data-source");

/// Rows of a ranking unless the request says otherwise, and at most.
const RANKING: (u32, u32) = (10, 100);
/// Rows of the overview unless the request says otherwise, and at most.
const OVERVIEW: (u32, u32) = (1_000, 10_000);

const CSV: &str = "text/csv";
const JSON: &str = "application/json";

pub(crate) fn routes() -> Routes<App> {
    Routes::new().path(routes!(highest_spenders)).path(routes!(best_sellers)).path(routes!(overview_stocks))
}

/// How many rows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Rows {
    /// Rows at most
    #[param(minimum = 1)]
    limit: Option<u32>,
}

impl Rows {
    fn within(&self, (default, most): (u32, u32)) -> Result<u32, Problem> {
        let limit = self.limit.unwrap_or(default);
        if (1..=most).contains(&limit) { Ok(limit) } else { Err(invalid_query(out_of_range(most))) }
    }
}

fn out_of_range(most: u32) -> Text {
    text!("limit: must be 1 to {most}", "limit\u{a0}: doit être compris entre 1 et {most}")
}

/// A row of the stock overview.
#[derive(Serialize, ToSchema)]
struct StockRow {
    #[schema(value_type = u64)]
    product_id: ProductId,
    name: String,
    sku: String,
    #[schema(value_type = service_kit::openapi::Money)]
    unit_price: Money,
    quantity: u32,
}

/// The users who spent most on orders that stand
///
/// Ten unless `limit` says otherwise (100 at most); equals by id. The header `Age` tells how many seconds old the
/// answer may be, `Data-Source` where it comes from: `redis`, or `mysql` while Redis is away or being filled.
#[utoipa::path(
    get,
    path = "/orders/reports/highest-spenders",
    tag = "reports",
    operation_id = "highest_spenders",
    params(Rows),
    responses((status = 200, description = "The report", body = Vec<Spender>, headers(
        ("Age" = u32, description = "Seconds old at most; absent where that is not known"),
        ("Data-Source" = String, description = "`redis` or `mysql`"),
    )))
)]
async fn highest_spenders(
    State(app): State<App>,
    Query(rows): Query<Rows>,
) -> Result<Sheet<Json<Vec<Spender>>>, Problem> {
    let answer = app.read_models.highest_spenders(rows.within(RANKING)?).await;
    Ok(Sheet::of(answer.map_err(|error| database::problem(&error))?, Json))
}

/// The products sold most in orders that stand
///
/// Ten unless `limit` says otherwise (100 at most); equals by id. Headers as for the highest spenders.
#[utoipa::path(
    get,
    path = "/orders/reports/best-sellers",
    tag = "reports",
    operation_id = "best_sellers",
    params(Rows),
    responses((status = 200, description = "The report", body = Vec<Seller>, headers(
        ("Age" = u32, description = "Seconds old at most; absent where that is not known"),
        ("Data-Source" = String, description = "`redis` or `mysql`"),
    )))
)]
async fn best_sellers(State(app): State<App>, Query(rows): Query<Rows>) -> Result<Sheet<Json<Vec<Seller>>>, Problem> {
    let answer = app.read_models.best_sellers(rows.within(RANKING)?).await;
    Ok(Sheet::of(answer.map_err(|error| database::problem(&error))?, Json))
}

/// Every product with what is in stock
///
/// The first thousand in id order unless `limit` says otherwise (10,000 at most); as a table for spreadsheets, with
/// headings in the reader's language, for `Accept: text/csv`. Headers as for the highest spenders.
#[utoipa::path(
    get,
    path = "/stocks/reports/overview-stocks",
    tag = "reports",
    operation_id = "overview_stocks",
    params(Rows),
    responses((status = 200, description = "The report", content(
        (Vec<StockRow> = "application/json"), (String = "text/csv"),
    ), headers(
        ("Age" = u32, description = "Seconds old at most; absent where that is not known"),
        ("Data-Source" = String, description = "`redis` or `mysql`"),
    )))
)]
async fn overview_stocks(
    State(app): State<App>,
    Query(rows): Query<Rows>,
    Reader(language): Reader,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let answer = app.read_models.stock_overview(rows.within(OVERVIEW)?).await;
    let answer = answer.map_err(|error| database::problem(&error))?;
    if best_type(&headers, &[JSON, CSV]) == Some(CSV) {
        let content_type =
            [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_LANGUAGE, language.tag())];
        return Ok(Sheet::of(answer, |products| (content_type, overview_csv(&products, language))).into_response());
    }
    let row = |ProductStock { id, name, sku, price, quantity }| StockRow {
        product_id: id,
        name,
        sku,
        unit_price: price,
        quantity,
    };
    Ok(Sheet::of(answer, |products| Json(products.into_iter().map(row).collect::<Vec<_>>())).into_response())
}

/// An answer with its age.
struct Sheet<T> {
    body: T,
    source: Source,
}

impl<T> Sheet<T> {
    fn of<V>(answer: Sourced<V>, show: impl FnOnce(V) -> T) -> Self {
        Self { body: show(answer.value), source: answer.source }
    }
}

impl<T: IntoResponse> IntoResponse for Sheet<T> {
    fn into_response(self) -> Response {
        let (name, age_s) = match self.source {
            Source::Redis { age_s } => ("redis", age_s),
            Source::MySql => ("mysql", Some(0)),
        };
        let mut response = self.body.into_response();
        let headers = response.headers_mut();
        headers.insert(DATA_SOURCE.clone(), HeaderValue::from_static(name));
        headers.insert(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
        if let Some(age_s) = age_s {
            headers.insert(header::AGE, HeaderValue::from(age_s));
        }
        response
    }
}
