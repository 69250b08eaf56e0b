//! Starts store-manager.

use std::process::ExitCode;

use clap::Parser;
use store_manager::app;
use store_manager::config::Settings;

/// glibc's allocator took an eighth of the processor time of a GraphQL read (`cargo stack bench`, perf).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    service_kit::start::exit_code(run(Settings::parse()).await)
}

async fn run(settings: Settings) -> anyhow::Result<()> {
    service_kit::telemetry::init()?;
    let stop = service_kit::shutdown::on_signal()?;
    app::run(settings, stop).await
}
