//! What each event of an order means, in one line: outbox, Kafka and inbox included.

use crate::t;

/// What happened when this event was written.
pub(super) fn explain(event_type: &str) -> String {
    match event_type {
        "OrderCreated" => t!(
            "order and event written in one transaction (outbox)",
            "commande et événement écrits en une seule transaction (outbox)"
        ),
        "StockDecreased" => t!("every item taken from stock, or none", "tous les articles prélevés du stock, ou aucun"),
        "StockDecreaseFailed" => {
            t!("not enough in stock, so nothing was taken", "stock insuffisant\u{a0}: rien n'est prélevé")
        }
        "PaymentCreated" => t!("one payment for the order, ever", "un seul paiement pour la commande, jamais deux"),
        "PaymentCreationFailed" => {
            t!("refused: a business rule, not an error", "refusé\u{a0}: une règle d'affaires, pas une erreur")
        }
        "StockIncreased" => t!(
            "compensation: what the ledger says was taken is back",
            "compensation\u{a0}: ce que le registre indique comme prélevé est rendu"
        ),
        "OrderCancelled" => t!("the order is cancelled, with its reason", "la commande est annulée, avec son motif"),
        "PaymentSucceeded" => t!("the card was accepted", "la carte est acceptée"),
        "OrderPaid" => t!("the store has heard of it", "le magasin en est informé"),
        "SagaCompleted" => t!("the end", "la fin"),
        _ => String::new(),
    }
}
