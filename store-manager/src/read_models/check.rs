//! The scheduled check: the models are held against MySQL, and what differs is repaired and counted.
//!
//! A copy may lag behind without being wrong. So whatever differs at the first look is looked at again once everything
//! that was committed by then has been applied: what then still stands as it stood is drift.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use chrono::{DateTime, Utc};
use redis::{Cmd, RedisError};
use shared_events::ProductId;
use tokio::time::Instant;
use tracing::{info, warn};

use super::build::{Build, PAGE};
use super::keys::call;
use super::source::{self, VersionedProduct};
use super::{AsOf, ReadModels, metrics};

/// How long a check waits for the models to catch up before it gives up.
const CATCH_UP_LIMIT: Duration = Duration::from_secs(30);
/// How often it looks.
const CATCH_UP_POLL: Duration = Duration::from_millis(200);

/// Why the models could not be checked or built.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// Redis did not answer, or refused.
    #[error("Redis: {0}")]
    Redis(#[from] RedisError),
    /// MySQL did not answer.
    #[error("MySQL: {0}")]
    Database(#[from] sqlx::Error),
    /// Redis was emptied, or another instance began to build.
    #[error("the build was interrupted")]
    Interrupted,
    /// Events are still on their way, so nothing can be compared.
    #[error("the read models have not caught up within {CATCH_UP_LIMIT:?}")]
    Behind,
}

/// What a check found and repaired.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    /// Products whose name, price or level differed.
    pub products: u64,
    /// Entries of the reports that differed, and other keys than products that had a wrong type.
    pub entries: u64,
}

impl Checked {
    /// Whether there was no drift.
    pub(super) fn is_clean(&self) -> bool {
        self.products + self.entries == 0
    }
}

/// A product's hash, as Redis has it.
type Hash = BTreeMap<String, String>;

impl ReadModels {
    /// Holds the models against MySQL, repairs what differs and counts it. `run_id` is the Redis server's.
    ///
    /// # Errors
    /// Nothing could be compared; the next check tries again.
    pub(super) async fn check(&self, run_id: &str) -> Result<Checked, CheckError> {
        let suspects = self.suspects().await?;
        let build = self.begin_build().await?;
        self.build_orders(&build).await?;
        let read_until = self.shared.transactions.clock().now();
        if let Err(behind) = self.catch_up(&build, read_until).await {
            self.abandon_build().await?;
            return Err(behind);
        }
        let checked =
            Checked { products: self.repair(suspects).await?, entries: self.finish_build(&build, run_id).await? };
        self.count(checked).await?;
        if checked.is_clean() {
            info!("the read models agree with MySQL");
        } else {
            warn!(products = checked.products, entries = checked.entries, "the read models had drifted; repaired");
        }
        Ok(checked)
    }

    /// How many products and entries were repaired since the models were last built from nothing.
    ///
    /// # Errors
    /// Redis did not answer.
    pub async fn drift(&self) -> Result<Checked, RedisError> {
        let mut pipe = redis::pipe();
        pipe.hgetall(self.shared.keys.named("drift"));
        let (counts,): (HashMap<String, u64>,) = self.shared.reader.query(&pipe).await?;
        let of = |name: &str| counts.get(name).copied().unwrap_or(0);
        Ok(Checked { products: of("products"), entries: of("entries") })
    }

    pub(super) async fn count(&self, checked: Checked) -> Result<(), RedisError> {
        metrics::repaired(checked);
        let drift = self.shared.keys.named("drift");
        let mut pipe = redis::pipe();
        pipe.hincr(&drift, "checks", 1).ignore();
        pipe.hincr(&drift, "products", checked.products).ignore();
        pipe.hincr(&drift, "entries", checked.entries).ignore();
        self.shared.writer.query::<()>(&pipe).await
    }

    /// Products that differ at this look, as Redis has them.
    async fn suspects(&self) -> Result<BTreeMap<ProductId, Hash>, CheckError> {
        let mut suspects = BTreeMap::new();
        // Redis first: what it has was committed before MySQL is asked.
        let mut ids: BTreeSet<ProductId> = self.known_products().await?;
        let mut after = 0;
        loop {
            let page = source::products(&mut *self.connection().await?, (after, PAGE)).await?;
            let Some(last) = page.last().map(|row| row.stock.id) else { break };
            let hashes = self.hashes(page.iter().map(|row| row.stock.id)).await?;
            for (row, hash) in page.iter().zip(hashes) {
                ids.remove(&row.stock.id);
                if hash != fields(row) {
                    suspects.insert(row.stock.id, hash);
                }
            }
            after = last;
        }
        // What is left, Redis knows and MySQL does not.
        let gone: Vec<ProductId> = ids.into_iter().collect();
        let hashes = self.hashes(gone.iter().copied()).await?;
        suspects.extend(gone.into_iter().zip(hashes));
        Ok(suspects)
    }

