//! Reading a product in GraphQL, compared to a bare axum route with the same Redis read.

use anyhow::{Context, Result, ensure};
use futures::FutureExt;
use hyper::StatusCode;
use serde_json::{Value, json};

use super::Bench;
use crate::bare::route;
use crate::http::{Connection, Exchange};
use crate::load;
use crate::report::{Comparison, Figure, Goal, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};

pub(super) const NAME: &str = "graphql";

/// Where a product is asked for, the type of its id there, and what selects its price.
type Asked = (&'static str, &'static str, &'static str);

pub(super) const SUPPLIERS: Asked = ("/graphql", "ID", "price { amount currency }");
const COURSE: Asked = ("/stocks/graphql-query", "String", "price");

const BARE: Text = Text {
    en: "against a bare axum route with the same Redis read",
    fr: "comparé à une route axum nue avec la même lecture Redis",
};

const SUPPLIERS_FIGURE: Outline = Outline {
    name: "graphql_product",
    title: Text::same("POST /graphql, product(id)"),
    against: BARE,
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[Goal::ratio_of(0.5)],
};

const COURSE_FIGURE: Outline = Outline {
    name: "graphql_product_course",
    title: Text::same("POST /stocks/graphql-query, product(id)"),
    against: BARE,
    unit: Unit::PerSecond,
    comparison: Comparison::Ratio,
    goals: &[],
};

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let (store, load) = (bench.settings.store, bench.load());
    let (_running, bare) = route::start(&bench.settings)?;
    let suppliers = questions(bench, SUPPLIERS).await?;
    let course = questions(bench, COURSE).await?;
    let reads: Vec<Exchange> = known(bare, products(bench)).await?;
    let side = |address, exchanges: &[Exchange]| -> Side<'_, f64> {
        let exchanges = exchanges.to_vec();
        Box::new(move || {
            let exchanges = exchanges.clone();
            async move { Ok(load::requests(address, &exchanges, load).await?.per_second()) }.boxed_local()
        })
    };
    let sides = [side(store, &suppliers), side(bare, &reads), side(store, &course)];
    let [suppliers, bare, course] = in_turn(NAME, bench.settings.rounds, sides).await?;
    Ok(vec![SUPPLIERS_FIGURE.figure(&suppliers, &bare), COURSE_FIGURE.figure(&course, &bare)])
}

/// The question for each product, with the answer that it must have.
pub(super) async fn questions(bench: &Bench, (path, id_type, price): Asked) -> Result<Vec<Exchange>> {
    // As clients' libraries ask: one text, and the id as its variable.
    let query = format!("query Product($id: {id_type}!) {{ product(id: $id) {{ id name sku {price} quantity }} }}");
    let question = |id: &u64| {
        let body = json!({ "query": query, "variables": { "id": id.to_string() } });
        Exchange::post(path, &body, StatusCode::OK)
    };
    let questions = known(bench.settings.store, bench.catalogue.product_ids.iter().map(question).collect()).await?;
    for (question, id) in questions.iter().zip(&bench.catalogue.product_ids) {
        let answer: Value = serde_json::from_slice(question.answer.as_deref().unwrap_or_default())?;
        let shown = answer["data"]["product"]["id"].to_string();
        ensure!(shown.trim_matches('"') == id.to_string(), "{path} answered {answer} about product {id}");
    }
    Ok(questions)
}

fn products(bench: &Bench) -> Vec<Exchange> {
    bench.catalogue.product_ids.iter().map(|id| Exchange::get(format!("/products/{id}"))).collect()
}

/// Asks each once: the answers stay the same, to the byte, so that every later one is held against them.
async fn known(address: std::net::SocketAddr, mut exchanges: Vec<Exchange>) -> Result<Vec<Exchange>> {
    let mut connection = Connection::open(address).await?;
    for exchange in &mut exchanges {
        exchange.answer = Some(connection.call(exchange).await.context("before the rounds")?);
    }
    Ok(exchanges)
}
