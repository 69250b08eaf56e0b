//! A second store-manager, alone: with a database of its own, and a broker that is away.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use sqlx::MySqlPool;

use crate::catalogue::Catalogue;
use crate::service::{Place, Program, Service};
use crate::settings::RunSettings;

/// Nobody listens there.
const AWAY: &str = "127.0.0.1:1";

/// It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Alone {
    pub address: SocketAddr,
    pub catalogue: Catalogue,
    /// Its database.
    pub pool: MySqlPool,
    _running: Service,
}

impl Alone {
    /// Starts it, and makes what orders need.
    pub async fn start(settings: &RunSettings) -> Result<Self> {
        let database_url = format!("{}_alone", settings.database_url);
        let place = Place {
            database_url: database_url.clone(),
            kafka_brokers: AWAY.to_owned(),
            // Keys of its own in the same Redis.
            topic_prefix: format!("{}alone.", settings.topic_prefix),
            instance: "bench-alone".to_owned(),
            args: Vec::new(),
        };
        let mut running = Service::start(settings, Program::StoreManager, &place)?;
        running.answers().await.context("the store-manager whose broker is away")?;
        let address = running.address;
        let catalogue = Catalogue::make(address).await?;
        Ok(Self { address, catalogue, pool: MySqlPool::connect_lazy(&database_url)?, _running: running })
    }
}
