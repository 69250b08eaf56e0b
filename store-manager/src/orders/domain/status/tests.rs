//! Walks every state with every change, against a table that is written out, and checks what holds of all of them.

use super::OrderChange as Change;
use super::OrderStatus as Status;
use super::Transition::{self, AlreadyApplied, Applied, Rejected};

const CHANGES: [Change; 10] = [
    Change::StockTaken,
    Change::StockRefused,
    Change::PaymentCreated,
    Change::PaymentGone,
    Change::StockDecreaseFailed,
    Change::StockIncreased,
    Change::PaymentSucceeded,
    Change::PaymentDeclined,
    Change::CancellationRequested,
    Change::Closed,
];

/// One row a change, one column a state in the order of [`Status::ALL`]: `=` already applied, `x` rejected, or the
/// state that it leads to by the number of its column.
const TABLE: [&str; 10] = [
    // 0 decreasing  1 creating  2 awaiting  3 declined  4 paid  5 cancellation requested  6 cancelling  7 cancelled
    "1 = = = = 5 = =", // StockTaken
    "6 x x x x 6 = =", // StockRefused
    "x 2 = = = 5 = =", // PaymentCreated
    "x 6 6 6 6 6 = =", // PaymentGone
    "x x x x x x 7 =", // StockDecreaseFailed
    "x x x x x x 7 =", // StockIncreased
    "x x 4 x = 5 = =", // PaymentSucceeded
    "x x 3 = x 5 = =", // PaymentDeclined
    "5 5 5 5 5 = = =", // CancellationRequested
    "x x x x x x x 7", // Closed
];

fn expected(cell: &str) -> Transition {
    match cell {
        "=" => AlreadyApplied,
        "x" => Rejected,
        column => Applied(Status::ALL[column.parse::<usize>().unwrap()]),
    }
}

#[test]
fn every_change_in_every_state_does_what_the_table_says() {
    for (change, row) in CHANGES.into_iter().zip(TABLE) {
        let cells: Vec<&str> = row.split(' ').collect();
        assert_eq!(cells.len(), Status::ALL.len());
        for (status, cell) in Status::ALL.into_iter().zip(cells) {
            assert_eq!(status.transition(change), expected(cell), "{change:?} in {status}");
        }
    }
}

#[test]
fn a_change_that_arrives_again_in_any_later_state_is_never_rejected() {
    for change in CHANGES {
        for start in Status::ALL {
            let Applied(after) = start.transition(change) else { continue };
            let mut reachable = vec![after];
            while let Some(status) = reachable.pop() {
                assert_ne!(status.transition(change), Rejected, "{change:?} from {start} again in {status}");
                reachable.extend(CHANGES.into_iter().filter_map(|later| match status.transition(later) {
                    Applied(next) if next != status => Some(next),
                    _ => None,
                }));
            }
        }
    }
}

#[test]
fn a_cancelled_order_stays_cancelled_and_every_other_can_still_get_there() {
    for change in CHANGES {
        assert!(!matches!(Status::Cancelled.transition(change), Applied(next) if next != Status::Cancelled));
    }
    for start in Status::ALL {
        let (mut seen, mut open) = (vec![start], vec![start]);
        while let Some(status) = open.pop() {
            for change in CHANGES {
                if let Applied(next) = status.transition(change)
                    && !seen.contains(&next)
                {
                    seen.push(next);
                    open.push(next);
                }
            }
        }
        assert!(seen.contains(&Status::Cancelled), "{start}");
    }
}

#[test]
fn names_are_those_of_the_answers_and_are_read_back() {
    for status in Status::ALL {
        assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        assert_eq!(Status::from_name(status.name()), Some(status));
    }
    assert_eq!(Status::from_name("lost"), None);
}
