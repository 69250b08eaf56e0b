//! What is said of a key that cannot be used now, or not for this.

use problem_types::{IDEMPOTENCY_KEY_REUSED, INVALID_IDEMPOTENCY_KEY, REQUEST_IN_FLIGHT, Text};

use crate::problem::Problem;

/// 400 `invalid-idempotency-key`: none that could be remembered.
pub(super) fn invalid(detail: Text) -> Problem {
    Problem::new(&INVALID_IDEMPOTENCY_KEY).detail(detail)
}

/// 409 `request-in-flight`: the same key is at work.
pub(crate) fn in_flight() -> Problem {
    Problem::new(&REQUEST_IN_FLIGHT).detail(REQUEST_IN_FLIGHT.example.clone())
}

/// 422 `idempotency-key-reused`: the key stands for another request.
pub(super) fn reused() -> Problem {
    Problem::new(&IDEMPOTENCY_KEY_REUSED).detail(IDEMPOTENCY_KEY_REUSED.example.clone())
}
