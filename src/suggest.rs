//! The nearest known name to one that is not known.

/// The known name that a user most likely meant, if any is near enough.
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    known
        .iter()
        .filter_map(|known| Some((distance(&lower, &known.to_lowercase())?, *known)))
        .min()
        .map(|(_, known)| known)
}

/// How far apart two names are, if they are near: a slip of the fingers, or one that abbreviates the other.
fn distance(name: &str, known: &str) -> Option<usize> {
    let distance = strsim::damerau_levenshtein(name, known);
    let slip = distance <= (known.len().max(name.len()) / 3).max(1);
    let abbreviates = |short: &str, long: &str| short.len() >= 3 && long.starts_with(short);
    (slip || abbreviates(name, known) || abbreviates(known, name)).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        assert_eq!(nearest("Prodd", &["Dev", "Demo", "Prod"]), Some("Prod"));
        assert_eq!(nearest("prod", &["Dev", "Demo", "Prod"]), Some("Prod"));
        assert_eq!(nearest("production", &["Dev", "Demo", "Prod"]), Some("Prod"));
        assert_eq!(nearest("production", &["Dev", "Demo"]), None);
        assert_eq!(nearest("replcias", &["replicas", "resources"]), Some("replicas"));
    }
}
