//! What a plain scalar is, as `kubectl` reads it.

use crate::tree::{Number, Value};

/// What `kubectl` calls a field whose key is this scalar: a boolean is a name, too.
pub(super) fn named(text: &str, value: &Value) -> String {
    match value {
        Value::Bool(word) => word.to_string(),
        Value::Number(number) => number.to_json().to_string(),
        Value::Null | Value::String(_) | Value::Choice { .. } | Value::Array(_) | Value::Record(_) | Value::Broken => {
            text.to_owned()
        }
    }
}

/// What a plain scalar is, by the rules of YAML 1.1 that `kubectl` reads with.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Value::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" | ".nan" | ".NaN"
        | ".NAN" => {
            return Value::Broken;
        }
        _ => {}
    }
    number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

/// The number that a plain scalar is: what Go reads by the prefix of a base, a leading zero for octal, without any `_`, or a
/// float that is finite.
pub(super) fn number(text: &str) -> Option<Number> {
    let digits = if text.starts_with('.') { text.to_owned() } else { text.replace('_', "") };
    let (sign, body) = match digits.strip_prefix('-') {
        Some(body) => ("-", body),
        None => ("", digits.strip_prefix('+').unwrap_or(&digits)),
    };
    if !body.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if let Some(whole) = whole(body).filter(|whole| i64::try_from(*whole).is_ok() || digits == body) {
        return Some(Number::from_fraction(format!("{}{whole}", if whole == 0 { "" } else { sign })));
    }
    let is_float = body.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    let float: f64 = if is_float { digits.parse().ok()? } else { return None };
    let is_whole = float.fract() == 0.0 && float.abs() < 9e15;
    float.is_finite().then(|| Number::from_fraction(if is_whole { format!("{float:.0}") } else { format!("{float}") }))
}

/// A whole number without a sign.
fn whole(body: &str) -> Option<u64> {
    let prefixes = [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2), ("0", 8)];
    let prefixed = |(prefix, radix)| Some((body.strip_prefix(prefix).filter(|rest| !rest.is_empty())?, radix));
    let (digits, radix) = prefixes.into_iter().find_map(prefixed).unwrap_or((body, 10));
    // A second sign would be read.
    digits.starts_with(|c: char| c.is_ascii_hexdigit()).then(|| u64::from_str_radix(digits, radix).ok()).flatten()
}
