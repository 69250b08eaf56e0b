//! Claims: what the story says, and whether it is so.

use std::fmt::Display;

use crate::t;
use crate::term;

/// A claim that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// What was claimed.
    pub claim: String,
    /// What should have been.
    pub expected: String,
    /// What was.
    pub found: String,
}

/// The claims of a story so far.
#[derive(Debug, Default)]
pub struct Claims {
    held: usize,
    broken: Vec<Broken>,
}

impl Claims {
    /// Claims that a value is the expected one.
    pub fn equal<T: PartialEq + Display + ?Sized>(&mut self, claim: impl Into<String>, expected: &T, found: &T) {
        let holds = expected == found;
        self.check(claim.into(), holds, expected.to_string(), found.to_string());
    }

    /// Claims that something holds; `expected` and `found` are told when it does not.
    pub fn holds(&mut self, claim: impl Into<String>, holds: bool, expected: impl Display, found: impl Display) {
        self.check(claim.into(), holds, expected.to_string(), found.to_string());
    }

    fn check(&mut self, claim: String, holds: bool, expected: String, found: String) {
        if holds {
            term::good(&claim);
            self.held += 1;
        } else {
            term::bad(&claim);
            term::say(&t!("    expected {expected}, found {found}", "    attendu {expected}, trouvé {found}"));
            self.broken.push(Broken { claim, expected, found });
        }
    }

    /// How many hold.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held
    }

    /// Those that do not.
    #[must_use]
    pub fn broken(&self) -> &[Broken] {
        &self.broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_claim_is_kept_with_both_values() {
        let mut claims = Claims::default();
        claims.equal("stock is 8", &8, &8);
        claims.equal("stock is 8", &8, &10);
        assert_eq!(claims.held(), 1);
        let broken = Broken { claim: "stock is 8".to_owned(), expected: "8".to_owned(), found: "10".to_owned() };
        assert_eq!(claims.broken(), [broken]);
    }
}
