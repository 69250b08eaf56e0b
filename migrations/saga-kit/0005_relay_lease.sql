-- Who relays. Times are the database's own, so that clocks of instances do not matter.
CREATE TABLE IF NOT EXISTS relay_lease (
    name       VARCHAR(32)  NOT NULL PRIMARY KEY,
    holder     VARCHAR(128) NOT NULL,
    expires_at DATETIME(6)  NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
