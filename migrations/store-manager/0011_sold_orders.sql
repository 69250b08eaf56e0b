-- Orders that hold stock: those the reports count. While a cancellation is requested, the ledger tells whether the
-- stock was taken already; in every other state the state does. Read with the reader's rights: whoever ran the migrations may
-- have no account any more.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW sold_orders AS
    SELECT orders.id, orders.user_id, orders.total_amount
    FROM orders
    WHERE orders.status IN ('creating_payment', 'awaiting_payment', 'payment_declined', 'paid')
       OR (orders.status = 'cancellation_requested' AND EXISTS (
              SELECT 1 FROM stock_movements AS moved WHERE moved.order_id = orders.id AND moved.kind = 'take'))
