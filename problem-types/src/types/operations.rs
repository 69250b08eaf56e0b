//! What can be wrong on the admin port.

use crate::Retry;
use crate::problem_type::problem_types;

problem_types! {
    PARKED_EVENT_NOT_FOUND: "parked-event-not-found", 404, Retry::No => {
        title: "There is no such parked event",
            "Cet événement mis de côté n'existe pas";
        meaning: "No event is parked under the id: it was replayed or discarded meanwhile, or never there.",
            "Aucun événement n'est mis de côté sous cet identifiant : il a été rejoué ou abandonné entre-temps, ou n'a jamais existé.";
        advice: "Find those there are with GET /admin/parked-events, and those given up with GET /admin/discarded-events.",
            "Trouvez ceux qui existent avec GET /admin/parked-events, et ceux qui ont été abandonnés avec GET /admin/discarded-events.";
        example: "No event is parked under the id 7: it was replayed or discarded, or never there; see GET /admin/parked-events",
            "Aucun événement n'est mis de côté sous l'identifiant 7 : il a été rejoué ou abandonné, ou n'a jamais existé ; voyez GET /admin/parked-events";
    }
}
