//! What the gateway adds to a request: one client, each request sent directly and through it, in turn.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures::FutureExt;

use super::{Bench, graphql};
use crate::http::{Connection, Exchange};
use crate::percentiles::percentiles;
use crate::report::{Comparison, Figure, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};

pub(super) const NAME: &str = "gateway";

/// What the gateway puts before the paths of store-manager.
const PREFIX: &str = "/store-manager-api";

/// A pair of requests begins at most so often: the gateway refuses a client that asks for more than 3,000 a second.
const PACE: Duration = Duration::from_millis(1);

const DIRECT: Text = Text {
    en: "through the gateway, against the same request sent directly",
    fr: "par la passerelle, comparé à la même requête envoyée directement",
};

const fn outline(name: &'static str, title: &'static str) -> Outline {
    let (unit, comparison) = (Unit::Microseconds, Comparison::Difference);
    Outline { name, title: Text::same(title), against: DIRECT, unit, comparison, goals: &[] }
}

const READ: [Outline; 2] =
    [outline("gateway_get_p50", "GET /products/{id}, p50"), outline("gateway_get_p99", "GET /products/{id}, p99")];

const GRAPHQL: [Outline; 2] = [
    outline("gateway_graphql_p50", "POST /graphql, product(id), p50"),
    outline("gateway_graphql_p99", "POST /graphql, product(id), p99"),
];

/// p50 and p99, directly and through the gateway.
struct Percentiles {
    direct: [Duration; 2],
    through: [Duration; 2],
}

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let Some(gateway) = bench.settings.gateway else { return Ok(Vec::new()) };
    let get = bench.catalogue.product_ids.iter().map(|id| Exchange::get(format!("/products/{id}"))).collect();
    let ask = graphql::questions(bench, graphql::SUPPLIERS).await?;
    let both = (bench.settings.store, gateway);
    let side = |exchanges: Vec<Exchange>| -> Side<'_, Percentiles> {
        Box::new(move || pairs(both, exchanges.clone(), bench.settings.seconds).boxed_local())
    };
    let [get, ask] = in_turn(NAME, bench.settings.rounds, [side(get), side(ask)]).await?;
    let figures = [(READ, get), (GRAPHQL, ask)].into_iter().flat_map(|(outlines, rounds)| {
        outlines.into_iter().enumerate().map(move |(at, outline)| {
            let of = |side: fn(&Percentiles) -> [Duration; 2]| {
                rounds.iter().map(|round| side(round)[at].as_secs_f64() * 1e6).collect::<Vec<_>>()
            };
            outline.figure(&of(|round| round.through), &of(|round| round.direct))
        })
    });
    Ok(figures.collect())
}

/// Pairs of the same request until the time is over.
async fn pairs(
    (store, gateway): (SocketAddr, SocketAddr),
    exchanges: Vec<Exchange>,
    seconds: Duration,
) -> Result<Percentiles> {
    let (mut direct, mut through) = (Connection::open(store).await?, Connection::open(gateway).await?);
    let (mut direct_times, mut through_times) = (Vec::new(), Vec::new());
    let behind: Vec<Exchange> = exchanges.iter().map(|exchange| exchange.below(PREFIX)).collect();
    let began = tokio::time::Instant::now();
    for (exchange, behind) in exchanges.iter().zip(&behind).cycle() {
        let pair = tokio::time::Instant::now();
        direct_times.push(timed(&mut direct, exchange).await?);
        through_times.push(timed(&mut through, behind).await.context("through the gateway")?);
        if began.elapsed() >= seconds {
            break;
        }
        tokio::time::sleep_until(pair + PACE).await;
    }
    Ok(Percentiles { direct: percentiles(direct_times), through: percentiles(through_times) })
}

async fn timed(connection: &mut Connection, exchange: &Exchange) -> Result<Duration> {
    let began = Instant::now();
    connection.call(exchange).await?;
    Ok(began.elapsed())
}
