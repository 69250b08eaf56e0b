//! GraphQL over a websocket, in both of its protocols: `graphql-transport-ws`, and the older `graphql-ws`.
//!
//! Each socket has limits of its own: when it must have begun, how many operations run on it, how long a message may
//! take to leave, how long it may be silent. It ends with the service, with a word of farewell.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

use async_graphql::Data;
use async_graphql::http::{
    ALL_WEBSOCKET_PROTOCOLS, ClientMessage, WebSocket as Conversation, WebSocketProtocols, WsMessage,
};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use futures::stream::{self, SplitStream};
use futures::{SinkExt, StreamExt};
use problem_types::{FOREIGN_ORIGIN, TOO_MANY_SUBSCRIPTIONS};
use service_kit::Problem;
use service_kit::language::{Language, Reader, Text};
use service_kit::router::MAX_BODY_BYTES;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, interval_at, sleep, timeout};
use tokio_tungstenite::tungstenite::Error as WebSocketError;

use super::limits::{INIT_TIME_LIMIT, MAX_SOCKETS, PING_INTERVAL, SEND_TIME_LIMIT};
use super::operations::Operations;
use crate::app::App;

/// What `graphql-transport-ws` says to who sends something else than its messages.
const NO_MESSAGE: u16 = 4400;
/// To who asks before the greeting.
const NOT_GREETED: u16 = 4401;
/// To who does not begin in time.
const NOT_BEGUN: u16 = 4408;
/// To who begins an operation under the id of one that still runs.
const ID_IN_USE: u16 = 4409;
/// Bytes of a reason: a control frame has 125 (RFC 6455, 5.5), of which the code takes two.
const MAX_REASON_BYTES: usize = 123;

static SOCKETS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(MAX_SOCKETS)));

/// Opens a socket, if there is room for one.
pub(super) async fn open(
    State(app): State<App>,
    Reader(language): Reader,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let no_socket = || {
        let en = "connect with a websocket of the protocol graphql-transport-ws or graphql-ws";
        let fr = "connectez-vous par un websocket du protocole graphql-transport-ws ou graphql-ws";
        Problem::new(&problem_types::INVALID_QUERY).detail(Text::fixed(en, fr))
    };
    let upgrade = upgrade.map_err(|_| no_socket())?;
    let protocol = protocol(&headers).ok_or_else(no_socket)?;
    if !is_own_origin(&headers) {
        return Err(Problem::new(&FOREIGN_ORIGIN));
    }
    let room = Arc::clone(&SOCKETS).try_acquire_owned().map_err(|_| Problem::new(&TOO_MANY_SUBSCRIPTIONS))?;
    let upgrade = upgrade.protocols(ALL_WEBSOCKET_PROTOCOLS).max_message_size(MAX_BODY_BYTES);
    Ok(upgrade.on_upgrade(move |socket| serve(socket, protocol, (app, language), room)))
}

/// The first of the two protocols that the client names.
fn protocol(headers: &HeaderMap) -> Option<WebSocketProtocols> {
    let names = headers.get(header::SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    names.split(',').find_map(|name| name.trim().parse().ok())
}

/// A page of another site could open a socket in a reader's browser, which asks nobody's leave for that. Clients
/// that are no browsers send no origin.
fn is_own_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    origin.as_ref().and_then(Uri::authority).map(Authority::as_str) == host
}

