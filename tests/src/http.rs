//! HTTP as a client of the store uses it, with answers that say everything when they are not what a test wants.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Method};
use serde_json::Value;

/// How long a request may take; the services abandon theirs after ten seconds.
const REQUEST_LIMIT: Duration = Duration::from_secs(15);

/// The HTTP interface of one running service.
#[derive(Clone, Debug)]
pub struct Api {
    base: String,
    client: Client,
    headers: HeaderMap,
}

/// Without kept connections: one that a killed service leaves behind would fail the first request after it.
fn client(limit: Duration) -> Client {
    Client::builder().timeout(limit).pool_max_idle_per_host(0).no_proxy().build().expect("an HTTP client")
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// What was asked, for messages.
    pub asked: String,
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Api {
    pub(crate) fn new(base: String) -> Self {
        Self { base, client: client(REQUEST_LIMIT), headers: HeaderMap::new() }
    }

    /// The same for a client that gives up early, and may so never hear what came of its request.
    #[must_use]
    pub fn impatient(&self, limit: Duration) -> Self {
        Self { client: client(limit), ..self.clone() }
    }

    /// The same with a header on each request.
    #[must_use]
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut api = self.clone();
        api.headers.insert(name, value.parse().unwrap_or_else(|_| panic!("{name}: {value} is no header")));
        api
    }

    /// The same with all paths below a folder.
    #[must_use]
    pub fn below(&self, folder: &str) -> Self {
        Self { base: format!("{}{folder}", self.base), ..self.clone() }
    }

    /// Where it is, `HOST:PORT`.
    pub fn address(&self) -> String {
        self.base.trim_start_matches("http://").to_owned()
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        let port = self.base.rsplit(':').next().and_then(|rest| rest.split('/').next()?.parse().ok());
        port.unwrap_or_else(|| panic!("no port in {}", self.base))
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.must(Method::GET, path, None).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.must(Method::DELETE, path, None).await
    }

    /// POST of a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.must(Method::POST, path, Some(("application/json", body.to_string().into_bytes()))).await
    }

    /// PUT of a JSON body.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.must(Method::PUT, path, Some(("application/json", body.to_string().into_bytes()))).await
    }

    /// POST of any bytes as any type.
    pub async fn post_raw(&self, path: &str, content_type: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.must(Method::POST, path, Some((content_type, body.into()))).await
    }

    /// POST of a JSON body to a service that may be dead.
    pub async fn try_post(&self, path: &str, body: &Value) -> Result<Answer, reqwest::Error> {
        self.send(Method::POST, path, Some(("application/json", body.to_string().into_bytes()))).await
    }

    /// GET or DELETE at a service that may be dead.
    pub async fn try_bare(&self, method: Method, path: &str) -> Result<Answer, reqwest::Error> {
        self.send(method, path, None).await
    }

    async fn must(&self, method: Method, path: &str, body: Option<(&str, Vec<u8>)>) -> Answer {
        let asked = format!("{method} {}{path}", self.base);
        self.send(method, path, body).await.unwrap_or_else(|error| panic!("{asked}: {error:?}"))
    }

    async fn send(&self, method: Method, path: &str, body: Option<(&str, Vec<u8>)>) -> Result<Answer, reqwest::Error> {
        let url = format!("{}{path}", self.base);
        let asked = match &body {
            Some((_, bytes)) => format!("{method} {path} {}", String::from_utf8_lossy(&bytes[..bytes.len().min(300)])),
            None => format!("{method} {path}"),
        };
        let mut request = self.client.request(method, &url).headers(self.headers.clone());
        if let Some((content_type, bytes)) = body {
            request = request.header(CONTENT_TYPE, content_type).body(bytes);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { asked, status, headers, text: response.text().await? })
    }
}

impl Answer {
    /// The body as JSON, after a check of the status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{} answered {}", self.asked, self.text);
        self.json()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| {
            panic!("{} answered {} with no JSON ({error}): {}", self.asked, self.status, self.text)
        })
    }

    /// A header's text; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Checks that this is a problem (RFC 9457) of that status and type which says what to do, and gives it.
    #[track_caller]
    pub fn expect_problem(self, status: u16, slug: &str) -> Value {
        let problem = self.any_problem();
        assert_eq!(
            (self.status, problem["type"].as_str()),
            (status, Some(format!("/problems/{slug}").as_str())),
            "{} answered {}",
            self.asked,
            self.text
        );
        problem
    }

    /// Checks that this is some problem which says what to do, and gives it.
    #[track_caller]
    pub fn any_problem(&self) -> Value {
        let said = format!("{} answered {} {}", self.asked, self.status, self.text);
        assert_eq!(self.header("content-type"), "application/problem+json", "{said}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{said}");
        for member in ["type", "title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "no {member}: {said}");
        }
        assert!(!self.text.contains("SELECT ") && !self.text.contains("INSERT "), "SQL in the answer: {said}");
        problem
    }
}
