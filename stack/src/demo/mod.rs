//! The story of the store, told to a class: what goes well, what is refused, what is killed.
//!
//! Owns the chapters and their claims. Each claim is checked from what the services answer,
//! as any client could; what a chapter says happened, it has seen.

mod card;
mod chapters;
mod claims;
mod crowd;
mod glossary;
mod pause;
mod recovery;
mod stage;

pub use card::COURSE_CARD;
pub use claims::{Broken, Claims};
pub use stage::Stage;

use anyhow::Result;

/// Tells all chapters in order.
pub fn tell(stage: &mut Stage) -> Result<()> {
    chapters::paid::tell(stage)?;
    chapters::too_much::tell(stage)?;
    chapters::too_dear::tell(stage)?;
    chapters::kills::store_manager(stage)?;
    chapters::kills::payment_service(stage)?;
    chapters::audit::tell(stage)
}
