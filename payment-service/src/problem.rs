//! Which error of this service is which problem for a client: the one place, an exhaustive match.

use problem_types::{
    INVALID_CARD, Language, Member, PAYMENT_CLOSED, PAYMENT_DIFFERS, PAYMENT_NOT_ALLOWED, PAYMENT_NOT_FOUND,
    PAYMENT_REFUSED, Text, text,
};
use service_kit::{Problem, database};
use shared_events::PaymentRefusal;

use crate::payments::PaymentError;
use crate::payments::domain::PaymentStatus;

impl From<PaymentError> for Problem {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::NotFound { payment_id } => Self::new(&PAYMENT_NOT_FOUND).detail(text!(
                "No payment has the id {payment_id}; GET /payments?order_id= finds an order's",
                "Aucun paiement n'a l'identifiant {payment_id} ; GET /payments?order_id= trouve celui d'une commande"
            )),
            PaymentError::Closed { payment_id, status } => closed(status).with(Member::PaymentId, payment_id),
            PaymentError::InvalidCard(error) => {
                let (field, message) = (error.field(), error.message());
                let (en, fr) = (message.get(Language::En), message.get(Language::Fr));
                Self::new(&INVALID_CARD)
                    .detail(text!("{field}: {en}; nothing was charged", "{field} : {fr} ; rien n'a été débité"))
                    .with(Member::Field, field)
            }
            PaymentError::Different { order_id, payment_id } => Self::new(&PAYMENT_DIFFERS)
                .detail(text!(
                    "Order {order_id} has payment {payment_id}, by another user or of another amount; an order has \
                     one payment only: use that one",
                    "La commande {order_id} a le paiement {payment_id}, d'un autre utilisateur ou d'un autre montant ; \
                     une commande n'en a qu'un : utilisez celui-là"
                ))
                .with(Member::PaymentId, payment_id),
            PaymentError::OrderRefused { order_id } => Self::new(&PAYMENT_REFUSED).detail(text!(
                "Order {order_id} is cancelled or was refused; place a new order",
                "La commande {order_id} est annulée ou a été refusée ; passez une nouvelle commande"
            )),
            PaymentError::PolicyRefused(reason) => policy_refused(&reason),
            PaymentError::Database(error) => database::problem(&error),
            PaymentError::Emit(error) => database::unexpected(&error),
        }
    }
}

fn closed(status: PaymentStatus) -> Problem {
    let advice = match status {
        PaymentStatus::Expired => Text::fixed(
            "Its time to be paid has passed and the order is given up; place a new order",
            "Son délai de paiement est passé et la commande est abandonnée ; passez une nouvelle commande",
        ),
        PaymentStatus::Refunded => Text::fixed(
            "Its order was cancelled and the money given back; place a new order",
            "Sa commande a été annulée et l'argent rendu ; passez une nouvelle commande",
        ),
        PaymentStatus::Voided | PaymentStatus::Open | PaymentStatus::Paid | PaymentStatus::Declined => Text::fixed(
            "Its order was cancelled and nothing was charged; place a new order",
            "Sa commande a été annulée et rien n'a été débité ; passez une nouvelle commande",
        ),
    };
    Problem::new(&PAYMENT_CLOSED).detail(advice).with(Member::PaymentStatus, status.as_str())
}

fn policy_refused(reason: &PaymentRefusal) -> Problem {
    match reason {
        PaymentRefusal::AmountAboveCeiling { ceiling } => Problem::new(&PAYMENT_NOT_ALLOWED)
            .detail(text!(
                "At most {ceiling} can be paid at once; split the order",
                "Au plus {ceiling} peuvent être payés en une fois ; divisez la commande"
            ))
            .with(Member::Field, "total_amount"),
        PaymentRefusal::UserBlocked { user_id } => Problem::new(&PAYMENT_NOT_ALLOWED)
            .detail(text!(
                "User {user_id} may not pay here; ask the store",
                "L'utilisateur {user_id} ne peut pas payer ici ; renseignez-vous auprès du magasin"
            ))
            .with(Member::Field, "user_id"),
        PaymentRefusal::OrderCancelled | PaymentRefusal::AmountMismatch { .. } => {
            Problem::new(&PAYMENT_REFUSED).detail(Text::fixed("Place a new order", "Passez une nouvelle commande"))
        }
    }
}
