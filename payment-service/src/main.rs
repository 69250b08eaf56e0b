//! Starts payment-service.

use std::process::ExitCode;

use clap::Parser;
use payment_service::app;
use payment_service::config::Settings;

#[tokio::main]
async fn main() -> ExitCode {
    service_kit::start::exit_code(run(Settings::parse()).await)
}

async fn run(settings: Settings) -> anyhow::Result<()> {
    service_kit::telemetry::init()?;
    let stop = service_kit::shutdown::on_signal()?;
    app::run(settings, stop).await
}
