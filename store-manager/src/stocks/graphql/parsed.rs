//! Documents that were sent before: clients send the same text again and again, with other variables.
//!
//! Parsing took a fifth of the processor time of a small read, validation a third of the instructions that were left
//! (docs/bench/notes.md). So a text's meaning is kept, and that it was found valid, where no variable can change that.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use async_graphql::parser::types::{BaseType, ExecutableDocument, OperationType, VariableDefinition};
use async_graphql::{Name, Request, ServerError, Value, Variables};

use super::document;

/// Texts that are kept. A client has a few; when more come, all are forgotten, which costs no more than to parse anew.
const MAX_DOCUMENTS: usize = 64;
/// Bytes of a text that is kept. Parsed it takes up to a hundred times as much: 6 MB in all.
const MAX_BYTES: usize = 1_024;

/// The documents that one schema was sent.
#[derive(Default)]
pub(super) struct Documents(RwLock<HashMap<String, Arc<Document>>>);

/// What is known of a document.
pub(super) struct Document {
    parsed: ExecutableDocument,
    /// The variables of a query that declares nothing but texts, and so has the same validity with any of them.
    texts: Option<Vec<Name>>,
    is_valid: AtomicBool,
}

impl Documents {
    /// Parses the request's document unless it is known; it stays with the request. Returns what is known of it now.
    pub(super) fn parse(&self, request: &mut Request) -> Result<Option<Arc<Document>>, ServerError> {
        // A panic of another request cannot leave the map half changed.
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&request.query).cloned();
        if let Some(document) = known {
            request.set_parsed_query(document.parsed.clone());
            return Ok(Some(document));
        }
        let parsed = request.parsed_query()?.clone();
        if request.query.len() > MAX_BYTES {
            return Ok(None);
        }
        let document = Arc::new(Document { texts: texts(&parsed), parsed, is_valid: AtomicBool::new(false) });
        let mut documents = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if documents.len() >= MAX_DOCUMENTS {
            documents.clear();
        }
        documents.insert(request.query.clone(), Arc::clone(&document));
        Ok(Some(document))
    }
}

impl Document {
    /// Whether it is certain that validation would find nothing, because it found nothing before.
    pub(super) fn is_valid_with(&self, variables: &Variables) -> bool {
        let is_text = |name: &Name| matches!(variables.get(name), Some(Value::String(_)));
        let has_texts = || self.texts.as_ref().is_some_and(|names| names.iter().all(is_text));
        self.is_valid.load(Ordering::Relaxed) && has_texts()
    }

    /// Notes that it was validated, and executed without an error.
    pub(super) fn found_valid(&self) {
        self.is_valid.store(true, Ordering::Relaxed);
    }
}

/// The variables of a document that is one query, when it declares them all as texts. Numbers are no such variables:
/// they decide what a page costs.
fn texts(document: &ExecutableDocument) -> Option<Vec<Name>> {
    let operation = document::operation(document, None)?;
    let is_text = |variable: &VariableDefinition| matches!(&variable.var_type.node.base, BaseType::Named(name) if name == "ID" || name == "String");
    let variables = &operation.variable_definitions;
    let all_texts = operation.ty == OperationType::Query && variables.iter().all(|one| is_text(&one.node));
    all_texts.then(|| variables.iter().map(|variable| variable.node.name.node.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(documents: &Documents, text: &str) -> Arc<Document> {
        documents.parse(&mut Request::new(text)).unwrap().unwrap()
    }

    #[test]
    fn the_same_text_has_the_same_meaning_again() {
        let documents = Documents::default();
        let (first, again) = (parse(&documents, "{ a { b } }"), parse(&documents, "{ a { b } }"));
        assert!(Arc::ptr_eq(&first, &again));
        let mut request = Request::new("{ a { b } }");
        documents.parse(&mut request).unwrap();
        assert_eq!(format!("{:?}", request.parsed_query().unwrap()), format!("{:?}", first.parsed));
    }

    #[test]
    fn what_cannot_be_parsed_or_is_long_is_not_kept() {
        let documents = Documents::default();
        assert!(documents.parse(&mut Request::new("{ wrong ")).is_err());
        let long = format!("{{ {} }}", "a ".repeat(MAX_BYTES));
        assert!(documents.parse(&mut Request::new(&long)).unwrap().is_none());
        assert!(documents.0.read().unwrap().is_empty());
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let documents = Documents::default();
        for number in 0..3 * MAX_DOCUMENTS {
            parse(&documents, &format!("{{ a{number} }}"));
            let known = documents.0.read().unwrap();
            assert!(known.len() <= MAX_DOCUMENTS && known.contains_key(&format!("{{ a{number} }}")));
        }
    }

    #[test]
    fn only_what_no_variable_can_make_invalid_stays_valid() {
        let given = |json: serde_json::Value| Variables::from_json(json);
        let text = given(serde_json::json!({ "id": "1" }));
        let valid_with = |query: &str, variables: &Variables| {
            let document = parse(&Documents::default(), query);
            assert!(!document.is_valid_with(variables), "nothing is valid before it was validated");
            document.found_valid();
            document.is_valid_with(variables)
        };
        for query in ["{ a }", "query Named($id: ID!) { a(id: $id) }", "query($id: String) { a(id: $id) }"] {
            assert!(valid_with(query, &text), "{query}");
        }
        for query in [
            "query($id: Int) { a(id: $id) }",
            "query($id: [ID!]) { a(id: $id) }",
            "query($id: Input) { a(id: $id) }",
            "query($id: ID!, $first: Int) { a(id: $id, first: $first) }",
            "mutation($id: ID!) { a(id: $id) }",
            "subscription($id: ID!) { a(id: $id) }",
            "query A { a } query B { a }",
        ] {
            assert!(!valid_with(query, &text), "{query}");
        }
        for variables in [serde_json::json!({}), serde_json::json!({ "id": 1 }), serde_json::json!({ "id": null })] {
            assert!(!valid_with("query($id: ID!) { a(id: $id) }", &given(variables.clone())), "{variables}");
        }
    }
}
