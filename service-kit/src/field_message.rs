//! What is wrong with a field of a body or a query, in words of JSON and in both languages. Serde says it in English
//! and with names of Rust.
//!
//! A message that is not known here stays as it is, in both languages: wrong words would be worse than English ones.

use problem_types::{Text, text};

/// `field: message` in both languages; the message is serde's, or that of a type of this workspace.
pub(crate) fn bilingual(field: &str, message: &str) -> Text {
    let message = Message::parse(message);
    Text::new(format!("{field}: {}", message.in_english()), format!("{field}\u{a0}: {}", message.in_french()))
}

/// Where a body stops being JSON.
pub(crate) fn located(error: &serde_json::Error) -> Text {
    let (line, column) = (error.line(), error.column());
    if error.is_eof() {
        text!("{error}", "Le JSON s'arrête avant sa fin, à la ligne {line}, colonne {column}")
    } else {
        text!("{error}", "Le JSON contient une erreur à la ligne {line}, colonne {column}")
    }
}

/// What serde can say, taken apart.
enum Message<'a> {
    Missing(&'a str),
    Duplicate(&'a str),
    /// What was found, if that is told, and what was to be there.
    Expected(&'a str, &'a str),
    Other(&'a str),
}

impl<'a> Message<'a> {
    fn parse(message: &'a str) -> Self {
        let named = |prefix| message.strip_prefix(prefix).and_then(|rest: &str| rest.strip_suffix('`'));
        if let Some(field) = named("missing field `") {
            return Self::Missing(field);
        }
        if let Some(field) = named("duplicate field `") {
            return Self::Duplicate(field);
        }
        // How Rust's own parsers say that the text of a parameter is no whole number.
        if ["invalid digit", "number too large", "number too small", "cannot parse integer"]
            .iter()
            .any(|prefix| message.starts_with(prefix))
        {
            return Self::Expected("invalid value", "u64");
        }
        // Only the end of a message names a type; what stands before it may be the client's own text.
        match message.rsplit_once(", expected ") {
            Some((found, expected)) => Self::Expected(found, expected),
            None => Self::Other(message),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::Missing(field) => format!("missing field `{field}`"),
            Self::Duplicate(field) => format!("duplicate field `{field}`"),
            Self::Expected(found, expected) => {
                let found = match *found {
                    "invalid type: sequence" => "invalid type: array",
                    "invalid type: map" => "invalid type: object",
                    found => found,
                };
                format!("{found}, expected {}", shape(expected).map_or(*expected, |(english, _)| english))
            }
            Self::Other(message) => (*message).to_owned(),
        }
    }

    fn in_french(&self) -> String {
        match self {
            Self::Missing(field) => format!("le champ «\u{a0}{field}\u{a0}» manque"),
            Self::Duplicate(field) => format!("le champ «\u{a0}{field}\u{a0}» figure deux fois"),
            Self::Expected(found, expected) => {
                let expected = match (shape(expected), expected.strip_prefix("one of ")) {
                    (Some((_, french)), _) => french.to_owned(),
                    (None, Some(values)) => format!("l'une des valeurs {values}"),
                    (None, None) => expected.replace("` or `", "` ou `"),
                };
                format!("{}, attendu\u{a0}: {expected}", found_in_french(found))
            }
            Self::Other(message) => OWN.iter().find(|(en, _)| en == message).map_or(*message, |(_, fr)| fr).to_owned(),
        }
    }
}

/// A type by the name that serde or Rust gives it: in English and in French words of JSON.
fn shape(expected: &str) -> Option<(&'static str, &'static str)> {
    Some(match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => (
            "a whole number that is not negative and not too large",
            "un nombre entier qui n'est ni négatif ni trop grand",
        ),
        "i8" | "i16" | "i32" | "i64" | "isize" => {
            ("a whole number that is not too large", "un nombre entier qui n'est pas trop grand")
        }
        "f32" | "f64" => ("a number", "un nombre"),
        "a sequence" => ("an array", "un tableau"),
        "a map" => ("an object", "un objet"),
        "a string" => ("a string", "une chaîne de caractères"),
        "a boolean" => ("a boolean", "un booléen"),
        "a string or a whole number" => ("a string or a whole number", "une chaîne de caractères ou un nombre entier"),
        _ => return None,
    })
}

/// What stands before the type: what kind of thing was found, and the client's own value.
fn found_in_french(found: &str) -> String {
    let kinds = [
        ("invalid type: ", "type incorrect\u{a0}: "),
        ("invalid value: ", "valeur incorrecte\u{a0}: "),
        ("invalid length ", "longueur incorrecte\u{a0}: "),
        ("unknown variant ", "valeur inconnue\u{a0}: "),
        ("invalid value", "valeur incorrecte"),
        ("a negative number", "un nombre négatif"),
        ("a fraction or a number too large", "un nombre à virgule ou trop grand"),
    ];
    let things = [
        ("string ", "la chaîne "),
        ("integer ", "le nombre entier "),
        ("floating point ", "le nombre "),
        ("number", "un nombre"),
        ("boolean ", "le booléen "),
        ("sequence", "un tableau"),
        ("map", "un objet"),
    ];
    let Some((rest, kind)) = kinds.iter().find_map(|(en, fr)| Some((found.strip_prefix(en)?, *fr))) else {
        return found.to_owned();
    };
    let thing = things.iter().find_map(|(en, fr)| Some(format!("{fr}{}", rest.strip_prefix(en)?)));
    format!("{kind}{}", thing.as_deref().unwrap_or(rest))
}

/// What the types of this workspace say of a value, which is not serde's.
const OWN: [(&str, &str); 5] = [
    ("expected an object", "attendu\u{a0}: un objet"),
    (
        "an amount is a number in plain digits, such as 12.50",
        "un montant est un nombre en chiffres simples, comme 12.50",
    ),
    ("an amount is not negative", "un montant n'est pas négatif"),
    ("an amount has at most two decimals", "un montant a au plus deux décimales"),
    ("an amount is at most 9999999999.99", "un montant est d'au plus 9999999999.99"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use problem_types::Language;
    use serde::Deserialize;
    use shared_events::Money;

    fn french(message: &str) -> String {
        bilingual("f", message).get(Language::Fr).to_owned()
    }

    #[test]
    fn what_serde_says_is_said_in_french() {
        for (message, said) in [
            ("missing field `name`", "f : le champ « name » manque"),
            ("duplicate field `name`", "f : le champ « name » figure deux fois"),
            ("invalid type: null, expected a string", "f : type incorrect : null, attendu : une chaîne de caractères"),
            (
                "invalid type: string \"a, expected b\", expected f64",
                "f : type incorrect : la chaîne \"a, expected b\", attendu : un nombre",
            ),
            ("invalid type: map, expected a sequence", "f : type incorrect : un objet, attendu : un tableau"),
            (
                "invalid digit found in string",
                "f : valeur incorrecte, attendu : un nombre entier qui n'est ni négatif ni trop grand",
            ),
            (
                "unknown variant `lost`, expected one of `open`, `paid`",
                "f : valeur inconnue : `lost`, attendu : l'une des valeurs `open`, `paid`",
            ),
            ("a message of somebody else", "f : a message of somebody else"),
        ] {
            assert_eq!(french(message).replace('\u{a0}', " "), said);
        }
    }

    #[test]
    fn what_is_wrong_with_an_amount_is_said_in_french() {
        for json in ["-1.00", "1.234", "99999999999999", "\"1\"", "1e5"] {
            let message = serde_json::from_str::<Money>(json).unwrap_err().to_string();
            let message = message.split(" at line ").next().unwrap();
            assert!(!french(message).contains(message), "{json}: {message}");
        }
    }

    #[test]
    fn a_list_of_values_is_told_as_serde_tells_it() {
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Two {
            One,
            Other,
        }
        let message = serde_json::from_str::<Two>("\"x\"").unwrap_err().to_string();
        let said = french(message.split(" at line ").next().unwrap());
        assert_eq!(said.replace('\u{a0}', " "), "f : valeur inconnue : `x`, attendu : `one` ou `other`");
    }
}
