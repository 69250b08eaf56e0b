//! store-manager's reports, and how old they are.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::client::CallError;
use super::shop::Shop;
use crate::cents::Cents;

/// A report as it was answered.
#[derive(Clone, Debug)]
pub struct Report<T> {
    /// The rows, the highest first.
    pub rows: Vec<T>,
    /// Where they come from: `redis`, or `mysql` while Redis is away.
    pub source: String,
    /// How old they are at most; nothing while that is not known.
    pub age: Option<Duration>,
}

/// A row of the best sellers.
#[derive(Clone, Debug, Deserialize)]
pub struct BestSeller {
    /// Which product.
    pub product_id: u64,
    /// Units sold.
    pub quantity_sold: i64,
}

/// A row of the highest spenders.
#[derive(Clone, Debug, Deserialize)]
pub struct HighestSpender {
    /// Which user.
    pub user_id: u64,
    /// What they spent.
    pub total_expense: Cents,
}

impl Shop {
    /// The longest report that the store gives.
    pub const REPORT_ROWS: usize = 100;

    /// Reads what was sold most.
    pub fn best_sellers(&self) -> Result<Report<BestSeller>, CallError> {
        self.report("best-sellers")
    }

    /// Reads who spent most.
    pub fn highest_spenders(&self) -> Result<Report<HighestSpender>, CallError> {
        self.report("highest-spenders")
    }

    fn report<T: DeserializeOwned>(&self, name: &str) -> Result<Report<T>, CallError> {
        let path = format!("/orders/reports/{name}?limit={}", Self::REPORT_ROWS);
        let (rows, headers) = self.client.get_with_headers(&path)?;
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let age = text("age").and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
        Ok(Report { rows, source: text("data-source").unwrap_or_default().to_owned(), age })
    }
}
