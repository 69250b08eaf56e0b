//! What can be wrong with a query in GraphQL. There the slug is `extensions.code` of an error in a 200; the status is
//! that of the same problem where it is answered over plain HTTP.

use crate::Retry;
use crate::problem_type::problem_types;

problem_types! {
    INVALID_ARGUMENT: "invalid-argument", 400, Retry::No => {
        title: "An argument of the query is not acceptable",
            "Un argument de la requête GraphQL n'est pas acceptable";
        meaning: "An argument of a GraphQL field has a value that its field cannot take, such as a negative page size.",
            "Un argument d'un champ GraphQL a une valeur que le champ n'accepte pas, comme une taille de page négative.";
        advice: "Correct the argument that the message names.",
            "Corrigez l'argument que le message nomme.";
        example: "first: must be 0 to 100",
            "first : doit être de 0 à 100";
        members: Field = r#""first""#;
    }
    INVALID_GRAPHQL: "invalid-graphql", 400, Retry::No => {
        title: "The query is not valid GraphQL",
            "La requête n'est pas du GraphQL valide";
        meaning: "The document has an error of syntax, or asks for what the schema does not have.",
            "Le document comporte une erreur de syntaxe, ou demande ce que le schéma n'a pas.";
        advice: "Correct the document at the place that the error names; the schema answers introspection.",
            "Corrigez le document à l'endroit que l'erreur indique ; le schéma répond à l'introspection.";
        example: "Unknown field \"colour\" on type \"Product\"",
            "Champ inconnu « colour » du type « Product »";
    }
    QUERY_TOO_COMPLEX: "query-too-complex", 400, Retry::No => {
        title: "The query asks for too much at once",
            "La requête demande trop à la fois";
        meaning: "The query nests too deep, or would read more than one request may.",
            "La requête est trop imbriquée, ou lirait plus qu'une requête ne le peut.";
        advice: "Ask for fewer fields, smaller pages or less depth, in several queries.",
            "Demandez moins de champs, des pages plus petites ou moins de profondeur, en plusieurs requêtes.";
        example: "The query is nested too deep",
            "La requête est trop imbriquée";
    }
    FOREIGN_ORIGIN: "foreign-origin", 403, Retry::No => {
        title: "A page of another site may not open this websocket",
            "La page d'un autre site ne peut pas ouvrir ce websocket";
        meaning: "A browser asked for a websocket on behalf of a page that this service did not serve.",
            "Un navigateur a demandé un websocket pour une page que ce service n'a pas servie.";
        advice: "Open the page of the service itself, or connect with a client that is no browser.",
            "Ouvrez la page du service lui-même, ou connectez-vous avec un client qui n'est pas un navigateur.";
        example: "A page of another site may not open this websocket",
            "La page d'un autre site ne peut pas ouvrir ce websocket";
    }
    TOO_MANY_SUBSCRIPTIONS: "too-many-subscriptions", 503, Retry::After(5) => {
        title: "There is no room for another subscription",
            "Il n'y a plus de place pour un abonnement de plus";
        meaning: "As many websockets are open, or as many operations run on this one, as the service takes.",
            "Autant de websockets sont ouverts, ou autant d'opérations y tournent, que le service en accepte.";
        advice: "End subscriptions that are no longer needed; follow several products with one; try again later.",
            "Terminez les abonnements devenus inutiles ; suivez plusieurs produits avec un seul ; réessayez plus tard.";
        example: "There is no room for another subscription",
            "Il n'y a plus de place pour un abonnement de plus";
    }
    SUBSCRIPTION_OVERRUN: "subscription-overrun", 503, Retry::After(1) => {
        title: "Changes may have been missed",
            "Des changements ont pu être manqués";
        meaning: "The subscriber read so slowly that some changes could not be kept for it, or the service could not hear of changes for a while. The subscription has ended.",
            "L'abonné lisait si lentement que des changements n'ont pu lui être gardés, ou le service n'a pu entendre parler de changements pendant un moment. L'abonnement est terminé.";
        advice: "Subscribe again, then read the levels of the products once: they are current.",
            "Abonnez-vous de nouveau, puis lisez une fois les niveaux des produits : ils sont à jour.";
        example: "Subscribe again, then read the levels once",
            "Abonnez-vous de nouveau, puis lisez une fois les niveaux";
    }
}
