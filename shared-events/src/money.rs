//! Money: exact amounts of two decimals, in Rust, in the database and in JSON.
//!
//! Owns their limits and their text. No amount is ever a float on its way: JSON numbers are read and written
//! as the text they are. Rates and conversions do not exist here; an amount's currency stands beside it.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

/// The largest amount in hundredths: what `DECIMAL(12,2)` holds.
const MAX_CENTS: u64 = 999_999_999_999;
/// Digits before the point of the largest amount.
const MAX_WHOLE_DIGITS: usize = 10;

/// An amount from 0.00 to 9,999,999,999.99 with exactly two decimals.
///
/// As text and as JSON number it is written with both decimals (`12.50`) and read with none, one or two. What
/// more than two decimals might mean is for whoever wrote them to say: such an amount is refused, not rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(Decimal);

/// Why something is no [`Money`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a number in plain digits: other text, an exponent, a JSON string.
    #[error("an amount is a number in plain digits, such as 12.50")]
    NotAnAmount,
    /// Below zero.
    #[error("an amount is not negative")]
    Negative,
    /// A fraction of a cent.
    #[error("an amount has at most two decimals")]
    TooManyDecimals,
    /// Above [`Money::MAX`].
    #[error("an amount is at most 9999999999.99")]
    TooLarge,
}

impl Money {
    /// 0.00
    pub const ZERO: Money = Money::from_cents(0);
    /// 9,999,999,999.99
    pub const MAX: Money = Money::from_cents(MAX_CENTS);

    /// The caller answers for `cents <= MAX_CENTS`.
    const fn from_cents(cents: u64) -> Money {
        Money(Decimal::from_parts((cents & 0xFFFF_FFFF) as u32, (cents >> 32) as u32, 0, false, 2))
    }

    /// The amount as a decimal of scale two, for a database column.
    #[must_use]
    pub const fn as_decimal(self) -> Decimal {
        self.0
    }

    /// The sum, or `None` above [`Money::MAX`].
    #[must_use]
    pub fn checked_add(self, other: Money) -> Option<Money> {
        self.0.checked_add(other.0).and_then(|sum| Money::try_from(sum).ok())
    }

    /// The price of so many, or `None` above [`Money::MAX`].
    #[must_use]
    pub fn checked_mul(self, quantity: u32) -> Option<Money> {
        self.0.checked_mul(Decimal::from(quantity)).and_then(|product| Money::try_from(product).ok())
    }
}

/// By value: a decimal that carries further zeros (12.5000, as a database may compute it) is the same amount.
impl TryFrom<Decimal> for Money {
    type Error = MoneyError;

    fn try_from(value: Decimal) -> Result<Self, MoneyError> {
        if value < Decimal::ZERO {
            return Err(MoneyError::Negative);
        }
        if value > Money::MAX.0 {
            return Err(MoneyError::TooLarge);
        }
        let mut amount = value.normalize();
        if amount.scale() > 2 {
            return Err(MoneyError::TooManyDecimals);
        }
        amount.rescale(2);
        Ok(Money(amount))
    }
}

impl From<Money> for Decimal {
    fn from(money: Money) -> Decimal {
        money.0
    }
}

/// By text: the whole part without leading zeros, then nothing, or a point and one or two digits.
impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (unsigned, negative) = match text.strip_prefix('-') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || (whole.len() > 1 && whole.starts_with('0')) {
            return Err(MoneyError::NotAnAmount);
        }
        if negative {
            return Err(MoneyError::Negative);
        }
        if decimals.len() > 2 {
            return Err(MoneyError::TooManyDecimals);
        }
        if whole.len() > MAX_WHOLE_DIGITS {
            return Err(MoneyError::TooLarge);
        }
        // At most ten digits and then two: this cannot overflow, and cannot exceed the largest amount.
        let cents = whole
            .bytes()
            .chain(decimals.bytes())
            .chain((decimals.len() == 1).then_some(b'0'))
            .fold(0, |cents, digit| cents * 10 + u64::from(digit - b'0'));
        Ok(Money::from_cents(cents))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A raw value is the only way through serde that hands the digits to `serde_json` as they stand.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string()).map_err(ser::Error::custom)?.serialize(serializer)
    }
}

/// Reads the number's own text. Note for shapes that hold money: serde's `tag`, `untagged` and `flatten` buffer
/// what they read, which turns numbers into floats and keeps raw values from working; they fail loudly here.
impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Box::<RawValue>::deserialize(deserializer)?;
        number.get().parse().map_err(de::Error::custom)
    }
}
