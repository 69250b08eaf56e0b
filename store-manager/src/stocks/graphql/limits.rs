//! What one request may ask for. Each limit is there because something else would have none.

use std::time::Duration;

/// Levels of nesting. The introspection query of the usual clients has 13; data ends at 7.
pub(super) const MAX_DEPTH: usize = 15;
/// Values that an answer may be made of, lists counted with all that they may hold: about 1 MB, and tens of
/// milliseconds of work. A page of 100 products with 10 movements each fits.
pub(super) const MAX_COMPLEXITY: usize = 10_000;
/// Fields and fragments that a document selects once its fragments are spread out. Validation walks each of them,
/// so this is what keeps a few fragments that spread each other from being walked for minutes.
pub(super) const MAX_SELECTIONS: usize = 2_000;
/// What a selection inside `__schema` or `__type` counts for: the library knows no cost of the lists there, and the
/// schema has some hundreds of items. The usual clients select about 300.
pub(super) const INTROSPECTION_WEIGHT: usize = 4;
/// Items of a page, and ids in a list of them.
pub(super) const MAX_PAGE: usize = 100;
/// Items of a page when the query names no number.
pub(super) const DEFAULT_PAGE: usize = 20;
/// What a field costs that may read the whole catalogue to fill its page: ten of them are a request's worth.
pub(super) const SCAN_COST: usize = 1_000;
/// What a field costs that is a statement or a transaction of its own.
pub(super) const STATEMENT_COST: usize = 100;
/// Characters of a text to search for.
pub(super) const MAX_SEARCH_CHARS: usize = 100;

/// Websockets that are open at once. Each holds a task and some buffers, a few tens of kilobytes in all.
pub(super) const MAX_SOCKETS: usize = 256;
/// Operations that run at once on one websocket.
pub(super) const MAX_OPERATIONS_PER_SOCKET: usize = 32;
/// How long a client may take to say `connection_init`, as the protocol's own server has it by default.
pub(super) const INIT_TIME_LIMIT: Duration = Duration::from_secs(3);
/// How long one message may take to leave. A client that reads slower than that is let go.
pub(super) const SEND_TIME_LIMIT: Duration = Duration::from_secs(10);
/// How often a client is asked for a sign of life; one that has given none until the next time is let go.
pub(super) const PING_INTERVAL: Duration = Duration::from_secs(30);

/// What a page of so many items costs.
pub(super) fn page_cost(first: Option<i32>, last: Option<i32>, item: usize) -> usize {
    let wanted = first.or(last).and_then(|count| usize::try_from(count).ok());
    list_cost(wanted.unwrap_or(DEFAULT_PAGE).min(MAX_PAGE), item)
}

/// What a list of so many things costs. An empty one is read like any other, so it costs as much as one of one.
pub(super) fn list_cost(count: usize, item: usize) -> usize {
    count.max(1).saturating_mul(item).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_costs_what_it_may_hold() {
        assert_eq!(page_cost(Some(7), None, 3), 22);
        assert_eq!(page_cost(None, Some(7), 3), 22);
        assert_eq!(page_cost(None, None, 3), 1 + DEFAULT_PAGE * 3);
        assert_eq!(page_cost(Some(0), None, 3), 4, "nothing is free");
        // A size that will be refused costs no more than the largest that is not.
        assert_eq!(page_cost(Some(i32::MAX), None, 3), 1 + MAX_PAGE * 3);
        assert_eq!(page_cost(Some(-1), None, 3), 1 + DEFAULT_PAGE * 3);
        assert_eq!(page_cost(Some(100), None, usize::MAX), usize::MAX);
    }
}
