//! A client of the websocket, in both of its protocols.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::served::Served;

/// A guard against a hang, never a wait for something to happen.
const AT_MOST: Duration = Duration::from_secs(20);

/// A client's side of a websocket.
pub struct Socket(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

/// Connects, and says nothing yet.
pub async fn connect(served: &Served, protocol: &str, origin: Option<&str>) -> Result<Socket, Error> {
    let mut request = format!("ws://{}/graphql/ws", served.address).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", protocol.parse().unwrap());
    origin.map(|origin| request.headers_mut().insert("origin", origin.parse().unwrap()));
    connect_async(request).await.map(|(socket, _)| Socket(socket))
}

impl Socket {
    /// Connects and greets.
    pub async fn open(served: &Served, protocol: &str) -> Self {
        let mut socket = connect(served, protocol, None).await.unwrap();
        socket.send(&json!({"type": "connection_init"})).await;
        assert_eq!(socket.next().await["type"], "connection_ack");
        socket
    }

    /// Sends a message of the protocol.
    pub async fn send(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The next message, whatever it is.
    pub async fn raw(&mut self) -> Message {
        loop {
            let message =
                timeout(AT_MOST, self.0.next()).await.expect("a message in time").expect("a message").unwrap();
            if !matches!(message, Message::Ping(_) | Message::Pong(_)) {
                return message;
            }
        }
    }

    /// The next message of the protocol.
    pub async fn next(&mut self) -> Value {
        serde_json::from_str(self.raw().await.to_text().unwrap()).unwrap()
    }

    /// The code and the reason with which the other side closes.
    pub async fn closed(&mut self) -> (u16, String) {
        match self.raw().await {
            Message::Close(Some(frame)) => (frame.code.into(), frame.reason.as_str().to_owned()),
            other => panic!("{other:?}"),
        }
    }

    /// The code with which the other side closes.
    pub async fn close_code(&mut self) -> u16 {
        self.closed().await.0
    }

    /// Subscribes, and is sure to be subscribed: what is sent on one socket is begun in its order.
    pub async fn subscribe(&mut self, id: &str, kind: &str, query: &str) {
        self.send(&json!({"id": id, "type": kind, "payload": {"query": query}})).await;
        self.send(&json!({"id": "sync", "type": kind, "payload": {"query": "{ __typename }"}})).await;
        loop {
            let message = self.next().await;
            if message["id"] == "sync" && message["type"] == "complete" {
                return;
            }
            assert_eq!(message["id"], "sync", "{message}");
        }
    }
}
