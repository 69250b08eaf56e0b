//! Starts store-manager.

use std::process::ExitCode;

use clap::Parser;
use store_manager::config::Settings;
use store_manager::{SERVICE_NAME, app};

/// glibc's allocator took an eighth of the processor time of a GraphQL read (`cargo stack bench`, perf).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
