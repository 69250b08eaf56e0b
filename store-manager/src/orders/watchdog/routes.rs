//! `GET /admin/sagas/overdue`, on the admin port: what waits, for what, and why.

use std::collections::BTreeMap;

use axum::Router;
use axum::routing::get;
use serde::Serialize;
use service_kit::admin::{Operated, Shared};
use service_kit::{Json, List, Page, database};

use super::{Reasons, Watchdog, by_step};
use crate::orders::queries::OverdueSaga;

/// A page of overdue sagas in order of their orders' ids, and how many there are in all.
#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    page: List<Explained>,
    total: usize,
    by_step: BTreeMap<&'static str, u32>,
    /// When a saga is overdue.
    overdue_after_s: u64,
}

/// An overdue saga, and why it waits, where that is known.
#[derive(Serialize)]
struct Explained {
    #[serde(flatten)]
    saga: OverdueSaga,
    why: Option<String>,
}

impl Watchdog {
    /// Its route on the admin port.
    pub fn routes(&self) -> Router<Shared> {
        let watchdog = self.clone();
        let list = async move |Operated(transactions): Operated, page: Page| {
            let now = transactions.clock().now();
            let mut connection = database::connection(&transactions).await?;
            watchdog.list(&mut connection, (now, page)).await.map_err(|error| database::problem(&error))
        };
        Router::new().route("/admin/sagas/overdue", get(list))
    }

    async fn list(
        &self,
        connection: &mut sqlx::MySqlConnection,
        (now, page): (chrono::DateTime<chrono::Utc>, Page),
    ) -> Result<Json<Listed>, sqlx::Error> {
        let mut sagas = self.overdue(connection, now).await?;
        let (total, by_step) = (sagas.len(), by_step(&sagas));
        sagas.sort_unstable_by_key(|saga| saga.order_id);
        sagas.retain(|saga| saga.order_id > page.after());
        sagas.truncate(page.rows() as usize);
        let reasons = Reasons::of(&self.settings, connection, &sagas).await?;
        let page = page.list(sagas, |saga| saga.order_id).map(|saga| Explained { why: reasons.why(&saga), saga });
        Ok(Json(Listed { page, total, by_step, overdue_after_s: self.overdue_after.as_secs() }))
    }
}
