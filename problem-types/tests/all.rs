//! What every problem type must be.

use std::collections::HashSet;

use problem_types::{ALL, Language, Member, ProblemType, Retry, Text, by_slug};

fn texts(kind: &'static ProblemType) -> [(&'static str, &'static Text); 4] {
    [("title", &kind.title), ("meaning", &kind.meaning), ("advice", &kind.advice), ("example", &kind.example)]
}

#[test]
fn a_slug_is_of_one_type_and_finds_it() {
    for kind in ALL {
        assert_eq!(by_slug(kind.slug), Some(kind));
        assert!(ALL.iter().filter(|other| other.slug == kind.slug).count() == 1, "{} is there twice", kind.slug);
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        assert!(kind.slug.bytes().all(allowed), "{}", kind.slug);
    }
    assert_eq!(by_slug("email-lost"), None);
}

#[test]
fn titles_of_one_status_differ_in_both_languages() {
    for language in Language::ALL {
        let titles: HashSet<_> = ALL.iter().map(|kind| (kind.status, kind.title.get(language))).collect();
        assert_eq!(titles.len(), ALL.len(), "{language}");
    }
}

#[test]
fn every_text_is_there_in_both_languages_and_is_not_the_same() {
    for kind in ALL {
        for (part, text) in texts(kind) {
            let [en, fr] = Language::ALL.map(|language| text.get(language));
            assert!(en.len() > 10 && fr.len() > 10, "{} {part}", kind.slug);
            assert_ne!(en, fr, "{} {part}", kind.slug);
            for whole in [en, fr] {
                assert!(!whole.contains("  ") && whole.trim() == whole, "{} {part}: {whole}", kind.slug);
            }
        }
        for language in Language::ALL {
            assert!(!kind.title.get(language).ends_with('.'), "{}: a title is no sentence", kind.slug);
            for sentence in [&kind.meaning, &kind.advice] {
                assert!(sentence.get(language).ends_with('.'), "{}: {}", kind.slug, sentence.get(language));
            }
        }
    }
}

/// The French rule: a no-break space before `:` and `»`, a narrow one (or the other) before `;`, `?` and `!`, one
/// after `«`. A mark inside a piece of code, such as `Content-Type: x` or `/users?email=`, has a letter before it.
#[test]
fn french_marks_have_their_no_break_space_and_english_ones_none() {
    for kind in ALL {
        for (part, text) in texts(kind) {
            let fr: Vec<char> = text.get(Language::Fr).chars().collect();
            for pair in fr.windows(2) {
                let wrong = matches!(pair, [' ', ':' | ';' | '?' | '!' | '»'] | ['«', ' ']);
                let bare = matches!(pair, [before, ';' | '!' | '»'] if !matches!(before, '\u{a0}' | '\u{202f}'));
                assert!(!wrong && !bare, "{} {part}: {pair:?} in {}", kind.slug, text.get(Language::Fr));
            }
            let spaced = text.get(Language::En).contains(['\u{a0}', '\u{202f}', '«']);
            assert!(!spaced, "{} {part} in English", kind.slug);
        }
    }
}

#[test]
fn a_status_says_whether_a_retry_helps() {
    for kind in ALL {
        let passes = match kind.retry {
            Retry::No => false,
            Retry::After(seconds) => {
                assert!((1..=60).contains(&seconds), "{}", kind.slug);
                true
            }
            Retry::LookFirst => true,
        };
        assert_eq!(passes, kind.status == 503 || kind.slug == "request-in-flight", "{}", kind.slug);
        assert!((400..=599).contains(&kind.status), "{}", kind.slug);
    }
}

#[test]
fn no_extension_member_is_one_of_the_five_that_every_problem_has() {
    let names: HashSet<_> = Member::ALL.iter().map(|member| member.name()).collect();
    assert_eq!(names.len(), Member::ALL.len());
    for own in ["type", "title", "status", "detail", "instance"] {
        assert!(!names.contains(own), "{own}");
    }
}
