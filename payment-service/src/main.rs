//! Starts payment-service.

use clap::Parser;
use payment_service::app;
use payment_service::config::Settings;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let settings = Settings::parse();
    service_kit::telemetry::init()?;
    let stop = service_kit::shutdown::on_signal()?;
    app::run(settings, stop).await
}
