//! A payment card as the client sends it, unchecked. It does not print.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use utoipa::ToSchema;

/// The body of `POST /payments/process/{id}`; numbers and strings are accepted alike.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CardForm {
    /// 12 to 19 digits; in a string, spaces between them are tolerated.
    #[serde(rename = "cardNumber")]
    #[schema(value_type = TextOrNumber)]
    pub number: Concealed,
    /// 3 or 4 digits; as a string if it begins with a zero.
    #[serde(rename = "cardCode")]
    #[schema(value_type = TextOrNumber)]
    pub code: Concealed,
    /// `YYYY-MM-DD`, `YYYY-MM`, `MM/YY`, `MM/YYYY` or `MMYY`.
    #[serde(rename = "expirationDate")]
    #[schema(value_type = TextOrNumber)]
    pub expiration: Concealed,
}

/// How [`Concealed`] is read.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it stands for a schema and is never made")]
enum TextOrNumber {
    /// As text, spaces and leading zeros included.
    Text(String),
    /// A number without leading zeros.
    Number(u64),
}

/// A field of the form, which does not print.
pub struct Concealed(String);

impl Concealed {
    /// The field's text, for its check; never for a log, an answer or a row.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Concealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<'de> Deserialize<'de> for Concealed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ConcealedVisitor)
    }
}

/// Takes a string or a whole number. Serde's own errors would repeat the value, so the numbers that are refused
/// are refused here.
struct ConcealedVisitor;

impl de::Visitor<'_> for ConcealedVisitor {
    type Value = Concealed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a whole number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Concealed, E> {
        Ok(Concealed(text.to_owned()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Concealed, E> {
        Ok(Concealed(number.to_string()))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Concealed, E> {
        Err(E::custom("a negative number, expected a string or a whole number"))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Concealed, E> {
        Err(E::custom("a fraction or a number too large, expected a string or a whole number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(number: &str) -> Result<CardForm, String> {
        let body = format!(r#"{{"cardNumber":{number},"cardCode":"012","expirationDate":"2030-01-05"}}"#);
        serde_json::from_str(&body).map_err(|error| error.to_string())
    }

    #[test]
    fn numbers_and_strings_are_read_alike() {
        for number in ["9999999999999", r#""9999999999999""#] {
            assert_eq!(read(number).unwrap().number.expose(), "9999999999999");
        }
    }

    #[test]
    fn neither_the_form_nor_an_error_about_it_shows_a_value() {
        let form = read("4242424242424242").unwrap();
        assert_eq!(format!("{form:?}"), "CardForm { number: ***, code: ***, expiration: *** }");
        for number in ["-4242424242424242", "4242424242424242.5", "42424242424242424242424242", "[4242]", "null"] {
            let error = read(number).unwrap_err();
            assert!(!error.contains("4242"), "{error}");
        }
    }
}
