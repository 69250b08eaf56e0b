//! Real baskets as orders: loads them, posts them, and holds the outcome against what must come out.
//!
//! Owns the folder's form, the loading and posting, and the comparison. It knows the store by HTTP alone.

mod concurrently;
mod expected;
mod folder;
mod load;
mod outcome;
mod post;
mod reports;
mod run;
mod settle;
mod speed;
mod target;

pub use expected::{Expected, Ranked};
pub use folder::{Basket, Folder, Line, ProductRow};
pub use load::{Catalogue, load};
pub use outcome::{Finding, Outcome, compare};
pub use post::{Failure, Posted, post};
pub use reports::compare_reports;
pub use run::{Replayed, run};
pub use settle::{Settled, settle};
pub use speed::{Speed, percentile};
pub use target::Target;
