-- A small store at rest in which everything holds: an order for each way a saga can end.
INSERT INTO users (id, name, email) VALUES (1, 'Ada', 'ada@example.org');
INSERT INTO products (id, name, sku, price) VALUES (1, 'Lamp', 'L1', 10.00), (2, 'Chair', 'C2', 25.50), (9, 'Shelf', 'S9', 40.00);
INSERT INTO stocks (product_id, quantity, version) VALUES (1, 97, 2 + 2), (2, 8, 2 + 5), (9, 3, 1);

INSERT INTO orders (id, user_id, status, total_amount, currency, is_paid, payment_id, correlation_id, created_at, saga_ended_at) VALUES
    (1, 1, 'awaiting_payment', 20.00, 'CAD', 0, 11, REPEAT(CHAR(1), 16), '2026-11-21', '2026-11-21'),
    (2, 1, 'paid',             35.50, 'CAD', 1, 12, REPEAT(CHAR(2), 16), '2026-11-21', '2026-11-21'),
    (3, 1, 'payment_declined', 25.50, 'CAD', 0, 13, REPEAT(CHAR(3), 16), '2026-11-21', '2026-11-21'),
    (4, 1, 'cancelled',      2524.50, 'CAD', 0, NULL, REPEAT(CHAR(4), 16), '2026-11-21', '2026-11-21'),
    (5, 1, 'cancelled',        25.50, 'CAD', 0, 15, REPEAT(CHAR(15), 16), '2026-11-21', '2026-11-21'),
    (6, 1, 'cancelled',        25.50, 'CAD', 0, NULL, REPEAT(CHAR(6), 16), '2026-11-21', '2026-11-21');
INSERT INTO order_items (order_id, product_id, quantity, unit_price) VALUES
    (1, 1, 2, 10.00), (2, 1, 1, 10.00), (2, 2, 1, 25.50), (3, 2, 1, 25.50), (4, 2, 99, 25.50), (5, 2, 1, 25.50), (6, 2, 1, 25.50);
INSERT INTO stock_movements (id, product_id, order_id, kind, delta, level_after, version, moved_at) VALUES
    (1, 1, NULL, 'set', 90, 90, 1, '2026-11-21'),
    (2, 1, NULL, 'set', 10, 100, 2, '2026-11-21'),
    (3, 1, 1, 'take', -2, 98, 3, '2026-11-21'),
    (4, 1, 2, 'take', -1, 97, 4, '2026-11-21'),
    (5, 2, NULL, 'set', 10, 10, 1, '2026-11-21'),
    (6, 2, 2, 'take', -1, 9, 2, '2026-11-21'),
    (7, 2, 3, 'take', -1, 8, 3, '2026-11-21'),
    (8, 2, 5, 'take', -1, 7, 4, '2026-11-21'),
    (9, 2, 6, 'take', -1, 6, 5, '2026-11-21'),
    (10, 2, 6, 'give_back', 1, 7, 6, '2026-11-21'),
    (11, 2, 5, 'give_back', 1, 8, 7, '2026-11-21'),
    (12, 9, NULL, 'replenish', 3, 3, 1, '2026-11-21');
INSERT INTO replenishments (idempotency_key, product_id, version, supplier) VALUES ('delivery-1', 9, 1, 'Shelves of Lyon');

INSERT INTO order_refusals (correlation_id, user_id, reason, ended_at) VALUES
    (UNHEX('0123456789ABCDEF0123456789ABCDEF'), 9, '{"code":"unknown_user","user_id":9}', '2026-11-21');

INSERT INTO saga_events (id, event_id, event_type, aggregate_id, correlation_id, service_name, occurred_at, recorded_at, data)
SELECT id, LPAD(id, 16, '0'), event_type, aggregate_id, correlation_id, 's', '2026-11-21', '2026-11-21', '{}' FROM (
    SELECT 1 AS id, 'OrderCreated' AS event_type, '1' AS aggregate_id, REPEAT(CHAR(1), 16) AS correlation_id
    UNION ALL SELECT 2, 'PaymentCreated', '1', REPEAT(CHAR(1), 16)
    UNION ALL SELECT 3, 'SagaCompleted', '1', REPEAT(CHAR(1), 16)
    UNION ALL SELECT 4, 'OrderCreated', '2', REPEAT(CHAR(2), 16)
    UNION ALL SELECT 5, 'SagaCompleted', '2', REPEAT(CHAR(2), 16)
    UNION ALL SELECT 6, 'PaymentSucceeded', '2', REPEAT(CHAR(2), 16)
    UNION ALL SELECT 7, 'OrderCreated', '3', REPEAT(CHAR(3), 16)
    UNION ALL SELECT 8, 'SagaCompleted', '3', REPEAT(CHAR(3), 16)
    UNION ALL SELECT 9, 'OrderCreated', '4', REPEAT(CHAR(4), 16)
    UNION ALL SELECT 10, 'SagaCompleted', '4', REPEAT(CHAR(4), 16)
    UNION ALL SELECT 11, 'OrderCreated', '5', REPEAT(CHAR(5), 16)
    UNION ALL SELECT 12, 'SagaCompleted', '5', REPEAT(CHAR(5), 16)
    UNION ALL SELECT 13, 'OrderCancellationRequested', '5', REPEAT(CHAR(15), 16)
    UNION ALL SELECT 14, 'SagaCompleted', '5', REPEAT(CHAR(15), 16)
    UNION ALL SELECT 15, 'OrderCreated', '6', REPEAT(CHAR(6), 16)
    UNION ALL SELECT 16, 'OrderCancellationRequested', '6', REPEAT(CHAR(6), 16)
    UNION ALL SELECT 17, 'SagaCompleted', '6', REPEAT(CHAR(6), 16)
    UNION ALL SELECT 18, 'OrderCreationFailed', '01234567-89ab-cdef-0123-456789abcdef', UNHEX('0123456789ABCDEF0123456789ABCDEF')
    UNION ALL SELECT 19, 'SagaCompleted', '01234567-89ab-cdef-0123-456789abcdef', UNHEX('0123456789ABCDEF0123456789ABCDEF')
) AS happened;
