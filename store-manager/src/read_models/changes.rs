//! Changes of stock as they are applied, told to every instance by Redis's publish and subscribe.

use std::time::Duration;

use futures::StreamExt;
use saga_kit::retry::Backoff;
use shared_events::ProductId;
use tokio_util::sync::CancellationToken;

use super::ReadModels;

/// A level that has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockChanged {
    /// The product.
    pub product_id: ProductId,
    /// How many are there now.
    pub level: u32,
    /// Version of the level: of two, the higher one is the newer.
    pub version: u64,
}

/// What subscribers are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockNews {
    /// A level has changed.
    Changed(StockChanged),
    /// Redis was away, or is heard for the first time: there may have been changes that nobody will tell of.
    Missed,
}

impl ReadModels {
    /// Listens until `stop`, and passes on what it hears. What changes while Redis is away is not heard of, and that
    /// is told too.
    pub(super) async fn listen(&self, stop: &CancellationToken) {
        let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(1));
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                ended = self.hear(&mut backoff) => if let Err(error) = ended {
                    tracing::debug!(%error, "stock changes are not heard of");
                },
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(backoff.next_delay()) => {}
            }
        }
    }

    async fn hear(&self, backoff: &mut Backoff) -> redis::RedisResult<()> {
        let mut listener = self.shared.client.get_async_pubsub().await?;
        listener.subscribe(self.shared.keys.named("stock-changes")).await?;
        backoff.reset();
        // Nobody may be listening, here and below.
        let _ = self.shared.changes.send(StockNews::Missed);
        let mut messages = listener.on_message();
        while let Some(message) = messages.next().await {
            if let Some(change) = message.get_payload::<String>().ok().as_deref().and_then(parse) {
                let _ = self.shared.changes.send(StockNews::Changed(change));
            }
        }
        Ok(())
    }
}

/// `product level version`, as the script publishes it.
fn parse(text: &str) -> Option<StockChanged> {
    let mut words = text.split(' ');
    let product_id = words.next()?.parse().ok()?;
    let level = words.next()?.parse().ok()?;
    let version = words.next()?.parse().ok()?;
    Some(StockChanged { product_id, level, version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_read_and_anything_else_passed_over() {
        assert_eq!(parse("3 98 7"), Some(StockChanged { product_id: 3, level: 98, version: 7 }));
        for text in ["", "3", "3 98", "3 -1 7", "x y z"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
