//! The pages about problem types as HTML: no script, nothing from elsewhere, readable on a phone and in the dark.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use problem_types::{ALL, Language, ProblemType, Retry};

const STYLE: &str = "
:root { color-scheme: light dark; font: 1.05rem/1.55 system-ui, sans-serif }
body { max-width: 44rem; margin: 0 auto; padding: 1.25rem }
h1 { line-height: 1.2; margin: .25rem 0 1rem; font-size: 1.7rem } h2 { margin: 1.6rem 0 .3rem; font-size: 1.15rem }
p { margin: .3rem 0 } code, pre { font: .92em/1.5 ui-monospace, monospace }
pre { padding: .8rem; border: 1px solid #8886; border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere }
.status { font-weight: 600; color: #b3261e } @media (prefers-color-scheme: dark) { .status { color: #ff8a80 } }
li { margin: .45rem 0 } ul { padding-left: 1.1rem }
";

fn frame(language: Language, title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (content) } }
        }
    }
}

/// The page of one type.
pub(super) fn page(kind: &'static ProblemType, language: Language) -> Markup {
    let title = kind.title.get(language);
    let content = html! {
        p { a href="../problems" { (language.choose("All problem types", "Tous les types de problèmes")) } }
        p.status { (kind.status) " · " code { (kind.slug) } }
        h1 { (title) }
        h2 { (language.choose("What it means", "Ce que cela signifie")) }
        p { (kind.meaning.get(language)) }
        h2 { (language.choose("What to do", "Que faire")) }
        p { (kind.advice.get(language)) }
        h2 { (language.choose("Does it help to try again?", "Est-il utile de réessayer\u{202f}?")) }
        p { (retry(kind.retry, language)) }
        h2 { (language.choose("An example", "Un exemple")) }
        pre { code { (serde_json::to_string_pretty(&super::example(kind, language)).unwrap_or_default()) } }
    };
    frame(language, title, &content)
}

/// The list of all types, by status.
pub(super) fn list(language: Language) -> Markup {
    let mut kinds = ALL;
    kinds.sort_by_key(|kind| kind.status);
    let title = language.choose("Problem types", "Types de problèmes");
    let content = html! {
        h1 { (title) }
        p { (language.choose(
            "Every error answer of the store is a document of RFC 9457 (application/problem+json). Its type is one of these.",
            "Chaque réponse d'erreur du magasin est un document de la RFC 9457 (application/problem+json). Son type est l'un de ceux-ci.",
        )) }
        ul {
            @for kind in kinds {
                li { span.status { (kind.status) } " " a href={ "problems/" (kind.slug) } { (kind.title.get(language)) } }
            }
        }
    };
    frame(language, title, &content)
}

fn retry(retry: Retry, language: Language) -> String {
    match retry {
        Retry::No => language.choose(
            "No: the same request fails again as long as nothing else changes.".to_owned(),
            "Non\u{a0}: la même requête échoue de nouveau tant que rien d'autre ne change.".to_owned(),
        ),
        Retry::After(seconds) => language.choose(
            format!("Yes: wait for what Retry-After says, here {seconds} s, and send the same request again."),
            format!("Oui\u{a0}: attendez ce que dit Retry-After, ici {seconds} s, et renvoyez la même requête."),
        ),
        Retry::LookFirst => language.choose(
            "Only after a look whether it took effect, or under the same Idempotency-Key.".to_owned(),
            "Seulement après avoir vérifié si elle a pris effet, ou avec la même Idempotency-Key.".to_owned(),
        ),
    }
}
