//! What can be wrong with payments.

use crate::Retry;
use crate::problem_type::problem_types;

problem_types! {
    PAYMENT_NOT_FOUND: "payment-not-found", 404, Retry::No => {
        title: "There is no such payment",
            "Ce paiement n'existe pas";
        meaning: "No payment has the id in the path.",
            "Aucun paiement n'a l'identifiant du chemin.";
        advice: "Find an order's payment with GET /payments?order_id=.",
            "Trouvez le paiement d'une commande avec GET /payments?order_id=.";
        example: "No payment has the id 999; GET /payments?order_id= finds an order's",
            "Aucun paiement n'a l'identifiant 999 ; GET /payments?order_id= trouve celui d'une commande";
    }
    PAYMENT_CLOSED: "payment-closed", 409, Retry::No => {
        title: "The payment can no longer be paid",
            "Le paiement ne peut plus être fait";
        meaning: "Its order was cancelled, or its time to be paid has passed. No card was charged now.",
            "Sa commande a été annulée, ou son délai de paiement est passé. Aucune carte n'a été débitée cette fois.";
        advice: "Place a new order; it gets a payment of its own.",
            "Passez une nouvelle commande ; elle aura son propre paiement.";
        example: "Its time to be paid has passed and the order is given up; place a new order",
            "Son délai de paiement est passé et la commande est abandonnée ; passez une nouvelle commande";
        members: PaymentId = "7", PaymentStatus = r#""expired""#;
    }
    PAYMENT_DIFFERS: "payment-differs", 409, Retry::No => {
        title: "The order has another payment already",
            "La commande a déjà un autre paiement";
        meaning: "An order has one payment only, and the one it has is by another user or of another amount.",
            "Une commande n'a qu'un seul paiement, et celui qu'elle a est d'un autre utilisateur ou d'un autre montant.";
        advice: "Use the payment that payment_id names, or correct user_id and total_amount.",
            "Utilisez le paiement que payment_id nomme, ou corrigez user_id et total_amount.";
        example: "Order 7 has payment 9, by another user or of another amount; an order has one payment only: use that one",
            "La commande 7 a le paiement 9, d'un autre utilisateur ou d'un autre montant ; une commande n'en a qu'un : utilisez celui-là";
        members: PaymentId = "9";
    }
    PAYMENT_REFUSED: "payment-refused", 409, Retry::No => {
        title: "The order must not be paid",
            "La commande ne doit pas être payée";
        meaning: "The order is cancelled or was refused, and gets no payment any more.",
            "La commande est annulée ou a été refusée, et ne reçoit plus de paiement.";
        advice: "Place a new order.",
            "Passez une nouvelle commande.";
        example: "Order 7 is cancelled or was refused; place a new order",
            "La commande 7 est annulée ou a été refusée ; passez une nouvelle commande";
    }
    PAYMENT_NOT_ALLOWED: "payment-not-allowed", 422, Retry::No => {
        title: "The rules of payment do not allow this",
            "Les règles de paiement ne le permettent pas";
        meaning: "The amount is above what can be paid at once, or the user may not pay here; the member field says which.",
            "Le montant dépasse ce qui peut être payé en une fois, ou l'utilisateur ne peut payer ici ; le membre field dit lequel des deux.";
        advice: "Split the order, or ask the store about the user.",
            "Divisez la commande, ou renseignez-vous auprès du magasin.";
        example: "At most 10000.00 can be paid at once; split the order",
            "Au plus 10000.00 peuvent être payés en une fois ; divisez la commande";
        members: Field = r#""total_amount""#;
    }
    INVALID_CARD: "invalid-card", 422, Retry::No => {
        title: "The card cannot be charged as given",
            "La carte ne peut être débitée telle quelle";
        meaning: "The number, the code or the expiration date of the card is mistyped, or the card has expired. Nothing was charged, and the payment stays open.",
            "Le numéro, le code ou la date d'expiration de la carte comporte une faute, ou la carte a expiré. Rien n'a été débité, et le paiement reste ouvert.";
        advice: "Correct the field that the member field names, or use another card.",
            "Corrigez le champ que nomme le membre field, ou utilisez une autre carte.";
        example: "cardNumber: is no card number: its check digit is wrong; look for a mistyped digit; nothing was charged",
            "cardNumber : n'est pas un numéro de carte, son chiffre de contrôle est faux, cherchez une faute de frappe ; rien n'a été débité";
        members: Field = r#""cardNumber""#;
    }
}
