//! Which operation of a document is executed, and how large the document is once its fragments are spread out. Counted before anything walks it, because a few lines
//! of fragments that spread each other twice make a document of billions of fields, and each walk would take them all.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};

use super::limits::{INTROSPECTION_WEIGHT, MAX_SELECTIONS};

/// The operation that is executed: the one of that name, else the only one, which may have a name too.
pub(super) fn operation<'d>(document: &'d ExecutableDocument, name: Option<&str>) -> Option<&'d OperationDefinition> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(&operation.node),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name).map(|named| &named.node),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            operations.values().next().map(|only| &only.node)
        }
        (DocumentOperations::Multiple(_), None) => None,
    }
}

/// Whether the document stays within [`MAX_SELECTIONS`]. One whose fragments spread themselves does not.
pub(super) fn is_small(document: &ExecutableDocument) -> bool {
    let mut sizes = Sizes { document, fragments: HashMap::new() };
    let operations = document.operations.iter();
    let total = operations.map(|(_, operation)| sizes.of_set(&operation.node.selection_set.node));
    total.fold(0_usize, usize::saturating_add) <= MAX_SELECTIONS
}

struct Sizes<'d> {
    document: &'d ExecutableDocument,
    /// Each fragment is counted once. While it is, it has no size: whoever meets it then is inside of it.
    fragments: HashMap<&'d Name, Option<usize>>,
}

impl<'d> Sizes<'d> {
    fn of_set(&mut self, set: &'d SelectionSet) -> usize {
        set.items.iter().map(|item| self.of(&item.node)).fold(0, usize::saturating_add)
    }

    fn of(&mut self, selection: &'d Selection) -> usize {
        let inside = match selection {
            Selection::Field(field) => {
                let introspects = ["__schema", "__type"].contains(&field.node.name.node.as_str());
                let weight = if introspects { INTROSPECTION_WEIGHT } else { 1 };
                self.of_set(&field.node.selection_set.node).saturating_mul(weight)
            }
            Selection::InlineFragment(fragment) => self.of_set(&fragment.node.selection_set.node),
            Selection::FragmentSpread(spread) => self.of_fragment(&spread.node.fragment_name.node),
        };
        inside.saturating_add(1)
    }

    fn of_fragment(&mut self, name: &'d Name) -> usize {
        if let Some(size) = self.fragments.get(name) {
            return size.unwrap_or(usize::MAX);
        }
        // An unknown fragment is for validation to refuse.
        let Some(fragment) = self.document.fragments.get(name) else { return 0 };
        self.fragments.insert(name, None);
        let size = self.of_set(&fragment.node.selection_set.node);
        self.fragments.insert(name, Some(size));
        size
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    fn is_small(document: &str) -> bool {
        super::is_small(&parse_query(document).unwrap())
    }

    #[test]
    fn what_people_write_is_small() {
        assert!(is_small("{ a { b c } ... on Query { d } }"));
        assert!(is_small("query A { ...F } query B { ...F } fragment F on Query { a b c }"));
        assert!(is_small("{ ...Unknown }"));
    }

    #[test]
    fn fragments_that_double_each_other_are_not() {
        let doubling = |n: usize| format!("fragment F{n} on Query {{ ...F{0} ...F{0} }} ", n + 1);
        let chain: String = (0..30).map(doubling).collect();
        assert!(!is_small(&format!("{{ ...F0 }} {chain} fragment F30 on Query {{ a }}")));
    }

    #[test]
    fn fragments_in_a_circle_are_not() {
        assert!(!is_small("{ ...A } fragment A on Query { ...B } fragment B on Query { a ...A }"));
    }

    #[test]
    fn questions_about_the_schema_weigh_more() {
        let asked = |count: usize| format!("{{ __schema {{ types {{ {} }} }} }}", "a: name ".repeat(count));
        let most = (MAX_SELECTIONS - 1) / INTROSPECTION_WEIGHT - 1;
        assert!(is_small(&asked(most)));
        assert!(!is_small(&asked(most + 1)));
    }

    #[test]
    fn many_fields_side_by_side_are_counted() {
        let fields = |count: usize| format!("{{ {} }}", "a ".repeat(count));
        assert!(is_small(&fields(MAX_SELECTIONS)));
        assert!(!is_small(&fields(MAX_SELECTIONS + 1)));
    }
}
