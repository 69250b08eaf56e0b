//! The two languages of the store, and text that exists in both.

use std::borrow::Cow;
use std::fmt;

/// A language that whoever reads may ask for. English is what they get who ask for neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Language {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The tag of RFC 5646, as in `Content-Language` and `lang="…"`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The one of two things that is in this language.
    pub fn choose<T>(self, en: T, fr: T) -> T {
        match self {
            Self::En => en,
            Self::Fr => fr,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// The same said in English and in French. `text!` formats one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    en: Cow<'static, str>,
    fr: Cow<'static, str>,
}

impl Text {
    /// A text that is fixed.
    #[must_use]
    pub const fn fixed(en: &'static str, fr: &'static str) -> Self {
        Self { en: Cow::Borrowed(en), fr: Cow::Borrowed(fr) }
    }

    /// A text made of what one request says.
    #[must_use]
    pub fn new(en: impl Into<Cow<'static, str>>, fr: impl Into<Cow<'static, str>>) -> Self {
        Self { en: en.into(), fr: fr.into() }
    }

    /// The text in that language.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        language.choose(&self.en, &self.fr)
    }
}

/// A formatted [`Text`], English first: `text!("there is no order {id}", "la commande {id} n'existe pas")`.
#[macro_export]
macro_rules! text {
    ($en:literal, $fr:literal $(,)?) => {
        $crate::Text::new(::std::format!($en), ::std::format!($fr))
    };
}
