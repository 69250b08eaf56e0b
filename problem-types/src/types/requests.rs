//! What can be wrong with any request, whatever it asks for.

use crate::Retry;
use crate::problem_type::problem_types;

problem_types! {
    MALFORMED_JSON: "malformed-json", 400, Retry::No => {
        title: "The body is not valid JSON",
            "Le corps n'est pas du JSON valide";
        meaning: "The body of the request breaks off, or breaks the rules of JSON: a comma too many, a quote missing.",
            "Le corps de la requête s'interrompt ou enfreint les règles de JSON : une virgule en trop, un guillemet qui manque.";
        advice: "Check the body with a JSON validator at the line and column that the detail names. Nothing was changed.",
            "Vérifiez le corps avec un validateur JSON, à la ligne et à la colonne indiquées. Rien n'a été modifié.";
        example: "The JSON has an error at line 1, column 12",
            "Le JSON contient une erreur à la ligne 1, colonne 12";
    }
    INVALID_ID: "invalid-id", 400, Retry::No => {
        title: "The id in the path is not a number",
            "L'identifiant dans le chemin n'est pas un nombre";
        meaning: "Ids are whole numbers. What stands in their place in the path is none.",
            "Les identifiants sont des nombres entiers. Ce qui se trouve à leur place dans le chemin n'en est pas un.";
        advice: "Use the id as it was answered at creation, or find it in the list.",
            "Utilisez l'identifiant tel qu'il a été donné à la création, ou cherchez-le dans la liste.";
        example: "Use the id as it was answered at creation, a whole number such as 7",
            "Utilisez l'identifiant tel qu'il a été donné à la création, un nombre entier comme 7";
    }
    INVALID_QUERY: "invalid-query", 400, Retry::No => {
        title: "A parameter of the query is not acceptable",
            "Un paramètre de la requête n'est pas acceptable";
        meaning: "A parameter after the question mark of the address has the wrong type or lies out of its bounds.",
            "Un paramètre après le point d'interrogation de l'adresse est du mauvais type ou sort de ses bornes.";
        advice: "Correct the parameter that the detail names, or leave it out.",
            "Corrigez le paramètre que le détail nomme, ou omettez-le.";
        example: "limit: must be 1 to 200",
            "limit : doit être de 1 à 200";
    }
    INVALID_IDEMPOTENCY_KEY: "invalid-idempotency-key", 400, Retry::No => {
        title: "The Idempotency-Key is not acceptable",
            "L'en-tête Idempotency-Key n'est pas acceptable";
        meaning: "The header Idempotency-Key is empty, too long, there twice, or holds more than visible ASCII characters.",
            "L'en-tête Idempotency-Key est vide, trop long, présent deux fois, ou ne se limite pas aux caractères ASCII visibles.";
        advice: "Send one key of up to 255 visible characters, new for each new request; a UUID is a good one.",
            "Envoyez une seule clé, de 255 caractères visibles au plus, nouvelle à chaque nouvelle requête ; un UUID convient bien.";
        example: "The key is longer than 255 characters",
            "La clé dépasse 255 caractères";
    }
    NO_SUCH_ROUTE: "no-such-route", 404, Retry::No => {
        title: "There is nothing at this path",
            "Il n'y a rien à ce chemin";
        meaning: "The service has no route of this path.",
            "Le service n'a aucune route de ce chemin.";
        advice: "Check the spelling. The service lists its routes at /openapi.json.",
            "Vérifiez l'orthographe. Le service énumère ses routes à /openapi.json.";
        example: "/ordres is no route of this service; check the spelling",
            "/ordres n'est pas une route de ce service ; vérifiez l'orthographe";
    }
    UNKNOWN_PROBLEM_TYPE: "unknown-problem-type", 404, Retry::No => {
        title: "There is no such problem type",
            "Ce type de problème n'existe pas";
        meaning: "The page of a problem type was asked for that no service of the store answers with.",
            "On a demandé la page d'un type de problème qu'aucun service du magasin n'emploie.";
        advice: "See /problems for all there are.",
            "Consultez /problems pour tous ceux qui existent.";
        example: "There is no problem type email-lost; see /problems for all there are",
            "Le type de problème email-lost n'existe pas ; consultez /problems pour tous ceux qui existent";
    }
    METHOD_NOT_ALLOWED: "method-not-allowed", 405, Retry::No => {
        title: "The path exists, but not with this method",
            "Le chemin existe, mais pas avec cette méthode";
        meaning: "There is something at this path, and it takes other methods than the one that was used.",
            "Il y a quelque chose à ce chemin, qui accepte d'autres méthodes que celle employée.";
        advice: "Use one of the methods that the header Allow lists.",
            "Utilisez l'une des méthodes que l'en-tête Allow énumère.";
        example: "The header Allow lists the methods that it takes",
            "L'en-tête Allow énumère les méthodes acceptées";
    }
    NOT_ACCEPTABLE: "not-acceptable", 406, Retry::No => {
        title: "The answer does not exist in a format that you accept",
            "La réponse n'existe dans aucun format que vous acceptez";
        meaning: "The header Accept excludes every format in which this can be answered.",
            "L'en-tête Accept exclut tous les formats dans lesquels ceci peut être donné.";
        advice: "Leave the header out, or accept one of the formats that the detail names.",
            "Omettez l'en-tête, ou acceptez l'un des formats que le détail nomme.";
        example: "It exists as application/json and as text/csv",
            "La réponse existe en application/json et en text/csv";
    }
    REQUEST_IN_FLIGHT: "request-in-flight", 409, Retry::After(1) => {
        title: "A request with this Idempotency-Key is still running",
            "Une requête avec cette Idempotency-Key est encore en cours";
        meaning: "The same key came with an earlier request that has not been answered yet.",
            "La même clé est venue avec une requête antérieure qui n'a pas encore reçu de réponse.";
        advice: "Wait for the seconds that Retry-After says, then send the same request again: it gets the first one's answer.",
            "Attendez le nombre de secondes que dit Retry-After, puis renvoyez la même requête : elle reçoit la réponse de la première.";
        example: "The first request with this key is not finished; send it again in a second",
            "La première requête avec cette clé n'est pas terminée ; renvoyez-la dans une seconde";
    }
    PRECONDITION_FAILED: "precondition-failed", 412, Retry::No => {
        title: "It was changed since you read it",
            "Cela a été modifié depuis votre lecture";
        meaning: "The header If-Match names a state that is no longer the present one: somebody else changed or deleted it meanwhile. Nothing was overwritten.",
            "L'en-tête If-Match nomme un état qui n'est plus l'état actuel : quelqu'un d'autre l'a modifié ou supprimé entre-temps. Rien n'a été écrasé.";
        advice: "Read it again, apply your change to what it is now, and send that with the new ETag.",
            "Relisez-le, appliquez votre modification à l'état actuel, et envoyez le résultat avec le nouvel ETag.";
        example: "Product 7 is at \"4\" now; read it again and send your change with that ETag",
            "Le produit 7 est maintenant à \"4\" ; relisez-le et envoyez votre modification avec cet ETag";
        members: Etag = r#""\"4\"""#;
    }
    BODY_TOO_LARGE: "body-too-large", 413, Retry::No => {
        title: "The body is too large",
            "Le corps est trop grand";
        meaning: "The body has more bytes than a request may have.",
            "Le corps compte plus d'octets qu'une requête ne peut en avoir.";
        advice: "Divide it into several requests.",
            "Divisez-le en plusieurs requêtes.";
        example: "Send at most 65536 bytes",
            "Envoyez au plus 65536 octets";
    }
    UNSUPPORTED_MEDIA_TYPE: "unsupported-media-type", 415, Retry::No => {
        title: "The body must be plain JSON",
            "Le corps doit être du JSON simple";
        meaning: "The header Content-Type does not announce JSON, or Content-Encoding says that the body is compressed.",
            "L'en-tête Content-Type n'annonce pas du JSON, ou Content-Encoding dit que le corps est compressé.";
        advice: "Send the body as it is, with Content-Type: application/json.",
            "Envoyez le corps tel quel, avec Content-Type: application/json.";
        example: "Send the header Content-Type: application/json",
            "Envoyez l'en-tête Content-Type: application/json";
    }
    INVALID_BODY: "invalid-body", 422, Retry::No => {
        title: "A field of the body is missing or not acceptable",
            "Un champ du corps manque ou n'est pas acceptable";
        meaning: "The body is well-formed JSON, and one of its fields is missing, has the wrong type or lies out of its bounds.",
            "Le corps est du JSON bien formé, mais un de ses champs manque, est du mauvais type ou sort de ses bornes.";
        advice: "Correct the field that the member field names. Nothing was changed.",
            "Corrigez le champ que nomme le membre field. Rien n'a été modifié.";
        example: "items[0].quantity: missing field `quantity`",
            "items[0].quantity : le champ « quantity » manque";
        members: Field = r#""items[0].quantity""#, ProductId = "7";
    }
    IDEMPOTENCY_KEY_REUSED: "idempotency-key-reused", 422, Retry::No => {
        title: "The Idempotency-Key belongs to another request",
            "Cette Idempotency-Key appartient à une autre requête";
        meaning: "The key came before with another path or another body. Nothing was done this time.",
            "La clé est déjà venue avec un autre chemin ou un autre corps. Rien n'a été fait cette fois.";
        advice: "Use a new key for a new request, and the same key only to repeat the very same one.",
            "Utilisez une nouvelle clé pour une nouvelle requête, et la même clé seulement pour répéter exactement la même.";
        example: "The key came before with another path or body; use a new one",
            "La clé est déjà venue avec un autre chemin ou un autre corps ; utilisez-en une nouvelle";
    }
    INTERNAL_ERROR: "internal-error", 500, Retry::No => {
        title: "Something went wrong on our side",
            "Une erreur s'est produite de notre côté";
        meaning: "The service met a fault of its own. The cause stands in its log and is not told to clients.",
            "Le service a rencontré une faute qui lui est propre. La cause figure dans son journal et n'est pas dite aux clients.";
        advice: "Tell those who run the store what you did and when.",
            "Dites à l'équipe du magasin ce que vous avez fait, et quand.";
        example: "Nothing that you sent explains it; tell those who run the store what you did and when",
            "Rien dans votre envoi ne l'explique ; dites à l'équipe du magasin ce que vous avez fait, et quand";
    }
    REQUEST_TIMEOUT: "request-timeout", 503, Retry::LookFirst => {
        title: "The request took too long and was abandoned",
            "La requête a pris trop de temps et a été abandonnée";
        meaning: "The service gave up on the request after its time limit. As a rule nothing was changed; only a change that was being saved at that very moment may have taken effect.",
            "Le service a renoncé à la requête à l'échéance de son délai. En règle générale, rien n'a été modifié ; seule une modification que l'on enregistrait à cet instant peut avoir pris effet.";
        advice: "Wait for the seconds that Retry-After says and read whether it took effect before you send it again. Under the same Idempotency-Key it can be sent again without a look.",
            "Attendez le nombre de secondes que dit Retry-After et vérifiez si elle a pris effet avant de la renvoyer. Avec la même Idempotency-Key, elle peut être renvoyée sans vérifier.";
        example: "Read whether it took effect before you send it again",
            "Vérifiez si elle a pris effet avant de la renvoyer";
    }
}
