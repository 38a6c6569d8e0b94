//! The amounts of Kubernetes: `500m`, `1Gi`, `1e3`.

/// How much a quantity is, in units; none where it is no quantity.
pub fn amount(quantity: &str) -> Option<f64> {
    let split = quantity.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(quantity.len());
    let (number, unit) = quantity.split_at(split);
    let factor = match unit {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        "Ti" => 1024.0_f64.powi(4),
        "Pi" => 1024.0_f64.powi(5),
        "Ei" => 1024.0_f64.powi(6),
        // Rust would also read `inf` and `NaN`.
        exponent if exponent.starts_with(['e', 'E']) => return quantity.parse().ok(),
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn quantities_compare_across_units() {
        assert_eq!(amount("500m"), Some(0.5));
        assert!(amount("1Gi") > amount("1G"));
        assert_eq!(amount("1e3"), amount("1k"));
        for none in ["lots", "12XB", "NaN", "inf", "", "e3"] {
            assert_eq!(amount(none), None, "{none}");
        }
    }
}
