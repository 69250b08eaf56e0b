//! [`ProblemType`]: what all problems of one kind have in common, and the macro by which the kinds are written down.

use crate::{Member, Text};

/// A kind of problem. Only this crate makes them, so that each is in [`crate::ALL`] and has its page.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProblemType {
    /// The stable name: `type` is `/problems/{slug}`, GraphQL's `extensions.code` is the slug.
    pub slug: &'static str,
    /// The HTTP status of every such answer.
    pub status: u16,
    /// Whether the same request may succeed later.
    pub retry: Retry,
    /// The short title, the same at each occurrence.
    pub title: Text,
    /// What happened, for somebody who meets it the first time.
    pub meaning: Text,
    /// What to do about it.
    pub advice: Text,
    /// What the `detail` of such an answer may say.
    pub example: Text,
    /// The extension members that such an answer may have, each with a value as JSON.
    pub members: &'static [(Member, &'static str)],
}

/// Whether the same request may succeed later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It fails again as long as it is not changed.
    No,
    /// It may succeed after so many seconds, which the answer's `Retry-After` says.
    After(u32),
    /// It may have taken effect: look first, or send it again under the same `Idempotency-Key`.
    LookFirst,
}

/// Declares problem types and lists them, so that none is forgotten in the list:
/// `NAME: "slug", status, retry { title; meaning; advice; example; members }`, each text in English, then in French.
macro_rules! problem_types {
    ($(
        $name:ident: $slug:literal, $status:literal, $retry:expr => {
            title: $title_en:literal, $title_fr:literal;
            meaning: $meaning_en:literal, $meaning_fr:literal;
            advice: $advice_en:literal, $advice_fr:literal;
            example: $example_en:literal, $example_fr:literal;
            $(members: $($member:ident = $value:literal),+;)?
        }
    )+) => {
        $(
            #[doc = concat!($status, " `", $slug, "`: ", $title_en, ".")]
            pub static $name: $crate::ProblemType = $crate::ProblemType {
                slug: $slug,
                status: $status,
                retry: $retry,
                title: $crate::Text::fixed($title_en, $title_fr),
                meaning: $crate::Text::fixed($meaning_en, $meaning_fr),
                advice: $crate::Text::fixed($advice_en, $advice_fr),
                example: $crate::Text::fixed($example_en, $example_fr),
                members: &[$($(($crate::Member::$member, $value)),+)?],
            };
        )+
        pub(super) const TYPES: &[&$crate::ProblemType] = &[$(&$name),+];
    };
}
pub(crate) use problem_types;
