//! Posts each basket as an order, several at a time, and remembers what became of it.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};

use super::concurrently::concurrently;
use super::folder::{Basket, Folder};
use super::load::Catalogue;
use crate::http::{CallError, NewItem, Shop};
use crate::interrupt;
use crate::t;
use crate::term::{Step, count};

/// A refusal that asks to come again is obeyed so often.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(200);

/// Orders that were posted.
#[derive(Debug)]
pub struct Posted {
    /// When the first was sent.
    pub began: DateTime<Utc>,
    /// The id of each order that was accepted, with the place of its basket.
    pub orders: Vec<(u64, usize)>,
    /// What was not accepted.
    pub refused: Vec<Failure>,
}

/// A basket that did not become an order that ended well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The basket's id in the folder.
    pub basket_id: u64,
    /// The order's id, if it was accepted.
    pub order_id: Option<u64>,
    /// Why.
    pub reason: String,
}

/// Posts all baskets.
pub fn post(shop: &Shop, folder: &Folder, catalogue: &Catalogue, threads: u16) -> Result<Posted> {
    let total = count(folder.baskets.len());
    let mut step = Step::start(t!(
        "posting {total} baskets as orders, {threads} at a time",
        "envoi de {total} paniers comme commandes, {threads} à la fois"
    ));
    let began = Utc::now();
    let progress = |done| step.progress(done, folder.baskets.len());
    let answers = concurrently(&folder.baskets, threads, progress, |basket| place(shop, basket, catalogue))?;
    let (mut orders, mut refused) = (Vec::new(), Vec::new());
    for (place, (basket, answer)) in folder.baskets.iter().zip(answers).enumerate() {
        match answer {
            Ok(order_id) => orders.push((order_id, place)),
            Err(error) => {
                refused.push(Failure { basket_id: basket.basket_id, order_id: None, reason: words(&error) });
            }
        }
    }
    step.done("");
    Ok(Posted { began, orders, refused })
}

/// The service's own words where there are some: the address helps nobody here.
fn words(error: &CallError) -> String {
    match error {
        CallError::Refused { problem, .. } => problem.to_string(),
        CallError::NoAnswer { .. } | CallError::Unexpected { .. } => error.to_string(),
    }
}

/// A refusal (400 to 422) is the basket's; only a store that is gone ends the replay. What was
/// sent and not answered is not sent again: it may have been accepted, and would be twice.
fn place(shop: &Shop, basket: &Basket, catalogue: &Catalogue) -> Result<Result<u64, CallError>> {
    let user_id = *catalogue.users.get(&basket.household_id).context("household")?;
    let items: Option<Vec<NewItem>> = basket
        .lines
        .iter()
        .map(|line| Some(NewItem { product_id: *catalogue.products.get(&line.product_id)?, quantity: line.quantity }))
        .collect();
    let items = items.context("product")?;
    for _ in 0..TRIES {
        match shop.place(user_id, &items) {
            Ok(placed) => return Ok(Ok(placed.order_id)),
            // Not accepted, and it says to come again: its database is away.
            Err(error) if error.status() == Some(503) => interrupt::pause(PAUSE)?,
            Err(error @ CallError::Unexpected { .. }) => return Err(error.into()),
            Err(error) => return Ok(Err(error)),
        }
    }
    bail!("{}", t!("store-manager answers 503 again and again", "store-manager ne cesse de répondre 503"))
}
