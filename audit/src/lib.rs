//! The audit: what must hold over both databases of the store, whatever crashed on the way there.
//!
//! Owns the list of what must hold, as data: a check is a name and a query for whatever breaks it. It reads and
//! never writes, and knows the services by their tables alone, so that no mistake of theirs is also its own. Who
//! runs it, when, and what follows from the verdict is for others: the binary `store-audit`, `cargo stack`, tests.
//!
//! A single statement sees one moment of its database. Nothing sees one moment of two databases and a topic, so a
//! store that is at work may look wrong where events are on their way; [`audit_when_settled`] waits for those.

mod agreement;
mod check;
mod payment_checks;
mod settled;
mod store_checks;
mod verdict;

use sqlx::MySqlPool;

pub use settled::audit_when_settled;
pub use verdict::{Outcome, Verdict};

/// Runs every check once, as the databases are now.
///
/// # Errors
/// The database's: it is away, or is none of a service that has run.
pub async fn audit(store: &MySqlPool, payments: &MySqlPool) -> Result<Verdict, sqlx::Error> {
    let mut outcomes = Vec::new();
    for check in store_checks::CHECKS {
        outcomes.push(check.run(store).await?);
    }
    outcomes.extend(agreement::check(store, payments).await?);
    for check in payment_checks::CHECKS {
        outcomes.push(check.run(payments).await?);
    }
    Ok(Verdict { checks: outcomes })
}
