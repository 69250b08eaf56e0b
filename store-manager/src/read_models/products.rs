//! Reading products with their levels.

use std::collections::HashMap;

use redis::{Pipeline, Value, from_redis_value};
use shared_events::ProductId;

use super::keys::Keys;
use super::{ProductStock, ReadModels, Sourced, source};

/// What a product's hash is asked for.
const FIELDS: [&str; 4] = ["name", "sku", "price", "quantity"];

/// The fields as Redis has them; any of them may be missing.
type Fields = [Option<String>; 4];

/// What reads a product: the mark of the models, then its name, code, price and level. For whoever measures these reads against Redis itself.
#[must_use]
pub fn product_read(topic_prefix: &str, product_id: ProductId) -> Pipeline {
    read(&Keys::new(topic_prefix), &[product_id])
}

/// The mark of the models, and the fields of each product.
fn read(keys: &Keys, product_ids: &[ProductId]) -> Pipeline {
    let mut pipe = Pipeline::with_capacity(product_ids.len() + 1);
    pipe.get(keys.named("mark"));
    for id in product_ids {
        pipe.cmd("HMGET").arg(keys.product(*id)).arg(&FIELDS);
    }
    pipe
}

impl ReadModels {
    /// Those of these products that exist: from Redis in one round trip, from MySQL while Redis is away. A product that
    /// Redis does not know whole, because its events are still on their way, is looked up in MySQL.
    ///
    /// # Errors
    /// MySQL had to be asked and did not answer.
    pub async fn products(&self, ids: &[ProductId]) -> Result<HashMap<ProductId, ProductStock>, sqlx::Error> {
        let mut found = self.in_redis(ids).await;
        let missing: Vec<ProductId> = ids.iter().copied().filter(|id| !found.contains_key(id)).collect();
        if !missing.is_empty() {
            let rows = source::products_of(&mut *self.connection().await?, &missing).await?;
            found.extend(rows.into_iter().map(|row| (row.stock.id, row.stock)));
        }
        Ok(found)
    }

    async fn in_redis(&self, ids: &[ProductId]) -> HashMap<ProductId, ProductStock> {
        if ids.is_empty() {
            return HashMap::new();
        }
        // Whatever went wrong, MySQL answers.
        let answer = self.shared.reader.query::<Vec<Value>>(&read(&self.shared.keys, ids)).await;
        let rows = answer.ok().and_then(|values| self.trusted_rows(values)).unwrap_or_default();
        ids.iter().zip(rows).filter_map(|(id, fields)| Some((*id, whole(*id, fields)?))).collect()
    }

    /// What follows the mark, if that is one to be trusted.
    fn trusted_rows(&self, values: Vec<Value>) -> Option<Vec<Fields>> {
        let mut values = values.into_iter();
        let mark: Option<String> = from_redis_value(values.next()?).ok()?;
        if !self.is_trusted(mark.as_ref()) {
            return None;
        }
        values.map(|value| from_redis_value(value).ok()).collect()
    }

    /// Products in id order with their levels, `limit` at most.
    ///
    /// # Errors
    /// MySQL had to be asked and did not answer.
    pub async fn stock_overview(&self, limit: u32) -> Result<Sourced<Vec<ProductStock>>, sqlx::Error> {
        let mut pipe = redis::pipe();
        pipe.zrange(self.shared.keys.named("products"), 0, isize::try_from(limit).unwrap_or(isize::MAX) - 1);
        if let Some((ids, source)) = self.whole_model::<Vec<ProductId>>(pipe).await {
            let products = self.products(&ids).await?;
            let value = ids.iter().filter_map(|id| products.get(id).cloned()).collect();
            return Ok(Sourced { value, source });
        }
        let rows = source::products(&mut *self.connection().await?, (0, limit)).await?;
        Ok(Sourced::from_mysql(rows.into_iter().map(|row| row.stock).collect()))
    }
}

fn whole(id: ProductId, fields: Fields) -> Option<ProductStock> {
    let [name, sku, price, quantity] = fields;
    Some(ProductStock { id, name: name?, sku: sku?, price: price?.parse().ok()?, quantity: quantity?.parse().ok()? })
}
