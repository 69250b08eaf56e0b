//! What the laboratory does to the broker's topics, as somebody with the right to it would.

use anyhow::{Context, Result};
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;

use crate::laboratory::Laboratory;

impl Laboratory {
    /// Deletes a topic with all that it holds.
    ///
    /// # Errors
    /// The broker is away, or has no such topic.
    pub fn delete_topic(&self, topic: &str) -> Result<()> {
        let broker = format!("127.0.0.1:{}", self.store().ports().kafka);
        let admin: AdminClient<DefaultClientContext> =
            ClientConfig::new().set("bootstrap.servers", broker).set("log_level", "0").create()?;
        let options = AdminOptions::new().operation_timeout(Some(self.patience()));
        for deleted in self.databases().wait(admin.delete_topics(&[topic], &options))? {
            deleted.map_err(|(topic, code)| anyhow::anyhow!("{topic}: {code}")).context("the topic's deletion")?;
        }
        Ok(())
    }
}
