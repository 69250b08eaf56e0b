//! What must never be printed or kept: passwords, and anything of a card but its last four digits.

use serde_json::json;
use tests::{PAYMENT_SERVICE, STORE_MANAGER, Store, run_to_end};

const PASSWORD: &str = "pa55-w0rd-of-the-store";
const CARD: &str = "5555555555554444";
const CODE: &str = "9173";

/// Whether the secret stands there by itself: four digits also come by chance, amid those of a moment or an address.
fn says(text: &str, secret: &str) -> bool {
    let alone = |at: usize| {
        let (before, after) = (text[..at].chars().next_back(), text[at + secret.len()..].chars().next());
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    };
    text.match_indices(secret).any(|(at, _)| alone(at))
}

#[tokio::test]
async fn neither_passwords_nor_cards_are_in_logs_tables_topics_or_answers() {
    let mut store = Store::builder().both(&["--kafka-option", "client.id=s3cret-of-the-broker"]).stopped().await;
    for (database, service) in
        [(&store.store_db, &mut store.store_manager), (&store.payments_db, &mut store.payment_service)]
    {
        // An account of the server's with a password, allowed to do everything with its own database.
        let (name, user) = (&database.name, format!("u{}", &database.name[database.name.len().saturating_sub(28)..]));
        for sql in [
            format!("CREATE USER '{user}'@'%' IDENTIFIED BY '{PASSWORD}'"),
            format!("GRANT ALL ON `{name}`.* TO '{user}'@'%'"),
        ] {
            database.on_server(sql).await.unwrap();
        }
        let (scheme, rest) = database.url.split_once("://").unwrap();
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let url = format!("{scheme}://{user}:{PASSWORD}@{host}");
        service.set("--database-url", &url);
        service.set_env("RUST_LOG", "trace");
    }
    store.start_services().await;

    let (user, product) = (store.user().await, store.product(5.0, 9).await);
    let order = store.order(user, &[(product, 1)]).await;
    let payment = store.until_payable(order).await;
    let path = format!("/payments/process/{payment}");
    let card = json!({"cardNumber": CARD, "cardCode": CODE, "expirationDate": "2099-12-31"});
    let wrong = json!({"cardNumber": format!("{CARD}1"), "cardCode": CODE, "expirationDate": "2099-12-31"});
    let broken = format!("{{\"cardNumber\": {CARD}.5, \"cardCode\": \"{CODE}\"");
    let mut said = vec![
        store.till.post(&path, &wrong).await.text,
        store.till.post_raw(&path, "application/json", broken).await.text,
        store.till.post(&path, &card).await.text,
        store.payment(payment).await.to_string(),
    ];
    store.until_status(order, "paid").await;
    let rows: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT status, card_last4 FROM payments").fetch_all(&store.payments_db.pool).await.unwrap();
    assert_eq!(rows, [("paid".to_owned(), Some("4444".to_owned()))]);
    said.push(store.payments_db.dump(&["payments", "outbox", "parked_events", "inbox"]).await);
    said.push(store.store_db.dump(&["orders", "saga_events"]).await);
    said.extend(
        store
            .topics
            .records("order-saga-events")
            .iter()
            .map(|record| String::from_utf8_lossy(&record.payload).into_owned()),
    );
    said.extend([store.store_manager.log(), store.payment_service.log()]);
    assert!(said.iter().any(|text| says(text, "4444")), "the search finds what is there");
    for text in &said {
        for secret in [PASSWORD, CARD, CODE, "s3cret-of-the-broker"] {
            assert!(
                !says(text, secret),
                "{secret} is in {}",
                text.lines().find(|line| says(line, secret)).unwrap_or(text)
            );
        }
    }
    store.finish().await;
}

#[tokio::test]
async fn a_refused_password_or_url_is_not_shown_and_neither_is_it_by_help() {
    for service in [STORE_MANAGER, PAYMENT_SERVICE] {
        let server = tests::environment().database_url.rsplit_once('@').map(|(_, host)| host.to_owned()).unwrap();
        let url = format!("mysql://nobody:{PASSWORD}@{server}/x");
        let by_flag = run_to_end(service, &["--listen", "127.0.0.1:0", "--database-url", &url], &[]).await;
        let by_variable = run_to_end(service, &["--listen", "127.0.0.1:0"], &[("SAGA_DATABASE_URL", &url)]).await;
        let broken = format!("mysql://nobody:{PASSWORD}@{server}:port/x");
        let unreadable = run_to_end(service, &["--listen", "127.0.0.1:0", "--database-url", &broken], &[]).await;
        for refused in [by_flag, by_variable, unreadable] {
            assert!(!refused.status.success() && !refused.output.contains(PASSWORD), "{}", refused.output);
        }
        let option = format!("sasl.password={PASSWORD}");
        let help =
            run_to_end(service, &["--help"], &[("SAGA_DATABASE_URL", &url), ("SAGA_KAFKA_OPTIONS", &option)]).await;
        assert!(help.status.success() && !help.output.contains(PASSWORD), "{}", help.output);
    }
}
