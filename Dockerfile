# syntax=docker/dockerfile:1
# Both services' images: `docker build --target store-manager .` and `--target payment-service .`; docker-compose.yml does.
# docs/docker.md says how, and what of it was not run.

FROM rust:1.95-slim-trixie AS build
# What librdkafka's build needs: a C++ compiler beside the C compiler of the base image, make, zlib's headers.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ make zlib1g-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /store
# All members' manifests and sources: cargo reads the whole workspace even to build two of its packages.
COPY . .
# Queries are checked against the committed .sqlx, without a database.
ENV SQLX_OFFLINE=true CARGO_BUILD_BUILD_DIR=/cache
# Dependencies are downloaded and built once: BuildKit keeps both caches between builds. Cargo tells new sources from
# what it built before by their time alone, and a checkout may be older than the cache; so they are made new first (ADR 9).
# The programs are copied out because a cache is no part of the image.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/cache,sharing=locked \
    find . -type f \( -name '*.rs' -o -name '*.toml' -o -name '*.sql' -o -path './.sqlx/*' \) -exec touch {} + \
 && cargo build --locked --release --package store-manager --package payment-service \
 && install -D --target-directory=/programs target/release/store-manager target/release/payment-service

# All that the programs link beside libc is in the base image: libz, libgcc_s (a test holds this against the programs).
FROM debian:trixie-slim AS service
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin store
COPY --chmod=0755 docker/ready /usr/local/bin/ready
USER 10001
# A clean stop: what is under way is finished, then the process ends.
STOPSIGNAL SIGTERM

FROM service AS store-manager
COPY --from=build /programs/store-manager /usr/local/bin/store-manager
# 5000 is the API; 5001 is for operators, inside only.
ENV STORE_LISTEN=0.0.0.0:5000 STORE_ADMIN_LISTEN=0.0.0.0:5001
EXPOSE 5000 5001
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 CMD ["ready", "5001"]
ENTRYPOINT ["store-manager"]

FROM service AS payment-service
COPY --from=build /programs/payment-service /usr/local/bin/payment-service
# 5009 is the API; 5010 is for operators, inside only.
ENV PAYMENT_LISTEN=0.0.0.0:5009 PAYMENT_ADMIN_LISTEN=0.0.0.0:5010
EXPOSE 5009 5010
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 CMD ["ready", "5010"]
ENTRYPOINT ["payment-service"]
