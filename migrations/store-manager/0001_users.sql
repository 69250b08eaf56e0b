-- Who orders. Two addresses that differ in case only are one, so the mail's collation ignores case.
CREATE TABLE IF NOT EXISTS users (
    id    BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name  VARCHAR(200)    NOT NULL,
    email VARCHAR(254)    NOT NULL COLLATE utf8mb4_unicode_ci,
    UNIQUE KEY users_email (email)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
