//! The keys of the read models in Redis, and the scripts that write them.
//!
//! | Key | Type | What |
//! |---|---|---|
//! | `product:{id}` | hash | name, sku, price, quantity, each pair with its version |
//! | `products` | sorted set | ids of the products there are |
//! | `live:{taken,returned}` | bitmaps | by order id: what the reports have counted (Redis holds 2^32 bits) |
//! | `live:{spenders,sellers}` | sorted sets | minus cents by user, minus units by product |
//! | `next:…`, `next:token` | as `live` | a generation that is being built, and whose it is |
//! | `mark` | string | the run id of the Redis server that the models were built in: absent or another, they are not whole |
//! | `as_of` | hash | for each partition up to when its events are applied, in milliseconds |
//! | `users` | hash | names by user id, as far as they were asked for |
//! | `drift` | hash | how often the models were checked or a wrong type was met, and what was repaired |

use redis::{Cmd, Script};
use shared_events::ProductId;

use super::contribution::Contribution;

/// The names of all keys of one store.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    prefix: String,
}

impl Keys {
    /// Under the prefix that an installation has for its topics too.
    pub fn new(topic_prefix: &str) -> Self {
        Self { prefix: format!("{topic_prefix}store:") }
    }

    pub fn product(&self, product_id: ProductId) -> String {
        format!("{}product:{product_id}", self.prefix)
    }

    pub fn named(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    pub fn is_product(&self, key: &str) -> bool {
        key.strip_prefix(&self.prefix).is_some_and(|name| name.starts_with("product:"))
    }

    /// What Redis calls the type of a key that is described here.
    pub fn type_of(&self, key: &str) -> Option<&'static str> {
        match key.strip_prefix(&self.prefix)? {
            "mark" | "next:token" | "live:taken" | "live:returned" | "next:taken" | "next:returned" => Some("string"),
            "products" | "live:spenders" | "live:sellers" | "next:spenders" | "next:sellers" => Some("zset"),
            "as_of" | "users" | "drift" => Some("hash"),
            _ => self.is_product(key).then_some("hash"),
        }
    }

    /// Both generations and the token of the one that is being built, as the scripts want them.
    pub fn generations(&self) -> [String; 9] {
        [
            "live:taken",
            "live:returned",
            "live:spenders",
            "live:sellers",
            "next:taken",
            "next:returned",
            "next:spenders",
            "next:sellers",
            "next:token",
        ]
        .map(|name| self.named(name))
    }
}

/// A script by its text, and by the hash that the server knows it by.
#[derive(Debug)]
pub(super) struct KnownScript {
    pub code: &'static str,
    hash: String,
}

/// Everything that writes, as scripts: each looks and writes in one step that nothing comes between.
#[derive(Debug)]
pub(super) struct Scripts {
    pub product: KnownScript,
    pub delete_product: KnownScript,
    pub level: KnownScript,
    pub order: KnownScript,
    pub finish: KnownScript,
    pub repair_product: KnownScript,
    pub wrong_types: KnownScript,
}

impl Scripts {
    pub fn new() -> Self {
        let script = |code| KnownScript { code, hash: Script::new(code).get_hash().to_owned() };
        Self {
            product: script(include_str!("scripts/product.lua")),
            delete_product: script(include_str!("scripts/delete_product.lua")),
            level: script(include_str!("scripts/level.lua")),
            order: script(include_str!("scripts/order.lua")),
            finish: script(include_str!("scripts/finish.lua")),
            repair_product: script(include_str!("scripts/repair_product.lua")),
            wrong_types: script(include_str!("scripts/wrong_types.lua")),
        }
    }

    pub fn all(&self) -> [&KnownScript; 7] {
        let Self { product, delete_product, level, order, finish, repair_product, wrong_types } = self;
        [product, delete_product, level, order, finish, repair_product, wrong_types]
    }
}

/// A call of a script that the server knows by its hash.
pub(super) fn call(script: &KnownScript, keys: &[String]) -> Cmd {
    let mut command = redis::cmd("EVALSHA");
    command.arg(&script.hash).arg(keys.len()).arg(keys);
    command
}

/// Users and products in sorted sets: of equal length, so that the order of the text is the order of the numbers.
pub(super) fn member(id: u64) -> String {
    format!("{id:020}")
}

/// Whose write it is: an event's, or that of the builder with this token.
pub(super) fn order_call(
    scripts: &Scripts,
    keys: &Keys,
    writer: &str,
    (step, order): (&'static str, &Contribution),
) -> Cmd {
    let mut command = call(&scripts.order, &keys.generations());
    command.arg(writer).arg(step).arg(order.order_id).arg(member(order.user_id)).arg(order.cents);
    for (product_id, units) in &order.items {
        command.arg(member(*product_id)).arg(*units);
    }
    command
}
