//! What a figure is, before it is measured.

use super::{Comparison, Figure, Goal, Spread, Text, Unit};

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
    /// See [`Figure::comparison`].
    pub comparison: Comparison,
    /// See [`Figure::goals`].
    pub goals: &'static [Goal],
}

impl Outline {
    /// The figure, from what both sides did in each round.
    #[must_use]
    pub fn figure(self, ours: &[f64], limit: &[f64]) -> Figure {
        let compared = ours.iter().zip(limit).map(|(ours, limit)| match self.comparison {
            Comparison::Ratio => ours / limit,
            Comparison::Difference => ours - limit,
        });
        let compared = Spread::of(compared.collect());
        self.with(ours, Some(Spread::of(limit.to_vec())), Some(compared))
    }

    /// The figure, where there is nothing to compare it to.
    #[must_use]
    pub fn alone(self, ours: &[f64]) -> Figure {
        self.with(ours, None, None)
    }

    fn with(self, ours: &[f64], limit: Option<Spread>, compared: Option<Spread>) -> Figure {
        let Self { name, title, against, unit, comparison, goals } = self;
        let ours = Spread::of(ours.to_vec());
        let verdict = |goal: &Goal| goal.verdict(ours.median, compared.map(|compared| compared.median));
        let goals = goals.iter().map(verdict).collect();
        Figure { name, title, against, unit, comparison, ours, limit, compared, goals }
    }
}
