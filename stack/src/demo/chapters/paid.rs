//! An order that goes well, and is paid.

use anyhow::{Context, Result};

use crate::cents::Cents;
use crate::demo::Stage;
use crate::demo::card::COURSE_CARD;
use crate::t;
use crate::term::{self, amount};

const PRICE: Cents = Cents(199_999);
const STOCK: u64 = 10;

/// Tells the chapter.
pub(in crate::demo) fn tell(stage: &mut Stage) -> Result<()> {
    stage.chapter(
        &t!("An order that is paid", "Une commande payée"),
        &t!(
            "Ada orders 2 laptops; there are {STOCK}. No service calls another: each writes its data and its event in one\ntransaction (outbox), a relay brings the event to Kafka, and whoever reacts remembers its id (inbox).",
            "Ada commande 2 portables\u{202f}; il y en a {STOCK} en stock. Aucun service n'en appelle un autre\u{a0}: chacun écrit ses données et\nson événement en une seule transaction (outbox), un relais transmet l'événement à Kafka, et chaque consommateur retient\nl'identifiant de l'événement (inbox)."
        ),
    )?;
    let laptop = stage.product(&t!("Laptop ABC", "Portable ABC"), "LP12567", PRICE, STOCK)?;
    let order_id = stage.place(laptop, 2)?;
    let order = stage.watch(order_id)?;
    let link = order.payment_link.clone().unwrap_or_default();
    let claims = &mut stage.claims;
    claims.equal(
        t!("the order waits for its payment", "la commande attend son paiement"),
        "awaiting_payment",
        &order.status,
    );
    let till = stage.payments.url("/payments/process/");
    claims.holds(
        t!("it has a payment link: {link}", "elle a un lien de paiement\u{a0}: {link}"),
        link.starts_with(&till),
        format!("{till}…"),
        &link,
    );
    claims.equal(
        t!("stock went from {STOCK} to 8", "le stock passe de {STOCK} à 8"),
        &(STOCK - 2),
        &stage.shop.stock(laptop)?,
    );
    let due = order.total_amount;
    let shown = amount(due);
    stage.claims.equal(
        t!("its total is {shown}, to the cent", "son total est {shown}, au cent près"),
        &(PRICE * 2),
        &due,
    );
    one_payment(stage, order_id, due)?;
    pay(stage, order_id, order.payment_id.context("payment_id")?)
}

fn one_payment(stage: &mut Stage, order_id: u64, due: Cents) -> Result<()> {
    let payments = stage.payments.of_order(order_id)?;
    let found: Vec<String> = payments.iter().map(|payment| amount(payment.total_amount)).collect();
    let shown = amount(due);
    stage.claims.equal(
        t!("payment-service has one payment of {shown}", "payment-service a un paiement de {shown}"),
        &shown,
        &found.join(" + "),
    );
    Ok(())
}

fn pay(stage: &mut Stage, order_id: u64, payment_id: u64) -> Result<()> {
    let link = stage.payments.url(&format!("/payments/process/{payment_id}"));
    term::say(&t!(
        "Ada pays: POST {link}, twice, as one who clicks twice does",
        "Ada paie\u{a0}: POST {link}, deux fois, comme un client qui double-clique"
    ));
    let first = stage.payments.process(payment_id, COURSE_CARD)?;
    let second = stage.payments.process(payment_id, COURSE_CARD)?;
    stage.claims.equal(t!("the card is accepted", "la carte est acceptée"), &true, &first.is_paid);
    let same = first == second;
    stage.claims.equal(
        t!(
            "the second click gets the first answer: charged once",
            "le second clic reçoit la première réponse\u{a0}: un seul débit"
        ),
        &true,
        &same,
    );
    // The store hears of it by the event PaymentSucceeded, a moment later.
    let order = stage.until_order(order_id, |order| order.is_paid)?;
    stage.claims.equal(
        t!("the store has heard of it: the order is paid", "le magasin en est informé\u{a0}: la commande est payée"),
        "paid",
        &order.status,
    );
    Ok(())
}
