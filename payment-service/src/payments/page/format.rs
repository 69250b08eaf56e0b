//! Amounts, times and card numbers as people of each language write them.

use chrono::{DateTime, Datelike, Timelike, Utc};
use problem_types::Language;
use shared_events::{Currency, Money};

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// `CAD 1,999.99` or `1 999,99 CAD`: the patterns of CLDR with the currency's code, which unlike a dollar sign can be
/// mistaken for no other. The spaces do not break.
pub(super) fn amount(amount: Money, currency: Currency, language: Language) -> String {
    let text = amount.to_string();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let currency = currency.as_str();
    match language {
        Language::En => format!("{currency}\u{a0}{}.{cents}", in_threes(whole, ",")),
        Language::Fr => format!("{},{cents}\u{a0}{currency}", in_threes(whole, "\u{202f}")),
    }
}

/// Digits in groups of three, counted from the right.
fn in_threes(digits: &str, separator: &str) -> String {
    let first = match digits.len() % 3 {
        0 => 3.min(digits.len()),
        rest => rest,
    };
    let (head, tail) = digits.split_at(first);
    let groups = tail.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    std::iter::once(head.to_owned()).chain(groups).collect::<Vec<_>>().join(separator)
}

/// `21 November 2026, 13:05 UTC`, `21 novembre 2026, 13 h 05 UTC`: a page without a script does not know the reader's
/// clock, so it says which one it means.
pub(super) fn moment(at: DateTime<Utc>, language: Language) -> String {
    let (day, year, month) = (at.day(), at.year(), at.month0() as usize);
    let (hour, minute) = (at.hour(), at.minute());
    match language {
        Language::En => format!("{day} {} {year}, {hour:02}:{minute:02}\u{a0}UTC", MONTHS_EN[month]),
        Language::Fr => {
            let day = if day == 1 { "1er".to_owned() } else { day.to_string() };
            format!("{day} {} {year}, {hour}\u{a0}h\u{a0}{minute:02}\u{a0}UTC", MONTHS_FR[month])
        }
    }
}

/// Digits in groups of four, as they stand on a card.
pub(super) fn card_digits(digits: &str) -> String {
    let groups = digits.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_each_language_does() {
        for (money, en, fr) in [
            ("0.05", "CAD\u{a0}0.05", "0,05\u{a0}CAD"),
            ("12.5", "CAD\u{a0}12.50", "12,50\u{a0}CAD"),
            ("999.99", "CAD\u{a0}999.99", "999,99\u{a0}CAD"),
            ("1999.99", "CAD\u{a0}1,999.99", "1\u{202f}999,99\u{a0}CAD"),
            ("9999999999.99", "CAD\u{a0}9,999,999,999.99", "9\u{202f}999\u{202f}999\u{202f}999,99\u{a0}CAD"),
            ("100000", "CAD\u{a0}100,000.00", "100\u{202f}000,00\u{a0}CAD"),
        ] {
            let shown = |language| amount(money.parse().unwrap(), "CAD".parse().unwrap(), language);
            assert_eq!((shown(Language::En).as_str(), shown(Language::Fr).as_str()), (en, fr));
        }
    }

    #[test]
    fn times_name_their_clock() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(moment(at("2026-11-21T09:05:59Z"), Language::En), "21 November 2026, 09:05\u{a0}UTC");
        assert_eq!(moment(at("2026-08-01T09:05:59Z"), Language::Fr), "1er août 2026, 9\u{a0}h\u{a0}05\u{a0}UTC");
    }

    #[test]
    fn a_card_is_shown_in_fours() {
        assert_eq!(card_digits("4000000000000002"), "4000 0000 0000 0002");
    }
}
