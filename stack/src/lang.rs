//! The language the stack speaks: English or French.
//!
//! Owns the choice; the texts stand in pairs where they are used, through [`t!`](crate::t),
//! so that one who changes a sentence sees the other language on the next line.

use std::sync::OnceLock;

/// A language the stack speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// English, also for every language that is not French.
    English,
    /// French.
    French,
}

static CHOSEN: OnceLock<Lang> = OnceLock::new();

/// The language chosen at start; English before that and in tests.
#[must_use]
pub fn current() -> Lang {
    CHOSEN.get().copied().unwrap_or(Lang::English)
}

/// Fixes the language for this process; the first call counts.
pub fn set(lang: Lang) {
    let _ = CHOSEN.set(lang);
}

/// The one of two texts that is in the chosen language, for texts that hold no values.
#[must_use]
pub fn pick(english: &'static str, french: &'static str) -> &'static str {
    match current() {
        Lang::English => english,
        Lang::French => french,
    }
}

/// Chooses from the command line (`--lang fr`, `--lang=fr`), else from the locale:
/// the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is not empty, as POSIX orders them.
///
/// It looks at the raw arguments because the help texts need the language before they are parsed.
#[must_use]
pub fn choose(args: &[String], env: impl Fn(&str) -> Option<String>) -> Lang {
    from_args(args)
        .or_else(|| {
            ["LC_ALL", "LC_MESSAGES", "LANG"]
                .into_iter()
                .find_map(|name| env(name).filter(|value| !value.is_empty()))
                .map(|value| from_locale(&value))
        })
        .unwrap_or(Lang::English)
}

fn from_args(args: &[String]) -> Option<Lang> {
    // What follows `--` belongs to cargo test.
    let own = args.split(|arg| arg == "--").next().unwrap_or_default();
    own.iter().enumerate().find_map(|(at, arg)| match arg.strip_prefix("--lang") {
        Some("") => own.get(at + 1).map(|value| from_locale(value)),
        Some(rest) => rest.strip_prefix('=').map(from_locale),
        None => None,
    })
}

fn from_locale(value: &str) -> Lang {
    if value.to_ascii_lowercase().starts_with("fr") { Lang::French } else { Lang::English }
}

/// Formats the English or the French text, whichever language was chosen:
/// `t!("port {port} is in use", "le port {port} est pris")`.
#[macro_export]
macro_rules! t {
    ($english:literal, $french:literal $(,)?) => {
        match $crate::lang::current() {
            $crate::lang::Lang::English => ::std::format!($english),
            $crate::lang::Lang::French => ::std::format!($french),
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(list: &[&str]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }

    fn locale(name: &'static str, value: &'static str) -> impl Fn(&str) -> Option<String> {
        move |asked| (asked == name).then(|| value.to_owned())
    }

    #[test]
    fn the_flag_wins_over_the_locale() {
        assert_eq!(choose(&args(&["demo", "--lang", "en"]), locale("LANG", "fr_CA.UTF-8")), Lang::English);
        assert_eq!(choose(&args(&["--lang=fr", "up"]), locale("LANG", "en_CA.UTF-8")), Lang::French);
    }

    #[test]
    fn the_locale_decides_without_a_flag() {
        assert_eq!(choose(&args(&["demo"]), locale("LANG", "fr_CA.UTF-8")), Lang::French);
        assert_eq!(choose(&args(&["demo"]), locale("LC_ALL", "fr")), Lang::French);
        assert_eq!(choose(&args(&["demo"]), locale("LANG", "C")), Lang::English);
        assert_eq!(choose(&args(&["demo"]), |_| None), Lang::English);
    }

    #[test]
    fn an_empty_lc_all_is_no_choice() {
        let env = |name: &str| match name {
            "LC_ALL" => Some(String::new()),
            "LANG" => Some("fr_FR.UTF-8".to_owned()),
            _ => None,
        };
        assert_eq!(choose(&[], env), Lang::French);
    }

    #[test]
    fn what_follows_two_dashes_is_not_for_us() {
        assert_eq!(choose(&args(&["test", "--", "--lang", "fr"]), |_| None), Lang::English);
    }
}
