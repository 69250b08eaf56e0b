//! Documents that were parsed before: clients send the same text again and again, with other variables.
//!
//! Parsing took a fifth of the processor time of a small read. What is kept is the text's own meaning, before any
//! check; so it is the same for everybody, and is checked again each time.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Request, ServerError};

/// Texts that are kept. A client has a few; when more come, all are forgotten, which costs no more than to parse anew.
const MAX_DOCUMENTS: usize = 64;
/// Bytes of a text that is kept. Parsed it takes up to a hundred times as much: 6 MB in all.
const MAX_BYTES: usize = 1_024;

static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);

#[derive(Default)]
struct Known(HashMap<String, ExecutableDocument>);

/// The request's document, parsed unless it is known. It stays with the request.
pub(super) fn parse(request: &mut Request) -> Result<&ExecutableDocument, ServerError> {
    // A panic of another request cannot leave the map half changed.
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).0.get(&request.query).cloned();
    match known {
        Some(document) => request.set_parsed_query(document),
        None if request.query.len() <= MAX_BYTES => {
            let document = request.parsed_query()?.clone();
            KNOWN.write().unwrap_or_else(PoisonError::into_inner).keep(request.query.clone(), document);
        }
        None => {}
    }
    request.parsed_query()
}

impl Known {
    fn keep(&mut self, text: String, document: ExecutableDocument) {
        if self.0.len() >= MAX_DOCUMENTS {
            self.0.clear();
        }
        self.0.insert(text, document);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_the_same_meaning_again() {
        let parsed = || format!("{:?}", parse(&mut Request::new("{ again { a b } }")).unwrap().operations);
        assert_eq!(parsed(), parsed());
        assert!(KNOWN.read().unwrap().0.contains_key("{ again { a b } }"));
    }

    #[test]
    fn what_cannot_be_parsed_or_is_long_is_not_kept() {
        assert!(parse(&mut Request::new("{ wrong ")).is_err());
        let long = format!("{{ {} }}", "a ".repeat(MAX_BYTES));
        assert!(parse(&mut Request::new(&long)).is_ok());
        let known = KNOWN.read().unwrap();
        assert!(!known.0.contains_key("{ wrong ") && !known.0.contains_key(&long));
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let mut known = Known::default();
        for number in 0..3 * MAX_DOCUMENTS {
            let mut request = Request::new("{ a }");
            known.keep(number.to_string(), request.parsed_query().unwrap().clone());
            assert!(known.0.len() <= MAX_DOCUMENTS && known.0.contains_key(&number.to_string()));
        }
    }
}
