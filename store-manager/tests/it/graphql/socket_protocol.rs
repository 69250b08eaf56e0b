//! What the protocols of the websocket ask for when something is wrong: the message `error`, and farewells with their
//! codes.

use futures::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::client::Socket;
use super::served::Served;

const PROTOCOL: &str = "graphql-transport-ws";
const FOLLOW: &str = "subscription { stockChanges { level } }";

fn ask(id: &str, kind: &str, query: &str) -> Value {
    json!({"id": id, "type": kind, "payload": {"query": query}})
}

#[tokio::test]
async fn an_id_that_is_in_use_ends_the_socket() {
    let served = Served::start().await;
    let mut socket = Socket::open(&served, PROTOCOL).await;
    socket.subscribe("s", "subscribe", FOLLOW).await;
    socket.send(&ask("s", "subscribe", "{ __typename }")).await;
    assert_eq!(socket.closed().await, (4409, "Subscriber for s already exists".to_owned()));
    // A reason that repeats what the client sent has its limit too.
    let mut socket = Socket::open(&served, PROTOCOL).await;
    let long = "é".repeat(200);
    socket.subscribe(&long, "subscribe", FOLLOW).await;
    socket.send(&ask(&long, "subscribe", FOLLOW)).await;
    let (code, reason) = socket.closed().await;
    assert!(code == 4409 && reason.starts_with("Subscriber for é") && reason.len() <= 123, "{code} {reason}");
    served.finish().await;
}

#[tokio::test]
async fn an_id_is_free_again_once_its_operation_has_ended() {
    let served = Served::start().await;
    for (protocol, begin, end) in [(PROTOCOL, "subscribe", "complete"), ("graphql-ws", "start", "stop")] {
        let mut socket = Socket::open(&served, protocol).await;
        for _ in 0..3 {
            socket.subscribe("s", begin, FOLLOW).await;
            socket.send(&json!({"id": "s", "type": end})).await;
            assert_eq!(socket.next().await, json!({"type": "complete", "id": "s"}));
        }
        for _ in 0..3 {
            socket.send(&ask("s", begin, "{ __typename }")).await;
            assert_eq!(socket.next().await["payload"]["data"], json!({"__typename": "Query"}));
            assert_eq!(socket.next().await, json!({"type": "complete", "id": "s"}));
            socket.send(&ask("s", begin, "{ colour }")).await;
            assert_eq!(socket.next().await["type"], "error");
        }
    }
    served.finish().await;
}

/// What ends an operation is said once: no `complete` follows an `error`.
#[tokio::test]
async fn what_cannot_be_executed_is_an_error_and_the_end_of_its_operation() {
    let served = Served::start().await;
    for (query, code) in [
        ("{ colour }", "invalid-graphql"),
        ("{", "invalid-graphql"),
        ("query($a: Int!) { lowStock(below: $a) { nodes { id } } }", "invalid-graphql"),
        ("{ ...A } fragment A on Query { ...A ...A }", "query-too-complex"),
        ("subscription { stockChanges { colour } }", "invalid-graphql"),
    ] {
        let mut socket = Socket::open(&served, PROTOCOL).await;
        socket.send(&ask("q", "subscribe", query)).await;
        let told = socket.next().await;
        assert_eq!((&told["type"], &told["id"]), (&json!("error"), &json!("q")), "{told}");
        assert_eq!(told["payload"][0]["extensions"]["code"], code, "{told}");
        socket.send(&ask("next", "subscribe", "{ __typename }")).await;
        assert_eq!(socket.next().await["id"], "next", "{query}");

        let mut socket = Socket::open(&served, "graphql-ws").await;
        socket.send(&ask("q", "start", query)).await;
        let told = socket.next().await;
        assert_eq!((&told["type"], &told["id"]), (&json!("error"), &json!("q")), "{told}");
        assert_eq!(told["payload"]["extensions"]["code"], code, "{told}");
        socket.send(&ask("next", "start", "{ __typename }")).await;
        assert_eq!(socket.next().await["id"], "next", "{query}");
    }
    served.finish().await;
}

/// An error of a field comes with the data of the others, as an answer.
#[tokio::test]
async fn what_was_executed_with_errors_is_an_answer() {
    let served = Served::start().await;
    let mut socket = Socket::open(&served, PROTOCOL).await;
    socket.send(&ask("q", "subscribe", "{ search(text: \"\", first: 101) { nodes { id } } }")).await;
    let told = socket.next().await;
    assert_eq!((&told["type"], &told["payload"]["data"]), (&json!("next"), &Value::Null), "{told}");
    assert_eq!(told["payload"]["errors"][0]["path"], json!(["search"]), "{told}");
    assert_eq!(socket.next().await["type"], "complete");
    socket.send(&ask("q", "subscribe", "{ __typename @skip(if: true) }")).await;
    assert_eq!(socket.next().await["payload"], json!({"data": {}}));
    served.finish().await;
}

#[tokio::test]
async fn an_empty_name_of_an_operation_is_none() {
    let served = Served::start().await;
    let mut socket = Socket::open(&served, PROTOCOL).await;
    for query in ["{ __typename }", "query A { __typename }"] {
        let payload = json!({"query": query, "operationName": ""});
        socket.send(&json!({"id": "q", "type": "subscribe", "payload": payload})).await;
        assert_eq!(socket.next().await["payload"], json!({"data": {"__typename": "Query"}}));
        assert_eq!(socket.next().await["type"], "complete");
    }
    served.finish().await;
}

#[tokio::test]
async fn a_message_that_is_too_long_or_no_text_is_told_so_in_a_farewell() {
    let served = Served::start().await;
    for size in [65 * 1_024, 300 * 1_024] {
        let mut socket = Socket::open(&served, PROTOCOL).await;
        socket.send(&ask("q", "subscribe", &" ".repeat(size))).await;
        assert_eq!(socket.close_code().await, 1009, "{size}");
    }
    let mut socket = Socket::open(&served, PROTOCOL).await;
    let frame = Frame::message(vec![b'"', 0xC3, 0x28, b'"'], OpCode::Data(Data::Text), true);
    socket.0.send(Message::Frame(frame)).await.unwrap();
    assert_eq!(socket.close_code().await, 1007);
    served.finish().await;
}
