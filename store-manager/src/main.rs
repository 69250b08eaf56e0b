//! Starts store-manager.

use clap::Parser;
use store_manager::app;
use store_manager::config::Settings;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let settings = Settings::parse();
    service_kit::telemetry::init()?;
    let stop = service_kit::shutdown::on_signal()?;
    app::run(settings, stop).await
}
