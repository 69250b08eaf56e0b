//! Reading the reports: who spent most, what was sold most.

use std::collections::HashMap;

use redis::{FromRedisValue, Pipeline};
use shared_events::UserId;

use super::contribution::amount;
use super::{AsOf, ReadModels, Seller, Source, Sourced, Spender, source};

/// The mark, the moments of the partitions, and what was asked for: read in one step.
type Marked<T> = (Option<String>, AsOf, T);

/// The head of a sorted set: members, and scores as Redis writes them.
type Scores = Vec<(String, f64)>;

impl<T> Sourced<T> {
    pub(super) fn from_mysql(value: T) -> Self {
        Self { value, source: Source::MySql }
    }
}

impl ReadModels {
    /// The users who spent most on orders that stand; equals by id.
    ///
    /// # Errors
    /// MySQL had to be asked and did not answer.
    pub async fn highest_spenders(&self, limit: u32) -> Result<Sourced<Vec<Spender>>, sqlx::Error> {
        let (top, source) = match self.top("live:spenders", limit).await {
            Some(top) => top,
            None => (source::highest_spenders(&mut *self.connection().await?, limit).await?, Source::MySql),
        };
        let ids: Vec<UserId> = top.iter().map(|(id, _)| *id).collect();
        let names = self.user_names(&ids).await?;
        let spender = |(user_id, cents)| {
            let name = names.get(&user_id).cloned().unwrap_or_default();
            Some(Spender { user_id, name, total_expense: amount(cents)? })
        };
        Ok(Sourced { value: top.into_iter().filter_map(spender).collect(), source })
    }

    /// The products sold most in orders that stand; equals by id.
    ///
    /// # Errors
    /// MySQL had to be asked and did not answer.
    pub async fn best_sellers(&self, limit: u32) -> Result<Sourced<Vec<Seller>>, sqlx::Error> {
        let (top, source) = match self.top("live:sellers", limit).await {
            Some(top) => top,
            None => (source::best_sellers(&mut *self.connection().await?, limit).await?, Source::MySql),
        };
        let ids: Vec<u64> = top.iter().map(|(id, _)| *id).collect();
        let products = self.products(&ids).await?;
        let seller = |(product_id, units): (u64, i64)| {
            let name = products.get(&product_id).map(|product| product.name.clone()).unwrap_or_default();
            Some(Seller { product_id, name, quantity_sold: u64::try_from(units).ok()? })
        };
        Ok(Sourced { value: top.into_iter().filter_map(seller).collect(), source })
    }

    async fn top(&self, set: &str, limit: u32) -> Option<(Vec<(u64, i64)>, Source)> {
        let mut pipe = redis::pipe();
        let last = isize::try_from(limit).unwrap_or(isize::MAX) - 1;
        pipe.zrange_withscores(self.shared.keys.named(set), 0, last);
        let (scores, source) = self.whole_model::<Scores>(pipe).await?;
        #[allow(clippy::cast_possible_truncation, reason = "scores are whole numbers far below 2^53")]
        let entry = |(member, score): (String, f64)| Some((member.parse().ok()?, -score as i64));
        Some((scores.into_iter().filter_map(entry).collect(), source))
    }

    /// The answer of a read, if the models are whole. The mark is read in the same step, so that no read sees models
    /// that were emptied a moment ago.
    pub(super) async fn whole_model<T: FromRedisValue>(&self, read: Pipeline) -> Option<(T, Source)> {
        let keys = &self.shared.keys;
        let mut pipe = redis::pipe();
        pipe.atomic().get(keys.named("mark")).hgetall(keys.named("as_of"));
        for command in read.cmd_iter() {
            pipe.add_command(command.clone());
        }
        let (mark, as_of, value): Marked<T> = self.shared.reader.query(&pipe).await.ok()?;
        self.is_trusted(mark.as_ref()).then(|| (value, Source::Redis { age_s: self.age_s(&as_of) }))
    }

    pub(super) fn age_s(&self, as_of: &AsOf) -> Option<u64> {
        let oldest = self.oldest_partition(as_of)?;
        let now_ms = self.shared.transactions.clock().now().timestamp_millis();
        Some(u64::try_from(now_ms - oldest).unwrap_or(0).div_ceil(1_000))
    }

    /// Names of users, which never change: from Redis as far as they were asked for before.
    async fn user_names(&self, ids: &[UserId]) -> Result<HashMap<UserId, String>, sqlx::Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let users = self.shared.keys.named("users");
        let mut read = redis::pipe();
        read.cmd("HMGET").arg(&users).arg(ids);
        let (known,): (Vec<Option<String>>,) = self.shared.reader.query(&read).await.unwrap_or_default();
        let mut names: HashMap<UserId, String> =
            ids.iter().zip(known).filter_map(|(id, name)| Some((*id, name?))).collect();
        let missing: Vec<UserId> = ids.iter().copied().filter(|id| !names.contains_key(id)).collect();
        if !missing.is_empty() {
            let found = source::user_names(&mut *self.connection().await?, &missing).await?;
            let mut keep = redis::pipe();
            keep.hset_multiple(&users, &found).ignore();
            // What is not kept is asked for again.
            let _ = self.shared.reader.query::<()>(&keep).await;
            names.extend(found);
        }
        Ok(names)
    }
}
