//! Misfits: values of the wrong kind, size, sign or depth where something else belongs.

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use shared_events::Event;

use super::generator::{pick, write};

/// Stands for what is put in as bytes: a value so deep could not even be dropped.
const MARK: &str = "@@MARK@@";

/// Puts misfits into an envelope, and writes it.
pub(super) fn put_misfits(mut envelope: Value, random: &mut StdRng) -> Vec<u8> {
    for _ in 0..random.random_range(1..=3) {
        match random.random_range(0..8) {
            0 => envelope["event_type"] = any_type(random),
            1 => envelope["version"] = any_version(random),
            2 => remove_field(&mut envelope, random),
            3 => *any_place(&mut envelope, random) = MARK.into(),
            4 => *any_place(&mut envelope, random) = misfit(random),
            5 => *any_place(&mut envelope["data"], random) = MARK.into(),
            _ => *any_place(&mut envelope["data"], random) = misfit(random),
        }
        // Nothing of it may be left that could be told by its name.
        if !envelope.is_object() {
            break;
        }
    }
    let mut bytes = write(&envelope);
    let mark = write(&MARK.into());
    if let Some(at) = bytes.windows(mark.len()).position(|window| window == mark) {
        bytes.splice(at..at + mark.len(), chunk(random));
    }
    bytes
}

fn any_type(random: &mut StdRng) -> Value {
    match random.random_range(0..4) {
        0 => json!("OrderTeleported"),
        1 => json!("T".repeat(size(random))),
        _ => json!(pick(Event::TYPES, random)),
    }
}

fn any_version(random: &mut StdRng) -> Value {
    pick(&[json!(0), json!(2), json!(99), json!(65_535), json!(65_536), json!(-1), json!(1.0), json!("1")], random)
        .clone()
}

fn misfit(random: &mut StdRng) -> Value {
    match random.random_range(0..10) {
        0 => Value::Null,
        1 => json!([]),
        2 => json!({}),
        3 => json!({"code": "no_such_code"}),
        4 => random.random::<bool>().into(),
        5 => random.random::<i64>().into(),
        6 => random.random::<u64>().into(),
        7 => random.random::<f64>().into(),
        8 => json!([[], {"code": "user_blocked"}, null]),
        _ => json!("+010000-01-01T00:00:00Z"),
    }
}

fn remove_field(value: &mut Value, random: &mut StdRng) {
    let Value::Object(fields) = value else { return };
    let names: Vec<String> = fields.keys().cloned().collect();
    if let Some(field) = names.get(random.random_range(0..=names.len())) {
        fields.remove(field);
    }
}

/// A value inside of the value, or itself.
fn any_place<'v>(value: &'v mut Value, random: &mut StdRng) -> &'v mut Value {
    let inside = match value {
        Value::Object(fields) => fields.len(),
        Value::Array(items) => items.len(),
        _ => 0,
    };
    let at = random.random_range(0..=inside);
    if at == inside {
        return value;
    }
    match value {
        Value::Object(fields) => any_place(fields.values_mut().nth(at).expect("counted"), random),
        Value::Array(items) => any_place(&mut items[at], random),
        value => value,
    }
}

/// More of something than anybody expects.
fn chunk(random: &mut StdRng) -> Vec<u8> {
    let size = size(random);
    let text = match random.random_range(0..11) {
        0 => "[".repeat(size) + &"]".repeat(size),
        1 => "{\"code\":".repeat(size) + "1" + &"}".repeat(size),
        2 => "[{\"a\":".repeat(size),
        3 => "9".repeat(size),
        4 => format!("0.{}", "3".repeat(size)),
        5 => format!("-1e{}", "7".repeat(size)),
        6 => format!("\"{}\"", "x".repeat(size)),
        7 => format!("\"{}\"", "\\u0041\\\\\u{1f600}".repeat(size / 8)),
        8 => format!("[{}0]", "0,".repeat(size / 2)),
        9 => format!("{{{}\"a\":0}}", "\"a\":\"\",".repeat(size / 8)),
        _ => {
            let fields: Vec<String> = (0..size / 12).map(|at| format!("\"{at:x}\":\"v\"")).collect();
            format!("{{{}}}", fields.join(","))
        }
    };
    text.into_bytes()
}

/// Mostly a few hundred, at times as much as fits into a message.
fn size(random: &mut StdRng) -> usize {
    let most = match random.random_range(0..2_000) {
        0 => 1024 * 1024,
        1..20 => 64 * 1024,
        _ => 300,
    };
    random.random_range(0..=most)
}
