//! A store that listens, for what needs more than one request and its answer.

use std::net::SocketAddr;
use std::time::Duration;

use service_kit::serve;
use store_manager::read_models::{StockChanged, StockNews};
use tokio::task::JoinHandle;

use crate::fixture::Store;
use crate::wait::wait_until;

/// A store on a port of its own that hears of stock changes.
pub struct Served {
    pub store: Store,
    pub address: SocketAddr,
    server: JoinHandle<std::io::Result<()>>,
    keeper: JoinHandle<()>,
    redis: redis::aio::MultiplexedConnection,
    channel: String,
}

impl Served {
    pub async fn start() -> Self {
        let store = Store::start().await;
        let listener = serve::bind("127.0.0.1:0".parse().unwrap(), "--listen").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(serve::serve(listener, store.router.clone(), store.stop.clone()));
        let (models, stop) = (store.read_models.clone(), store.stop.clone());
        let keeper = tokio::spawn(async move { models.keep(&stop).await });
        let client = redis::Client::open(std::env::var("TEST_REDIS_URL").unwrap()).unwrap();
        let redis = client.get_multiplexed_async_connection().await.unwrap();
        let channel = format!("{}.store:stock-changes", store.database);
        let mut served_store = Self { store, address, server, keeper, redis, channel };
        served_store.until_heard().await;
        served_store
    }

    /// Until a change of no product is heard of: from then on nobody is told that some were missed.
    async fn until_heard(&mut self) {
        let Self { channel, redis, store, .. } = self;
        let mut news = store.read_models.stock_changes();
        let mut number = 0;
        wait_until(format_args!("a listener to {channel}"), async || {
            number += 1;
            let probe = format!("0 0 {number}");
            redis::cmd("PUBLISH").arg(&*channel).arg(probe).query_async::<()>(redis).await.unwrap();
            // The last one that was sent, so that none is still on its way to those who subscribe after this.
            loop {
                match tokio::time::timeout(Duration::from_millis(100), news.recv()).await {
                    Ok(Ok(StockNews::Changed(change))) if change.version == number => return Ok(()),
                    Ok(Ok(_)) => {}
                    other => return Err(format!("{other:?}")),
                }
            }
        })
        .await;
    }

    /// A change, told as the read models' script tells it.
    pub async fn tell(&mut self, change: StockChanged) {
        let message = format!("{} {} {}", change.product_id, change.level, change.version);
        let heard: u32 =
            redis::cmd("PUBLISH").arg(&self.channel).arg(message).query_async(&mut self.redis).await.unwrap();
        assert_eq!(heard, 1);
    }

    /// Stops it, which must not take longer than the service's own limit.
    pub async fn finish(self) {
        self.store.stop.cancel();
        self.server.await.unwrap().unwrap();
        self.keeper.await.unwrap();
        self.store.finish().await;
    }
}
