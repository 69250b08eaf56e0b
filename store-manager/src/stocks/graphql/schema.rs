//! The full schema, built once.

use std::sync::LazyLock;

use async_graphql::{ObjectType, SDLExportOptions, Schema, SubscriptionType};

use super::limits::{MAX_COMPLEXITY, MAX_DEPTH};
use super::mutation::Mutation;
use super::query::Query;
use super::subscription::Subscription;

pub(super) type Suppliers = Schema<Query, Mutation, Subscription>;

pub(super) static SUPPLIERS: LazyLock<Suppliers> = LazyLock::new(|| limited(Query, Mutation, Subscription));

/// A schema within the limits of [`super::limits`].
pub(super) fn limited<Q, M, S>(query: Q, mutation: M, subscription: S) -> Schema<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    Schema::build(query, mutation, subscription).limit_depth(MAX_DEPTH).limit_complexity(MAX_COMPLEXITY).finish()
}

/// A schema in GraphQL's own language.
pub(super) fn sdl<Q, M, S>(schema: &Schema<Q, M, S>) -> String
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let sdl = schema.sdl_with_options(SDLExportOptions::new().use_space_ident().prefer_single_line_descriptions());
    // The library ends some lines with a blank, and the text with several empty ones.
    let lines: Vec<&str> = sdl.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim())
}
