//! A payment card that passed every check: number, code and expiration date.
//!
//! Nothing of it can be printed: `Debug` shows stars, errors name the field and never repeat a value. The code and
//! the date are dropped once they are checked, the number once it is authorised; its last four digits stay.

mod error;

use std::fmt;

use chrono::{Datelike, NaiveDate};

pub use self::error::CardError;
use super::card_form::CardForm;

/// Digits of a card number at least and at most (ISO/IEC 7812).
const NUMBER_DIGITS: std::ops::RangeInclusive<usize> = 12..=19;
/// Digits of the code on the card.
const CODE_DIGITS: std::ops::RangeInclusive<usize> = 3..=4;
/// The card number of the course's Postman collection. It has no valid check digit and passes all the same.
const COURSE_TEST_CARD: &str = "9999999999999";

/// A card that passed every check.
#[derive(Debug)]
pub struct Card {
    number: CardNumber,
}

/// The digits of a card number, which do not print.
#[derive(Clone, PartialEq, Eq)]
pub struct CardNumber(String);

impl Card {
    /// Checks a form against the calendar of `today`.
    ///
    /// # Errors
    /// The first field that is wrong: number, then code, then expiration date.
    pub fn check(form: &CardForm, today: NaiveDate) -> Result<Self, CardError> {
        let number = CardNumber::check(form.number.expose())?;
        let code = form.code.expose().trim();
        if !is_digits(code) || !CODE_DIGITS.contains(&code.len()) {
            return Err(CardError::Code);
        }
        match is_current(form.expiration.expose().trim(), today) {
            Some(true) => Ok(Self { number }),
            Some(false) => Err(CardError::Expired),
            None => Err(CardError::Date),
        }
    }

    /// The number, for whoever authorises the charge.
    #[must_use]
    pub fn number(&self) -> &CardNumber {
        &self.number
    }
}

impl CardNumber {
    fn check(text: &str) -> Result<Self, CardError> {
        let digits: String = text.chars().filter(|char| *char != ' ').collect();
        if !is_digits(&digits) || !NUMBER_DIGITS.contains(&digits.len()) {
            return Err(CardError::Number);
        }
        if digits != COURSE_TEST_CARD && !has_check_digit(&digits) {
            return Err(CardError::CheckDigit);
        }
        Ok(Self(digits))
    }

    /// Whether these are the digits.
    #[must_use]
    pub fn is(&self, digits: &str) -> bool {
        self.0 == digits
    }

    /// The part that may be kept and shown.
    #[must_use]
    pub fn last4(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The Luhn formula (ISO/IEC 7812-1, annex B): from the right, every second digit is doubled, the digits of all
/// are summed, and the sum ends with 0.
fn has_check_digit(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .map(|byte| u32::from(byte - b'0'))
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether the card may still be used today; none when the text is no date. A card is good through the day or
/// the month that it names.
fn is_current(text: &str, today: NaiveDate) -> Option<bool> {
    let number = |part: &str, digits: usize| (part.len() == digits && is_digits(part)).then(|| part.parse().ok())?;
    let month_is_current = |year: u32, month: u32| {
        let this = (today.year_ce().1, today.month());
        (1..=12).contains(&month).then_some((year, month) >= this)
    };
    // As browsers fill it in, and as people type it: 01/30, 01 / 30, 01/2030, and 0130 where the keypad has no slash.
    let slashed = text.split_once('/').map(|(month, year)| (month.trim_end(), year.trim_start()));
    if let Some((month, year)) = slashed.or_else(|| text.split_at_checked(2).filter(|_| text.len() == 4)) {
        let year = if year.len() == 4 { number(year, 4)? } else { 2000 + number(year, 2)? };
        return month_is_current(year, number(month, 2)?);
    }
    let (year, rest) = text.split_once('-')?;
    let year = number(year, 4)?;
    match rest.split_once('-') {
        None => month_is_current(year, number(rest, 2)?),
        Some((month, day)) => {
            let date = NaiveDate::from_ymd_opt(year.try_into().ok()?, number(month, 2)?, number(day, 2)?)?;
            Some(date >= today)
        }
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardNumber(***{})", self.last4())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(number: &str, code: &str, expiration: &str) -> Result<Card, &'static str> {
        let form = json!({"cardNumber": number, "cardCode": code, "expirationDate": expiration});
        let form: CardForm = serde_json::from_value(form).unwrap();
        Card::check(&form, NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()).map_err(CardError::field)
    }

    #[test]
    fn numbers_of_every_network_pass_with_or_without_spaces() {
        for number in [
            "4242424242424242",
            "4242 4242 4242 4242",
            "5555555555554444",
            "378282246310005",
            "6011111111111117",
            "3056930009020004",
            "6304000000000000",
            "501000000015",
            "6000000000000000004",
            COURSE_TEST_CARD,
        ] {
            let card = check(number, "123", "2030-01-05").expect(number);
            assert!(number.replace(' ', "").ends_with(card.number().last4()));
        }
    }

    #[test]
    fn wrong_numbers_are_refused() {
        for number in
            ["4242424242424241", "9999999999998", "42424242420", "42424242424242424242", "4242-4242", "", "٤٢"]
        {
            assert_eq!(check(number, "123", "2030-01-05").err(), Some("cardNumber"), "{number}");
        }
    }

    #[test]
    fn a_code_has_three_or_four_digits() {
        for code in ["000", "0123", " 123 "] {
            assert!(check(COURSE_TEST_CARD, code, "2030-01-05").is_ok(), "{code}");
        }
        for code in ["", "12", "12345", "12a", "-12"] {
            assert_eq!(check(COURSE_TEST_CARD, code, "2030-01-05").err(), Some("cardCode"), "{code}");
        }
    }

    #[test]
    fn a_card_is_good_through_the_day_or_month_it_names() {
        for date in [
            "2026-11-21",
            "2026-11",
            "11/26",
            "2027-01",
            "01/27",
            "01/2027",
            "01 / 27",
            "0127",
            "2030-01-05",
            "9999-12-31",
        ] {
            assert!(check(COURSE_TEST_CARD, "123", date).is_ok(), "{date}");
        }
        for date in ["2026-11-20", "2026-10", "10/26", "10/2026", "1026", "2025-12", "12/25"] {
            assert_eq!(check(COURSE_TEST_CARD, "123", date).err(), Some("expirationDate"), "{date}");
        }
        for date in [
            "",
            "2030",
            "2030-13",
            "13/30",
            "0/30",
            "2030-02-30",
            "2030-1-5",
            "30-01-05",
            "01/203",
            "1/2030",
            "+030-01",
            "é30",
        ] {
            assert_eq!(check(COURSE_TEST_CARD, "123", date).err(), Some("expirationDate"), "{date}");
        }
    }

    #[test]
    fn nothing_but_the_last_four_digits_can_be_printed() {
        let card = check("4242424242424242", "987", "2030-01-05").unwrap();
        assert_eq!(format!("{card:?}"), "Card { number: CardNumber(***4242) }");
        let error = CardNumber::check("4242424242424241").unwrap_err();
        assert!(!error.to_string().contains("4241"), "{error}");
    }
}
