//! The card of the story.

use crate::http::Card;

/// The course's test card: accepted as it is, though its number has no valid check digit.
pub const COURSE_CARD: Card = Card { card_number: 9_999_999_999_999, card_code: 123, expiration_date: "2030-01-05" };
