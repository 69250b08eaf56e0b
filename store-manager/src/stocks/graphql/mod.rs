//! GraphQL on stock: the course's small schema, and the full one that suppliers work with.
//!
//! Owns both schemas, how they travel (HTTP, websocket, the GraphiQL page) and what a request may cost. Changes go
//! through the same commands as REST's, and what is read often comes from the read models. The schemas are built
//! once a process; what belongs to one request travels with it as a `session::Session`.

mod course;
mod document;
mod error;
mod gather;
mod graphiql;
mod limits;
mod loaders;
mod movement;
mod mutation;
mod operations;
mod page;
mod parsed;
mod product;
mod query;
mod request;
mod response;
mod routes;
mod scalars;
mod schema;
mod session;
mod socket;
mod store;
mod subscription;
mod usages;
mod values;
mod variables;

pub(crate) use routes::{pages, routes};

/// The schema that suppliers work with, in GraphQL's own language: what `docs/graphql/suppliers.graphql` holds.
#[must_use]
pub fn suppliers_sdl() -> String {
    schema::sdl(&schema::SUPPLIERS)
}

/// The course's schema, in GraphQL's own language: what `docs/graphql/course.graphql` holds.
#[must_use]
pub fn course_sdl() -> String {
    schema::sdl(&course::COURSE)
}
