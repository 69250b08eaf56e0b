#!/bin/bash
# Run once by the MySQL image, on an empty volume: the services' databases, each with a user who can see nothing else.
set -euo pipefail

# A password stands in a SQL string and in a database URL; one that would need escaping in either is refused.
for name in STORE_DATABASE_PASSWORD PAYMENT_DATABASE_PASSWORD; do
    if [[ ! ${!name} =~ ^[A-Za-z0-9._~-]+$ ]]; then
        echo "$name must be letters, digits, dots, tildes, dashes and underscores" >&2
        exit 1
    fi
done

# Not on the command line, where others could read it.
export MYSQL_PWD=$MYSQL_ROOT_PASSWORD
mysql --user=root <<SQL
CREATE DATABASE store_manager CHARACTER SET utf8mb4;
CREATE USER store_manager IDENTIFIED BY '$STORE_DATABASE_PASSWORD';
GRANT ALL ON store_manager.* TO store_manager;
CREATE DATABASE payments CHARACTER SET utf8mb4;
CREATE USER payments IDENTIFIED BY '$PAYMENT_DATABASE_PASSWORD';
GRANT ALL ON payments.* TO payments;
SQL
