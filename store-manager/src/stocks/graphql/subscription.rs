//! What suppliers can follow.

use std::collections::HashSet;

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject, Subscription};
use futures::stream::{self, Stream};
use problem_types::SUBSCRIPTION_OVERRUN;
use service_kit::Problem;
use service_kit::language::Text;
use shared_events::ProductId;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::error;
use super::limits::MAX_PAGE;
use super::loaders;
use super::product::Product;
use super::scalars::BigInt;
use super::session::Session;
use crate::problem::invalid_argument;
use crate::read_models::{StockChanged, StockNews};

/// A product's new level.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct StockChange {
    /// The product's id.
    product_id: ID,
    /// How many there are now.
    level: u32,
    /// The number of the movement that led to it: of two changes of a product, the higher one is the newer.
    version: BigInt,
}

#[ComplexObject]
impl StockChange {
    /// The product as it is known now.
    async fn product(&self, context: &Context<'_>) -> Result<Option<Product>> {
        let currency = Session::of(context).app.currency;
        Ok(loaders::product(context, &self.product_id).await?.map(|product| Product::new(product, currency)))
    }
}

#[derive(Clone, Copy)]
pub(super) struct Subscription;

#[Subscription]
impl Subscription {
    /// Each change of a level from now on, of these products (100 at most) or of all. Where changes may have been
    /// missed, because they were read too slowly or the service could not hear of them, there is an error and the end:
    /// subscribe again, then read the levels.
    #[allow(clippy::unused_async, reason = "the macro asks for it")]
    async fn stock_changes(
        &self,
        context: &Context<'_>,
        product_ids: Option<Vec<ID>>,
    ) -> Result<impl Stream<Item = Result<StockChange>>> {
        let session = Session::of(context);
        if product_ids.as_ref().is_some_and(|ids| ids.len() > MAX_PAGE) {
            let en = format!("productIds: must be at most {MAX_PAGE}");
            let detail = Text::new(en, format!("productIds : doivent être au plus {MAX_PAGE}"));
            return Err(session.refuse(invalid_argument("productIds", detail)));
        }
        let of = product_ids.map(|ids| loaders::product_ids(&ids).into_iter().flatten().collect());
        let language = session.language;
        let overrun = move || error::of_problem(&Problem::new(&SUBSCRIPTION_OVERRUN), language);
        Ok(changes(session.app.read_models.stock_changes(), of, overrun))
    }
}

/// The changes of these products or of all, until their source ends or some were missed.
fn changes(
    receiver: Receiver<StockNews>,
    of: Option<HashSet<ProductId>>,
    overrun: impl Fn() -> async_graphql::Error,
) -> impl Stream<Item = Result<StockChange>> {
    stream::unfold((Some(receiver), of, overrun), async |(receiver, of, overrun)| {
        let mut receiver = receiver?;
        loop {
            match receiver.recv().await {
                Ok(StockNews::Changed(change)) if of.as_ref().is_none_or(|of| of.contains(&change.product_id)) => {
                    return Some((Ok(change.into()), (Some(receiver), of, overrun)));
                }
                Ok(StockNews::Changed(_)) => {}
                // A subscriber that skipped some in silence would take an old level for the present one.
                Ok(StockNews::Missed) | Err(RecvError::Lagged(_)) => {
                    return Some((Err(overrun()), (None, of, overrun)));
                }
                Err(RecvError::Closed) => return None,
            }
        }
    })
}

impl From<StockChanged> for StockChange {
    fn from(change: StockChanged) -> Self {
        Self { product_id: change.product_id.into(), level: change.level, version: BigInt(change.version) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt;
    use tokio::sync::broadcast;

    fn change(product_id: ProductId, version: u64) -> StockNews {
        StockNews::Changed(StockChanged { product_id, level: 5, version })
    }

    async fn versions(changes: impl Stream<Item = Result<StockChange>>) -> Vec<Result<u64, String>> {
        changes.map(|change| change.map(|change| change.version.0).map_err(|error| error.message)).collect().await
    }

    #[tokio::test]
    async fn only_the_products_that_are_followed_are_told() {
        let (sender, receiver) = broadcast::channel(8);
        for (product_id, version) in [(1, 1), (2, 1), (1, 2)] {
            sender.send(change(product_id, version)).unwrap();
        }
        drop(sender);
        let told = versions(changes(receiver, Some(HashSet::from([1])), || "missed".into())).await;
        assert_eq!(told, [Ok(1), Ok(2)]);
    }

    #[tokio::test]
    async fn who_is_too_slow_is_told_so_and_let_go() {
        let (sender, receiver) = broadcast::channel(2);
        for version in 1..=5 {
            sender.send(change(1, version)).unwrap();
        }
        let told = versions(changes(receiver, None, || "missed".into())).await;
        assert_eq!(told, [Err("missed".to_owned())]);
    }

    #[tokio::test]
    async fn who_could_not_hear_is_told_so_and_let_go() {
        let (sender, receiver) = broadcast::channel(8);
        for news in [change(1, 1), StockNews::Missed, change(1, 3)] {
            sender.send(news).unwrap();
        }
        let told = versions(changes(receiver, Some(HashSet::from([1])), || "missed".into())).await;
        assert_eq!(told, [Ok(1), Err("missed".to_owned())]);
    }
}
