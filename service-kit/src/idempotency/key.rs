//! [`Keyed`]: a JSON body together with the key under which it came, if any.

use axum::extract::{FromRequest, OriginalUri, Request};
use axum::http::{HeaderMap, Method};
use problem_types::{Language, Text};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::problems;
use crate::json;
use crate::language::preferred;
use crate::problem::Problem;

/// Characters of a key at most.
pub const MAX_KEY_CHARS: usize = 255;
/// The header's name.
const HEADER: &str = "idempotency-key";

/// A key, and by its fingerprint the request that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    text: String,
    fingerprint: [u8; 32],
    reader: Language,
}

impl Key {
    /// The key of a request, if it has one.
    fn of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
        let mut values = headers.get_all(HEADER).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(problems::invalid(Text::fixed(
                "The header is there twice; send one key",
                "L'en-tête est présent deux fois\u{202f}; envoyez une seule clé",
            )));
        }
        let text = value.as_bytes();
        if text.is_empty() || text.len() > MAX_KEY_CHARS || !text.iter().all(u8::is_ascii_graphic) {
            return Err(problems::invalid(Text::fixed(
                "Send 1 to 255 visible ASCII characters, such as a UUID",
                "Envoyez de 1 à 255 caractères ASCII visibles, par exemple un UUID",
            )));
        }
        Ok(Some(text.iter().copied().map(char::from).collect()))
    }

    /// A key for what is asked of `path`. The parts are told apart by a byte that none but the last can have.
    #[must_use]
    pub fn new(text: String, (method, path, body): (&Method, &str, &[u8]), reader: Language) -> Self {
        let head = [method.as_str().as_bytes(), &[0], path.as_bytes(), &[0]];
        let hash = head.iter().fold(Sha256::new(), Sha256::chain_update);
        Self { text, fingerprint: hash.chain_update(body).finalize().into(), reader }
    }

    /// The key as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The language in which it is answered.
    pub(super) fn reader(&self) -> Language {
        self.reader
    }

    /// SHA-256 of method, path and body.
    pub(super) fn fingerprint(&self) -> &[u8] {
        &self.fingerprint
    }
}

/// The JSON body of a request that creates, with its key. The body's rejections are those of [`crate::Json`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed<T> {
    /// The body.
    pub body: T,
    /// Its key; none where the client sent none.
    pub key: Option<Key>,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Keyed<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let key = Key::of(request.headers())?.map(|text| {
            let path = request.extensions().get::<OriginalUri>().map_or_else(|| request.uri(), |uri| &uri.0).path();
            (text, request.method().clone(), path.to_owned(), preferred(request.headers()))
        });
        let bytes = json::read(request, state).await?;
        let key = key.map(|(text, method, path, reader)| Key::new(text, (&method, &path, &bytes), reader));
        Ok(Self { body: json::parse(&bytes)?, key })
    }
}
