//! Amounts are exact or refused.

use proptest::prelude::*;
use rust_decimal::Decimal;
use shared_events::{Currency, Money, MoneyError};

use crate::samples::money;
use crate::strategies::any_money;

fn from_json(text: &str) -> Result<Money, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

#[test]
fn amounts_are_written_with_two_decimals_however_they_were_read() {
    for (read, written) in [
        ("12.5", "12.50"),
        ("12.50", "12.50"),
        ("12", "12.00"),
        ("0", "0.00"),
        ("0.1", "0.10"),
        ("0.01", "0.01"),
        ("0.07", "0.07"),
        ("1.10", "1.10"),
        ("8388608.07", "8388608.07"),
        ("9999999999.99", "9999999999.99"),
    ] {
        let amount = from_json(read).unwrap();
        assert_eq!(serde_json::to_string(&amount).unwrap(), written);
        assert_eq!(amount.to_string(), written);
        assert_eq!(amount.as_decimal().scale(), 2);
        assert_eq!(read.parse(), Ok(amount));
    }
}

#[test]
fn what_is_no_amount_is_refused_with_the_reason() {
    for (text, error) in [
        ("12.505", MoneyError::TooManyDecimals),
        ("12.500", MoneyError::TooManyDecimals),
        ("0.0000000000000000000000000000000000001", MoneyError::TooManyDecimals),
        // A float would make 0.30 and 12.50 of these.
        ("0.29999999999999999999", MoneyError::TooManyDecimals),
        ("12.500000000000000000001", MoneyError::TooManyDecimals),
        ("-1", MoneyError::Negative),
        ("-0.01", MoneyError::Negative),
        ("-0", MoneyError::Negative),
        ("10000000000", MoneyError::TooLarge),
        ("10000000000.00", MoneyError::TooLarge),
        ("99999999999999999999999999999999999999999999", MoneyError::TooLarge),
        ("1e2", MoneyError::NotAnAmount),
        ("1E2", MoneyError::NotAnAmount),
        ("1.5e1", MoneyError::NotAnAmount),
        ("\"12.50\"", MoneyError::NotAnAmount),
        ("null", MoneyError::NotAnAmount),
        ("true", MoneyError::NotAnAmount),
        ("[12.50]", MoneyError::NotAnAmount),
        ("{}", MoneyError::NotAnAmount),
    ] {
        assert_eq!(text.parse::<Money>(), Err(error), "{text}");
        let message = from_json(text).unwrap_err();
        assert!(message.starts_with(&error.to_string()), "{text}: {message}");
    }
    for text in ["", " 1", "1 ", "+1", "1.", ".5", "01", "1,50", "1_000", "12.5.0", "٣", "NaN", "--1"] {
        assert_eq!(text.parse::<Money>(), Err(MoneyError::NotAnAmount), "{text}");
        assert!(from_json(text).is_err() || text.trim() != text, "{text}");
    }
}

#[test]
fn an_optional_amount_may_be_null() {
    assert_eq!(serde_json::from_str::<Option<Money>>("null").unwrap(), None);
    assert_eq!(serde_json::from_str::<Option<Money>>("5.75").unwrap(), Some(money("5.75")));
}

#[test]
fn sums_and_products_stop_at_the_largest_amount() {
    assert_eq!(money("1999.99").checked_add(money("0.01")), Some(money("2000")));
    assert_eq!(Money::MAX.checked_add(Money::ZERO), Some(Money::MAX));
    assert_eq!(Money::MAX.checked_add(money("0.01")), None);
    assert_eq!(money("59.50").checked_mul(2), Some(money("119.00")));
    assert_eq!(money("59.50").checked_mul(0), Some(Money::ZERO));
    assert_eq!(Money::MAX.checked_mul(1), Some(Money::MAX));
    assert_eq!(money("2.33").checked_mul(u32::MAX), None);
    assert_eq!(Money::MAX.checked_mul(u32::MAX), None);
}

#[test]
fn decimals_are_taken_by_their_value() {
    let from = |text: &str| Money::try_from(text.parse::<Decimal>().unwrap());
    assert_eq!(from("12.5000"), Ok(money("12.50")));
    assert_eq!(from("1200"), Ok(money("1200.00")));
    assert_eq!(from("-0.00"), Ok(Money::ZERO));
    assert_eq!(from("12.505"), Err(MoneyError::TooManyDecimals));
    assert_eq!(from("-0.01"), Err(MoneyError::Negative));
    assert_eq!(from("10000000000.00"), Err(MoneyError::TooLarge));
    assert_eq!(Money::try_from(Decimal::MAX), Err(MoneyError::TooLarge));
    assert_eq!(Money::try_from(Decimal::MIN), Err(MoneyError::Negative));
    assert_eq!(from("-0.00").unwrap().to_string(), "0.00");
}

#[test]
fn currencies_are_three_capital_letters() {
    let cad: Currency = "CAD".parse().unwrap();
    assert_eq!(cad.to_string(), "CAD");
    assert_eq!(serde_json::to_string(&cad).unwrap(), "\"CAD\"");
    assert_eq!(serde_json::from_str::<Currency>("\"CAD\"").unwrap(), cad);
    assert_eq!(serde_json::from_str::<Currency>("\"C\\u0041D\"").unwrap(), cad);
    for text in ["", "CA", "CADS", "cad", "C D", "É1", "CAÉ"] {
        assert!(text.parse::<Currency>().is_err(), "{text}");
    }
    assert!(serde_json::from_str::<Currency>("17").is_err());
}

proptest! {
    #[test]
    fn an_amount_is_read_back_equal_as_number_text_and_decimal(amount in any_money()) {
        let json = serde_json::to_string(&amount)?;
        prop_assert_eq!(&json, &amount.to_string());
        prop_assert_eq!(serde_json::from_str::<Money>(&json)?, amount);
        prop_assert_eq!(amount.to_string().parse::<Money>()?, amount);
        prop_assert_eq!(Money::try_from(amount.as_decimal())?, amount);
    }

    #[test]
    fn text_and_decimal_agree_on_what_an_amount_is(
        whole in 0..20_000_000_000_u64,
        decimals in "[0-9]{1,4}",
    ) {
        let text = format!("{whole}.{decimals}");
        // Only on zeros behind the cents they differ: text is refused for them, a value does not show them.
        prop_assume!(decimals.len() <= 2 || !decimals.ends_with('0'));
        let value: Decimal = text.parse().map_err(|_| TestCaseError::fail("a decimal"))?;
        prop_assert_eq!(text.parse::<Money>().ok(), Money::try_from(value).ok());
    }
}
