//! What a client is told when the database is the cause.

use crate::Retry;
use crate::problem_type::problem_types;

problem_types! {
    DATABASE_UNAVAILABLE: "database-unavailable", 503, Retry::After(2) => {
        title: "The database cannot be reached",
            "La base de données est injoignable";
        meaning: "The service runs, and its database does not answer, as while it restarts. Nothing was changed.",
            "Le service fonctionne, mais sa base de données ne répond pas, par exemple pendant un redémarrage. Rien n'a été modifié.";
        advice: "Send the same request again after the seconds that Retry-After says.",
            "Renvoyez la même requête après le nombre de secondes que dit Retry-After.";
        example: "Send the request again in a few seconds",
            "Renvoyez la requête dans quelques secondes";
    }
    DATABASE_BUSY: "database-busy", 503, Retry::After(1) => {
        title: "Too many requests change the same thing",
            "Trop de requêtes modifient la même chose";
        meaning: "Other requests held what this one was to change, each time that it was tried. Nothing was changed.",
            "D'autres requêtes tenaient ce que celle-ci devait modifier, à chaque essai. Rien n'a été modifié.";
        advice: "Send the same request again after the seconds that Retry-After says.",
            "Renvoyez la même requête après le nombre de secondes que dit Retry-After.";
        example: "Nothing was changed; send the request again",
            "Rien n'a été modifié ; renvoyez la requête";
    }
    OUTCOME_UNKNOWN: "outcome-unknown", 503, Retry::LookFirst => {
        title: "The database was lost while it saved the request",
            "La base de données s'est interrompue pendant l'enregistrement de la requête";
        meaning: "The connection to the database broke while the change was being saved. Whether it took effect is not known.",
            "La connexion à la base de données s'est rompue pendant l'enregistrement. On ne sait pas si la modification a pris effet.";
        advice: "Read whether it took effect before you send it again: GET what it was to change, or the list that would hold what it was to create. Under the same Idempotency-Key it can be sent again without a look.",
            "Vérifiez si elle a pris effet avant de la renvoyer : lisez avec GET ce qu'elle devait modifier, ou la liste où figurerait ce qu'elle devait créer. Avec la même Idempotency-Key, elle peut être renvoyée sans vérifier.";
        example: "Whether the request took effect is not known. Before you send it again, read whether it did: GET what it was to change, or the list that would hold what it was to create",
            "On ne sait pas si la requête a pris effet. Avant de la renvoyer, vérifiez-le : lisez avec GET ce qu'elle devait modifier, ou la liste où figurerait ce qu'elle devait créer";
    }
}
