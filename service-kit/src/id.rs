//! [`Id`]: the numeric id in a path such as `/orders/7`.

use crate::problem::Problem;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use problem_types::{INVALID_ID, Text};

/// The only parameter of a path, a decimal number. Anything else is 400 `invalid-id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id(pub u64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let invalid = || {
            Problem::new(&INVALID_ID).detail(Text::fixed(
                "Use the id as it was answered at creation, a whole number such as 7",
                "Utilisez l'identifiant tel qu'il a été donné à la création, un nombre entier comme 7",
            ))
        };
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| invalid())?;
        // `parse` alone would take "+7" as another spelling of 7.
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(invalid());
        }
        text.parse().map(Self).map_err(|_| invalid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::harden;
    use crate::test_http::get;
    use axum::Router;
    use axum::routing;

    #[tokio::test]
    async fn only_a_decimal_number_is_an_id() {
        let router = || harden(Router::new().route("/{id}", routing::get(async |Id(id): Id| id.to_string())));
        assert_eq!(get(router(), "/7").await.body, b"7");
        assert_eq!(get(router(), "/18446744073709551615").await.status, 200);
        for path in ["/seven", "/-1", "/+7", "/1.0", "/18446744073709551616", "/%ff", "/%20"] {
            let answer = get(router(), path).await;
            assert_eq!((answer.status, answer.slug().as_str()), (400, "invalid-id"), "{path}");
        }
    }
}
