//! What must hold in the database of store-manager by itself.
//!
//! The queries run on MySQL and MariaDB, look at the whole of a table at once, and go from a row to others by a key
//! of theirs, so that a hundred thousand orders take seconds.

use crate::check::{
    Check, ENDED_ORDERS, ENDED_SAGAS, LATE_EVENTS, LEVELS, MOVEMENTS, ORDERS, PARKED, REFUSALS, UNSENT,
};

pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "every saga ended",
        over: ORDERS,
        passing: true,
        broken_by: "SELECT CONCAT(id, ' (', status, ')') FROM orders \
                    WHERE saga_ended_at IS NULL \
                       OR status NOT IN ('awaiting_payment', 'payment_declined', 'paid', 'cancelled') ORDER BY id",
    },
    Check {
        name: "no stock below zero",
        over: LEVELS,
        passing: false,
        broken_by: "SELECT CONCAT(product_id, ' (', quantity, ')') FROM stocks WHERE quantity < 0 ORDER BY product_id",
    },
    Check {
        name: "stock on hand equals the ledger's sum",
        over: LEVELS,
        passing: false,
        broken_by: "SELECT CONCAT(s.product_id, ' (', s.quantity, ', the ledger says ', COALESCE(l.total, 0), ')') \
                    FROM stocks s \
                    LEFT JOIN (SELECT product_id, SUM(delta) AS total FROM stock_movements GROUP BY product_id) l \
                      ON l.product_id = s.product_id \
                    WHERE s.quantity <> COALESCE(l.total, 0) ORDER BY s.product_id",
    },
    Check {
        name: "the ledger adds up line by line",
        over: MOVEMENTS,
        passing: false,
        // The versions of a product are 1, 2, 3 … without a gap, and the level on each line is the sum so far.
        broken_by: "SELECT CONCAT('product ', product_id, ' version ', version) FROM \
                      (SELECT product_id, version, level_after, \
                         SUM(delta) OVER (PARTITION BY product_id ORDER BY version) AS total, \
                         ROW_NUMBER() OVER (PARTITION BY product_id ORDER BY version) AS line \
                       FROM stock_movements) l \
                    WHERE level_after <> total OR version <> line \
                    UNION ALL \
                    SELECT CONCAT('product ', s.product_id, ' version ', s.version) FROM stocks s \
                    LEFT JOIN (SELECT product_id, MAX(version) AS last FROM stock_movements GROUP BY product_id) l \
                      ON l.product_id = s.product_id \
                    WHERE s.version <> COALESCE(l.last, 0)",
    },
    Check {
        name: "each delivery was announced, each announcement delivered",
        over: MOVEMENTS,
        passing: false,
        broken_by: "SELECT CONCAT('product ', m.product_id, ' version ', m.version, ' (', m.delta, ', not announced)') \
                    FROM stock_movements m \
                    LEFT JOIN replenishments r ON r.product_id = m.product_id AND r.version = m.version \
                    WHERE m.kind = 'replenish' AND r.version IS NULL \
                    UNION ALL \
                    SELECT CONCAT('product ', r.product_id, ' version ', r.version, ' (', m.kind, ' ', m.delta, ')') \
                    FROM replenishments r \
                    JOIN stock_movements m ON m.product_id = r.product_id AND m.version = r.version \
                    WHERE m.kind <> 'replenish' OR m.delta <= 0",
    },
    Check {
        name: "each order holds its items, each cancelled one nothing",
        over: ENDED_ORDERS,
        passing: false,
        // A line of each kind at most for a product of an order: that there are no more is the next check's to see,
        // and spares this one a sum over the whole ledger. The second half finds what was moved for an order that
        // never wanted it.
        broken_by: "SELECT CONCAT(h.order_id, ' (product ', h.product_id, ': ', h.moved, ')') FROM \
                      (SELECT i.order_id, i.product_id, COALESCE(t.delta, 0) + COALESCE(g.delta, 0) AS moved, \
                         IF(o.status = 'cancelled', 0, -CAST(i.quantity AS SIGNED)) AS due \
                       FROM orders o \
                       JOIN order_items i ON i.order_id = o.id \
                       LEFT JOIN stock_movements t \
                         ON t.order_id = i.order_id AND t.product_id = i.product_id AND t.kind = 'take' \
                       LEFT JOIN stock_movements g \
                         ON g.order_id = i.order_id AND g.product_id = i.product_id AND g.kind = 'give_back' \
                       WHERE o.saga_ended_at IS NOT NULL) h \
                    WHERE h.moved <> h.due \
                    UNION ALL \
                    SELECT CONCAT(m.order_id, ' (product ', m.product_id, ' is none of its items)') \
                    FROM stock_movements m \
                    LEFT JOIN order_items i ON i.order_id = m.order_id AND i.product_id = m.product_id \
                    WHERE m.order_id IS NOT NULL AND i.order_id IS NULL",
    },
    Check {
        name: "no order took or gave back a product twice",
        over: ORDERS,
        passing: false,
        broken_by: "SELECT CONCAT(order_id, ' (product ', product_id, ')') FROM stock_movements \
                    WHERE order_id IS NOT NULL \
                    GROUP BY order_id, product_id HAVING SUM(delta < 0) > 1 OR SUM(delta > 0) > 1",
    },
    Check {
        name: "each total is the sum of its items",
        over: ORDERS,
        passing: false,
        broken_by: "SELECT CONCAT(o.id, ' (', o.total_amount, ')') FROM orders o \
                    LEFT JOIN (SELECT order_id, SUM(quantity * unit_price) AS total FROM order_items \
                               GROUP BY order_id) i ON i.order_id = o.id \
                    WHERE i.total IS NULL OR o.total_amount <> i.total ORDER BY o.id",
    },
    Check {
        name: "each timeline has one beginning and an end after its last start",
        over: ORDERS,
        passing: true,
        // Ids rise in the order of the topic. What starts a saga, or goes on in one, must be followed by its end.
        broken_by: "SELECT CONCAT(id, ' (', created, ' OrderCreated, last start ', started, ', last end ', ended, ')') \
                    FROM (SELECT o.id, \
                            COALESCE(SUM(e.event_type = 'OrderCreated'), 0) AS created, \
                            COALESCE(MAX(IF(e.event_type IN ('OrderCreated', 'OrderCancellationRequested', \
                              'PaymentExpired'), e.id, NULL)), 0) AS started, \
                            COALESCE(MAX(IF(e.event_type = 'SagaCompleted', e.id, NULL)), 0) AS ended \
                          FROM orders o LEFT JOIN saga_events e ON e.aggregate_id = CAST(o.id AS CHAR) \
                          GROUP BY o.id) t \
                    WHERE created <> 1 OR ended <= started ORDER BY id",
    },
    Check {
        name: "no saga ended twice",
        over: ENDED_SAGAS,
        passing: false,
        broken_by: "SELECT CONCAT(aggregate_id, ' (', COUNT(*), ' times)') FROM saga_events \
                    WHERE event_type = 'SagaCompleted' \
                    GROUP BY aggregate_id, correlation_id HAVING COUNT(*) > 1",
    },
    Check {
        name: "each event of the last hour is in the inbox",
        over: LATE_EVENTS,
        passing: false,
        // Both rows are of one transaction. The inbox forgets, but never within two hours. States make most effects of
        // an event that comes again harmless too, so that nothing else would tell that the inbox is not kept.
        broken_by: "SELECT CONCAT(e.id, ' (', e.event_type, ' of ', e.aggregate_id, ')') FROM saga_events e \
                    LEFT JOIN inbox i ON i.consumer = 'store-manager' AND i.event_id = e.event_id \
                    WHERE e.recorded_at > UTC_TIMESTAMP() - INTERVAL 1 HOUR AND i.event_id IS NULL ORDER BY e.id",
    },
    Check {
        name: "each refused order ended",
        over: REFUSALS,
        passing: true,
        // The key of what never became an order is the saga's own id, as text.
        broken_by: "SELECT r.id FROM \
                      (SELECT LOWER(CONCAT_WS('-', LEFT(HEX(correlation_id), 8), SUBSTR(HEX(correlation_id), 9, 4), \
                         SUBSTR(HEX(correlation_id), 13, 4), SUBSTR(HEX(correlation_id), 17, 4), \
                         RIGHT(HEX(correlation_id), 12))) AS id FROM order_refusals) r \
                    LEFT JOIN saga_events e ON e.aggregate_id = r.id AND e.event_type = 'SagaCompleted' \
                    WHERE e.id IS NULL \
                    UNION ALL \
                    SELECT f.aggregate_id FROM saga_events f \
                    LEFT JOIN order_refusals r ON r.correlation_id = f.correlation_id \
                    WHERE f.event_type = 'OrderCreationFailed' AND r.correlation_id IS NULL",
    },
    Check {
        name: "store-manager has nothing unsent",
        over: UNSENT,
        passing: true,
        broken_by: "SELECT CONCAT(id, ' (', event_type, ' of ', event_key, ')') FROM outbox ORDER BY id",
    },
    Check {
        name: "store-manager has nothing parked",
        over: PARKED,
        passing: false,
        broken_by: "SELECT CONCAT_WS(' ', id, event_type, cause) FROM parked_events ORDER BY id",
    },
];
