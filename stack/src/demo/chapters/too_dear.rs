//! An order above the payment ceiling: what was taken comes back.

use anyhow::Result;

use crate::cents::Cents;
use crate::demo::Stage;
use crate::t;
use crate::term::amount;

const PRICE: Cents = Cents(6_000_000);
const STOCK: u64 = 3;

/// Tells the chapter.
pub(in crate::demo) fn tell(stage: &mut Stage) -> Result<()> {
    let price = amount(PRICE);
    let ceiling = amount(Cents(5_000_000));
    stage.chapter(
        &t!("An order above the payment ceiling", "Une commande au-dessus du plafond de paiement"),
        &t!(
            "Ada orders a grand piano at {price}; payment-service takes at most {ceiling}. Its stock is taken already when the\npayment is refused, so the saga goes backwards: each step that was taken is undone by an event of its own.",
            "Ada commande un piano à queue à {price}\u{202f}; payment-service accepte au plus {ceiling}. Le stock est déjà prélevé quand\nle paiement est refusé\u{202f}; la saga revient donc sur ses pas\u{a0}: chaque étape franchie est annulée par un événement qui lui\nest propre."
        ),
    )?;
    let piano = stage.product(&t!("Grand piano", "Piano à queue"), "GP60000", PRICE, STOCK)?;
    let order_id = stage.place(piano, 1)?;
    let order = stage.watch(order_id)?;
    let events = stage.shop.timeline(order_id)?.events;
    let happened = |event_type: &str| events.iter().any(|event| event.event_type == event_type);
    let reason = order.cancel_reason.unwrap_or_default();
    stage.claims.equal(t!("the order is cancelled", "la commande est annulée"), "cancelled", &order.status);
    stage.claims.holds(
        t!(
            "it says why: {reason}",
            "elle dit pourquoi, dans les mots du service (en anglais dans l'API)\u{a0}: «\u{a0}{reason}\u{a0}»"
        ),
        !reason.is_empty(),
        t!("a reason", "un motif"),
        "–",
    );
    stage.claims.equal(
        t!("its stock had been taken", "son stock avait été prélevé"),
        &true,
        &happened("StockDecreased"),
    );
    stage.claims.equal(
        t!("its stock is back: {STOCK}", "son stock est rendu\u{a0}: {STOCK}"),
        &STOCK,
        &stage.shop.stock(piano)?,
    );
    let payments = stage.payments.of_order(order_id)?.len();
    stage.claims.equal(t!("there is no payment for it", "elle n'a aucun paiement"), &0, &payments);
    Ok(())
}
