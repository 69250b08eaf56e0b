-- Events that could not be handled, and those that wait behind them, in order of id within a key.
CREATE TABLE IF NOT EXISTS parked_events (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    consumer        VARCHAR(64)     NOT NULL,
    event_key       VARBINARY(255)  NOT NULL,
    event_id        BINARY(16)      NOT NULL,
    event_type      VARCHAR(255)    NULL,
    topic           VARCHAR(200)    NOT NULL,
    kafka_partition INT             NOT NULL,
    kafka_offset    BIGINT          NOT NULL,
    cause           VARCHAR(32)     NOT NULL,
    error           TEXT            NOT NULL,
    payload         MEDIUMBLOB      NOT NULL,
    parked_at       DATETIME(6)     NOT NULL,
    UNIQUE KEY parked_once (consumer, event_id),
    KEY parked_by_key (consumer, event_key, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
