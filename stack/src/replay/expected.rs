//! What must come out of a folder's baskets, as `expected.json` has it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// Counts, the total, and the two rankings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Orders that ended well.
    pub baskets: u64,
    /// Their lines.
    pub lines: u64,
    /// Their units.
    pub units: u64,
    /// Households that bought.
    pub households: u64,
    /// Products that were bought.
    pub products: u64,
    /// What they cost.
    pub total_cents: i64,
    /// Products by units sold; ties by id.
    pub best_sellers: Vec<Seller>,
    /// Households by cents spent; ties by id.
    pub highest_spenders: Vec<Spender>,
}

/// A row of a ranking: an id and its amount.
pub type Ranked = (u64, i64);

/// A product and how many of it were sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seller {
    product_id: u64,
    quantity: i64,
}

/// A household and what it spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spender {
    household_id: u64,
    cents: i64,
}

impl Expected {
    /// Reads the file; an error names it, and the line.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        serde_json::from_str(&text).with_context(|| path.display().to_string())
    }

    /// The best sellers as rows.
    #[must_use]
    pub fn sellers(&self) -> Vec<Ranked> {
        self.best_sellers.iter().map(|row| (row.product_id, row.quantity)).collect()
    }

    /// The highest spenders as rows.
    #[must_use]
    pub fn spenders(&self) -> Vec<Ranked> {
        self.highest_spenders.iter().map(|row| (row.household_id, row.cents)).collect()
    }
}
