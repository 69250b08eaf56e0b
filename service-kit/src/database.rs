//! What a client is told when the database is the cause.

use crate::problem::Problem;
use problem_types::{DATABASE_BUSY, DATABASE_UNAVAILABLE, OUTCOME_UNKNOWN, Text};
use saga_kit::Transactions;
use saga_kit::retry::{Passing, passing};
use sqlx::MySql;
use sqlx::pool::PoolConnection;
use std::error::Error;

/// A connection for reads that need no transaction.
///
/// # Errors
/// The database is away, or all its connections are busy.
pub async fn connection(transactions: &Transactions) -> Result<PoolConnection<MySql>, Problem> {
    transactions.pool().acquire().await.map_err(|error| problem(&error))
}

/// 503 with `Retry-After` for what passes; 500 for what does not. The cause stands in the log alone.
#[must_use]
pub fn problem(error: &sqlx::Error) -> Problem {
    match passing(error) {
        Passing::Away => {
            tracing::warn!(%error, "the database is away");
            Problem::new(&DATABASE_UNAVAILABLE).detail(Text::fixed(
                "Send the request again in a few seconds",
                "Renvoyez la requête dans quelques secondes",
            ))
        }
        Passing::Conflict => {
            tracing::warn!(%error, "other transactions were in the way each time");
            Problem::new(&DATABASE_BUSY).detail(Text::fixed(
                "Nothing was changed; send the request again",
                "Rien n'a été modifié ; renvoyez la requête",
            ))
        }
        Passing::No => unexpected(error),
    }
}

/// 503 without `Retry-After`, because a client that sent the request again unseen might do everything twice.
#[must_use]
pub fn outcome_unknown(error: &sqlx::Error) -> Problem {
    tracing::warn!(%error, "the connection was lost during a commit; whether it took effect is not known");
    Problem::new(&OUTCOME_UNKNOWN).detail(Text::fixed(
        "Whether the request took effect is not known. Before you send it again, read whether it did: GET what it was \
         to change, or the list that would hold what it was to create",
        "On ne sait pas si la requête a pris effet. Avant de la renvoyer, vérifiez-le : lisez avec GET ce qu'elle \
         devait modifier, ou la liste où figurerait ce qu'elle devait créer",
    ))
}

/// 500 for an error that only a bug explains: logged whole, answered without detail.
#[must_use]
pub fn unexpected(error: &(dyn Error + 'static)) -> Problem {
    let causes: Vec<String> =
        std::iter::successors(Some(error), |&error| error.source()).map(ToString::to_string).collect();
    tracing::error!(error = causes.join(": "), "an error that should not be");
    Problem::internal()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_http::read;
    use axum::response::IntoResponse;

    #[tokio::test]
    async fn a_database_that_is_away_is_503_with_retry_after() {
        let lost = sqlx::Error::Io(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
        for error in [lost, sqlx::Error::PoolTimedOut] {
            let answer = read(problem(&error).into_response()).await;
            assert_eq!((answer.status, answer.slug().as_str()), (503, "database-unavailable"));
            assert_eq!(answer.header("retry-after"), "2");
        }
    }

    #[tokio::test]
    async fn an_unknown_outcome_is_503_and_invites_nobody_to_send_it_again_unseen() {
        use crate::transactional::Failure;
        let failure: Failure<Problem> = Failure::OutcomeUnknown(sqlx::Error::WorkerCrashed);
        let answer = read(Problem::from(failure).into_response()).await;
        assert_eq!((answer.status, answer.slug().as_str()), (503, "outcome-unknown"));
        assert_eq!(answer.headers.get("retry-after"), None);
        assert!(answer.json()["detail"].as_str().unwrap().contains("not known"));
    }

    #[tokio::test]
    async fn any_other_error_of_it_is_500_without_a_word_of_sql() {
        let error = sqlx::Error::ColumnNotFound("secret_column".to_owned());
        let answer = read(problem(&error).into_response()).await;
        assert_eq!((answer.status, answer.slug().as_str()), (500, "internal-error"));
        assert!(!String::from_utf8(answer.body).unwrap().contains("secret_column"));
    }
}
