//! The values of an operation's variables, by GraphQL's specification (October 2021, 6.1.2), before anything asks for one.
//!
//! The library takes a default where a variable stands in an argument, and not in `@skip` and `@include`; there, one
//! without a value counts as false. It never looks at the type that a variable is declared with.

use async_graphql::parser::types::{OperationDefinition, VariableDefinition};
use async_graphql::registry::Registry;
use async_graphql::{Positioned, ServerError, Value, Variables};
use problem_types::text;
use service_kit::Language;

use super::values::Values;

/// Gives those that were not given their defaults. One that must have a value and has none is an error, and so is one
/// whose value is not of its type.
pub(super) fn complete(
    registry: &Registry,
    operation: &OperationDefinition,
    variables: &mut Variables,
    language: Language,
) -> Result<(), ServerError> {
    // No variable stands in the value of another.
    let values = Values { registry, declared: &[] };
    for definition in &operation.variable_definitions {
        let VariableDefinition { name, var_type, default_value, .. } = &definition.node;
        if let (None, Some(default)) = (variables.get(&name.node), default_value) {
            variables.insert(name.node.clone(), default.node.clone());
        }
        match variables.get(&name.node) {
            None | Some(Value::Null) if !var_type.node.nullable => return Err(lacks_value(definition, language)),
            None => {}
            Some(value) => {
                values.check(&value.clone().into_value(), &var_type.node.to_string()).map_err(|mismatch| {
                    ServerError::new(mismatch.message(&format!("${}", name.node), language), Some(definition.pos))
                })?;
            }
        }
    }
    Ok(())
}

fn lacks_value(definition: &Positioned<VariableDefinition>, language: Language) -> ServerError {
    let (name, kind) = (&definition.node.name.node, &definition.node.var_type.node);
    let text = text!(
        "the variable ${name} has no value, and its type {kind} asks for one",
        "la variable ${name} n'a pas de valeur, et son type {kind} en demande une"
    );
    ServerError::new(text.get(language), Some(definition.pos))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stocks::graphql::document;
    use crate::stocks::graphql::schema::SUPPLIERS;
    use async_graphql::parser::parse_query;
    use serde_json::{Value as Json, json};

    /// The variables of that operation once they are complete, or what is wrong with them.
    fn completed(declared: &str, given: Json) -> Result<Json, String> {
        let document = parse_query(format!("query({declared}) {{ a }}")).unwrap();
        let mut variables = Variables::from_json(given);
        let operation = document::operation(&document, None).unwrap();
        complete(&SUPPLIERS.registry, operation, &mut variables, Language::En).map_err(|error| error.message)?;
        Ok(serde_json::to_value(variables).unwrap())
    }

    #[test]
    fn a_default_stands_for_what_is_not_given_and_not_for_null() {
        for (declared, given, expected) in [
            ("$a: Int = 1", json!({}), json!({"a": 1})),
            ("$a: Int! = 1", json!({"b": 2}), json!({"a": 1, "b": 2})),
            ("$a: [ID!] = [\"x\"], $b: Int = null", json!({}), json!({"a": ["x"], "b": null})),
            ("$a: Int = 1", json!({"a": 2}), json!({"a": 2})),
            ("$a: Int = 1", json!({"a": null}), json!({"a": null})),
            ("$a: Int", json!({}), json!({})),
        ] {
            assert_eq!(completed(declared, given), Ok(expected), "{declared}");
        }
    }

    #[test]
    fn what_must_have_a_value_is_named_with_its_type() {
        for (declared, given) in
            [("$a: [Int!]!", json!({})), ("$a: [Int!]!", json!({"a": null})), ("$a: [Int!]! = [1]", json!({"a": null}))]
        {
            let message = completed(declared, given).unwrap_err();
            assert_eq!(message, "the variable $a has no value, and its type [Int!]! asks for one");
        }
    }

    #[test]
    fn a_value_has_the_type_that_is_declared() {
        let input = json!({"productId": 1, "quantity": 1, "idempotencyKey": "k", "supplier": null});
        for (kind, value) in [
            ("Int", json!(i32::MAX)),
            ("Float", json!(1)),
            ("Float", json!(1.5)),
            ("ID", json!(1)),
            ("ID", json!("1")),
            ("Boolean!", json!(true)),
            ("String", json!(null)),
            ("[Int]", json!([1, null])),
            ("[[Int]]", json!([[1], [2]])),
            ("[Int!]!", json!(1)),
            ("StockMovementKind", json!("TAKE")),
            ("ReplenishmentInput", input),
            ("Nothing", json!("a type that is for validation to refuse")),
        ] {
            assert!(completed(&format!("$a: {kind}"), json!({"a": value})).is_ok(), "{kind} {value}");
        }
        for (kind, value, place) in [
            ("Int", json!(i64::from(i32::MAX) + 1), "$a"),
            ("Int", json!(1.5), "$a"),
            ("Int", json!("1"), "$a"),
            ("Float", json!("1"), "$a"),
            ("ID", json!(1.5), "$a"),
            ("ID", json!(true), "$a"),
            ("Boolean", json!(1), "$a"),
            ("String", json!(1), "$a"),
            ("String", json!(["a"]), "$a"),
            ("[Int!]", json!([1, null]), "$a[1]"),
            ("[[Int]]", json!([[1], [2, "3"]]), "$a[1][1]"),
            ("StockMovementKind", json!("STEAL"), "$a"),
            ("StockMovementKind", json!(1), "$a"),
            ("ReplenishmentInput", json!("x"), "$a"),
            ("[ReplenishmentInput]", json!([{"productId": 1, "quantity": 1}]), "$a[0].idempotencyKey"),
        ] {
            let message = completed(&format!("$a: {kind}"), json!({"a": value})).unwrap_err();
            assert!(message.starts_with(&format!("{place} is not of the type ")), "{kind} {value}: {message}");
        }
    }
}
