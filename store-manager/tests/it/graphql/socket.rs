//! Subscriptions over a websocket, in both protocols, on a listener of the test's own.

use serde_json::json;
use store_manager::read_models::StockChanged;
use tokio_tungstenite::tungstenite::Error;

use super::client::{Socket, connect};
use super::served::Served;

fn change(product_id: u64, level: u32, version: u64) -> StockChanged {
    StockChanged { product_id, level, version }
}

#[tokio::test]
async fn changes_are_told_in_both_protocols() {
    let mut served = Served::start().await;
    let id = served.store.product(9).await;
    for (protocol, subscribe, next, end) in
        [("graphql-transport-ws", "subscribe", "next", "complete"), ("graphql-ws", "start", "data", "stop")]
    {
        let mut socket = Socket::open(&served, protocol).await;
        let query = format!(
            "subscription {{ stockChanges(productIds: [\"{id}\"]) {{ productId level version product {{ name }} }} }}"
        );
        socket.subscribe("s", subscribe, &query).await;
        served.tell(change(id + 1, 1, 1)).await;
        served.tell(change(id, 4, 2)).await;
        let told = socket.next().await;
        assert_eq!((&told["type"], &told["id"]), (&json!(next), &json!("s")));
        let expected = json!({"productId": id.to_string(), "level": 4, "version": 2, "product": {"name": "Gadget"}});
        assert_eq!(told["payload"]["data"]["stockChanges"], expected);
        socket.send(&json!({"id": "s", "type": end})).await;
        assert_eq!(socket.next().await, json!({"type": "complete", "id": "s"}));
    }
    served.finish().await;
}

#[tokio::test]
async fn a_stop_says_farewell_to_every_socket() {
    let served = Served::start().await;
    let mut sockets = Vec::new();
    for _ in 0..3 {
        sockets.push(Socket::open(&served, "graphql-transport-ws").await);
    }
    sockets[0].subscribe("s", "subscribe", "subscription { stockChanges { level } }").await;
    served.store.stop.cancel();
    for socket in &mut sockets {
        assert_eq!(socket.close_code().await, 1001);
    }
    served.finish().await;
}

#[tokio::test]
async fn who_does_not_begin_in_time_is_let_go() {
    let served = Served::start().await;
    let mut socket = connect(&served, "graphql-transport-ws", None).await.unwrap();
    assert_eq!(socket.close_code().await, 4408);
    served.finish().await;
}

#[tokio::test]
async fn only_so_many_operations_run_on_one_socket() {
    let served = Served::start().await;
    let mut socket = Socket::open(&served, "graphql-transport-ws").await;
    for number in 0..33 {
        let payload = json!({"query": "subscription { stockChanges { level } }"});
        socket.send(&json!({"id": number.to_string(), "type": "subscribe", "payload": payload})).await;
    }
    let refused = socket.next().await;
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("32")));
    assert_eq!(refused["payload"][0]["extensions"]["code"], "too-many-subscriptions");
    served.finish().await;
}

#[tokio::test]
async fn limits_and_codes_hold_on_a_socket_too() {
    let served = Served::start().await;
    let mut socket = Socket::open(&served, "graphql-transport-ws").await;
    for (query, code) in [
        ("{ colour }", "invalid-graphql"),
        ("{ ...A } fragment A on Query { ...A ...A }", "query-too-complex"),
        (
            "{ search(text: \"\", first: 100) { nodes { movements(first: 100) { nodes { delta } } } } }",
            "query-too-complex",
        ),
    ] {
        socket.send(&json!({"id": "q", "type": "subscribe", "payload": {"query": query}})).await;
        let refused = socket.next().await;
        assert_eq!(refused["type"], "error", "{refused}");
        assert_eq!(refused["payload"][0]["extensions"]["code"], code, "{query}");
    }
    served.finish().await;
}

#[tokio::test]
async fn variables_have_their_defaults_on_a_socket_too_and_one_without_a_value_refuses() {
    let mut served = Served::start().await;
    let id = served.store.product(9).await;
    let mut socket = Socket::open(&served, "graphql-transport-ws").await;
    for operation in [
        "query($dry: Boolean!) { __typename @skip(if: $dry) }",
        "subscription($dry: Boolean!) { stockChanges { level @skip(if: $dry) } }",
    ] {
        socket.send(&json!({"id": "q", "type": "subscribe", "payload": {"query": operation}})).await;
        let refused = socket.next().await;
        assert_eq!(refused["payload"][0]["extensions"]["code"], "invalid-graphql", "{refused}");
        assert!(refused["payload"][0]["message"].as_str().unwrap().contains("$dry"), "{refused}");
    }
    let query = "subscription($short: Boolean = true) { stockChanges { level version @skip(if: $short) } }";
    socket.subscribe("s", "subscribe", query).await;
    served.tell(change(id, 4, 2)).await;
    assert_eq!(socket.next().await["payload"]["data"]["stockChanges"], json!({"level": 4}));
    served.finish().await;
}

/// A control frame has 125 bytes, of which the code takes two; who sent nonsense is to hear why, and not of another
/// error.
#[tokio::test]
async fn a_farewell_fits_into_its_frame() {
    let served = Served::start().await;
    let mut socket = Socket::open(&served, "graphql-transport-ws").await;
    socket.send(&json!({"type": "é".repeat(200)})).await;
    let (code, reason) = socket.closed().await;
    assert_eq!(code, 4400);
    assert!(!reason.is_empty() && reason.len() <= 123, "{reason}");
    served.finish().await;
}

#[tokio::test]
async fn who_asks_before_the_greeting_is_let_go() {
    let served = Served::start().await;
    let mut socket = connect(&served, "graphql-transport-ws", None).await.unwrap();
    socket.send(&json!({"id": "q", "type": "subscribe", "payload": {"query": "{ __typename }"}})).await;
    assert_eq!(socket.close_code().await, 4401);
    served.finish().await;
}

#[tokio::test]
async fn a_page_of_another_site_gets_no_socket_nor_does_what_speaks_no_protocol() {
    let served = Served::start().await;
    let refused = |outcome: Result<Socket, Error>| match outcome {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("a socket"),
    };
    assert_eq!(refused(connect(&served, "graphql-transport-ws", Some("http://example.org")).await), 403);
    assert_eq!(refused(connect(&served, "chat", None).await), 400);
    let own = format!("http://{}", served.address);
    assert!(connect(&served, "graphql-transport-ws", Some(&own)).await.is_ok());
    served.finish().await;
}