/// Serves one socket until one of the two sides ends it. `room` is given back with it.
async fn serve(
    socket: WebSocket,
    protocol: WebSocketProtocols,
    (app, language): (App, Language),
    room: OwnedSemaphorePermit,
) {
    let stop = app.stop.clone();
    let (mut sink, input) = socket.split();
    let (alive, begun) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(false)));
    let (operations, farewell) = (Operations::new(app, language), Arc::new(OnceLock::new()));
    let messages = {
        let begun = Arc::clone(&begun);
        let greet = move |_| async move {
            begun.store(true, Ordering::Relaxed);
            Ok(Data::default())
        };
        let (alive, operations, farewell) = (Arc::clone(&alive), operations.clone(), Arc::clone(&farewell));
        let incoming = Incoming { input, alive, operations: operations.clone(), protocol, farewell };
        let incoming = stream::unfold(incoming, async |mut incoming| Some((incoming.next().await?, incoming)));
        Conversation::from_message_stream(operations, incoming.boxed(), protocol).on_connection_init(greet)
    };
    let mut messages = std::pin::pin!(messages);
    let mut pings = interval_at(Instant::now() + PING_INTERVAL, PING_INTERVAL);
    let mut init_limit = std::pin::pin!(sleep(INIT_TIME_LIMIT));
    let mut waiting = true;
    loop {
        let message = tokio::select! {
            biased;
            () = stop.cancelled() => closing(close_code::AWAY, "the service stops"),
            () = &mut init_limit, if waiting => {
                waiting = false;
                if begun.load(Ordering::Relaxed) { continue }
                closing(NOT_BEGUN, "Connection initialisation timeout")
            }
            _ = pings.tick() => {
                if !alive.swap(false, Ordering::Relaxed) { break }
                Message::Ping(Bytes::new())
            }
            message = messages.next() => match message {
                Some(WsMessage::Text(text)) => Message::Text(operations.tell(text, protocol).into()),
                Some(WsMessage::Close(code, reason)) => closing(code_of(code), &reason),
                None => match farewell.get() {
                    Some(farewell) => farewell.clone(),
                    None => break,
                },
            },
        };
        let last = matches!(message, Message::Close(_));
        // Whoever does not read is let go, and with that what waits for them here.
        if !matches!(timeout(SEND_TIME_LIMIT, sink.send(message)).await, Ok(Ok(()))) || last {
            break;
        }
    }
    drop(room);
}

/// The protocol's code, where the library has a general one.
fn code_of(code: u16) -> u16 {
    match code {
        close_code::PROTOCOL => NO_MESSAGE,
        close_code::ERROR => NOT_GREETED,
        code => code,
    }
}

fn closing(code: u16, reason: &str) -> Message {
    // The library's reasons repeat what the client sent.
    let reason = &reason[..reason.floor_char_boundary(MAX_REASON_BYTES)];
    Message::Close(Some(CloseFrame { code, reason: reason.into() }))
}

/// What a client sends, until it breaks the protocol; every message, a pong too, is a sign of life.
struct Incoming {
    input: SplitStream<WebSocket>,
    alive: Arc<AtomicBool>,
    operations: Operations,
    protocol: WebSocketProtocols,
    /// What the client is told at the end, where that is more than nothing.
    farewell: Arc<OnceLock<Message>>,
}

impl Incoming {
    /// The next message to the conversation; none is its end.
    async fn next(&mut self) -> Option<serde_json::Result<ClientMessage>> {
        loop {
            let data = match self.input.next().await? {
                Ok(message @ (Message::Text(_) | Message::Binary(_))) => message.into_data(),
                Ok(_) => {
                    self.alive.store(true, Ordering::Relaxed);
                    continue;
                }
                Err(error) => return self.end(violation(error)?),
            };
            self.alive.store(true, Ordering::Relaxed);
            let mut message = ClientMessage::from_bytes(data);
            if let Ok(ClientMessage::Start { id, payload }) = &mut message {
                let is_free = self.operations.begin(id, payload);
                // In the older protocol the new operation takes the place of the other, as its own server has it.
                if !is_free && self.protocol == WebSocketProtocols::GraphQLWS {
                    return self.end(closing(ID_IN_USE, &format!("Subscriber for {id} already exists")));
                }
            }
            return Some(message);
        }
    }

    fn end<T>(&self, farewell: Message) -> Option<T> {
        // Only the first is said.
        let _ = self.farewell.set(farewell);
        None
    }
}

/// What is said to who sends what is no message of a websocket; nothing to who is gone.
fn violation(error: axum::Error) -> Option<Message> {
    match *error.into_inner().downcast().ok()? {
        WebSocketError::Capacity(_) => Some(closing(close_code::SIZE, "the message is too long")),
        WebSocketError::Utf8(_) => Some(closing(close_code::INVALID, "the text is not UTF-8")),
        WebSocketError::Protocol(_) => Some(closing(close_code::PROTOCOL, "this is no frame of a websocket")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_service_itself_may_open_a_socket() {
        let headers = |origin: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "127.0.0.1:5000".parse().unwrap());
            origin.map(|origin| headers.insert(header::ORIGIN, origin.parse().unwrap()));
            headers
        };
        assert!(is_own_origin(&headers(None)));
        assert!(is_own_origin(&headers(Some("http://127.0.0.1:5000"))));
        for foreign in ["http://127.0.0.1:5001", "http://example.org", "null", "https://127.0.0.1"] {
            assert!(!is_own_origin(&headers(Some(foreign))), "{foreign}");
        }
    }
}
