//! The payment link an order carries, opened in a real browser through the gateway, in both languages, without a
//! script.

use serde_json::{Map, Value, json};
use tests::{Store, tools};

/// What the browser does with a link of its own in each language, and the order's status afterwards.
const SCENARIOS: [(&str, &str); 5] = [
    ("paid", "paid"),
    ("declined", "payment_declined"),
    ("invalid_then_paid", "paid"),
    ("keyboard", "paid"),
    ("closed", "cancelled"),
];
const LOCALES: [&str; 2] = ["en-CA", "fr-CA"];

/// The link that an order of one laptop carries.
async fn payable(store: &Store, user: u64, product: u64) -> (u64, String) {
    let order = store.order(user, &[(product, 1)]).await;
    store.until_payable(order).await;
    let link = store.show(order).await["payment_link"].as_str().unwrap().to_owned();
    (order, link)
}

#[tokio::test]
async fn an_order_is_paid_in_a_browser_in_english_and_in_french() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(1999.99, 100).await);

    let (mut links, mut expected) = (Map::new(), Vec::new());
    for (scenario, status) in SCENARIOS {
        let mut of_scenario = Map::new();
        for locale in LOCALES {
            let (order, link) = payable(&store, user, product).await;
            assert!(link.contains("/payments-api/payments/process/"), "it leads through the gateway: {link}");
            if scenario == "closed" {
                store.cancel(order).await;
                store.until_ended(order, "cancelled").await;
            }
            of_scenario.insert(locale.to_owned(), json!(link));
            expected.push((order, status));
        }
        links.insert(scenario.to_owned(), Value::Object(of_scenario));
    }
    let (_, known) = payable(&store, user, product).await;
    let nowhere = format!("{}/999999", known.rsplit_once('/').unwrap().0);
    links.insert("unknown".to_owned(), json!({"en-CA": nowhere, "fr-CA": nowhere}));

    let screenshots = tools::folder("screenshots");
    let arguments = json!({"links": links, "screenshots": screenshots}).to_string();
    let browser = tools::node("payment_page.cjs", &[&arguments]).await;
    assert!(browser.status.success(), "{}", browser.output);
    for (order, status) in expected {
        store.until_status(order, status).await;
    }
    store.finish().await;
}
