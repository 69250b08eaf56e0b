//! The wiring: which routes and handlers make this service, and its start.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use saga_kit::jobs::Jobs;
use saga_kit::{Registry, Transactions};
use serde::Serialize;
use serde_json::Value;
use service_kit::admin::Own;
use service_kit::openapi::About;
use service_kit::{
    Admin, Dependency, Json, Problem, Routes, Service, database, harden, health, idempotency, problem_pages, start,
};
use shared_events::{
    Currency, OrderCancelled, OrderCreated, OrderCreationFailed, PaymentCreated, PaymentCreationFailed,
    PaymentDeclined, PaymentExpired, PaymentRefunded, PaymentSucceeded, PaymentVoided, SAGA, StockDecreaseFailed,
    StockIncreased,
};
use sqlx::MySql;
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::config::{DEFAULT_DATABASE_URL, Settings};
use crate::orders::handlers::{
    order_cancelled, order_creation_failed, payment_created, payment_declined, payment_succeeded, record_timeline,
    stock_decrease_failed, stock_increased,
};
use crate::orders::{Intake, Watchdog};
use crate::read_models::ReadModels;
use crate::stocks::handlers::{
    lock_stock, order_created, payment_creation_failed, payment_expired, payment_refunded, payment_voided,
};
use crate::{SERVICE_NAME, orders, products, read_models, reports, sample_data, stocks, users};

/// The tables of this service; those of the machinery are saga-kit's.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/store-manager");

/// What the document of its contract says of the service as a whole.
const ABOUT: About =
    About { title: "Store Manager", description: "Users, products, stock, and orders that are sagas." };

/// What routes need.
#[derive(Debug, Clone)]
pub struct App {
    /// Begins transactions.
    pub transactions: Transactions,
    /// The currency of prices and orders.
    pub currency: Currency,
    /// Takes orders in.
    pub intake: Intake,
    /// What is read often, from Redis.
    pub read_models: ReadModels,
    /// Ends what outlives its request: websockets.
    pub stop: CancellationToken,
}

impl App {
    /// A connection for reads that need no transaction.
    pub(crate) async fn connection(&self) -> Result<PoolConnection<MySql>, Problem> {
        database::connection(&self.transactions).await
    }
}

/// Runs the service until `stop`.
pub async fn run(settings: Settings, stop: CancellationToken) -> anyhow::Result<()> {
    let registry = registry();
    // Before the database is waited for: a service whose handlers are not those of the map must not start.
    registry.check()?;
    let watchdog = Watchdog::new(Duration::from_secs(settings.saga_overdue_s), &settings.saga);
    let admin = Admin::open(settings.admin_listen, (SERVICE_NAME, own(&watchdog)), &stop).await?;
    let connected = start::connect(SERVICE_NAME, &settings.saga, DEFAULT_DATABASE_URL, &MIGRATIONS, &stop).await?;
    let Some(transactions) = connected else { return Ok(()) };
    if settings.sample_data {
        sample_data::load_once(&transactions).await?;
    }
    let read_models = ReadModels::new(
        settings.redis_url.expose(),
        &settings.saga.topic_prefix,
        settings.saga.topic_partitions,
        transactions.clone(),
    )
    .context("--redis-url (STORE_REDIS_URL) is no URL of Redis")?;
    let jobs = jobs(&transactions, &read_models, &settings.check_cron).await?;
    watchdog.schedule(&jobs).await?;
    let app = App {
        transactions: transactions.clone(),
        currency: settings.currency,
        intake: Intake::start(&transactions, settings.currency),
        read_models: read_models.clone(),
        stop: stop.clone(),
    };
    let Settings { listen, saga: settings, .. } = settings;
    let projections = vec![read_models.projection()];
    let (dependencies, router) = (vec![redis(&read_models)], router(app));
    let service = Service { listen, admin, dependencies, settings, transactions, registry, router, jobs, projections };
    let serving = async {
        let served = service.run(stop.clone()).await;
        // Also where it could not even begin: the read models are kept for nobody then.
        stop.cancel();
        served
    };
    let (served, ()) = tokio::join!(serving, read_models.keep(&stop));
    served
}

/// What its operators see besides what every service shows.
fn own(watchdog: &Watchdog) -> Own {
    let metrics = orders::metrics::collectors().into_iter().chain(read_models::collectors()).collect();
    Own { routes: watchdog.routes(), metrics, tables: Some(Arc::new(watchdog.clone())) }
}

/// While Redis is away, MySQL answers in its place.
fn redis(read_models: &ReadModels) -> Dependency {
    let read_models = read_models.clone();
    Dependency::wanted("redis", move || {
        let read_models = read_models.clone();
        async move { read_models.ping().await.map_err(|error| error.to_string()) }
    })
}

async fn jobs(transactions: &Transactions, read_models: &ReadModels, check_cron: &str) -> anyhow::Result<Jobs> {
    let jobs = Jobs::new(transactions.clone()).await?;
    idempotency::schedule(&jobs).await?;
    read_models.schedule_checks(&jobs, check_cron).await.with_context(|| {
        format!("--check-cron (STORE_CHECK_CRON) `{check_cron}` is no schedule of six fields, seconds first")
    })?;
    Ok(jobs)
}

/// All routes, behind the limits that every service has.
pub fn router(app: App) -> Router {
    let (router, _) = routes().document(ABOUT);
    harden(router.merge(stocks::graphql::pages()).with_state(app))
}

/// The contract of this service.
#[must_use]
pub fn openapi() -> Value {
    routes().document(ABOUT).1
}

fn routes() -> Routes<App> {
    Routes::new()
        .path(routes!(service))
        .merge(health::routes())
        .merge(problem_pages::routes())
        .merge(users::routes())
        .merge(products::routes())
        .merge(stocks::routes())
        .merge(stocks::graphql::routes())
        .merge(orders::routes())
        .merge(reports::routes())
}

/// What `GET /` answers.
#[derive(Serialize, ToSchema)]
struct Running {
    service: &'static str,
    status: &'static str,
}

/// Which service this is
#[utoipa::path(
    get, path = "/", tag = "service", operation_id = "get_service",
    responses((status = 200, description = "It runs", body = Running))
)]
async fn service() -> Json<Running> {
    Json(Running { service: SERVICE_NAME, status: "running" })
}

/// All handlers, one line each.
#[must_use]
pub fn registry() -> Registry {
    Registry::new(SERVICE_NAME, &SAGA)
        .on_all::<OrderCreated>(order_created)
        .on::<OrderCreationFailed>(order_creation_failed)
        .on_all::<PaymentCreated>(payment_created)
        .on::<PaymentCreationFailed>(payment_creation_failed)
        .on::<StockDecreaseFailed>(stock_decrease_failed)
        .on::<StockIncreased>(stock_increased)
        .on::<OrderCancelled>(order_cancelled)
        .on::<PaymentSucceeded>(payment_succeeded)
        .on::<PaymentDeclined>(payment_declined)
        .on::<PaymentVoided>(payment_voided)
        .on::<PaymentRefunded>(payment_refunded)
        .on::<PaymentExpired>(payment_expired)
        .before_batch(lock_stock)
        .observe(record_timeline)
}
