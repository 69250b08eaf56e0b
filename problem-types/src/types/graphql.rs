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
        example: "first: must be 1 to 100",
            "first : doit être de 1 à 100";
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
}
