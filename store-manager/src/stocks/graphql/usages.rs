//! Whether what stands in an operation may stand there: each value by the type that is asked for, each variable by the
//! one that it is declared with (GraphQL, October 2021: 5.6.1, 5.8.5).
//!
//! The library has a rule for variables that it never asks, and one for values that lets some pass ([`super::values`]).
//! The arguments of `__schema` and `__type` are left to it: what it may get wrong there has no effect.

use std::collections::HashSet;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::registry::{MetaType, Registry};
use async_graphql::{Name, Positioned, ServerError};
use async_graphql_value::Value;
use service_kit::Language;

use super::values::{Values, asked_for};

/// What the only argument of `@skip` and `@include` must be.
const CONDITION: &str = "Boolean!";

/// Checks the operation and the fragments that it spreads. What the schema does not know is for validation to refuse.
pub(super) fn check(
    registry: &Registry,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    language: Language,
) -> Result<(), ServerError> {
    let root = match operation.ty {
        OperationType::Query => Some(&registry.query_type),
        OperationType::Mutation => registry.mutation_type.as_ref(),
        OperationType::Subscription => registry.subscription_type.as_ref(),
    };
    let values = Values { registry, declared: &operation.variable_definitions };
    let mut walk = Walk { values, document, language, fragments: HashSet::new() };
    walk.set(&operation.selection_set.node, root.and_then(|root| registry.types.get(root)))
}

struct Walk<'a> {
    values: Values<'a>,
    document: &'a ExecutableDocument,
    language: Language,
    /// Those that were looked at: once is enough, however often one is spread.
    fragments: HashSet<&'a Name>,
}

impl<'a> Walk<'a> {
    /// Checks what is selected of an object of that type.
    fn set(&mut self, set: &'a SelectionSet, of: Option<&'a MetaType>) -> Result<(), ServerError> {
        set.items.iter().try_for_each(|selection| self.selection(&selection.node, of))
    }

    fn selection(&mut self, selection: &'a Selection, of: Option<&'a MetaType>) -> Result<(), ServerError> {
        let named = |name: &Name| self.values.registry.types.get(name.as_str());
        match selection {
            Selection::Field(field) => {
                let known = of.and_then(|kind| kind.field_by_name(&field.node.name.node));
                for (name, value) in &field.node.arguments {
                    if let Some(argument) = known.and_then(|known| known.args.get(name.node.as_str())) {
                        self.value(value, asked_for(argument), &name.node)?;
                    }
                }
                self.directives(&field.node.directives)?;
                let kind = known.and_then(|known| self.values.registry.concrete_type_by_name(&known.ty));
                self.set(&field.node.selection_set.node, kind)
            }
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.as_ref();
                let kind = condition.map_or(of, |condition| named(&condition.node.on.node));
                self.directives(&fragment.node.directives)?;
                self.set(&fragment.node.selection_set.node, kind)
            }
            Selection::FragmentSpread(spread) => {
                self.directives(&spread.node.directives)?;
                let name = &spread.node.fragment_name.node;
                match self.document.fragments.get(name).filter(|_| self.fragments.insert(name)) {
                    Some(fragment) => {
                        let kind = named(&fragment.node.type_condition.node.on.node);
                        self.set(&fragment.node.selection_set.node, kind)
                    }
                    None => Ok(()),
                }
            }
        }
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Result<(), ServerError> {
        let known = directives.iter().filter(|one| ["skip", "include"].contains(&one.node.name.node.as_str()));
        let mut arguments = known.flat_map(|directive| &directive.node.arguments);
        arguments.try_for_each(|(name, value)| self.value(value, CONDITION, &name.node))
    }

