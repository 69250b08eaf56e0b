//! Starts payment-service.

use std::process::ExitCode;

use clap::Parser;
use payment_service::config::Settings;
use payment_service::{SERVICE_NAME, app};

#[tokio::main]
async fn main() -> ExitCode {
    service_kit::start::exit_code(run(Settings::parse()).await)
}

async fn run(settings: Settings) -> anyhow::Result<()> {
    // Kept until the service has ended.
    let _traces = service_kit::telemetry::start(SERVICE_NAME, &settings.telemetry)?;
    let stop = service_kit::shutdown::on_signal()?;
    app::run(settings, stop).await
}
