//! What can be wrong with users, products, stock and orders.

use crate::Retry;
use crate::problem_type::problem_types;

problem_types! {
    USER_NOT_FOUND: "user-not-found", 404, Retry::No => {
        title: "There is no such user",
            "Cet utilisateur n'existe pas";
        meaning: "No user has the id in the path: it was never given, or the user was deleted.",
            "Aucun utilisateur n'a l'identifiant du chemin : il n'a jamais été attribué, ou l'utilisateur a été supprimé.";
        advice: "Find the user with GET /users, or with GET /users?email=.",
            "Trouvez l'utilisateur avec GET /users, ou avec GET /users?email=.";
        example: "There is no user 999; see GET /users for those there are",
            "L'utilisateur 999 n'existe pas ; voyez GET /users pour ceux qui existent";
    }
    EMAIL_TAKEN: "email-taken", 409, Retry::No => {
        title: "Another user has this mail address",
            "Un autre utilisateur a cette adresse de courriel";
        meaning: "No two users share a mail address; upper and lower case make no difference.",
            "Deux utilisateurs ne partagent jamais une adresse de courriel ; les majuscules n'y changent rien.";
        advice: "Use another address, or find that user with GET /users?email=.",
            "Utilisez une autre adresse, ou trouvez cet utilisateur avec GET /users?email=.";
        example: "Another user has the address ada@example.org; use another one, or find that user with GET /users?email=",
            "Un autre utilisateur a l'adresse ada@example.org ; utilisez-en une autre, ou trouvez-le avec GET /users?email=";
        members: Email = r#""ada@example.org""#;
    }
    USER_IN_USE: "user-in-use", 409, Retry::No => {
        title: "The user has orders and stays",
            "L'utilisateur a des commandes et reste";
        meaning: "Orders stay readable for good, and with them whose they are. A user with orders cannot be deleted.",
            "Les commandes restent lisibles pour toujours, et avec elles à qui elles sont. Un utilisateur qui en a ne peut être supprimé.";
        advice: "Leave the user; see the orders with GET /orders?user_id=.",
            "Gardez l'utilisateur ; voyez ses commandes avec GET /orders?user_id=.";
        example: "User 7 has orders, which stay readable for good; see GET /orders?user_id=7",
            "L'utilisateur 7 a des commandes, qui restent lisibles pour toujours ; voyez GET /orders?user_id=7";
    }
    PRODUCT_NOT_FOUND: "product-not-found", 404, Retry::No => {
        title: "There is no such product",
            "Ce produit n'existe pas";
        meaning: "No product has this id: it was never given, or the product was deleted.",
            "Aucun produit n'a cet identifiant : il n'a jamais été attribué, ou le produit a été supprimé.";
        advice: "Find the product with GET /products, or with GET /products?sku=.",
            "Trouvez le produit avec GET /products, ou avec GET /products?sku=.";
        example: "There is no product 999; see GET /products for those there are",
            "Le produit 999 n'existe pas ; voyez GET /products pour ceux qui existent";
    }
    SKU_TAKEN: "sku-taken", 409, Retry::No => {
        title: "Another product has this sku",
            "Un autre produit a ce numéro SKU";
        meaning: "No two products share a code.",
            "Deux produits ne partagent jamais un code.";
        advice: "Use another code, or find that product with GET /products?sku=.",
            "Utilisez un autre code, ou trouvez ce produit avec GET /products?sku=.";
        example: "Another product has the sku LP12567; use another one, or find that product with GET /products?sku=",
            "Un autre produit a le SKU LP12567 ; utilisez-en un autre, ou trouvez ce produit avec GET /products?sku=";
        members: Sku = r#""LP12567""#;
    }
    PRODUCT_IN_USE: "product-in-use", 409, Retry::No => {
        title: "The product was ordered and stays",
            "Le produit a été commandé et reste";
        meaning: "Orders stay readable for good, and with them what was ordered. A product that was ordered cannot be deleted.",
            "Les commandes restent lisibles pour toujours, et avec elles ce qui fut commandé. Un produit commandé ne peut être supprimé.";
        advice: "Set its stock to 0 with POST /stocks instead: nobody can buy it then.",
            "Mettez plutôt son stock à 0 avec POST /stocks : personne ne peut alors l'acheter.";
        example: "Product 7 was ordered, and orders stay readable for good; set its stock to 0 instead",
            "Le produit 7 a été commandé, et les commandes restent lisibles pour toujours ; mettez plutôt son stock à 0";
    }
    ORDER_NOT_FOUND: "order-not-found", 404, Retry::No => {
        title: "There is no such order",
            "Cette commande n'existe pas";
        meaning: "No order has the id in the path. Orders are never removed: it was never given.",
            "Aucune commande n'a l'identifiant du chemin. Les commandes ne sont jamais supprimées : il n'a jamais été attribué.";
        advice: "Find the order with GET /orders, or with GET /orders?user_id=.",
            "Trouvez la commande avec GET /orders, ou avec GET /orders?user_id=.";
        example: "There is no order 999; see GET /orders for those there are",
            "La commande 999 n'existe pas ; voyez GET /orders pour celles qui existent";
    }
    ORDER_CONFLICT: "order-conflict", 409, Retry::No => {
        title: "The order's state does not allow this",
            "L'état de la commande ne le permet pas";
        meaning: "What was asked for contradicts where the order stands; the member order_status says where.",
            "Ce qui est demandé contredit l'état de la commande ; le membre order_status dit lequel.";
        advice: "Read the order with GET /orders/{id}, and its story with GET /orders/{id}/timeline.",
            "Lisez la commande avec GET /orders/{id}, et son histoire avec GET /orders/{id}/timeline.";
        example: "Order 7 is cancelled; see its timeline",
            "La commande 7 est à l'état cancelled ; voyez son histoire";
        members: OrderStatus = r#""cancelled""#;
    }
    TOTAL_TOO_LARGE: "total-too-large", 422, Retry::No => {
        title: "The order's total is too large",
            "Le total de la commande est trop élevé";
        meaning: "The sum of prices and quantities is more than the store can write down.",
            "La somme des prix et des quantités dépasse ce que le magasin peut écrire.";
        advice: "Divide it into several orders.",
            "Divisez-la en plusieurs commandes.";
        example: "The total is above 9999999999.99; divide it into several orders",
            "Le total dépasse 9999999999.99 ; divisez-la en plusieurs commandes";
    }
    UNKNOWN_USER: "unknown-user", 422, Retry::No => {
        title: "The order names a user who does not exist",
            "La commande nomme un utilisateur qui n'existe pas";
        meaning: "The order was well-formed, but nobody has its user_id. No order was made; the event OrderCreationFailed tells of it.",
            "La commande était bien formée, mais personne n'a son user_id. Aucune commande n'est née ; l'événement OrderCreationFailed le dit.";
        advice: "See GET /users for those who can order, or create the user first.",
            "Voyez GET /users pour ceux qui peuvent commander, ou créez d'abord l'utilisateur.";
        example: "There is no user 999; see GET /users for those who can order",
            "L'utilisateur 999 n'existe pas ; voyez GET /users pour ceux qui peuvent commander";
        members: UserId = "999", CorrelationId = r#""0192f3c4-7a10-7c3e-9d55-0c2f6a1b7e11""#;
    }
    UNKNOWN_PRODUCT: "unknown-product", 422, Retry::No => {
        title: "The order names products that do not exist",
            "La commande nomme des produits qui n'existent pas";
        meaning: "The order was well-formed, but some of its products are not sold here. No order was made; the event OrderCreationFailed tells of it.",
            "La commande était bien formée, mais certains de ses produits ne sont pas vendus ici. Aucune commande n'est née ; l'événement OrderCreationFailed le dit.";
        advice: "See GET /products for what can be ordered, and order without those that product_ids names.",
            "Voyez GET /products pour ce qui peut être commandé, et commandez sans ceux que product_ids nomme.";
        example: "There are no products [998, 999]; see GET /products for what can be ordered",
            "Les produits [998, 999] n'existent pas ; voyez GET /products pour ce qui peut être commandé";
        members: ProductIds = "[998, 999]", CorrelationId = r#""0192f3c4-7a10-7c3e-9d55-0c2f6a1b7e11""#;
    }
    LEVEL_TOO_HIGH: "level-too-high", 422, Retry::No => {
        title: "The level of the product would be too high",
            "Le niveau de stock du produit serait trop élevé";
        meaning: "The goods that were announced would bring the level above 1,000,000,000.",
            "La marchandise annoncée porterait le niveau au-dessus de 1 000 000 000.";
        advice: "Read the level of the product and announce what there is room for.",
            "Lisez le niveau du produit et annoncez ce qui peut encore entrer.";
        example: "the level of product 3 is 999999990 and cannot go above 1000000000; nothing was changed",
            "le niveau du produit 3 est 999999990 et ne peut pas dépasser 1000000000 ; rien n'a été changé";
        members: ProductId = "3";
    }
}
