//! S011: text in `sealed` that no key of a controller can have encrypted.

use super::{Rule, declared_secrets};
use crate::catalogue::UNSEALED_VALUE;
use crate::finding::Finding;
use crate::model::Environment;

pub(super) const RULE: Rule = Rule { code: UNSEALED_VALUE, check };

/// An empty text sealed with an RSA key of 2048 bits, in characters of base64: two bytes that say how long the session
/// key is, the session key, and the tag of the value.
const SHORTEST: usize = 366;

fn check(environment: &Environment) -> Vec<Finding> {
    let values =
        declared_secrets(environment).filter_map(|(path, name, key)| Some((path, name, key.sealed.as_deref()?)));
    values
        .filter(|(_, _, value)| !is_sealed(value))
        .map(|(path, name, value)| {
            Finding::value(path.field("sealed"), format!("the value of `{name}` is not sealed"))
                .label("may be a credential")
                .sensitive(value)
                .note("the value would stand in the manifests as it is, and the controller can't unseal it")
                .help("write what `kubeseal --raw --scope strict` prints; if the value was real, rotate it")
        })
        .collect()
}

/// Whether a text is base64 and long enough, and begins as the length of a session key does.
fn is_sealed(value: &str) -> bool {
    let body = value.trim_end_matches('=');
    value.len() >= SHORTEST
        && value.len().is_multiple_of(4)
        && value.len() - body.len() <= 2
        && value.starts_with('A')
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::is_sealed;

    #[test]
    fn sealed_values_are_long_base64() {
        assert!(is_sealed(&format!("AgB{}", "x".repeat(365))));
        assert!(is_sealed(&format!("AQA{}==", "x".repeat(363))));
        for value in ["", "fake_value", &"x".repeat(368), &format!("AgB{}", "-".repeat(365)), &"A".repeat(367)] {
            assert!(!is_sealed(value), "{value}");
        }
    }
}
