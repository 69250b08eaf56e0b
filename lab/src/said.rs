//! What went wrong, in words that a class reads in its own language, as an error like any other.

use std::fmt;

use problem_types::{Language, Text};

use crate::words::terminals_language;

/// An error in both languages. Shown as it is, it speaks the terminal's.
#[derive(Clone, Debug)]
pub struct Said(pub Text);

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.get(terminals_language()))
    }
}

impl std::error::Error for Said {}

/// What is waited for, as the end of "waited for".
#[derive(Clone, Debug)]
pub struct Awaited(Text);

impl From<Text> for Awaited {
    fn from(text: Text) -> Self {
        Self(text)
    }
}

/// In the one language of whoever reads the evidence.
impl From<&str> for Awaited {
    fn from(text: &str) -> Self {
        Self(Text::new(text.to_owned(), text.to_owned()))
    }
}

impl From<&String> for Awaited {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl Awaited {
    /// It was waited for in vain.
    #[must_use]
    pub fn in_vain(&self, seconds: u64) -> Said {
        let [en, fr] = Language::ALL.map(|language| self.0.get(language));
        Said(Text::new(
            format!("waited {seconds} s for {en}"),
            format!("attendu en vain pendant {seconds}\u{a0}s\u{a0}: {fr}"),
        ))
    }
}

/// The words of an error that has some, wherever it stands in the chain.
pub(crate) fn in_words(error: &anyhow::Error) -> Option<&Text> {
    error.downcast_ref::<Said>().map(|Said(text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn the_words_of_an_error_are_found_below_what_was_added_to_it() {
        let awaited = Awaited::from(Text::fixed("payment-service to die", "la mort de payment-service"));
        let error = anyhow::Error::new(awaited.in_vain(60)).context("order 1 is cancelled").context("more");
        let said = in_words(&error).unwrap();
        assert_eq!(said.get(Language::En), "waited 60 s for payment-service to die");
        assert_eq!(said.get(Language::Fr), "attendu en vain pendant 60\u{a0}s\u{a0}: la mort de payment-service");
        assert_eq!(error.root_cause().to_string(), said.get(Language::En));
        let other = Err::<(), _>(std::io::Error::other("refused")).context("connecting").unwrap_err();
        assert!(in_words(&other).is_none());
    }
}
