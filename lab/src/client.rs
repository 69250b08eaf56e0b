//! One HTTP request and its answer. Unlike the stack's clients it repeats nothing by itself, sends keys that make a
//! repetition safe, and tells every status as it is.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;

/// Longer than any time limit of a service, so that who is asked gives up first.
const LIMIT: Duration = Duration::from_secs(20);

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body; null when it is no JSON.
    pub body: Value,
}

/// A client; cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
}

impl Default for Client {
    fn default() -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(LIMIT)).proxy(None);
        Self { agent: config.build().into() }
    }
}

impl Client {
    /// GET.
    ///
    /// # Errors
    /// Nobody answered.
    pub fn get(&self, url: &str) -> Result<Answer, ureq::Error> {
        read(self.agent.get(url).call()?)
    }

    /// POST of JSON, with a key under which it is done once, however often it is sent.
    ///
    /// # Errors
    /// Nobody answered: it may have been done, and may be sent again.
    pub fn post(&self, url: &str, key: &str, body: &Value) -> Result<Answer, ureq::Error> {
        let request = self.agent.post(url).header("content-type", "application/json").header("idempotency-key", key);
        read(request.send(body.to_string())?)
    }

    /// PUT of JSON.
    ///
    /// # Errors
    /// Nobody answered: it may have been done.
    pub fn put(&self, url: &str, body: &Value) -> Result<Answer, ureq::Error> {
        read(self.agent.put(url).header("content-type", "application/json").send(body.to_string())?)
    }

    /// DELETE.
    ///
    /// # Errors
    /// Nobody answered: it may have been done.
    pub fn delete(&self, url: &str) -> Result<Answer, ureq::Error> {
        read(self.agent.delete(url).call()?)
    }
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> Result<Answer, ureq::Error> {
    let status = answer.status().as_u16();
    let text = answer.body_mut().read_to_string()?;
    Ok(Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::Null) })
}

impl Answer {
    /// Whether it was done.
    #[must_use]
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether asking again may help: nobody was there behind the gateway, too many asked, or the same request is
    /// still under way. What was asked may have been done.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        self.status >= 500 || self.status == 429 || (self.status == 409 && self.slug() == "request-in-flight")
    }

    /// The last part of the problem's type, or nothing.
    #[must_use]
    pub fn slug(&self) -> &str {
        self.body["type"].as_str().and_then(|kind| kind.rsplit('/').next()).unwrap_or_default()
    }
}
