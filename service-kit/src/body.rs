//! [`read_whole_body`]: each body is read to its end, or to its limit, before any handler runs.
//!
//! A server that answers while the client is still sending closes the connection under it. A client that looks may
//! still find the answer; a gateway mostly finds a broken pipe, says 500 for our 413 or 415, and counts it against
//! us. So what is too large is read too, and thrown away, up to a limit of its own.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, HttpBody};
use axum::extract::Request;

use crate::content::incomplete;
use crate::problem::Problem;
use crate::router::MAX_BODY_BYTES;

/// Bytes that are read only to be thrown away; whoever sends more sees the connection close.
const MAX_DISCARDED_BYTES: usize = 16 * 1024 * 1024;

/// Hands on a body that is all there. Of one that is too large, as much as shows that it is: it is the handler's to
/// refuse, who knows whether a page or a problem was asked for. The time limit stands around this.
pub(crate) async fn read_whole_body(request: Request) -> Result<Request, Problem> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    Ok(Request::from_parts(parts, Body::from(read(body).await?)))
}

async fn read(mut body: Body) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame.map_err(|_| incomplete())?.into_data() else { continue };
        length += data.len();
        if length > MAX_BODY_BYTES + MAX_DISCARDED_BYTES {
            break;
        }
        let wanted = (MAX_BODY_BYTES + 1).saturating_sub(bytes.len());
        bytes.extend_from_slice(data.get(..wanted).unwrap_or(&data));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;
    use crate::router::harden;
    use crate::test_http::{get, post};
    use axum::Router;
    use axum::http::StatusCode;
    use axum::routing;
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    fn router() -> Router {
        harden(
            Router::new()
                .route("/length", routing::get(async || "none").post(async |body: String| body.len().to_string()))
                .route("/json", routing::post(async |Json(body): Json<String>| body)),
        )
    }

    #[tokio::test]
    async fn a_body_within_the_limit_reaches_the_handler_whole() {
        for length in [1, MAX_BODY_BYTES] {
            let answer = post(router(), "/length", "text/plain", "a".repeat(length)).await;
            assert_eq!((answer.status, answer.body), (200, length.to_string().into_bytes()));
        }
        assert_eq!(get(router(), "/length").await.body, b"none");
    }

    #[tokio::test]
    async fn one_byte_more_is_the_handlers_to_refuse() {
        let answer = post(router(), "/length", "text/plain", "a".repeat(MAX_BODY_BYTES + 1)).await;
        assert_eq!(answer.status, 413);
        let answer = post(router(), "/json", "application/json", "a".repeat(MAX_BODY_BYTES + 1)).await;
        assert_eq!((answer.status, answer.slug().as_str()), (413, "body-too-large"));
    }

    async fn listen() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router()).await });
        address
    }

    /// A client that reads only when it has sent everything, as a gateway does.
    #[tokio::test]
    async fn whoever_sends_it_all_before_reading_hears_the_answer() {
        let address = listen().await;
        for (path, status) in [("/length", StatusCode::PAYLOAD_TOO_LARGE), ("/nothing", StatusCode::NOT_FOUND)] {
            let length = 4 * 1024 * 1024;
            let mut client = TcpStream::connect(address).await.unwrap();
            let head =
                format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
            client.write_all(head.as_bytes()).await.unwrap();
            client.write_all(&vec![b'a'; length]).await.unwrap();
            let mut answer = String::new();
            client.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with(&format!("HTTP/1.1 {}", status.as_u16())), "{answer}");
        }
    }

    #[tokio::test]
    async fn what_is_sent_without_end_is_not_read_without_end() {
        let mut client = TcpStream::connect(listen().await).await.unwrap();
        client.write_all(b"POST /length HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
        let chunk = [b"10000\r\n", vec![b'a'; 65_536].as_slice(), b"\r\n"].concat();
        let mut sent = 0;
        while client.write_all(&chunk).await.is_ok() {
            sent += 65_536;
            // What lies in the sockets' buffers counts as sent too.
            assert!(sent < 3 * MAX_DISCARDED_BYTES, "{sent} bytes, and the service still reads");
        }
    }
}
