//! The chapters, one a file.

pub(super) mod audit;
pub(super) mod kills;
pub(super) mod paid;
pub(super) mod too_dear;
pub(super) mod too_much;
