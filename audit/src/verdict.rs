//! What the audit found, for people and for programs.

use std::fmt;

use serde::Serialize;

/// Offenders that a detail names at most; it always says how many there are.
const NAMED: usize = 5;

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// What must hold.
    pub name: &'static str,
    /// Whether it does.
    pub ok: bool,
    /// What was looked at, and what breaks it.
    pub detail: String,
    /// Whether an event that is still on its way may mend it.
    #[serde(skip)]
    pub passing: bool,
}

/// What all checks found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// One outcome a check, always the same checks in the same order.
    pub checks: Vec<Outcome>,
}

impl Verdict {
    /// Whether everything holds.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }

    /// Whether everything that does not hold may yet come right by itself.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        self.checks.iter().all(|check| check.ok || check.passing)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Outcome { name, ok, detail, .. } in &self.checks {
            writeln!(f, "{} {name}: {detail}", if *ok { "ok  " } else { "FAIL" })?;
        }
        let failed = self.checks.iter().filter(|check| !check.ok).count();
        match failed {
            0 => write!(f, "all {} checks hold", self.checks.len()),
            _ => write!(f, "{failed} of {} checks failed", self.checks.len()),
        }
    }
}

/// Counts offenders and remembers the first of them.
#[derive(Debug, Default)]
pub(crate) struct Offenders {
    count: usize,
    named: Vec<String>,
}

impl Offenders {
    pub fn add(&mut self, offender: impl Into<String>) {
        self.count += 1;
        if self.named.len() < NAMED {
            self.named.push(offender.into());
        }
    }

    /// The outcome of a check over `total` things, named by `noun` in the plural.
    pub fn outcome(&self, name: &'static str, (total, noun): (i64, &str), passing: bool) -> Outcome {
        let broken = self.named(&format!("of {total} {noun}"));
        Outcome { name, ok: broken.is_none(), detail: broken.unwrap_or_else(|| format!("{total} {noun}")), passing }
    }

    /// How many there are, what they are and the first of them; nothing when there are none.
    pub fn named(&self, what: &str) -> Option<String> {
        let Self { count, named } = self;
        let more = if *count > named.len() { ", …" } else { "" };
        (*count > 0).then(|| format!("{count} {what}: {}{more}", named.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(offenders: &[&str]) -> Outcome {
        let mut found = Offenders::default();
        for offender in offenders {
            found.add(*offender);
        }
        found.outcome("every saga ended", (9, "orders"), true)
    }

    #[test]
    fn five_offenders_are_named_and_all_are_counted() {
        assert_eq!(outcome(&[]).detail, "9 orders");
        assert_eq!(outcome(&["1 (paid)", "2"]).detail, "2 of 9 orders: 1 (paid), 2");
        assert_eq!(outcome(&["1", "2", "3", "4", "5", "6"]).detail, "6 of 9 orders: 1, 2, 3, 4, 5, …");
    }

    #[test]
    fn the_last_line_says_whether_all_is_well() {
        let good = Verdict { checks: vec![outcome(&[])] };
        assert!(good.is_clean() && good.may_pass());
        assert_eq!(good.to_string(), "ok   every saga ended: 9 orders\nall 1 checks hold");
        let bad = Verdict { checks: vec![outcome(&[]), outcome(&["7"])] };
        assert!(!bad.is_clean() && bad.may_pass());
        assert!(bad.to_string().ends_with("FAIL every saga ended: 1 of 9 orders: 7\n1 of 2 checks failed"));
        let lasting = Verdict { checks: vec![Outcome { passing: false, ..outcome(&["7"]) }] };
        assert!(!lasting.may_pass());
    }
}
