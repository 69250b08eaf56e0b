//! Numbers as each language groups them.

use crate::cents::Cents;
use crate::lang::{self, Lang};

/// `2,000` in English, `2 000` in French (with a space that does not break).
#[must_use]
pub fn count(number: impl TryInto<u64>) -> String {
    let number = number.try_into().unwrap_or_default();
    grouped(&number.to_string(), lang::current())
}

/// `62,058.43` in English, `62 058,43` in French.
#[must_use]
pub fn amount(cents: Cents) -> String {
    let text = cents.to_string();
    let lang = lang::current();
    let (whole, part) = text.split_once('.').unwrap_or((&text, "00"));
    let point = match lang {
        Lang::English => '.',
        Lang::French => ',',
    };
    format!("{}{point}{part}", grouped(whole, lang))
}

/// `12,345` in English: a measured number without decimals.
#[must_use]
pub fn whole(number: f64) -> String {
    grouped(&format!("{number:.0}"), lang::current())
}

/// `0.51` in English, `0,51` in French.
#[must_use]
pub fn decimal(number: f64) -> String {
    pointed(&format!("{number:.2}"))
}

/// A number with a decimal point, written as the language writes it.
pub(super) fn pointed(text: &str) -> String {
    match lang::current() {
        Lang::English => text.to_owned(),
        Lang::French => text.replace('.', ","),
    }
}

fn grouped(digits: &str, lang: Lang) -> String {
    let separator = match lang {
        Lang::English => ",",
        Lang::French => "\u{a0}",
    };
    let mut groups: Vec<&str> = Vec::new();
    let mut rest = digits;
    while rest.len() > 3 {
        let (head, tail) = rest.split_at(rest.len() - 3);
        groups.push(tail);
        rest = head;
    }
    groups.push(rest);
    groups.reverse();
    groups.join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_three() {
        assert_eq!(grouped("2000", Lang::English), "2,000");
        assert_eq!(grouped("1234567", Lang::French), "1\u{a0}234\u{a0}567");
        assert_eq!(grouped("999", Lang::English), "999");
        assert_eq!(amount(Cents(6_205_843)), "62,058.43");
    }
}
