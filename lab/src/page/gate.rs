//! Who may come in, and what may be asked from where: the page kills processes.
//!
//! Whoever reaches it over loopback is on this machine and needs no token unless there is one. A browser on this
//! machine also runs the pages of strangers: they are kept out by where a request says that it comes from, and by the
//! name under which it found us (DNS rebinding).

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use problem_types::Language;
use rand::RngCore as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::app::App;
use super::asker::{Asker, Fields};
use super::language::Reader;
use super::{texts, views};

/// The cookie of who has shown the token.
pub(super) const COOKIE: &str = "store-lab";

/// Characters of a token at least: one that can be guessed is none.
pub(super) const SHORTEST_TOKEN: usize = 8;

/// How long an answer to a token takes at least.
const GUESS_PAUSE: Duration = Duration::from_millis(300);

/// What opens the page; nothing where whoever reaches it may come in.
#[derive(Debug)]
pub(super) struct Gate(Option<Secrets>);

#[derive(Debug)]
struct Secrets {
    /// The hash of the token. Hashes are compared, so that the time it takes tells nothing of the token.
    token: [u8; 32],
    /// What the cookie says, another one each time the laboratory is started.
    session: String,
}

impl Gate {
    pub fn new(token: Option<&str>) -> Self {
        Self(token.map(|token| {
            let mut random = [0; 32];
            rand::rng().fill_bytes(&mut random);
            Secrets { token: hash(token), session: hex(&random) }
        }))
    }

    /// Whether there is a token to be shown.
    pub fn is_locked(&self) -> bool {
        self.0.is_some()
    }

    /// The cookie for whoever shows this token, if it is the right one. It comes with a link from another site too (Lax):
    /// nothing is changed by what a link asks for, and what changes something must come from our own page.
    pub fn open(&self, token: &str) -> Option<HeaderValue> {
        let secrets = self.0.as_ref().filter(|secrets| secrets.token == hash(token))?;
        let session = &secrets.session;
        HeaderValue::try_from(format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax")).ok()
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        self.0
            .as_ref()
            .is_none_or(|secrets| cookie(headers, COOKIE).is_some_and(|shown| hash(shown) == hash(&secrets.session)))
    }

    /// Without a token, the name in the address must be one that no stranger's DNS can lead here. With one, it may be
    /// any: the cookie stays with the name under which the token was shown.
    fn is_known_host(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        let name = authority.host().trim_start_matches('[').trim_end_matches(']');
        self.is_locked() || name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// Bytes in figures.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // A string takes whatever is written.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A cookie's value.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// What every request passes on its way in.
pub(super) async fn guard(
    State(app): State<Arc<App>>,
    Reader(language): Reader,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let asker = Asker::of(headers);
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !app.gate.is_known_host(host) {
        return asker.refuse(StatusCode::MISDIRECTED_REQUEST, &texts::FOREIGN_HOST);
    }
    if request.method() != Method::GET && request.method() != Method::HEAD && !is_our_own(headers, host) {
        return asker.refuse(StatusCode::FORBIDDEN, &texts::FOREIGN);
    }
    let path = request.uri().path();
    // A token in the address is read at the door alone, and leaves the address there.
    if request.method() == Method::GET
        && app.gate.is_locked()
        && let Ok(Query(Shown { token })) = Query::try_from_uri(request.uri())
    {
        return enter(&app, &token, language).await;
    }
    if app.gate.knows(headers) || path == "/token" || path.starts_with("/assets/") {
        return next.run(request).await;
    }
    if path.starts_with("/live/") || request.method() != Method::GET {
        return asker.refuse(StatusCode::UNAUTHORIZED, &texts::TOKEN_TEXT);
    }
    views::door(false, language)
}

/// A token that somebody shows.
#[derive(Deserialize)]
pub(super) struct Shown {
    token: String,
}

/// The form of the door.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Reader(language): Reader,
    Fields(Shown { token }): Fields<Shown>,
) -> Response {
    if !app.gate.is_locked() {
        return Redirect::to("/").into_response();
    }
    enter(&app, &token, language).await
}

async fn enter(app: &App, token: &str, language: Language) -> Response {
    // Whoever guesses waits, and whoever mistyped hardly notices.
    tokio::time::sleep(GUESS_PAUSE).await;
    match app.gate.open(token) {
        Some(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response(),
        None => views::door(true, language),
    }
}

/// Whether a request that changes something comes from our own page. Every browser says so in one of these headers;
/// what says nothing is refused (OWASP, Cross-Site Request Forgery Prevention Cheat Sheet).
fn is_our_own(headers: &HeaderMap, host: &str) -> bool {
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match (said("sec-fetch-site"), said("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => {
            origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
        }
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn without_a_token_no_name_of_a_strangers_dns_leads_here() {
        let (open, locked) = (Gate::new(None), Gate::new(Some("a long token")));
        for host in ["127.0.0.1:8090", "localhost:8090", "LOCALHOST", "[::1]:8090", "192.168.1.7:8090"] {
            assert!(open.is_known_host(host) && locked.is_known_host(host), "{host}");
        }
        for host in ["evil.example:8090", "127.0.0.1.evil.example", "localhost.evil.example"] {
            assert!(!open.is_known_host(host) && locked.is_known_host(host), "{host}");
        }
        assert!(!open.is_known_host("") && !locked.is_known_host(""));
    }

    #[test]
    fn what_changes_something_must_come_from_our_own_page() {
        let ours = |pairs: &[(&'static str, &str)]| is_our_own(&headers(pairs), "127.0.0.1:8090");
        assert!(ours(&[("sec-fetch-site", "same-origin")]));
        assert!(ours(&[("origin", "http://127.0.0.1:8090")]));
        assert!(!ours(&[]));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!ours(&[("sec-fetch-site", site), ("origin", "http://127.0.0.1:8090")]), "{site}");
        }
        for origin in ["http://evil.example", "http://127.0.0.1:8091", "null"] {
            assert!(!ours(&[("origin", origin)]), "{origin}");
        }
    }

    #[test]
    fn the_token_gives_a_cookie_and_the_cookie_opens() {
        let gate = Gate::new(Some("a long token"));
        assert!(gate.open("a long tokem").is_none() && gate.open("").is_none());
        let cookie = gate.open("a long token").unwrap();
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
        assert!(!cookie.contains("token"));
        let shown = cookie.split(';').next().unwrap();
        assert!(gate.knows(&headers(&[("cookie", &format!("lang=fr; {shown}"))])));
        assert!(!gate.knows(&headers(&[("cookie", "store-lab=0000")])) && !gate.knows(&HeaderMap::new()));
        assert!(Gate::new(None).knows(&HeaderMap::new()));
    }
}
