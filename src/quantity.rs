//! Kubernetes quantities, exactly: compared, added and written.

/// What a quantity is counted in: billionths of its unit, the least that one can name.
const ONE: i128 = 1_000_000_000;

/// How much a quantity is, in billionths of a unit; none where it is no quantity. What is beyond all bounds counts as
/// the most that can be counted.
pub(crate) fn parse(quantity: &str) -> Option<i128> {
    let split = quantity.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(quantity.len());
    let (number, unit) = quantity.split_at(split);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = |text: &str| {
        let digit = |sum: i128, c: char| Some(sum.saturating_mul(10).saturating_add(i128::from(c.to_digit(10)?)));
        text.chars().try_fold(0, digit)
    };
    let factor = factor(unit)?;
    // Nothing that is measured so has more than 18 digits behind the point.
    let fraction: String = fraction.chars().take(18).collect();
    let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
    let part = digits(&fraction)?.saturating_mul(factor).saturating_add(scale - 1) / scale;
    Some(digits(whole)?.saturating_mul(factor).saturating_add(part))
}

fn factor(unit: &str) -> Option<i128> {
    let binary = |power: u32| ONE.saturating_mul(1024_i128.pow(power));
    let decimal = |power: u32| ONE.saturating_mul(10_i128.saturating_pow(power));
    Some(match unit {
        "" => ONE,
        "n" => 1,
        "u" => 1_000,
        "m" => 1_000_000,
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        "Ti" => binary(4),
        "Pi" => binary(5),
        "Ei" => binary(6),
        exponent => {
            let digits = exponent.strip_prefix(['e', 'E'])?;
            let are_digits = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
            // What does not fit is beyond all bounds.
            are_digits.then(|| decimal(digits.parse().unwrap_or(u32::MAX)))?
        }
    })
}

/// An amount as processor time is written: whole cores or thousandths, rounded up.
pub(crate) fn cores(amount: i128) -> String {
    match whole(amount, ONE / 1000) {
        thousandths if thousandths % 1000 == 0 => (thousandths / 1000).to_string(),
        thousandths => format!("{thousandths}m"),
    }
}

/// An amount as memory and storage are written, rounded up to the next `Mi`.
pub(crate) fn bytes(amount: i128) -> String {
    match whole(amount, ONE << 20) {
        mebibytes if mebibytes % 1024 == 0 => format!("{}Gi", mebibytes / 1024),
        mebibytes => format!("{mebibytes}Mi"),
    }
}

fn whole(amount: i128, unit: i128) -> i128 {
    amount / unit + i128::from(amount % unit != 0)
}

#[cfg(test)]
mod tests {
    use super::{bytes, cores, parse};

    #[test]
    fn quantities_compare_across_units() {
        assert_eq!(parse("500m"), parse("0.5"));
        assert_eq!(parse(".5"), parse("500m"));
        assert_eq!(parse("1."), parse("1"));
        assert!(parse("1Gi") > parse("1G"));
        assert_eq!(parse("1e3"), parse("1k"));
        assert!(parse("1E") > parse("1P"));
        assert!(parse("99999999999999999999Ei") >= parse("1e999999"));
        for none in ["lots", "", ".", "m", "1KiB", "1e"] {
            assert_eq!(parse(none), None, "{none}");
        }
    }

    #[test]
    fn amounts_are_written_as_people_write_them_and_never_less() {
        let amount = |quantity| parse(quantity).unwrap_or_default();
        assert_eq!(cores(amount("1500m")), "1500m");
        assert_eq!(cores(amount("2000m")), "2");
        assert_eq!(cores(amount("1u")), "1m");
        assert_eq!(bytes(amount("128Mi") + amount("896Mi")), "1Gi");
        assert_eq!(bytes(amount("1.5Gi")), "1536Mi");
        assert_eq!(bytes(amount("1")), "1Mi");
    }
}
