//! The report: figures with their spread, the machine they were measured on, and what each is called.

use serde::Serialize;

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
    /// Successes a second; the sides are compared by their ratio.
    PerSecond,
    /// Microseconds; the sides are compared by their difference.
    Microseconds,
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

/// One comparison.
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
    /// The store's side.
    pub ours: Spread,
    /// The other side.
    pub limit: Spread,
    /// Ours compared to the other, round by round: a ratio, or microseconds more.
    pub compared: Spread,
    /// What the ratio should reach, where something is promised.
    pub target: Option<f64>,
    /// Whether the median reaches the target.
    pub met: Option<bool>,
}

/// What a figure is, before it is measured.
#[derive(Debug, Clone, Copy)]
pub struct Outline {
    /// See [`Figure::name`].
    pub name: &'static str,
    /// See [`Figure::title`].
    pub title: Text,
    /// See [`Figure::against`].
    pub against: Text,
    /// See [`Figure::unit`].
    pub unit: Unit,
    /// See [`Figure::target`].
    pub target: Option<f64>,
}

impl Text {
    /// What needs no translation.
    pub(crate) const fn same(text: &'static str) -> Self {
        Self { en: text, fr: text }
    }
}

impl Outline {
    /// The figure, from what both sides did in each round.
    #[must_use]
    pub fn figure(self, ours: &[f64], limit: &[f64]) -> Figure {
        let Self { name, title, against, unit, target } = self;
        let compared = ours.iter().zip(limit).map(|(ours, limit)| match unit {
            Unit::PerSecond => ours / limit,
            Unit::Microseconds => ours - limit,
        });
        let compared = Spread::of(compared.collect());
        let met = target.map(|target| compared.median >= target);
        let (ours, limit) = (Spread::of(ours.to_vec()), Spread::of(limit.to_vec()));
        Figure { name, title, against, unit, ours, limit, compared, target, met }
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

    fn outline(unit: Unit, target: Option<f64>) -> Outline {
        Outline { name: "reads", title: TEXT, against: TEXT, unit, target }
    }

    #[test]
    fn sides_are_compared_round_by_round() {
        let figure = outline(Unit::PerSecond, Some(0.5)).figure(&[50.0, 90.0, 10.0], &[100.0, 100.0, 40.0]);
        assert_eq!(figure.compared, Spread { median: 0.5, min: 0.25, max: 0.9 });
        assert_eq!((figure.ours.median, figure.limit.median, figure.met), (50.0, 100.0, Some(true)));
    }

    #[test]
    fn times_are_compared_by_their_difference() {
        let figure = outline(Unit::Microseconds, None).figure(&[500.0, 700.0], &[200.0, 300.0]);
        assert_eq!((figure.compared, figure.met), (Spread { median: 350.0, min: 300.0, max: 400.0 }, None));
    }

    #[test]
    fn a_target_that_is_missed_is_said() {
        assert_eq!(outline(Unit::PerSecond, Some(0.7)).figure(&[69.0], &[100.0]).met, Some(false));
    }
}
