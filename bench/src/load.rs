//! The load: connections that each send the next request when they have the answer of the one before.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;

use crate::http::{Connection, Exchange};

/// How much longer than it should a side may take before it counts as hung.
const PATIENCE: Duration = Duration::from_secs(20);

/// How hard a side is driven.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub seconds: Duration,
    pub connections: u16,
}

/// What a side did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Done {
    /// How often it was done.
    pub count: u64,
    /// How long that took, to the end of the last.
    pub took: Duration,
}

impl Done {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn per_second(self) -> f64 {
        self.count as f64 / self.took.as_secs_f64()
    }

    /// What one had of something that all had together.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn share_of(self, time: Duration) -> Duration {
        time.div_f64(self.count.max(1) as f64)
    }
}

/// The exchanges one after the other, again and again, until the time is over. Each answer has to be good.
pub(crate) async fn requests(address: SocketAddr, exchanges: &[Exchange], load: Load) -> Result<Done> {
    let connections = try_join_all((0..load.connections).map(|_| Connection::open(address))).await?;
    let workers = connections.into_iter().enumerate().map(|(number, mut connection)| {
        // Each begins elsewhere, so that they do not all ask for the same at once.
        let (mine, step) = (exchanges.to_vec(), usize::from(load.connections));
        async move |until: Instant| {
            let mut count = 0_u64;
            for at in (number..).step_by(step) {
                if Instant::now() >= until {
                    break;
                }
                connection.call(&mine[at % mine.len()]).await?;
                count += 1;
            }
            Ok(count)
        }
    });
    drive(workers, load.seconds).await
}

/// Workers side by side, each on a task of its own, until the time is over; each tells how often it did its work.
pub(crate) async fn drive<W, F>(workers: impl IntoIterator<Item = W>, seconds: Duration) -> Result<Done>
where
    W: FnOnce(Instant) -> F,
    F: Future<Output = Result<u64>> + Send + 'static,
{
    let began = Instant::now();
    let until = began + seconds;
    let running: Vec<_> = workers.into_iter().map(|work| tokio::spawn(work(until))).collect();
    let counts = tokio::time::timeout(seconds + PATIENCE, try_join_all(running)).await;
    let counts = counts.context("no answer for a long time")??.into_iter().collect::<Result<Vec<u64>>>()?;
    let took = began.elapsed();
    let count = counts.iter().sum();
    ensure!(count > 0, "nothing was done in {seconds:?}");
    Ok(Done { count, took })
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::StatusCode;
    use axum::routing::get;

    use super::*;

    const LOAD: Load = Load { seconds: Duration::from_millis(50), connections: 2 };

    async fn server() -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
        let router = Router::new()
            .route("/good", get(async || "yes"))
            // Well at first.
            .route(
                "/failing",
                get(async move || match seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                    0..20 => Ok("yes"),
                    _ => Err(StatusCode::TOO_MANY_REQUESTS),
                }),
            );
        tokio::spawn(async { axum::serve(listener, router).await });
        address
    }

    #[tokio::test]
    async fn good_answers_are_counted() {
        let exchange = Exchange { answer: Some("yes".into()), ..Exchange::get("/good") };
        let done = requests(server().await, &[exchange], LOAD).await.unwrap();
        assert!(done.count > 0 && done.took >= LOAD.seconds);
    }

    #[tokio::test]
    async fn one_answer_that_is_no_success_fails_all() {
        let patient = Load { seconds: Duration::from_secs(5), ..LOAD };
        let failed = requests(server().await, &[Exchange::get("/failing")], patient).await.unwrap_err();
        assert!(format!("{failed:#}").contains("429"), "{failed:#}");
    }

    #[tokio::test]
    async fn another_answer_than_the_known_one_fails_all() {
        let exchange = Exchange { answer: Some("no".into()), ..Exchange::get("/good") };
        let failed = requests(server().await, &[exchange], LOAD).await.unwrap_err();
        assert!(format!("{failed:#}").contains("answered yes and not no"), "{failed:#}");
    }
}
