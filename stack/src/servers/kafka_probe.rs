//! Asks a broker whether it serves, without a Kafka client: one `ApiVersions` request.

use super::server::ask;

const CORRELATION_ID: i32 = 7;

/// `ApiVersions` version 0, no client id: the one request every broker answers.
fn request() -> Vec<u8> {
    const API_VERSIONS: i16 = 18;
    const VERSION: i16 = 0;
    const NO_CLIENT_ID: i16 = -1;
    let mut body = Vec::new();
    body.extend(API_VERSIONS.to_be_bytes());
    body.extend(VERSION.to_be_bytes());
    body.extend(CORRELATION_ID.to_be_bytes());
    body.extend(NO_CLIENT_ID.to_be_bytes());
    let mut packet = vec![0, 0, 0, 0];
    packet.append(&mut body);
    // Fourteen bytes; the length counts what follows it.
    packet[3] = 10;
    packet
}

/// Whether the answer's head (length, correlation id, error code) is a good one.
fn is_good(head: [u8; 10]) -> bool {
    let [_, _, _, _, id @ .., error_high, error_low] = head;
    i32::from_be_bytes(id) == CORRELATION_ID && (error_high, error_low) == (0, 0)
}

/// Whether a broker on 127.0.0.1 answers.
pub(super) fn answers(port: u16) -> bool {
    ask(port, &request()).is_ok_and(is_good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_as_long_as_it_says() {
        let request = request();
        assert_eq!(request.len(), 14);
        assert_eq!(request[..4], 10_i32.to_be_bytes());
    }

    #[test]
    fn only_our_own_answer_without_an_error_is_good() {
        assert!(is_good([0, 0, 1, 0xcc, 0, 0, 0, 7, 0, 0]));
        assert!(!is_good([0, 0, 1, 0xcc, 0, 0, 0, 7, 0, 35]));
        assert!(!is_good(*b"HTTP/1.1 4"));
    }
}
