//! Money as whole cents: read from JSON and CSV exactly, never through a float.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul};
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// An amount in cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cents(pub i64);

/// The text is no amount with at most two decimals.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no amount with at most two decimals")]
pub struct NoAmount(String);

impl FromStr for Cents {
    type Err = NoAmount;

    fn from_str(text: &str) -> Result<Self, NoAmount> {
        parse(text).map(Self).ok_or_else(|| NoAmount(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "00"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) {
        return None;
    }
    let part: i64 = match part.len() {
        1 => part.parse::<i64>().ok()? * 10,
        2 => part.parse().ok()?,
        _ => return None,
    };
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part)
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl Add for Cents {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Mul<u32> for Cents {
    type Output = Self;

    fn mul(self, quantity: u32) -> Self {
        Self(self.0 * i64::from(quantity))
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self(0), Add::add)
    }
}

impl<'de> Deserialize<'de> for Cents {
    /// From the number's own digits: `12.50` is 1250, whatever a float would make of it.
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(input)?;
        raw.get().parse().map_err(D::Error::custom)
    }
}

impl Serialize for Cents {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        RawValue::from_string(self.to_string()).map_err(S::Error::custom)?.serialize(output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_amounts_exactly() {
        assert_eq!("1999.99".parse(), Ok(Cents(199_999)));
        assert_eq!("5".parse(), Ok(Cents(500)));
        assert_eq!("59.5".parse(), Ok(Cents(5_950)));
        for wrong in ["", ".5", "5.", "1.005", "-1.00", "1e3", "12,50"] {
            assert!(wrong.parse::<Cents>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn travels_through_json_to_the_cent() {
        assert_eq!(serde_json::from_str::<Cents>("0.29").unwrap(), Cents(29));
        assert_eq!(serde_json::to_string(&Cents(1_250)).unwrap(), "12.50");
        assert!(serde_json::from_str::<Cents>("\"12.50\"").is_err());
    }
}
