//! The one place where a feature's error becomes an answer (RFC 9457), with what to do about it.

use problem_types::{
    EMAIL_TAKEN, IDEMPOTENCY_KEY_REUSED, INVALID_ARGUMENT, LEVEL_TOO_HIGH, Member, ORDER_CONFLICT, ORDER_NOT_FOUND,
    PRECONDITION_FAILED, PRODUCT_IN_USE, PRODUCT_NOT_FOUND, SKU_TAKEN, TOTAL_TOO_LARGE, Text, UNKNOWN_PRODUCT,
    UNKNOWN_USER, USER_IN_USE, USER_NOT_FOUND, text,
};
use serde_json::json;
use service_kit::{ETag, Problem, database};
use shared_events::{Money, OrderCreationFailure, ProductId};
use uuid::Uuid;

use crate::name::MAX_NAME_CHARS;
use crate::orders::{MAX_ITEMS, MAX_QUANTITY, OrderError};
use crate::products::{MAX_PRICE, MAX_SKU_CHARS, MIN_PRICE, ProductError};
use crate::stocks::{MAX_KEY_CHARS, MAX_LEVEL, StockError};
use crate::users::{MAX_EMAIL_BYTES, UserError};

impl From<UserError> for Problem {
    fn from(error: UserError) -> Self {
        let en = error.to_string();
        match error {
            UserError::InvalidName => invalid_name(en),
            UserError::InvalidEmail => Self::invalid_field(
                "email",
                Text::new(
                    en,
                    format!(
                        "email : doit être de la forme nom@hote.domaine, sans espace, de {MAX_EMAIL_BYTES} octets au plus"
                    ),
                ),
            ),
            UserError::EmailTaken { email } => Self::new(&EMAIL_TAKEN)
                .detail(text!(
                    "{en}; use another one, or find that user with GET /users?email=",
                    "un autre utilisateur a l'adresse {email} ; utilisez-en une autre, ou trouvez-le avec GET /users?email="
                ))
                .with(Member::Email, email),
            UserError::Unknown { user_id } => Self::new(&USER_NOT_FOUND).detail(text!(
                "{en}; see GET /users for those there are",
                "l'utilisateur {user_id} n'existe pas ; voyez GET /users pour ceux qui existent"
            )),
            UserError::InUse { user_id } => Self::new(&USER_IN_USE).detail(text!(
                "{en}, which stay readable for good; see GET /orders?user_id={user_id}",
                "l'utilisateur {user_id} a des commandes, qui restent lisibles pour toujours ; voyez GET \
                 /orders?user_id={user_id}"
            )),
            UserError::Changed { user_id, etag } => changed(
                text!(
                    "{en}; read them again, and delete them with the new ETag",
                    "l'utilisateur {user_id} n'est pas tel que vous l'avez lu ; relisez-le, et supprimez-le avec le \
                     nouvel ETag"
                ),
                etag,
            ),
            UserError::Database(cause) => database::problem(&cause),
        }
    }
}

impl From<ProductError> for Problem {
    fn from(error: ProductError) -> Self {
        let en = error.to_string();
        match error {
            ProductError::InvalidName => invalid_name(en),
            ProductError::InvalidSku => {
                let fr = format!("sku : doit avoir de 1 à {MAX_SKU_CHARS} caractères, sans espace");
                Self::invalid_field("sku", Text::new(en, fr))
            }
            ProductError::InvalidPrice => {
                Self::invalid_field("price", Text::new(en, format!("price : doit être de {MIN_PRICE} à {MAX_PRICE}")))
            }
            ProductError::SkuTaken { sku } => Self::new(&SKU_TAKEN)
                .detail(text!(
                    "{en}; use another one, or find that product with GET /products?sku=",
                    "un autre produit a le SKU {sku} ; utilisez-en un autre, ou trouvez ce produit avec GET \
                     /products?sku="
                ))
                .with(Member::Sku, sku),
            ProductError::Unknown { product_id } => unknown_product(product_id),
            ProductError::InUse { product_id } => Self::new(&PRODUCT_IN_USE).detail(text!(
                "{en}, and orders stay readable for good; set its stock to 0 instead",
                "le produit {product_id} a été commandé, et les commandes restent lisibles pour toujours ; mettez \
                 plutôt son stock à 0"
            )),
            ProductError::Changed { product_id, version } => changed(
                text!(
                    "{en}; read it again, apply your change to that, and send it with the new ETag",
                    "le produit {product_id} a été modifié entre-temps et en est à la version {version} ; relisez-le, \
                 appliquez-y votre modification, et envoyez-la avec le nouvel ETag"
                ),
                ETag::Version(version),
            ),
            ProductError::Emit(cause) => database::unexpected(&cause),
            ProductError::Database(cause) => database::problem(&cause),
        }
    }
}