    /// Repairs those that stand as they stood although everything has been applied.
    async fn repair(&self, suspects: BTreeMap<ProductId, Hash>) -> Result<u64, CheckError> {
        let mut repaired = 0;
        let suspects: Vec<(ProductId, Hash)> = suspects.into_iter().collect();
        for page in suspects.chunks(PAGE as usize) {
            let now = self.hashes(page.iter().map(|(id, _)| *id)).await?;
            let still = page.iter().zip(now).filter(|((_, then), now)| then == now);
            let still: BTreeMap<ProductId, Hash> = still.map(|((id, _), now)| (*id, now)).collect();
            let ids: Vec<ProductId> = still.keys().copied().collect();
            let rows = source::products_of(&mut *self.connection().await?, &ids).await?;
            let mut rows: BTreeMap<ProductId, VersionedProduct> =
                rows.into_iter().map(|row| (row.stock.id, row)).collect();
            let calls: Vec<Cmd> = still
                .iter()
                .map(|(id, hash)| (id, hash, rows.remove(id).map(|row| fields(&row)).unwrap_or_default()))
                .filter(|(_, hash, truth)| *hash != truth)
                .map(|(id, hash, truth)| self.repair_call(*id, hash, &truth))
                .collect();
            if !calls.is_empty() {
                let done: Vec<u64> = self.write(calls).await?;
                repaired += done.iter().sum::<u64>();
            }
        }
        Ok(repaired)
    }

    fn repair_call(&self, id: ProductId, seen: &Hash, truth: &Hash) -> Cmd {
        let keys = [self.shared.keys.product(id), self.shared.keys.named("products")];
        let mut command = call(&self.shared.scripts.repair_product, &keys);
        command.arg(id).arg(2 * seen.len());
        for (field, value) in seen.iter().chain(truth) {
            command.arg(field).arg(value);
        }
        command
    }

    async fn known_products(&self) -> Result<BTreeSet<ProductId>, RedisError> {
        let mut pipe = redis::pipe();
        // Of the names only their type is asked for: nothing else would tell that it is a wrong one.
        pipe.zrange(self.shared.keys.named("products"), 0, -1).hlen(self.shared.keys.named("users")).ignore();
        let (ids,): (BTreeSet<ProductId>,) = self.shared.writer.query(&pipe).await?;
        Ok(ids)
    }

    async fn hashes(&self, ids: impl Iterator<Item = ProductId>) -> Result<Vec<Hash>, RedisError> {
        let mut pipe = redis::pipe();
        let mut count = 0;
        for id in ids {
            pipe.hgetall(self.shared.keys.product(id));
            count += 1;
        }
        if count == 0 { Ok(Vec::new()) } else { self.shared.writer.query(&pipe).await }
    }

    /// Waits until everything that was committed until `moment` is applied: it has left the outbox, and each
    /// partition is current as of a moment after that. Gives up when somebody empties Redis meanwhile: whoever is to
    /// build the models anew waits for the lock that this check holds.
    async fn catch_up(&self, build: &Build, moment: DateTime<Utc>) -> Result<(), CheckError> {
        let limit = Instant::now() + CATCH_UP_LIMIT;
        let mut sent_at = None;
        loop {
            if sent_at.is_none() {
                let now = self.shared.transactions.clock().now();
                let sent = source::all_sent(&mut *self.connection().await?, moment).await?;
                sent_at = sent.then_some(now.timestamp_millis());
            }
            let current_until = self.current_until(build).await?;
            if let (Some(sent_at), Some(current_until)) = (sent_at, current_until)
                && current_until > sent_at
            {
                return Ok(());
            }
            if Instant::now() > limit {
                return Err(CheckError::Behind);
            }
            tokio::time::sleep(CATCH_UP_POLL).await;
        }
    }

    /// Up to when everything is applied, in milliseconds, as long as the build is still the caller's.
    async fn current_until(&self, build: &Build) -> Result<Option<i64>, CheckError> {
        let mut pipe = redis::pipe();
        pipe.get(self.shared.keys.named("next:token")).hgetall(self.shared.keys.named("as_of"));
        let (token, as_of): (Option<String>, AsOf) = self.shared.writer.query(&pipe).await?;
        if token.as_ref() != Some(&build.token) {
            return Err(CheckError::Interrupted);
        }
        Ok(self.oldest_partition(&as_of))
    }
}

/// What Redis is to have of a product.
fn fields(row: &VersionedProduct) -> Hash {
    let stock = &row.stock;
    [
        ("name", stock.name.clone()),
        ("sku", stock.sku.clone()),
        ("price", stock.price.to_string()),
        ("quantity", stock.quantity.to_string()),
        ("product_version", row.product_version.to_string()),
        ("stock_version", row.stock_version.to_string()),
    ]
    .map(|(field, value)| (field.to_owned(), value))
    .into()
}
