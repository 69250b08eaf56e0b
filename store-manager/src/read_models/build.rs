//! Building the models from MySQL, beside what is live and while events go on.
//!
//! A build applies every product and every order as if its events came once more, to a generation of its own. Events
//! are applied to both generations from the moment in which the build begins, so nothing is missed, and each order is
//! counted once whichever of the two brings it. At the end the built generation takes the place of the live one, in
//! one step.

use redis::{Cmd, RedisError};
use uuid::Uuid;

use super::keys::{call, order_call};
use super::source::{self, Step};
use super::{CheckError, ReadModels};

/// Rows that are read, and written, at once.
pub(super) const PAGE: u32 = 500;

/// A generation that is being built.
#[derive(Debug)]
pub(super) struct Build {
    pub(super) token: String,
}

impl ReadModels {
    /// Builds all of it. `run_id` is the Redis server's.
    ///
    /// # Errors
    /// MySQL or Redis did not answer, or somebody emptied Redis meanwhile. Nothing live was touched.
    pub(super) async fn rebuild(&self, run_id: &str) -> Result<(), CheckError> {
        let started = self.shared.transactions.clock().now();
        let build = self.begin_build().await?;
        self.write_products().await?;
        self.build_orders(&build).await?;
        self.begin_ages(started.timestamp_millis()).await?;
        self.finish_build(&build, run_id).await?;
        Ok(())
    }

    /// An empty generation. From here on every event is applied to it too.
    pub(super) async fn begin_build(&self) -> Result<Build, RedisError> {
        let build = Build { token: Uuid::now_v7().to_string() };
        let [_, _, _, _, next @ .., token] = self.shared.keys.generations();
        let mut pipe = redis::pipe();
        pipe.atomic().del(&next[..]).ignore().set(token, &build.token).ignore();
        self.shared.writer.query::<()>(&pipe).await?;
        Ok(build)
    }

    /// Every order's part in the reports.
    pub(super) async fn build_orders(&self, build: &Build) -> Result<(), CheckError> {
        let mut after = 0;
        loop {
            let page = source::orders(&mut *self.connection().await?, (after, PAGE)).await?;
            let Some((last, orders)) = page else { return Ok(()) };
            let calls: Vec<Cmd> = orders
                .iter()
                .filter_map(|(step, order)| {
                    let step = match step {
                        Step::None => return None,
                        Step::Taken => "take",
                        Step::Returned => "return",
                    };
                    Some(order_call(&self.shared.scripts, &self.shared.keys, &build.token, (step, order)))
                })
                .collect();
            if !calls.is_empty() {
                let ours: Vec<bool> = self.write(calls).await?;
                if ours.contains(&false) {
                    return Err(CheckError::Interrupted);
                }
            }
            after = last;
        }
    }

    /// Every product and its level, unless a newer version is there.
    async fn write_products(&self) -> Result<(), CheckError> {
        let mut after = 0;
        loop {
            let page = source::products(&mut *self.connection().await?, (after, PAGE)).await?;
            let Some(last) = page.last().map(|row| row.stock.id) else { return Ok(()) };
            let calls = page.iter().flat_map(|row| {
                let stock = &row.stock;
                let words = (stock.name.as_str(), stock.sku.as_str(), stock.price.to_string());
                [
                    self.product((stock.id, row.product_version), words),
                    self.known_level((stock.id, stock.quantity, row.stock_version)),
                ]
            });
            self.write::<()>(calls.collect()).await?;
            after = last;
        }
    }

    /// What was read from MySQL is as old as the build, where nothing newer is known.
    async fn begin_ages(&self, started_ms: i64) -> Result<(), RedisError> {
        let mut pipe = redis::pipe();
        for place in &self.shared.places {
            pipe.hset_nx(self.shared.keys.named("as_of"), place, started_ms).ignore();
        }
        self.shared.writer.query::<()>(&pipe).await
    }

    /// Puts the built generation in the place of the live one where they differ, and marks the models as whole. Tells
    /// how many entries differed.
    pub(super) async fn finish_build(&self, build: &Build, run_id: &str) -> Result<u64, CheckError> {
        let mut keys = self.shared.keys.generations().to_vec();
        keys.extend(["mark", "difference"].map(|name| self.shared.keys.named(name)));
        let mut command = call(&self.shared.scripts.finish, &keys);
        command.arg(&build.token).arg(run_id);
        let (differing,): (i64,) = self.write(vec![command]).await?;
        u64::try_from(differing).map_err(|_| CheckError::Interrupted)
    }

    /// Gives a build up.
    pub(super) async fn abandon_build(&self) -> Result<(), RedisError> {
        let [_, _, _, _, next @ ..] = self.shared.keys.generations();
        let mut pipe = redis::pipe();
        pipe.del(&next[..]).ignore();
        self.shared.writer.query::<()>(&pipe).await
    }
}