impl From<StockError> for Problem {
    fn from(error: StockError) -> Self {
        let en = error.to_string();
        match error {
            StockError::InvalidLevel => {
                Self::invalid_field("quantity", Text::new(en, format!("quantity : doit être de 0 à {MAX_LEVEL}")))
            }
            StockError::InvalidPieces => {
                invalid_argument("quantity", Text::new(en, format!("quantity : doit être de 1 à {MAX_LEVEL}")))
            }
            StockError::InvalidSupplier => {
                let fr = format!("supplier : doit avoir de 1 à {MAX_NAME_CHARS} caractères, dont aucun de contrôle");
                invalid_argument("supplier", Text::new(en, fr))
            }
            StockError::InvalidKey => {
                let fr = format!(
                    "idempotencyKey : doit avoir de 1 à {MAX_KEY_CHARS} lettres, chiffres ou signes ASCII, sans espace"
                );
                invalid_argument("idempotencyKey", Text::new(en, fr))
            }
            StockError::LevelTooHigh { product_id, level } => Self::new(&LEVEL_TOO_HIGH)
                .detail(text!(
                    "{en}; nothing was changed",
                    "le niveau du produit {product_id} est {level} et ne peut pas dépasser {MAX_LEVEL} ; rien n'a \
                     été changé"
                ))
                .with(Member::ProductId, product_id),
            StockError::KeyReused => Self::new(&IDEMPOTENCY_KEY_REUSED).detail(Text::fixed(
                "the idempotency key belongs to another announcement; take a new key for each, such as a UUID",
                "la clé d'idempotence appartient à une autre annonce ; prenez une nouvelle clé pour chacune, par \
                 exemple un UUID",
            )),
            StockError::UnknownProduct { product_id } => unknown_product(product_id),
            StockError::Changed { product_id, version } => changed(
                text!(
                    "{en}; read it again, and set the level with the new ETag",
                    "le stock du produit {product_id} a été modifié entre-temps et en est à la version {version} ; \
                 relisez-le, et fixez le niveau avec le nouvel ETag"
                ),
                ETag::Version(version),
            ),
            StockError::Emit(cause) => database::unexpected(&cause),
            StockError::Database(cause) => database::problem(&cause),
        }
    }
}

impl From<OrderError> for Problem {
    fn from(error: OrderError) -> Self {
        let en = error.to_string();
        match error {
            OrderError::NoItems => {
                Self::invalid_field("items", Text::new(en, format!("items : doit nommer de 1 à {MAX_ITEMS} produits")))
            }
            OrderError::TooManyItems { count } => Self::invalid_field(
                "items",
                Text::new(en, format!("items : doit nommer de 1 à {MAX_ITEMS} produits, et en nomme {count}")),
            ),
            OrderError::InvalidQuantity { product_id } => {
                let fr = format!("quantité du produit {product_id} : doit être de 1 à {MAX_QUANTITY} en tout");
                Self::invalid_field("items", Text::new(en, fr)).with(Member::ProductId, product_id)
            }
            OrderError::TotalTooLarge => {
                let most = Money::MAX;
                Self::new(&TOTAL_TOO_LARGE).detail(text!(
                    "{en}; divide it into several orders",
                    "le total dépasse {most} ; divisez-la en plusieurs commandes"
                ))
            }
            OrderError::Unknown { order_id } => Self::new(&ORDER_NOT_FOUND).detail(text!(
                "{en}; see GET /orders for those there are",
                "la commande {order_id} n'existe pas ; voyez GET /orders pour celles qui existent"
            )),
            OrderError::Rejected(rejected) => {
                let (order_id, status, change) = (rejected.order_id, rejected.status, rejected.change);
                let fr = format!("la commande {order_id} est à l'état {status}, ce que {change:?} contredit");
                Self::new(&ORDER_CONFLICT).detail(Text::new(en, fr)).with(Member::OrderStatus, status.name())
            }
            OrderError::Changed { order_id, etag } => changed(
                text!(
                    "{en}; read it again, and cancel it with the new ETag",
                    "la commande {order_id} n'est pas telle que vous l'avez lue ; relisez-la, et annulez-la avec le \
                     nouvel ETag"
                ),
                etag,
            ),
            OrderError::Emit(cause) => database::unexpected(&cause),
            OrderError::Database(cause) => database::problem(&cause),
        }
    }
}

/// An order that was well-formed and yet cannot be. The correlation id is that of its events.
pub(crate) fn refused(reason: &OrderCreationFailure, correlation_id: Uuid) -> Problem {
    let problem = match reason {
        OrderCreationFailure::UnknownUser { user_id } => Problem::new(&UNKNOWN_USER)
            .detail(text!(
                "There is no user {user_id}; see GET /users for those who can order",
                "L'utilisateur {user_id} n'existe pas ; voyez GET /users pour ceux qui peuvent commander"
            ))
            .with(Member::UserId, *user_id),
        OrderCreationFailure::UnknownProducts { product_ids } => Problem::new(&UNKNOWN_PRODUCT)
            .detail(text!(
                "There are no products {product_ids:?}; see GET /products for what can be ordered",
                "Les produits {product_ids:?} n'existent pas ; voyez GET /products pour ce qui peut être commandé"
            ))
            .with(Member::ProductIds, json!(product_ids)),
    };
    problem.with(Member::CorrelationId, correlation_id.to_string())
}

fn invalid_name(en: String) -> Problem {
    let fr = format!("name : doit avoir de 1 à {MAX_NAME_CHARS} caractères, dont aucun caractère de contrôle");
    Problem::invalid_field("name", Text::new(en, fr))
}

/// An argument of a field of GraphQL that has a value which it cannot take.
pub(crate) fn invalid_argument(name: &str, detail: Text) -> Problem {
    Problem::new(&INVALID_ARGUMENT).detail(detail).with(Member::Field, name)
}

fn unknown_product(product_id: ProductId) -> Problem {
    Problem::new(&PRODUCT_NOT_FOUND).detail(text!(
        "there is no product {product_id}; see GET /products for those there are",
        "le produit {product_id} n'existe pas ; voyez GET /products pour ceux qui existent"
    ))
}

fn changed(detail: Text, present: ETag) -> Problem {
    Problem::new(&PRECONDITION_FAILED).detail(detail).current(present)
}
