//! One keep-alive connection, and exchanges whose answers are looked at.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Much of an answer's body is no help in an error.
const SHOWN_CHARS: usize = 300;

/// A request, and what its answer must be to be a success.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub method: Method,
    pub path: String,
    pub body: Bytes,
    pub status: StatusCode,
    /// The answer's body to the byte, where it is always the same.
    pub answer: Option<Bytes>,
}

impl Exchange {
    /// A read whose answer is a 200.
    pub fn get(path: impl Into<String>) -> Self {
        let (path, body) = (path.into(), Bytes::new());
        Self { method: Method::GET, path, body, status: StatusCode::OK, answer: None }
    }

    /// A JSON body posted, whose answer has this status.
    pub fn post(path: impl Into<String>, body: &serde_json::Value, status: StatusCode) -> Self {
        let (path, body) = (path.into(), body.to_string().into());
        Self { method: Method::POST, path, body, status, answer: None }
    }

    /// The same under another path's beginning.
    pub fn below(&self, prefix: &str) -> Self {
        Self { path: format!("{prefix}{}", self.path), ..self.clone() }
    }
}

/// A connection that is kept.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| address.to_string())?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with the sender; an error of it is the sender's too.
        tokio::spawn(connection);
        Ok(Self { sender, host: address.to_string() })
    }

    /// One exchange: the body of a good answer, and an error for every other.
    pub async fn call(&mut self, exchange: &Exchange) -> Result<Bytes> {
        self.try_call(exchange).await.with_context(|| format!("{} {}{}", exchange.method, self.host, exchange.path))
    }

    async fn try_call(&mut self, exchange: &Exchange) -> Result<Bytes> {
        let mut request = Request::builder()
            .method(&exchange.method)
            .uri(exchange.path.as_str())
            .header(header::HOST, self.host.as_str());
        if !exchange.body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(exchange.body.clone()))?;
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        let shown = || String::from_utf8_lossy(&body).chars().take(SHOWN_CHARS).collect::<String>();
        ensure!(status == exchange.status, "answered {status} and not {}: {}", exchange.status, shown());
        if let Some(expected) = &exchange.answer
            && *expected != body
        {
            bail!("answered {} and not {}", shown(), String::from_utf8_lossy(expected));
        }
        Ok(body)
    }

    /// The same, read as JSON.
    pub async fn json(&mut self, exchange: &Exchange) -> Result<serde_json::Value> {
        let body = self.call(exchange).await?;
        serde_json::from_slice(&body).with_context(|| exchange.path.clone())
    }
}
