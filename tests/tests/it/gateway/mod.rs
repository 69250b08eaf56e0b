//! Through the gateway: the checked-in `krakend.json`, run for real before real services.
//!
//! What a client sees must be what the service said; what the gateway says by itself is what `krakend/README.md`
//! promises.

mod answers;
mod breaker;
mod echo;
mod file;
mod limits;
mod openapi;
mod own_answers;
mod requests;
mod schema;
