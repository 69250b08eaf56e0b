//! The report: figures with their spread, the machine they were measured on, and what each is called.

mod outline;

use serde::Serialize;

pub use self::outline::Outline;
use crate::machine::Machine;

/// Everything that a run found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Where it was measured.
    pub machine: Machine,
    /// How it was measured.
    pub method: Method,
    /// What was found.
    pub figures: Vec<Figure>,
}

/// How long was measured, and under which load.
#[derive(Debug, Serialize)]
pub struct Method {
    /// Seconds of one side in one round.
    pub seconds: f64,
    /// Rounds that count.
    pub rounds: u32,
    /// Connections at the same time, where throughput is measured.
    pub connections: u16,
    /// The share of backlogs and past orders that was used: where it is not 1, titles say too much.
    pub scale: f64,
    /// Past orders of the store that is compared to an empty one.
    pub past_orders: u64,
}

/// The same said in English and in French, so that whoever shows the report need not know its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Text {
    /// In English.
    pub en: &'static str,
    /// In French.
    pub fr: &'static str,
}

/// What both sides are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// So many a second.
    PerSecond,
    /// Microseconds.
    Microseconds,
    /// Bytes.
    Bytes,
}

/// How ours is held against the other side, round by round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// How many times the other side.
    Ratio,
    /// How much more than the other side.
    Difference,
}

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Goal {
    /// Which median.
    pub of: Median,
    /// On which side of the value it must be.
    pub must_be: Must,
    /// The value, in the figure's unit or as a ratio.
    pub value: f64,
}

/// Which of a figure's medians a goal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Median {
    /// The store's own.
    Ours,
    /// That of both compared.
    Compared,
}

/// On which side of a goal's value a median must be; the value itself is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Must {
    /// The more, the better.
    AtLeast,
    /// The less, the better.
    AtMost,
}

/// Of the rounds: the one in the middle, and how far the others are from it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
}

/// What was measured, beside its limit where there is one.
#[derive(Debug, Serialize)]
pub struct Figure {
    /// Its name, the same from run to run.
    pub name: &'static str,
    /// What was measured.
    pub title: Text,
    /// What it is compared to.
    pub against: Text,
    /// What both sides are counted in.
    pub unit: Unit,
    /// How both are compared.
    pub comparison: Comparison,
    /// The store's side.
    pub ours: Spread,
    /// The other side.
    pub limit: Option<Spread>,
    /// Ours compared to the other, round by round.
    pub compared: Option<Spread>,
    /// What is promised, and whether it is kept.
    pub goals: Vec<Verdict>,
}

/// A goal, and whether it is met.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Verdict {
    /// What is promised.
    #[serde(flatten)]
    pub goal: Goal,
    /// Whether the median keeps it.
    pub met: bool,
}

impl Goal {
    /// So many times the other side, or more.
    #[must_use]
    pub const fn ratio_of(value: f64) -> Self {
        Self { of: Median::Compared, must_be: Must::AtLeast, value }
    }

    /// So many times the other side at most.
    #[must_use]
    pub const fn ratio_within(value: f64) -> Self {
        Self { of: Median::Compared, must_be: Must::AtMost, value }
    }

    /// So much, or more.
    #[must_use]
    pub const fn at_least(value: f64) -> Self {
        Self { of: Median::Ours, must_be: Must::AtLeast, value }
    }

    /// So much at most.
    #[must_use]
    pub const fn at_most(value: f64) -> Self {
        Self { of: Median::Ours, must_be: Must::AtMost, value }
    }

    /// A median that is not there keeps nothing.
    fn verdict(self, ours: f64, compared: Option<f64>) -> Verdict {
        let median = match self.of {
            Median::Ours => Some(ours),
            Median::Compared => compared,
        };
        let met = median.is_some_and(|median| match self.must_be {
            Must::AtLeast => median >= self.value,
            Must::AtMost => median <= self.value,
        });
        Verdict { goal: self, met }
    }
}

impl Text {
    /// What needs no translation.
    pub(crate) const fn same(text: &'static str) -> Self {
        Self { en: text, fr: text }
    }
}

impl Spread {
    /// Of at least one value.
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let value = |at: usize| values.get(at).copied().unwrap_or(f64::NAN);
        let last = values.len().saturating_sub(1);
        // Of an even number the two in the middle share it.
        let median = f64::midpoint(value(last / 2), value(last.div_ceil(2)));
        Self { median, min: value(0), max: value(last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: Text = Text { en: "reads", fr: "lectures" };

    fn outline(comparison: Comparison, goals: &'static [Goal]) -> Outline {
        Outline { name: "reads", title: TEXT, against: TEXT, unit: Unit::PerSecond, comparison, goals }
    }

    fn met(figure: &Figure) -> Vec<bool> {
        figure.goals.iter().map(|goal| goal.met).collect()
    }

    #[test]
    fn sides_are_compared_round_by_round() {
        const GOALS: [Goal; 3] = [Goal::ratio_of(0.5), Goal::ratio_within(0.4), Goal::at_least(50.5)];
        let figure = outline(Comparison::Ratio, &GOALS).figure(&[50.0, 90.0, 10.0], &[100.0, 100.0, 40.0]);
        assert_eq!(figure.compared, Some(Spread { median: 0.5, min: 0.25, max: 0.9 }));
        assert_eq!((figure.ours.median, figure.limit.map(|limit| limit.median)), (50.0, Some(100.0)));
        assert_eq!(met(&figure), [true, false, false]);
    }

    #[test]
    fn a_difference_is_how_much_more() {
        let figure = outline(Comparison::Difference, &[]).figure(&[500.0, 700.0], &[200.0, 300.0]);
        assert_eq!(figure.compared, Some(Spread { median: 350.0, min: 300.0, max: 400.0 }));
    }

    #[test]
    fn what_stands_alone_keeps_no_ratio() {
        const GOALS: [Goal; 2] = [Goal::at_most(9.0), Goal::ratio_of(0.1)];
        let figure = outline(Comparison::Ratio, &GOALS).alone(&[9.0]);
        assert_eq!((met(&figure), figure.limit), (vec![true, false], None));
    }
}
