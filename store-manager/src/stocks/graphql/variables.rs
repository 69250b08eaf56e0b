//! The values of an operation's variables, by GraphQL's specification (October 2021, 6.1.2), before anything asks for one.
//!
//! The library takes a default where a variable stands in an argument, and not in `@skip` and `@include`; there, one
//! without a value counts as false.

use async_graphql::parser::types::{OperationDefinition, VariableDefinition};
use async_graphql::{Positioned, ServerError, Value, Variables};
use problem_types::text;
use service_kit::Language;

/// Gives those that were not given their defaults. One that must have a value and has none is an error.
pub(super) fn complete(
    operation: &OperationDefinition,
    variables: &mut Variables,
    language: Language,
) -> Result<(), ServerError> {
    for definition in &operation.variable_definitions {
        let VariableDefinition { name, var_type, default_value, .. } = &definition.node;
        match (variables.get(&name.node), default_value) {
            (None, Some(default)) => {
                variables.insert(name.node.clone(), default.node.clone());
            }
            (None | Some(Value::Null), _) if !var_type.node.nullable => return Err(lacks_value(definition, language)),
            _ => {}
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
    use async_graphql::parser::parse_query;
    use serde_json::{Value as Json, json};

    /// The variables of that operation once they are complete, or what is wrong with them.
    fn completed(declared: &str, given: Json) -> Result<Json, String> {
        let document = parse_query(format!("query({declared}) {{ a }}")).unwrap();
        let mut variables = Variables::from_json(given);
        let operation = document::operation(&document, None).unwrap();
        complete(operation, &mut variables, Language::En).map_err(|error| error.message)?;
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
}