    fn value(&self, value: &Positioned<Value>, expected: &str, argument: &Name) -> Result<(), ServerError> {
        self.values
            .check(&value.node, expected)
            .map_err(|mismatch| ServerError::new(mismatch.message(argument, self.language), Some(value.pos)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stocks::graphql::document;
    use crate::stocks::graphql::schema::SUPPLIERS;
    use async_graphql::parser::parse_query;

    /// What is wrong with that document, in the words that its sender gets.
    fn wrong(query: &str) -> Option<String> {
        let document = parse_query(query).unwrap();
        let operation = document::operation(&document, None).unwrap();
        check(&SUPPLIERS.registry, &document, operation, Language::En).err().map(|error| error.message)
    }

    #[test]
    fn what_may_stand_where_it_does_passes() {
        for query in [
            "{ product(id: 1) { id } again: product(id: \"1\") { id } }",
            "{ lowStock(below: -2147483648, first: null) { nodes { id } } }",
            "{ products(ids: 1) { id } again: products(ids: [1, \"2\"]) { id } }",
            "query($a: ID!) { products(ids: [$a, 1]) { id } }",
            "query($a: [ID!]!) { products(ids: $a) { id } }",
            "query($a: Int = 1) { lowStock(below: $a) { nodes { id } } }",
            "query($a: Int!) { lowStock(below: 1, first: $a) { nodes { id } } }",
            "query($a: Boolean! = true) { product(id: 1) @skip(if: $a) { id } }",
            "subscription($a: [ID!]!) { stockChanges(productIds: $a) { level } }",
            "mutation($a: ReplenishmentInput!) { announceReplenishment(input: $a) { level } }",
            "mutation($a: String) { announceReplenishment(input: \
             {productId: 1, quantity: 1, idempotencyKey: \"k\", supplier: $a}) { level } }",
            "{ colour(of: 7) product(id: 1, colour: 7) { id(a: 7) } ...None ... on None { a(b: $c) } }",
        ] {
            assert_eq!(wrong(query), None, "{query}");
        }
    }

    #[test]
    fn what_may_not_is_named_with_its_place() {
        let int = "is not of the type Int, a whole number of 32 bits";
        for (query, message) in [
            ("{ lowStock(below: 2147483648) { nodes { id } } }", format!("below {int}")),
            ("{ lowStock(below: 1.0) { nodes { id } } }", format!("below {int}")),
            (
                "{ lowStock(below: null) { nodes { id } } }",
                "below is not of the type Int!, a whole number of 32 bits".into(),
            ),
            ("{ product(id: [1]) { id } }", "id is not of the type ID".into()),
            ("{ products(ids: [1, true]) { id } }", "ids[1] is not of the type ID".into()),
            ("{ product(id: 1) { id @skip(if: 1) } }", "if is not of the type Boolean".into()),
            (
                "mutation { announceReplenishment(input: 1) { level } }",
                "input is not of the type ReplenishmentInput".into(),
            ),
            (
                "mutation { announceReplenishment(input: {productId: 1, quantity: 1}) { level } }",
                "input.idempotencyKey is not of the type String!".into(),
            ),
            (
                "mutation { announceReplenishment(input: {productId: 1, quantity: 1, idempotencyKey: \"k\", a: 1}) { level } }",
                "input.a is no field of ReplenishmentInput".into(),
            ),
            (
                "query($a: Int) { product(id: 1) { movements(first: 5) { nodes { id @include(if: $a) } } } }",
                "the variable $a is of the type Int, and if asks for Boolean!".into(),
            ),
            (
                "query($a: Int = null) { ...F } fragment F on Query { lowStock(below: $a) { nodes { id } } }",
                "the variable $a is of the type Int, and below asks for Int!".into(),
            ),
            (
                "query($a: [ID]!) { products(ids: $a) { id } }",
                "the variable $a is of the type [ID]!, and ids asks for [ID!]!".into(),
            ),
            (
                "query($a: ID) { products(ids: [$a]) { id } }",
                "the variable $a is of the type ID, and ids[0] asks for ID!".into(),
            ),
        ] {
            assert_eq!(wrong(query), Some(message), "{query}");
        }
    }
}
