//! Blows: what was done to a process when, and how long it then took to work again.

use std::time::Duration;

use chrono::{DateTime, Utc};
use problem_types::{Language, Text, text};
use serde::{Serialize, Serializer};
use stack::store::Name;

use super::outcome::by_name;
use crate::point::Point;

/// Something that was done to a process.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Blow {
    /// The process.
    #[serde(serialize_with = "by_name")]
    pub process: Name,
    /// What was done.
    pub what: What,
    /// When it was found dead, or done.
    pub at: DateTime<Utc>,
    /// Whether the process died of it.
    pub died: bool,
    /// Milliseconds from a death until the process handled an event again.
    pub handled_again_ms: Option<i64>,
    /// Why a death has no such time.
    pub untimed: Option<Untimed>,
}

/// What can be done to a process. In JSON it is its English text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It died at a point, at this passage of it.
    DiedAt(Point, u64),
    /// It died at a point with a wrong clock, which is right in the process that follows.
    DiedWithItsClock(Point),
    /// It was killed so long after the first answer.
    Killed(Duration),
    /// It was killed so long after it had been started again.
    KilledInRecovery(Duration),
    /// It was stopped.
    Stopped {
        /// How long after the first answer.
        after: Duration,
        /// For how long.
        lasting: Duration,
    },
    /// It was killed, and kept away.
    Gone {
        /// How long after the first answer.
        after: Duration,
        /// For how long.
        lasting: Duration,
    },
    /// Its clock was put so many seconds ahead, or behind if below zero.
    ClockPut(i32),
    /// Whatever it wrote was refused for so long.
    WritesRefused(Duration),
    /// It was killed because that alone did not end it.
    KilledForWrites,
    /// It died of that, and was kept away until it could write again.
    EndedOfWrites,
    /// A topic of it was deleted.
    TopicDeleted(&'static str),
}

/// Why it is not known when a process that died handled an event again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Untimed {
    /// It had none left to handle.
    NothingLeft,
    /// It was struck again before it did.
    DiedAgain,
    /// It was kept away on purpose.
    KeptAway,
    /// It is no service, and handles none.
    NoService,
    /// Nobody could ask the databases.
    NotAsked,
}

impl What {
    /// In both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::DiedAt(point, passage) => {
                text!("died at {point}, passage {passage}", "mort au point {point}, passage {passage}")
            }
            Self::DiedWithItsClock(point) => text!(
                "died at {point}; its clock is right from there",
                "mort au point {point}\u{202f}; son horloge est juste ensuite"
            ),
            Self::Killed(after) => {
                let ms = after.as_millis();
                text!("killed {ms} ms after the first answer", "tué {ms} ms après la première réponse")
            }
            Self::KilledInRecovery(after) => {
                let ms = after.as_millis();
                text!("killed {ms} ms after it was started again", "tué {ms} ms après son redémarrage")
            }
            Self::Stopped { after, lasting } => {
                let (s, ms) = (lasting.as_secs(), after.as_millis());
                text!(
                    "stopped for {s} s, {ms} ms after the first answer",
                    "figé pendant {s} s, {ms} ms après la première réponse"
                )
            }
            Self::Gone { after, lasting } => {
                let (s, ms) = (lasting.as_secs(), after.as_millis());
                text!(
                    "killed and gone for {s} s, {ms} ms after the first answer",
                    "tué et absent pendant {s} s, {ms} ms après la première réponse"
                )
            }
            Self::ClockPut(ahead_s) => {
                let (minutes, ahead) = (ahead_s.abs() / 60, *ahead_s > 0);
                let (en, fr) = if ahead { ("ahead", "avance") } else { ("behind", "retarde") };
                text!("its clock put {minutes} min {en}", "son horloge {fr} de {minutes} min")
            }
            Self::WritesRefused(lasting) => {
                let s = lasting.as_secs();
                text!(
                    "every write of it refused for {s} s, as by a full disk",
                    "toute écriture lui est refusée pendant {s} s, comme par un disque plein"
                )
            }
            Self::KilledForWrites => {
                Text::fixed("killed, for it had not ended of that", "tué, car il ne s’était pas arrêté de lui-même")
            }
            Self::EndedOfWrites => Text::fixed(
                "ended, and started again when its disk was no longer full",
                "arrêté, et redémarré quand son disque n’était plus plein",
            ),
            Self::TopicDeleted(topic) => text!("topic {topic} deleted", "topic {topic} supprimé"),
        }
    }
}

impl Untimed {
    /// Before the number of deaths that it is said of, in both languages.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::NothingLeft => Text::fixed("no event left to handle", "aucun événement restant à traiter"),
            Self::DiedAgain => Text::fixed("struck again before", "frappé de nouveau avant"),
            Self::KeptAway => Text::fixed("kept away on purpose", "tenu éteint exprès"),
            Self::NoService => Text::fixed("no service", "pas un service"),
            Self::NotAsked => Text::fixed("no database answered", "aucune base de données n’a répondu"),
        }
    }
}

impl Blow {
    /// One that the process survives, now.
    #[must_use]
    pub fn survived(process: Name, what: What) -> Self {
        Self { process, what, at: Utc::now(), died: false, handled_again_ms: None, untimed: None }
    }

    /// A death at that moment; `kept_away` says whether it was not started again at once.
    #[must_use]
    pub fn deadly(process: Name, what: What, at: DateTime<Utc>, kept_away: bool) -> Self {
        let untimed = match (kept_away, process.is_service()) {
            (true, _) => Untimed::KeptAway,
            (false, true) => Untimed::NotAsked,
            (false, false) => Untimed::NoService,
        };
        Self { process, what, at, died: true, handled_again_ms: None, untimed: Some(untimed) }
    }

    /// Notes when the process handled an event again, if it did before it died again or the case was over.
    pub fn handled_again(&mut self, at: Option<DateTime<Utc>>, died_again: bool) {
        self.handled_again_ms = at.map(|at| (at - self.at).num_milliseconds());
        self.untimed = match (at, died_again) {
            (Some(_), _) => None,
            (None, true) => Some(Untimed::DiedAgain),
            (None, false) => Some(Untimed::NothingLeft),
        };
    }
}

impl Serialize for What {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text().get(Language::En))
    }
}
