//! An order that wants more than there is.

use anyhow::Result;

use crate::cents::Cents;
use crate::demo::Stage;
use crate::t;

const STOCK: u64 = 2;
const WANTED: u32 = 3;

/// Tells the chapter.
pub(in crate::demo) fn tell(stage: &mut Stage) -> Result<()> {
    stage.chapter(
        &t!("An order that wants more than there is", "Une commande qui dépasse le stock"),
        &t!(
            "Ada orders {WANTED} gadgets; there are {STOCK}. The order is accepted at once and refused a moment later: stock is taken\nwhere it is kept, under its lock, and can never go below zero.",
            "Ada commande {WANTED} gadgets\u{202f}; il y en a {STOCK} en stock. La commande est acceptée aussitôt et refusée un instant après\u{a0}: le\nstock est prélevé là où il est tenu, sous verrou, et ne devient jamais négatif."
        ),
    )?;
    let gadget = stage.product(&t!("Gadget XYZ", "Gadget XYZ"), "GG12345", Cents(575), STOCK)?;
    let order_id = stage.place(gadget, WANTED)?;
    let order = stage.watch(order_id)?;
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
        t!("stock is untouched: {STOCK}", "le stock est intact\u{a0}: {STOCK}"),
        &STOCK,
        &stage.shop.stock(gadget)?,
    );
    let payments = stage.payments.of_order(order_id)?.len();
    stage.claims.equal(
        t!("payment-service never heard of it", "payment-service n'en a jamais entendu parler"),
        &0,
        &payments,
    );
    Ok(())
}
