//! Whether a value has the type that is asked for, by GraphQL's specification (October 2021, 3.5 to 3.12).
//!
//! The library takes a whole number of 64 bits for an Int, and anything at all for an input object; both then fail
//! while the operation is executed, when mutations before them have taken effect.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::VariableDefinition;
use async_graphql::registry::{MetaInputValue, MetaType, MetaTypeName, Registry};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value;
use problem_types::text;
use service_kit::language::{Language, Text};

/// What values are checked against.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) registry: &'a Registry,
    /// The variables that may stand in a value.
    pub(super) declared: &'a [Positioned<VariableDefinition>],
}

/// What has not the type that is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// Where in the value: `.quantity`, `[1]`, or nothing for the value itself.
    place: String,
    kind: Kind,
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// A value that is not of this type.
    Type(String),
    /// A member that this input object does not have.
    Member(String),
    /// A variable whose declared type is not one that may stand where the other is asked for.
    Variable { name: Name, declared: String, expected: String },
}

/// The type that an argument or a member must have where it is given. Where it has a default it may be left out, and a
/// variable that may be null may stand there (5.8.5).
pub(super) fn asked_for(input: &MetaInputValue) -> &str {
    let nullable = input.ty.strip_suffix('!').filter(|_| input.default_value.is_some());
    nullable.unwrap_or(&input.ty)
}

impl Values<'_> {
    pub(super) fn check(self, value: &Value, mut expected: &str) -> Result<(), Mismatch> {
        // A loop, because a client decides how deep the type of a variable is.
        loop {
            expected = match (MetaTypeName::create(expected), value) {
                (_, Value::Variable(name)) => return self.check_variable(name, expected),
                (MetaTypeName::NonNull(_), Value::Null) => return Err(Kind::Type(expected.to_owned()).into()),
                (_, Value::Null) => return Ok(()),
                (MetaTypeName::List(kind), Value::List(items)) => return self.check_items(items, kind),
                // One value stands for a list of one.
                (MetaTypeName::NonNull(kind) | MetaTypeName::List(kind), _) => kind,
                (MetaTypeName::Named(kind), _) => return self.check_named(value, kind),
            };
        }
    }

    fn check_items(self, items: &[Value], kind: &str) -> Result<(), Mismatch> {
        items.iter().enumerate().try_for_each(|(index, item)| {
            self.check(item, kind).map_err(|mismatch| mismatch.within(&format!("[{index}]")))
        })
    }

    fn check_named(self, value: &Value, kind: &str) -> Result<(), Mismatch> {
        let is_right = match (self.registry.types.get(kind), value) {
            (Some(MetaType::InputObject { input_fields, .. }), Value::Object(members)) => {
                return self.check_members(members, kind, input_fields);
            }
            (Some(MetaType::Enum { enum_values, .. }), Value::Enum(name)) => enum_values.contains_key(name.as_str()),
            (Some(MetaType::Enum { enum_values, .. }), Value::String(name)) => enum_values.contains_key(name),
            (Some(MetaType::InputObject { .. } | MetaType::Enum { .. }), _) => false,
            (Some(MetaType::Scalar { is_valid, .. }), value) => value.clone().into_const().is_some_and(|constant| {
                is_valid.as_ref().is_none_or(|is_valid| is_valid(&constant)) && (kind != "Int" || is_int(value))
            }),
            // What is no type of a value is for validation to refuse.
            _ => true,
        };
        if is_right { Ok(()) } else { Err(Kind::Type(kind.to_owned()).into()) }
    }

    fn check_members(
        self,
        members: &IndexMap<Name, Value>,
        kind: &str,
        fields: &IndexMap<String, MetaInputValue>,
    ) -> Result<(), Mismatch> {
        for (name, field) in fields {
            // One that is left out is like null, but for what has a default.
            let value = members.get(name.as_str()).unwrap_or(&Value::Null);
            self.check(value, asked_for(field)).map_err(|mismatch| mismatch.within(&format!(".{name}")))?;
        }
        let unknown = members.keys().find(|name| !fields.contains_key(name.as_str()));
        unknown.map_or(Ok(()), |name| Err(Mismatch::from(Kind::Member(kind.to_owned())).within(&format!(".{name}"))))
    }

    /// Whether that variable may stand where the type is asked for (5.8.5).
    fn check_variable(self, name: &Name, expected: &str) -> Result<(), Mismatch> {
        // One that is not declared is for validation to refuse.
        let Some(definition) = self.declared.iter().find(|one| one.node.name.node == *name) else { return Ok(()) };
        let declared = definition.node.var_type.to_string();
        let has_default =
            definition.node.default_value.as_ref().is_some_and(|one| one.node != async_graphql::Value::Null);
        let needed = expected.strip_suffix('!').filter(|_| has_default).unwrap_or(expected);
        if may_stand_for(&declared, needed) {
            return Ok(());
        }
        Err(Kind::Variable { name: name.clone(), declared, expected: expected.to_owned() }.into())
    }
}

/// Whether each value of a type is one of the other too.
fn may_stand_for(kind: &str, other: &str) -> bool {
    match (MetaTypeName::create(kind), MetaTypeName::create(other)) {
        (MetaTypeName::NonNull(kind), MetaTypeName::NonNull(other))
        | (MetaTypeName::List(kind), MetaTypeName::List(other)) => may_stand_for(kind, other),
        (MetaTypeName::NonNull(kind), _) => may_stand_for(kind, other),
        (MetaTypeName::Named(kind), MetaTypeName::Named(other)) => kind == other,
        _ => false,
    }
}

/// Whether it is a whole number of 32 bits (3.5.1).
fn is_int(value: &Value) -> bool {
    matches!(value, Value::Number(number) if number.as_i64().is_some_and(|whole| i32::try_from(whole).is_ok()))
}

impl From<Kind> for Mismatch {
    fn from(kind: Kind) -> Self {
        Self { place: String::new(), kind }
    }
}

impl Mismatch {
    fn within(self, outer: &str) -> Self {
        Self { place: format!("{outer}{}", self.place), kind: self.kind }
    }

    /// In words, where the value is that of `of`: a variable or an argument.
    pub(super) fn message(self, of: &str, language: Language) -> String {
        let place = format!("{of}{}", self.place);
        let text: Text = match self.kind {
            Kind::Type(kind) if kind.trim_end_matches('!') == "Int" => text!(
                "{place} is not of the type {kind}, a whole number of 32 bits",
                "{place} n'est pas du type {kind}, un nombre entier de 32 bits"
            ),
            Kind::Type(kind) => text!("{place} is not of the type {kind}", "{place} n'est pas du type {kind}"),
            Kind::Member(kind) => text!("{place} is no field of {kind}", "{place} n'est pas un champ de {kind}"),
            Kind::Variable { name, declared, expected } => text!(
                "the variable ${name} is of the type {declared}, and {place} asks for {expected}",
                "la variable ${name} est du type {declared}, et {place} demande {expected}"
            ),
        };
        text.get(language).to_owned()
    }
}
