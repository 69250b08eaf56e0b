//! What must never be printed or kept: passwords, and anything of a card but its last four digits. Nor do logs and
//! traces tell what a client or an operator proves himself with.

use serde_json::{Value, json};
use shared_events::Topic;
use tests::{
    Collector, DECLINED_CARD, PAYMENT_SERVICE, STORE_MANAGER, Store, id_in, order_body, run_to_end, wait_until,
};

use crate::parking::envelope;

const PASSWORD: &str = "pa55-w0rd-of-the-store";
const CARD: &str = "5555555555554444";
const CODE: &str = "9173";
/// What logs and traces do not tell: keys, whose answer is had by whoever knows them, a token such as a gateway may ask
/// for, and what stands in an event.
const UNTOLD: [&str; 4] = ["key-0f2a-of-an-order", "key-0f2a-of-a-card", "t0ken-of-a-client", "n0te-in-an-event"];
const COLLECTORS: &str = "s3cret-of-the-collector";

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
    let collector = Collector::start().await;
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
        service.set_env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url);
        service.set_env("OTEL_EXPORTER_OTLP_HEADERS", &format!("authorization=Bearer {COLLECTORS}"));
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
    said.push(decline_and_replay(&mut store, (user, product)).await);
    let rows: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT status, card_last4 FROM payments").fetch_all(&store.payments_db.pool).await.unwrap();
    assert!(rows.contains(&("paid".to_owned(), Some("4444".to_owned()))), "{rows:?}");
    said.push(store.payments_db.dump(&["payments", "outbox", "parked_events", "inbox"]).await);
    said.push(store.store_db.dump(&["orders", "saga_events"]).await);
    said.extend(
        store
            .topics
            .records("order-saga-events")
            .iter()
            .map(|record| String::from_utf8_lossy(&record.payload).into_owned()),
    );
    store.store_manager.stop().await;
    store.payment_service.stop().await;
    let told = [store.store_manager.log(), store.payment_service.log(), collector.text()];
    assert!(told[2].contains("POST /payments/process/"), "{}", told[2]);
    for text in &told {
        for secret in UNTOLD {
            assert!(!text.contains(secret), "{secret} is told: {:?}", text.lines().find(|line| line.contains(secret)));
        }
    }
    said.extend(told);
    assert!(said.iter().any(|text| says(text, "4444")), "the search finds what is there");
    for text in &said {
        for secret in [PASSWORD, CARD, DECLINED_CARD, CODE, COLLECTORS, "s3cret-of-the-broker"] {
            assert!(
                !says(text, secret),
                "{secret} is in {}",
                text.lines().find(|line| says(line, secret)).unwrap_or(text)
            );
        }
    }
    store.finish().await;
}

/// An order and a card under a key by a client with a token, the card declined; then an event that nobody knows, which
/// an operator replays. Gives what they were answered.
async fn decline_and_replay(store: &mut Store, (user, product): (u64, u64)) -> String {
    let [of_order, of_card, token, note] = UNTOLD;
    let bearer = format!("Bearer {token}");
    let shop = store.shop.with("idempotency-key", of_order).with("authorization", &bearer);
    let order = id_in(&shop.post("/orders", &order_body(user, &[(product, 1)])).await.expect(201), "order_id");
    let payment = store.until_payable(order).await;
    let till = store.till.with("idempotency-key", of_card).with("authorization", &bearer);
    let card = json!({"cardNumber": DECLINED_CARD, "cardCode": CODE, "expirationDate": "2099-12-31"});
    let declined = till.post(&format!("/payments/process/{payment}"), &card).await.text;
    store.until_status(order, "payment_declined").await;
    let (key, unknown) = (b"0".as_slice(), envelope("OrderTeleported", 1, "0", &json!({"note": note})));
    store.topics.produce(Topic::ORDER_SAGA_EVENTS.name(), &[(key, &unknown)]).await;
    wait_until("both to set it aside", async || match store.parked().await {
        2 => Ok(()),
        parked => Err(format!("{parked}")),
    })
    .await;
    store.expect_parked(2);
    let replay = "/admin/parked-events/replay";
    let replayed: Value = store.store_manager.admin.post(replay, &json!({"key": "0"})).await.expect(200);
    assert!(replayed["stopped_by"].is_string(), "{replayed}");
    format!("{declined}{replayed}")
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
