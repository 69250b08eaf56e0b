//! One request and its answer: JSON in, JSON or a problem out.

use std::time::{Duration, Instant};

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use ureq::Agent;
use ureq::http::HeaderMap;

/// Long enough for a loaded machine, short enough to notice one that hangs.
const LIMIT: Duration = Duration::from_secs(20);

/// More than any concurrency here, so that no connection is closed to make room.
const CONNECTIONS: usize = 256;

/// Why a request has no good answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No service answered: refused, cut off or too slow, also behind the gateway, which then says 5xx and no more.
    /// What was asked may have been done.
    #[error("{url}: {reason}")]
    NoAnswer {
        /// What was asked.
        url: String,
        /// Why there was no answer.
        reason: String,
    },
    /// The service said no.
    #[error("{url}: {problem}")]
    Refused {
        /// What was asked.
        url: String,
        /// The service's words.
        problem: Problem,
    },
    /// The answer is not what this client knows.
    #[error("{url}: {reason}: {body}")]
    Unexpected {
        /// What was asked.
        url: String,
        /// What is wrong with the answer.
        reason: String,
        /// The answer.
        body: String,
    },
}

impl CallError {
    /// The status of a refusal.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { problem, .. } => Some(problem.status),
            Self::NoAnswer { .. } | Self::Unexpected { .. } => None,
        }
    }

    /// Whether the service was not there, or its database was not: worth asking again.
    #[must_use]
    pub fn is_away(&self) -> bool {
        matches!(self, Self::NoAnswer { .. }) || self.status() == Some(503)
    }
}

/// A refusal, as RFC 9457 has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What kind of problem.
    pub title: String,
    /// What is wrong in this case, and what to do.
    pub detail: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let said = [self.title.as_str(), self.detail.as_str()].into_iter().filter(|text| !text.is_empty());
        write!(f, "{} {}", self.status, said.collect::<Vec<_>>().join(": "))
    }
}

/// A client of one service; cheap to clone, its connections are shared.
#[derive(Clone, Debug)]
pub(super) struct Client {
    agent: Agent,
    base: String,
}

impl Client {
    /// Of what stands under `prefix` on a port of 127.0.0.1.
    pub fn at(port: u16, prefix: &str) -> Self {
        Self::with_limit(port, prefix, LIMIT)
    }

    fn with_limit(port: u16, prefix: &str, limit: Duration) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(limit))
            .max_idle_connections(CONNECTIONS)
            .max_idle_connections_per_host(CONNECTIONS)
            // A proxy of the environment has no business on loopback.
            .proxy(None)
            .build()
            .into();
        Self { agent, base: format!("http://127.0.0.1:{port}{prefix}") }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, CallError> {
        self.get_with_headers(path).map(|(answer, _)| answer)
    }

    pub fn get_with_headers<A: DeserializeOwned>(&self, path: &str) -> Result<(A, HeaderMap), CallError> {
        let url = self.url(path);
        let answer = unhurried(|| self.agent.get(&url).call());
        let headers = answer.as_ref().map(|answer| answer.headers().clone()).unwrap_or_default();
        read(url, answer).map(|answer| (answer, headers))
    }

    pub fn post<A: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<A, CallError> {
        let url = self.url(path);
        // As text: the agent's own JSON would take an amount apart through a float.
        let body = serde_json::to_string(body).unwrap_or_default();
        let answer = unhurried(|| self.agent.post(&url).header("content-type", "application/json").send(&body));
        read(url, answer)
    }
}

type Answer = Result<ureq::http::Response<ureq::Body>, ureq::Error>;

/// Asks again when the gateway finds that we ask too often; it has then passed nothing on.
fn unhurried(ask: impl Fn() -> Answer) -> Answer {
    const PAUSE: Duration = Duration::from_millis(20);
    let end = Instant::now() + LIMIT;
    loop {
        match ask() {
            Ok(answer) if answer.status() == 429 && Instant::now() < end => std::thread::sleep(PAUSE),
            answer => return answer,
        }
    }
}

fn read<A: DeserializeOwned>(url: String, answer: Answer) -> Result<A, CallError> {
    let no_answer = |url, error: ureq::Error| CallError::NoAnswer { url, reason: error.to_string() };
    let mut answer = match answer {
        Ok(answer) => answer,
        Err(error) => return Err(no_answer(url, error)),
    };
    let status = answer.status();
    let body = match answer.body_mut().read_to_string() {
        Ok(body) => body,
        Err(error) => return Err(no_answer(url, error)),
    };
    if !status.is_success() {
        let mut problem: Problem = serde_json::from_str(&body).unwrap_or_default();
        if status.is_server_error() && problem == Problem::default() {
            // A service says what is wrong; these are the gateway's words about one that did not.
            return Err(CallError::NoAnswer { url, reason: status.to_string() });
        }
        problem.status = status.as_u16();
        return Err(CallError::Refused { url, problem });
    }
    match serde_json::from_str(&body) {
        Ok(value) => Ok(value),
        Err(error) => Err(CallError::Unexpected { url, reason: error.to_string(), body }),
    }
}

/// Whether the service of this name answers on the port and is well. The name is asked for because another
/// program may hold the port, and one that answers anything would pass for ours.
#[must_use]
pub fn healthy(port: u16, name: &str) -> bool {
    #[derive(Deserialize)]
    struct Who {
        service: String,
    }
    let client = Client::with_limit(port, "", Duration::from_secs(1));
    client.get::<Who>("/").is_ok_and(|who| who.service == name) && client.get::<IgnoredAny>("/health-check").is_ok()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// Answers each connection with the same JSON, whatever is asked.
    fn answering(json: &'static str) -> u16 {
        answering_with(&["200 OK"], json)
    }

    /// Answers with these statuses one after the other, then with the last one again and again.
    fn answering_with(statuses: &'static [&'static str], json: &'static str) -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let statuses = statuses.iter().chain(std::iter::repeat(&statuses[statuses.len() - 1]));
            for (connection, status) in listener.incoming().zip(statuses) {
                let mut connection = connection.unwrap();
                let _ = connection.read(&mut [0; 4096]).unwrap();
                let length = json.len();
                let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}");
                write!(connection, "{head}\r\n\r\n{json}").unwrap();
            }
        });
        port
    }

    #[test]
    fn only_the_service_of_that_name_is_well() {
        let port = answering(r#"{"service":"store-manager","status":"running"}"#);
        assert!(healthy(port, "store-manager"));
        assert!(!healthy(port, "payment-service"));
        assert!(!healthy(answering(r#"{"status":"ok"}"#), "store-manager"));
    }

    #[test]
    fn who_asks_too_often_asks_again() {
        let port = answering_with(&["429 Too Many Requests", "429 Too Many Requests", "200 OK"], "7");
        assert_eq!(Client::at(port, "").get::<u32>("/").unwrap(), 7);
    }

    #[test]
    fn a_gateway_without_its_service_is_no_answer_and_a_problem_is_one() {
        let bare = Client::at(answering_with(&["500 Internal Server Error"], ""), "").get::<u32>("/").unwrap_err();
        assert!(bare.is_away() && bare.status().is_none(), "{bare}");
        let said = Client::at(answering_with(&["500 Internal Server Error"], r#"{"title":"Sorry"}"#), "");
        assert_eq!(said.get::<u32>("/").unwrap_err().status(), Some(500));
    }
}
