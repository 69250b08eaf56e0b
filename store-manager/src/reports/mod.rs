//! The reports: who spent most, what was sold most, what is in stock. They are read models' answers over HTTP, each
//! with how old it is.

mod overview_csv;
mod routes;

pub(crate) use self::routes::routes;
