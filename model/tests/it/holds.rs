//! Without a fault, every property holds, and what should be able to happen does.

use std::sync::LazyLock;

use model::check::{self, Limits, Outcome};
use model::{Bounds, Saga};

/// What is checked, by the options of `store-model` that check the same.
const CHECKS: [(&str, Bounds); 6] = [
    ("--kills 2", Bounds { kills: 2, ..Bounds::ONE_ORDER }),
    ("--kills 0 --stalls 1", Bounds { kills: 0, stalls: 1, ..Bounds::ONE_ORDER }),
    ("--stalls 1 --no-direct --no-refusal --no-expiry --no-card", SHORT),
    ("--stock 1", Bounds { stock: 1, ..Bounds::ONE_ORDER }),
    ("--orders 2 --no-direct --no-refusal --no-expiry --no-card", Bounds { no_card: true, ..Bounds::TWO_ORDERS }),
    ("--orders 2 --kills 0 --no-direct --no-refusal --no-expiry", Bounds { kills: 0, ..Bounds::TWO_ORDERS }),
];

const SHORT: Bounds = Bounds { orders: 1, stalls: 1, no_card: true, ..Bounds::TWO_ORDERS };

/// The checks of this run of the tests, each made once.
pub static OUTCOMES: LazyLock<Vec<(&str, Outcome)>> = LazyLock::new(|| {
    let check = |bounds| check::check(&Saga::new(bounds, &[]), Limits::NONE);
    CHECKS.into_iter().map(|(options, bounds)| (options, check(bounds))).collect()
});

#[test]
fn every_property_is_as_it_should_be() {
    for (options, outcome) in OUTCOMES.iter() {
        println!("`{options}`: {} states, {} steps in {:.1?}", outcome.states, outcome.steps, outcome.took);
        assert!(outcome.is_complete, "`{options}` is not seen whole");
        assert!(outcome.broken().is_empty(), "not as they should be with `{options}`: {:?}", outcome.broken());
    }
}

/// The table of docs/model.md says which options check what: they must be the program's.
#[test]
fn the_options_say_what_is_checked() {
    use clap::Parser;
    #[derive(Parser)]
    struct Options {
        #[command(flatten)]
        bounds: Bounds,
    }
    for (options, bounds) in CHECKS {
        let words = std::iter::once("store-model").chain(options.split_whitespace());
        assert_eq!(Options::try_parse_from(words).unwrap().bounds, bounds, "`{options}`");
    }
}
