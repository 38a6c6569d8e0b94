//! The nearest known name to one that is not known.

/// The known name that a user most likely meant, if any is near enough.
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(&lower, &known.to_lowercase()), *known))
        .filter(|(distance, known)| *distance <= (known.len().max(name.len()) / 3).max(1))
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        assert_eq!(nearest("Prodd", &["Dev", "Demo", "Prod"]), Some("Prod"));
        assert_eq!(nearest("prod", &["Dev", "Demo", "Prod"]), Some("Prod"));
        assert_eq!(nearest("production", &["Dev", "Demo"]), None);
        assert_eq!(nearest("replcias", &["replicas", "resources"]), Some("replicas"));
    }
}
