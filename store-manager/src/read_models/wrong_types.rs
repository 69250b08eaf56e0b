//! Keys to which somebody gave another type: Redis refuses every command on them, so that events would wait for good and
//! no check could compare anything. They are removed, and the models built anew.

use std::fmt::Display;
use std::iter;

use redis::RedisError;
use tracing::warn;

use super::keys::call;
use super::{Checked, ReadModels};

/// How Redis begins its refusal; within a script, some versions put it into another one.
const REFUSAL: &str = "WRONGTYPE";
/// Keys that are looked at, at once.
const SCANNED: u32 = 500;

/// Whether that is what the error tells of.
pub(super) fn are_told_of(error: &impl Display) -> bool {
    error.to_string().contains(REFUSAL)
}

impl ReadModels {
    /// What `attempt` does, once more where keys of a wrong type stood in its way.
    pub(super) async fn despite_wrong_types<T, E, F>(&self, attempt: impl Fn() -> F) -> Result<T, E>
    where
        E: Display + From<RedisError>,
        F: Future<Output = Result<T, E>>,
    {
        match attempt().await {
            Err(error) => {
                self.free_of_wrong_types(error).await?;
                attempt().await
            }
            done => done,
        }
    }

    /// Removes keys of the wrong type, where that is what the error tells of, and says how many. Any other error stays.
    pub(super) async fn free_of_wrong_types<E: Display + From<RedisError>>(&self, error: E) -> Result<Checked, E> {
        if !are_told_of(&error) {
            return Err(error);
        }
        let removed = self.remove_wrong_types().await?;
        if removed.is_clean() { Err(error) } else { Ok(removed) }
    }

    /// Removes keys of the wrong type, and says how many.
    pub(super) async fn remove_wrong_types(&self) -> Result<Checked, RedisError> {
        let removed = self.find_and_remove().await?;
        if !removed.is_clean() {
            warn!(
                products = removed.products,
                entries = removed.entries,
                "keys of the read models had a wrong type; removed"
            );
            self.count(removed).await?;
        }
        Ok(removed)
    }

    /// Looks at the keys that there are, because one may stand for a product that MySQL does not know.
    async fn find_and_remove(&self) -> Result<Checked, RedisError> {
        let keys = &self.shared.keys;
        let (mut removed, mut cursor) = (Checked::default(), 0_u64);
        loop {
            let mut scan = redis::pipe();
            scan.cmd("SCAN").arg(cursor).arg("MATCH").arg(keys.named("*")).arg("COUNT").arg(SCANNED);
            let ((next, found),): ((u64, Vec<String>),) = self.shared.writer.query(&scan).await?;
            let (ours, types): (Vec<String>, Vec<&str>) =
                found.into_iter().filter_map(|key| keys.type_of(&key).map(|kind| (key, kind))).unzip();
            let all: Vec<String> = iter::once(keys.named("mark")).chain(ours).collect();
            let mut command = call(&self.shared.scripts.wrong_types, &all);
            command.arg(types);
            let (gone,): (Vec<String>,) = self.write(vec![command]).await?;
            let products = gone.iter().filter(|key| keys.is_product(key)).count();
            removed.products += products as u64;
            removed.entries += (gone.len() - products) as u64;
            cursor = next;
            if cursor == 0 {
                return Ok(removed);
            }
        }
    }
}
