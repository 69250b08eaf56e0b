//! The servers as the stack starts them: for real, killed and started again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails right there")]

mod kafka;
mod mariadb;
mod redis;
