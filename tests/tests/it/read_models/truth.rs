//! What reports and levels must say, by MySQL's own sums, and what they do say.

use serde_json::{Value, json};
use stack::cents::Cents;
use tests::{Api, Store};

use super::readers::REPORTS;

/// Rows of a ranking that a report gives at most.
const ROWS: u32 = 100;

/// Both rankings and all levels, with amounts in cents.
#[derive(Debug, PartialEq, Eq)]
pub struct Truth {
    spenders: Vec<(u64, String, i64)>,
    sellers: Vec<(u64, String, i64)>,
    levels: Vec<(u64, String, String, i64, i64)>,
    /// What suppliers read, product by product.
    supplied: Vec<(u64, i64)>,
}

impl Truth {
    /// By plain sums over the tables, once every saga has ended: an order then stands, or is cancelled.
    pub async fn of_mysql(store: &Store) -> Self {
        let pool = &store.store_db.pool;
        let spenders = sqlx::query_as(
            "SELECT users.id, users.name, CAST(SUM(total_amount) * 100 AS SIGNED)
             FROM orders JOIN users ON users.id = user_id WHERE status <> 'cancelled'
             GROUP BY users.id, users.name ORDER BY SUM(total_amount) DESC, users.id LIMIT ?",
        );
        let sellers = sqlx::query_as(
            "SELECT products.id, products.name, CAST(SUM(items.quantity) AS SIGNED)
             FROM orders JOIN order_items AS items ON items.order_id = orders.id
             JOIN products ON products.id = items.product_id WHERE status <> 'cancelled'
             GROUP BY products.id, products.name ORDER BY SUM(items.quantity) DESC, products.id LIMIT ?",
        );
        let levels = "SELECT id, name, sku, CAST(price * 100 AS SIGNED), CAST(quantity AS SIGNED)
                      FROM products JOIN stocks ON product_id = id ORDER BY id";
        let levels: Vec<(u64, String, String, i64, i64)> = sqlx::query_as(levels).fetch_all(pool).await.unwrap();
        Self {
            spenders: spenders.bind(ROWS).fetch_all(pool).await.unwrap(),
            sellers: sellers.bind(ROWS).fetch_all(pool).await.unwrap(),
            supplied: levels.iter().map(|(id, .., quantity)| (*id, *quantity)).collect(),
            levels,
        }
    }

    /// By the interfaces, if all three reports come from Redis.
    pub async fn shown_by(api: &Api) -> Result<Self, String> {
        let [spenders, sellers, levels] = REPORTS;
        let (spenders, sellers) = (report(api, spenders).await?, report(api, sellers).await?);
        let levels = report(api, levels).await?;
        let ids: Vec<String> = levels.iter().map(|row| row["product_id"].to_string()).collect();
        let query = json!({"query": "query($ids: [ID!]!) { products(ids: $ids) { id quantity } }",
                           "variables": {"ids": ids}});
        let supplied = api.post("/graphql", &query).await.expect(200);
        let rows = |rows: &[Value], names: [&str; 3]| rows.iter().map(|row| ranked(row, names)).collect();
        Ok(Self {
            spenders: rows(&spenders, ["user_id", "name", "total_expense"]),
            sellers: rows(&sellers, ["product_id", "name", "quantity_sold"]),
            levels: levels.iter().map(level).collect(),
            supplied: supplied["data"]["products"].as_array().unwrap().iter().map(quantity).collect(),
        })
    }
}

/// The rows of a report from Redis.
async fn report(api: &Api, path: &str) -> Result<Vec<Value>, String> {
    let answer = api.get(&format!("{path}?limit={ROWS}")).await;
    match answer.header("data-source") {
        "redis" => Ok(answer.expect(200).as_array().unwrap().clone()),
        _ => Err(format!("{answer:?}")),
    }
}

fn ranked(row: &Value, [id, name, amount]: [&str; 3]) -> (u64, String, i64) {
    let amount = if amount == "total_expense" { cents(&row[amount]) } else { row[amount].as_i64().unwrap() };
    (row[id].as_u64().unwrap(), row[name].as_str().unwrap().to_owned(), amount)
}

fn level(row: &Value) -> (u64, String, String, i64, i64) {
    let text = |name: &str| row[name].as_str().unwrap().to_owned();
    let (id, quantity) = (row["product_id"].as_u64().unwrap(), row["quantity"].as_i64().unwrap());
    (id, text("name"), text("sku"), cents(&row["unit_price"]), quantity)
}

fn quantity(product: &Value) -> (u64, i64) {
    (product["id"].as_str().unwrap().parse().unwrap(), product["quantity"].as_i64().unwrap())
}

/// By the number's own digits.
fn cents(amount: &Value) -> i64 {
    amount.to_string().parse::<Cents>().unwrap().0
}
