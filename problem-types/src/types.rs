//! The types themselves, a file for each part of the store that answers with them.

mod database;
mod graphql;
mod operations;
mod payments;
mod requests;
mod store;

use crate::ProblemType;

pub use database::*;
pub use graphql::*;
pub use operations::*;
pub use payments::*;
pub use requests::*;
pub use store::*;

const PARTS: [&[&ProblemType]; 6] =
    [requests::TYPES, database::TYPES, store::TYPES, payments::TYPES, graphql::TYPES, operations::TYPES];

/// Every type there is.
pub static ALL: [&ProblemType; count()] = all();

const fn count() -> usize {
    let (mut part, mut count) = (0, 0);
    while part < PARTS.len() {
        count += PARTS[part].len();
        part += 1;
    }
    count
}

const fn all() -> [&'static ProblemType; count()] {
    let mut all = [PARTS[0][0]; count()];
    let (mut part, mut place) = (0, 0);
    while part < PARTS.len() {
        let mut index = 0;
        while index < PARTS[part].len() {
            all[place] = PARTS[part][index];
            index += 1;
            place += 1;
        }
        part += 1;
    }
    all
}
