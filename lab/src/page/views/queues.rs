//! Outbox, inbox and parked events of both services, and the button that replays what is set aside.

use maud::{Markup, html};
use problem_types::Language;

use super::{icons, orders};
use crate::page::seen::Seen;
use crate::page::texts as t;

pub(super) fn queues(seen: &Seen, language: Language) -> Markup {
    html! {
        (orders::old(seen, language))
        table {
            thead { tr {
                td {}
                @for queues in &seen.books.queues { th.number scope="col" { (queues.service) } }
            } }
            tbody {
                @for (name, figure) in [
                    (t::OUTBOX, seen.books.queues.iter().map(|queues| queues.outbox).collect::<Vec<_>>()),
                    (t::INBOX, seen.books.queues.iter().map(|queues| queues.inbox).collect()),
                    (t::PARKED, seen.books.queues.iter().map(|queues| queues.parked).collect()),
                ] {
                    tr {
                        th scope="row" { (name.get(language)) }
                        @for number in figure { td.number { span.big { (number) } } }
                    }
                }
            }
        }
        ul.plain {
            @for parked in &seen.books.parked {
                li.say.bad id={ "parked-" (parked.service) "-" (parked.key) } {
                    p { (icons::state("bad", icons::CROSS, t::of(parked.service.as_str(), &t::set_aside(parked.events)).get(language))) }
                    p { (t::order_title_of(&parked.key).get(language)) br; code { (parked.error) } }
                    form method="post" action={ "/parked/" (parked.service) } data-stay {
                        button type="submit" name="key" value=(parked.key) { (t::REPLAY.get(language)) }
                    }
                }
            }
        }
    }
}
