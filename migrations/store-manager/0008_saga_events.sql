-- The timeline: every event of the topic of orders, in the order in which the topic gave them. The aggregate is the
-- order's id, or the correlation id where no order came to be. data is the event's own JSON, byte for byte.
CREATE TABLE IF NOT EXISTS saga_events (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    event_id       BINARY(16)      NOT NULL,
    event_type     VARCHAR(64)     NOT NULL,
    aggregate_id   VARCHAR(64)     NOT NULL,
    correlation_id BINARY(16)      NOT NULL,
    causation_id   BINARY(16)      NULL,
    service_name   VARCHAR(64)     NOT NULL,
    occurred_at    DATETIME(6)     NOT NULL,
    recorded_at    DATETIME(6)     NOT NULL,
    data           MEDIUMTEXT      NOT NULL,
    UNIQUE KEY saga_events_once (event_id),
    KEY saga_events_by_aggregate (aggregate_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
