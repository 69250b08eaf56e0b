//! The full schema, built once, and how a schema is served.

use std::sync::LazyLock;

use async_graphql::registry::Registry;
use async_graphql::{
    ID, InputType, ObjectType, OutputType, SDLExportOptions, Schema, SchemaBuilder, SubscriptionType, ValidationMode,
};

use super::limits::{MAX_COMPLEXITY, MAX_DEPTH};
use super::mutation::Mutation;
use super::parsed::Documents;
use super::query::Query;
use super::subscription::Subscription;

pub(super) type Suppliers = Served<Query, Mutation, Subscription>;

pub(super) static SUPPLIERS: LazyLock<Suppliers> = LazyLock::new(|| Served::new(Query, Mutation, Subscription));

/// A schema within the limits of [`super::limits`], and the documents that it was sent.
pub(super) struct Served<Q, M, S> {
    pub(super) schema: Schema<Q, M, S>,
    /// The same, for documents that are known to be valid: of the rules it checks only those that keep it safe.
    pub(super) trusting: Schema<Q, M, S>,
    /// Its types.
    pub(super) registry: Registry,
    pub(super) documents: Documents,
}

impl<Q, M, S> Served<Q, M, S>
where
    Q: ObjectType + Copy + 'static,
    M: ObjectType + Copy + 'static,
    S: SubscriptionType + Copy + 'static,
{
    pub(super) fn new(query: Q, mutation: M, subscription: S) -> Self {
        let schema = || limited(Schema::build(query, mutation, subscription));
        let trusting = schema().validation_mode(ValidationMode::Fast).finish();
        Self { schema: schema().finish(), trusting, registry: registry::<Q, M, S>(), documents: Documents::default() }
    }
}

fn limited<Q, M, S>(schema: SchemaBuilder<Q, M, S>) -> SchemaBuilder<Q, M, S> {
    schema.limit_depth(MAX_DEPTH).limit_complexity(MAX_COMPLEXITY)
}

/// The types of a schema. A schema keeps its own to itself, so they are made once more.
fn registry<Q: ObjectType, M: ObjectType, S: SubscriptionType>() -> Registry {
    let mut registry = Registry::default();
    // GraphQL's own come first: of several Rust types under one name the first is kept, and an Int may be negative.
    <bool as InputType>::create_type_info(&mut registry);
    <f64 as InputType>::create_type_info(&mut registry);
    <i32 as InputType>::create_type_info(&mut registry);
    <ID as InputType>::create_type_info(&mut registry);
    <String as InputType>::create_type_info(&mut registry);
    <Q as OutputType>::create_type_info(&mut registry);
    <M as OutputType>::create_type_info(&mut registry);
    S::create_type_info(&mut registry);
    registry.query_type = Q::type_name().into_owned();
    registry.mutation_type = Some(M::type_name().into_owned());
    registry.subscription_type = Some(S::type_name().into_owned());
    registry
}

/// A schema in GraphQL's own language.
pub(super) fn sdl<Q, M, S>(served: &Served<Q, M, S>) -> String
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let options = SDLExportOptions::new().use_space_ident().prefer_single_line_descriptions();
    let sdl = served.schema.sdl_with_options(options);
    // The library ends some lines with a blank, and the text with several empty ones.
    let lines: Vec<&str> = sdl.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim())
}
