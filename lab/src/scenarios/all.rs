//! All scenarios, in the order in which a class understands them.

mod away;
mod commits;
mod poison;

use super::Scenario;

/// They are independent of each other: each begins by putting everything right that another left behind.
pub(crate) static ALL: [Scenario; 6] = [
    commits::BEFORE_COMMIT,
    commits::AFTER_COMMIT,
    commits::AFTER_PUBLISH,
    away::PAYMENT_SERVICE,
    away::BROKER,
    poison::POISON,
];
