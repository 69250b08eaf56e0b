//! Each fault makes properties fail, and these tests say which. Where another guard makes up for a fault, none fails,
//! and the fault is shown together with the lack of that guard.

use std::sync::LazyLock;

use model::Bug::{
    CompensateFromOrder, DeleteBeforeAck, Forgetful, InboxOff, NoStockGuard, OffsetBeforeCommit, PublishBeforeCommit,
};
use model::check::{self, Limits, Verdict};
use model::properties::{AGREE, COMPENSATED, ENDS, ENDS_ONCE, HANDLED_ONCE, NOT_PARKED, PUBLISHED, SOLD_ONCE};
use model::{Bounds, Bug, Saga};

/// One order, nothing beside its saga.
pub const PLAIN: Bounds = Bounds { stock: 4, no_direct: true, no_refusal: true, ..Bounds::ONE_ORDER };
const TWO: Bounds = Bounds { kills: 0, no_card: true, ..Bounds::TWO_ORDERS };

type Fault = (&'static [Bug], Bounds, &'static [&'static str]);

const FAULTS: [Fault; 8] = [
    (&[InboxOff], PLAIN, &[HANDLED_ONCE]),
    (&[Forgetful], PLAIN, &[]),
    (&[InboxOff, Forgetful], PLAIN, &[SOLD_ONCE, COMPENSATED, ENDS_ONCE, HANDLED_ONCE]),
    (&[PublishBeforeCommit], PLAIN, &[AGREE, ENDS, ENDS_ONCE, PUBLISHED, NOT_PARKED]),
    (&[DeleteBeforeAck], PLAIN, &[AGREE, ENDS, PUBLISHED, NOT_PARKED]),
    (&[OffsetBeforeCommit], PLAIN, &[AGREE, ENDS, NOT_PARKED]),
    (&[NoStockGuard], TWO, &[SOLD_ONCE]),
    (&[CompensateFromOrder], PLAIN, &[COMPENSATED]),
];

/// The faults, each with the properties that then fail.
pub static FOUND: LazyLock<Vec<(&[Bug], Vec<&str>)>> =
    LazyLock::new(|| FAULTS.into_iter().map(|(bugs, bounds, _)| (bugs, failing(bounds, bugs))).collect());

fn failing(bounds: Bounds, bugs: &[Bug]) -> Vec<&'static str> {
    let outcome = check::check(&Saga::new(bounds, bugs), Limits::NONE);
    let fails = outcome.properties.into_iter().filter(|(_, verdict)| *verdict == Verdict::Fails);
    fails.map(|(name, _)| name).collect()
}

#[test]
fn each_fault_makes_these_properties_fail() {
    for ((bugs, failing), (_, _, expected)) in FOUND.iter().zip(FAULTS) {
        assert_eq!(failing, expected, "with {bugs:?}");
    }
}
