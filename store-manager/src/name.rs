//! What users and products are called.

/// Characters of a name at most.
pub const MAX_NAME_CHARS: usize = 200;

/// A name of 1 to 200 characters, without blanks around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Checks a name as it was typed; whoever asks says which error a bad one is.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.trim();
        let length_fits = (1..=MAX_NAME_CHARS).contains(&name.chars().count());
        (length_fits && !name.contains(char::is_control)).then(|| Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_has_1_to_200_characters() {
        assert_eq!(Name::parse("  Ada Lovelace ").unwrap().as_str(), "Ada Lovelace");
        assert!(Name::parse(&"é".repeat(MAX_NAME_CHARS)).is_some());
        for name in ["", " \t ", "a\u{0}b", "a\nb", &"é".repeat(MAX_NAME_CHARS + 1)] {
            assert_eq!(Name::parse(name), None, "{name:?}");
        }
    }
}
