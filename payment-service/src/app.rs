//! The wiring: which routes, handlers and jobs make this service.

use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use saga_kit::jobs::Jobs;
use saga_kit::{Registry, Transactions};
use serde::Serialize;
use serde_json::Value;
use service_kit::admin::Own;
use service_kit::openapi::About;
use service_kit::{Admin, Json, Routes, Service, harden, health, idempotency, problem_pages, start};
use shared_events::{OrderCancellationRequested, SAGA, SagaCompleted, StockDecreased};
use sqlx::migrate::Migrator;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::SERVICE_NAME;
use crate::config::{DEFAULT_DATABASE_URL, Settings};
use crate::payments::handlers::{order_cancellation_requested, saga_completed, stock_decreased};
use crate::payments::jobs::expire_overdue;
use crate::payments::{self, PaymentPolicy};

/// The tables of this service; those of the machinery are saga-kit's.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/payment-service");

/// What the document of its contract says of the service as a whole.
const ABOUT: About =
    About { title: "Payments", description: "One payment an order: made, paid by card, undone, expired." };

/// What routes need.
#[derive(Debug, Clone)]
pub struct App {
    /// Begins transactions.
    pub transactions: Transactions,
    /// What is allowed.
    pub policy: Arc<PaymentPolicy>,
}

/// Runs the service until `stop`.
pub async fn run(settings: Settings, stop: CancellationToken) -> anyhow::Result<()> {
    let policy = settings.policy();
    let registry = registry(&policy);
    // Before the database is waited for: a service whose handlers are not those of the map must not start.
    registry.check()?;
    let admin = Admin::open(settings.admin_listen, (SERVICE_NAME, Own::default()), &stop).await?;
    let connected = start::connect(SERVICE_NAME, &settings.saga, DEFAULT_DATABASE_URL, &MIGRATIONS, &stop).await?;
    let Some(transactions) = connected else { return Ok(()) };
    let jobs = jobs(&transactions, &settings.expiry_cron).await?;
    let router = router(App { transactions: transactions.clone(), policy });
    let Settings { listen, saga: settings, .. } = settings;
    let (dependencies, projections) = (Vec::new(), Vec::new());
    Service { listen, admin, dependencies, settings, transactions, registry, router, jobs, projections }.run(stop).await
}

/// All routes, behind the limits that every service has.
pub fn router(app: App) -> Router {
    let (router, _) = routes().document(ABOUT);
    harden(router.with_state(app))
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
        .merge(payments::routes::routes())
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
pub fn registry(policy: &Arc<PaymentPolicy>) -> Registry {
    Registry::new(SERVICE_NAME, &SAGA)
        .on_all_with::<StockDecreased, _>(Arc::clone(policy), stock_decreased)
        .on::<OrderCancellationRequested>(order_cancellation_requested)
        .on::<SagaCompleted>(saga_completed)
}

async fn jobs(transactions: &Transactions, expiry_cron: &str) -> anyhow::Result<Jobs> {
    let mut jobs = Jobs::new(transactions.clone()).await?;
    idempotency::schedule(&jobs).await?;
    jobs.add_and_catch_up("payment-expiry", expiry_cron, expire_overdue).await.with_context(|| {
        format!("--expiry-cron (PAYMENT_EXPIRY_CRON) `{expiry_cron}` is no schedule of six fields, seconds first")
    })?;
    Ok(jobs)
}
