//! The page behind a payment link: the amount, the order and a card form, and afterwards what became of it.
//!
//! Rendered here whole, in the reader's language: no script, no picture, nothing to load, so that it works offline
//! and in any browser. What happens is decided elsewhere; this owns what is shown of it. Nothing of a card is ever
//! put back into the form.

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use problem_types::{Language, PAYMENT_NOT_FOUND, Text};
use service_kit::Problem;

use super::card::CardError;
use super::domain::{Payment, PaymentStatus};
use format::{amount, moment};

mod document;
mod form;
mod format;
mod style;
mod texts;

use texts as t;

/// A payment as it stands. One whose time has passed is shown as expired, though the job that closes it may not have
/// come to it yet.
pub fn payment(status: StatusCode, payment: &Payment, now: DateTime<Utc>, language: Language) -> Response {
    let overdue = payment.status == PaymentStatus::Open && payment.is_overdue(now);
    let shown = if overdue { PaymentStatus::Expired } else { payment.status };
    let order = payment.order_id;
    let (title, kind, what) = match shown {
        PaymentStatus::Open => {
            let title = t::pay_for(order);
            return document::respond(status, title.get(language), &open(payment, None, language), language);
        }
        PaymentStatus::Paid => (t::paid_title(order), "good", paid(payment, language)),
        PaymentStatus::Declined => (t::declined_title(order), "bad", declined(payment, language)),
        PaymentStatus::Voided => (t::voided_title(order), "", html! { p { (t::VOIDED.get(language)) } }),
        PaymentStatus::Refunded => (t::refunded_title(order), "", html! { p { (t::REFUNDED.get(language)) } }),
        PaymentStatus::Expired => (t::expired_title(order), "", html! { p { (t::EXPIRED.get(language)) } }),
    };
    let body = html! {
        h1 { (heading(shown).get(language)) }
        div class={ "notice " (kind) } role="status" { (what) }
        (facts(payment, language))
    };
    document::respond(status, title.get(language), &body, language)
}

/// 422: the form again, with the field that is wrong marked. Nothing was charged.
pub fn invalid_card(payment: &Payment, error: CardError, language: Language) -> Response {
    let title = t::error_title(payment.order_id);
    document::respond(
        StatusCode::UNPROCESSABLE_ENTITY,
        title.get(language),
        &open(payment, Some(error), language),
        language,
    )
}

/// Anything else that was wrong. `payment_id` is that of the link, when it could be read.
pub fn problem(problem: &Problem, payment_id: Option<u64>, language: Language) -> Response {
    let known = problem.status() != StatusCode::NOT_FOUND;
    // The problem speaks to whoever writes clients; who follows a link has nothing but the link.
    let unknown = problem.slug() == PAYMENT_NOT_FOUND.slug;
    let said = if unknown { t::UNKNOWN.get(language) } else { problem.message(language) };
    let body = html! {
        h1 { (problem.title(language)) }
        p.notice.bad role="alert" { (said) }
        @if let Some(id) = payment_id.filter(|_| known) {
            p { a href=(id) { (t::LOOK_AGAIN.get(language)) } }
        }
    };
    let mut response = document::respond(problem.status(), problem.title(language), &body, language);
    if let Some(wait) = problem.clone().into_response().headers_mut().remove(RETRY_AFTER) {
        response.headers_mut().insert(RETRY_AFTER, wait);
    }
    response
}

fn open(payment: &Payment, error: Option<CardError>, language: Language) -> Markup {
    html! {
        h1 { (t::pay_for(payment.order_id).get(language)) }
        (facts(payment, language))
        (form::card_form(payment, error, language))
        (form::test_cards(language))
    }
}

/// What a payment came to, in a word or two.
fn heading(status: PaymentStatus) -> Text {
    match status {
        PaymentStatus::Paid => t::PAID,
        PaymentStatus::Declined => t::DECLINED,
        PaymentStatus::Voided => t::VOIDED_HEADING,
        PaymentStatus::Refunded => t::REFUNDED_HEADING,
        PaymentStatus::Open | PaymentStatus::Expired => t::EXPIRED_HEADING,
    }
}

fn paid(payment: &Payment, language: Language) -> Markup {
    html! {
        p { (t::paid(&amount(payment.amount, payment.currency, language), payment.card_last4.as_deref()).get(language)) }
        p { (t::NOTHING_TO_DO.get(language)) }
    }
}

fn declined(payment: &Payment, language: Language) -> Markup {
    let reason = payment.decline_reason.as_deref().unwrap_or_default();
    html! {
        p { (t::declined(t::decline_reason(reason, language), payment.card_last4.as_deref()).get(language)) }
        p { (t::DECLINE_IS_FINAL.get(language)) }
    }
}

fn facts(payment: &Payment, language: Language) -> Markup {
    let Payment { order_id, id, .. } = payment;
    html! {
        dl {
            dt { (t::AMOUNT.get(language)) } dd.amount { (amount(payment.amount, payment.currency, language)) }
            dt { (t::ORDER.get(language)) } dd { (order_id) }
            dt { (t::PAYMENT.get(language)) } dd { (id) }
            @match payment.processed_at {
                Some(at) => { dt { (t::PROCESSED.get(language)) } dd { (time(at, language)) } }
                None => { dt { (t::PAY_BEFORE.get(language)) } dd { (time(payment.expires_at, language)) } }
            }
        }
    }
}

fn time(at: DateTime<Utc>, language: Language) -> Markup {
    html! { time datetime=(at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)) { (moment(at, language)) } }
}
