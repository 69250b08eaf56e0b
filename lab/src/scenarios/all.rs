//! All scenarios, in the order in which a class understands them.

mod away;
mod commits;
mod poison;

use problem_types::Text;
use stack::store::Name;

use super::{Action, Scenario, Step};

/// They are independent of each other: each begins by putting everything right that another left behind.
pub(crate) static ALL: [Scenario; 6] = [
    commits::BEFORE_COMMIT,
    commits::AFTER_COMMIT,
    commits::AFTER_PUBLISH,
    away::PAYMENT_SERVICE,
    away::BROKER,
    poison::POISON,
];

const JUDGE: Step = Step {
    says: Text::fixed(
        "The audit looks at everything: orders, stock, payments, queues.",
        "L’audit regarde tout\u{a0}: commandes, stock, paiements, files.",
    ),
    does: Action::Judge,
};
const START_PAYMENTS: Step = Step {
    says: Text::fixed("payment-service is started again.", "On redémarre payment-service."),
    does: Action::Start(Name::PaymentService),
};
