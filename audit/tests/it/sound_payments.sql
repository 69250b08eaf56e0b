-- The payments of the sound store; the last was made directly, for an order that does not exist yet.
INSERT INTO payments (id, order_id, user_id, amount, currency, status, correlation_id, decline_reason, card_last4, created_at, expires_at, processed_at) VALUES
    (11, 1, 1, 20.00, 'CAD', 'open',     REPEAT(CHAR(1), 16), NULL, NULL, '2026-11-21', '2026-11-22', NULL),
    (12, 2, 1, 35.50, 'CAD', 'paid',     REPEAT(CHAR(2), 16), NULL, '4242', '2026-11-21', '2026-11-22', '2026-11-21'),
    (13, 3, 1, 25.50, 'CAD', 'declined', REPEAT(CHAR(3), 16), 'declined', '0002', '2026-11-21', '2026-11-22', '2026-11-21'),
    (15, 5, 1, 25.50, 'CAD', 'refunded', REPEAT(CHAR(5), 16), NULL, '4242', '2026-11-21', '2026-11-22', '2026-11-21'),
    (19, 900, 1, 5.00, 'CAD', 'open',    NULL, NULL, NULL, '2026-11-21', '2026-11-22', NULL);
INSERT INTO payment_refusals (order_id, reason, created_at, answered_at) VALUES
    (6, 'order_cancelled', '2026-11-21', '2026-11-21');
