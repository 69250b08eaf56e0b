-- The keys of requests that create, each with the request that it stands for (SHA-256 of method, path and body), who
-- is at work on it and until when, and the answer once the work is committed. Forgotten after a day.
CREATE TABLE IF NOT EXISTS idempotency_keys (
    idempotency_key VARCHAR(255) NOT NULL PRIMARY KEY,
    fingerprint     BINARY(32)   NOT NULL,
    owner           BINARY(16)   NOT NULL,
    claimed_until   DATETIME(6)  NOT NULL,
    created_at      DATETIME(6)  NOT NULL,
    answer          MEDIUMTEXT   NULL,
    KEY idempotency_keys_by_age (created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
