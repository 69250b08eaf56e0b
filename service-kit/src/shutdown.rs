//! SIGTERM and SIGINT (Ctrl-C) as a cancellation token.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled at the first SIGTERM or SIGINT. A second one ends the process at once,
/// for whoever does not want to wait: nothing that was committed is lost by that.
pub fn on_signal() -> std::io::Result<CancellationToken> {
    // Registered here and not in the task: a signal that comes right after the start must not be missed.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let token = CancellationToken::new();
    let cancelled = token.clone();
    tokio::spawn(async move {
        let mut next = async || {
            tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            }
        };
        let name = next().await;
        tracing::info!("{name}: stopping; a second signal ends the process at once");
        cancelled.cancel();
        next().await;
        std::process::exit(130);
    });
    Ok(token)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    #[tokio::test]
    async fn sigterm_cancels_the_token() {
        let token = super::on_signal().unwrap();
        assert!(!token.is_cancelled());
        let pid = std::process::id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        token.cancelled().await;
    }
}
