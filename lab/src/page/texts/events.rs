//! What each event means to a class.

use problem_types::Text;

/// What had happened when this event was written; nothing for a type that is not known here.
pub(in crate::page) fn meaning(event_type: &str) -> Option<Text> {
    Some(match event_type {
        "OrderCreated" => Text::fixed("order written, with its event", "commande écrite, avec son événement"),
        "OrderCreationFailed" => Text::fixed("no such order can be", "cette commande est impossible"),
        "StockDecreased" => Text::fixed("every item taken from stock", "tous les articles prélevés du stock"),
        "StockDecreaseFailed" => {
            Text::fixed("too little in stock: nothing taken", "stock insuffisant\u{a0}: rien de prélevé")
        }
        "PaymentCreated" => Text::fixed("one payment, ever", "un seul paiement, jamais deux"),
        "PaymentCreationFailed" => Text::fixed("payment refused by a rule", "paiement refusé par une règle"),
        "PaymentSucceeded" => Text::fixed("the card was accepted", "la carte est acceptée"),
        "PaymentDeclined" => Text::fixed("the card was declined", "la carte est refusée"),
        "PaymentVoided" => Text::fixed("the payment is void", "le paiement est annulé"),
        "PaymentRefunded" => Text::fixed("the money is given back", "l’argent est rendu"),
        "PaymentExpired" => Text::fixed("too late to pay", "trop tard pour payer"),
        "OrderPaid" => Text::fixed("the store knows that it is paid", "le magasin sait qu’elle est payée"),
        "OrderCancellationRequested" => Text::fixed("the customer cancels", "le client annule"),
        "StockIncreased" => Text::fixed("what was taken is given back", "ce qui était prélevé est rendu"),
        "OrderCancelled" => Text::fixed("the order is cancelled", "la commande est annulée"),
        "SagaCompleted" => Text::fixed("the end of the saga", "la fin de la saga"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_events::{SAGA, Topic};

    #[test]
    fn every_event_of_an_order_has_its_meaning() {
        for spec in SAGA.events.iter().filter(|spec| spec.topic == Topic::ORDER_SAGA_EVENTS) {
            assert!(meaning(spec.event_type).is_some(), "{}", spec.event_type);
        }
    }
}
