-- Open sagas, oldest first, without reading the orders that have ended: a saga's id begins with the time at which it
-- began (UUIDv7). On the ordinary way an entry changes with the state, which it did before. Dropped and added under one
-- name, so that the statement may run twice.
ALTER TABLE orders
    DROP INDEX orders_by_status,
    ADD INDEX orders_by_status (status, saga_ended_at, correlation_id)
