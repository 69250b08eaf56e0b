//! Listening and serving until told to stop, with a bound on how long the stop takes.

use anyhow::Context;
use axum::Router;
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long requests that run at the stop may go on: 3 of the 5 seconds in which a service ends.
pub const DRAIN_TIME_LIMIT: Duration = Duration::from_secs(3);

/// Listens, or says in one line why not. `flag` is the setting that the address came from.
pub async fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} (choose another address with {flag})"))
}

/// Serves until `shutdown`, then accepts no more and lets what runs finish, for [`DRAIN_TIME_LIMIT`] at most.
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) -> std::io::Result<()> {
    drain_within(DRAIN_TIME_LIMIT, listener, router, shutdown).await
}

async fn drain_within(
    limit: Duration,
    listener: TcpListener,
    router: Router,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    // Answers are small and written at once; waiting to fill a packet would only delay them.
    let listener = listener.tap_io(|stream| {
        if let Err(err) = stream.set_nodelay(true) {
            tracing::debug!(%err, "TCP_NODELAY was refused");
        }
    });
    let stop = shutdown.clone();
    let server = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
    tokio::select! {
        outcome = server => outcome,
        () = async { shutdown.cancelled().await; tokio::time::sleep(limit).await } => {
            tracing::warn!("requests were still running {limit:?} after the stop; they are abandoned");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::sync::Arc;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::Notify;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

    #[tokio::test]
    async fn a_request_that_runs_at_the_stop_is_answered() {
        let (entered, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (inside, go_on) = (entered.clone(), release.clone());
        let router = Router::new().route(
            "/",
            get(async move || {
                inside.notify_one();
                go_on.notified().await;
                "done"
            }),
        );
        let listener = bind("127.0.0.1:0".parse().unwrap(), "--listen").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let shutdown = CancellationToken::new();
        let server = tokio::spawn(serve(listener, router, shutdown.clone()));
        client.write_all(REQUEST).await.unwrap();
        entered.notified().await;
        shutdown.cancel();
        release.notify_one();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("done"), "{answer}");
        server.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_request_that_never_ends_does_not_hold_up_the_stop() {
        let entered = Arc::new(Notify::new());
        let inside = entered.clone();
        let router = Router::new().route(
            "/",
            get(async move || {
                inside.notify_one();
                std::future::pending::<&str>().await
            }),
        );
        let listener = bind("127.0.0.1:0".parse().unwrap(), "--listen").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let shutdown = CancellationToken::new();
        let server = tokio::spawn(drain_within(Duration::from_millis(5), listener, router, shutdown.clone()));
        client.write_all(REQUEST).await.unwrap();
        entered.notified().await;
        shutdown.cancel();
        server.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn an_address_in_use_is_named() {
        let held = bind("127.0.0.1:0".parse().unwrap(), "--listen").await.unwrap();
        let address = held.local_addr().unwrap();
        let refused = bind(address, "--listen").await.unwrap_err().to_string();
        assert!(refused.contains(&address.to_string()) && refused.contains("--listen"), "{refused}");
    }
}
