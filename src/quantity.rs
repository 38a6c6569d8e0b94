//! Kubernetes quantities, exactly: compared, added, judged and written.

/// What a quantity is counted in: billionths of its unit, the least that one can name.
const ONE: i128 = 1_000_000_000;

/// How much a quantity is, in billionths of a unit; none where it is no quantity. What is beyond all bounds counts as
/// the most that can be counted, and what is less than a billionth as one.
pub(crate) fn parse(quantity: &str) -> Option<i128> {
    match quantity.strip_prefix('-') {
        Some(amount) => parse_unsigned(amount).map(|amount| -amount),
        None => parse_unsigned(quantity.strip_prefix('+').unwrap_or(quantity)),
    }
}

/// The number and the unit of a quantity without a sign.
fn parts(quantity: &str) -> (&str, &str) {
    let split = quantity.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(quantity.len());
    quantity.split_at(split)
}

fn parse_unsigned(quantity: &str) -> Option<i128> {
    let (number, unit) = parts(quantity);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = |text: &str| {
        let digit = |sum: i128, c: char| Some(sum.saturating_mul(10).saturating_add(i128::from(c.to_digit(10)?)));
        text.chars().try_fold(0, digit)
    };
    let (factor, divisor) = match below_one(unit) {
        Some(places) => (ONE, 10_i128.saturating_pow(places?)),
        None => (factor(unit)?, 1),
    };
    // Nothing that is measured so has more than 18 digits behind the point.
    let fraction: String = fraction.chars().take(18).collect();
    let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?).saturating_mul(divisor);
    let part = divided(digits(&fraction)?.saturating_mul(factor), scale);
    Some(divided(digits(whole)?.saturating_mul(factor), divisor).saturating_add(part))
}

/// By how many places a negative exponent moves the point; none within, where it has no number.
fn below_one(unit: &str) -> Option<Option<u32>> {
    let digits = unit.strip_prefix(['e', 'E'])?.strip_prefix('-')?;
    let are_digits = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    Some(are_digits.then(|| digits.parse().unwrap_or(u32::MAX)))
}

/// Rounded up, as Kubernetes does.
fn divided(amount: i128, by: i128) -> i128 {
    amount / by + i128::from(amount % by != 0)
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
            let digits = digits.strip_prefix('+').unwrap_or(digits);
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
    divided(amount, unit)
}

/// What an amount is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    /// Time on processors.
    Processor,
    /// Memory.
    Memory,
    /// Scratch space on the node.
    Scratch,
    /// The capacity of a volume that stays.
    Volume,
    /// What is counted: devices, pods, objects.
    Count,
}

/// What an amount is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// What the scheduler sets aside for a container.
    Request,
    /// What a container, or a volume that goes with its pod, may use at most.
    Limit,
    /// What a claim asks for.
    Claim,
    /// What a namespace allows, where zero is a decision.
    Allowance,
}

/// Why an amount is of no use to anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Useless {
    /// What it is.
    pub title: String,
    /// What happens at run time.
    pub note: &'static str,
    /// What to write instead.
    pub help: String,
    /// The amount that was probably meant.
    pub meant: Option<String>,
}

/// The least memory that a process starts with, and the least volume that a file system fits into.
const LEAST_MEMORY: i128 = ONE << 22;
const LEAST_SPACE: i128 = ONE << 20;

/// Why an amount is of no use, where it is of none; what is no amount at all is another matter. With `least` it is also
/// too little for any process or file system, though Kubernetes takes it.
pub(crate) fn useless(amount: &str, resource: Resource, bound: Bound, least: bool) -> Option<Useless> {
    let much = parse(amount)?;
    let (title, note) = match (resource, much) {
        (_, ..0) => (format!("`{amount}` is negative"), "the API server rejects it"),
        (Resource::Count, _) => {
            let title = format!("`{amount}` is not a whole number");
            return (much % ONE != 0).then(|| explained(title, "the API server rejects it", amount, resource));
        }
        (_, 0) => (format!("`{amount}` amounts to zero"), of_zero(resource, bound)?),
        (Resource::Processor, _) if is_of_bytes(amount) => (
            format!("`{amount}` is an amount of memory, not of processor time"),
            "it would be a number of processors that no node has: the pod is never scheduled, or never held back",
        ),
        (Resource::Processor, _) if much < ONE / 1000 => {
            (format!("`{amount}` is less than `1m` of processor time"), "Kubernetes counts nothing finer than `1m`")
        }
        (Resource::Processor, _) => return None,
        (_, ..ONE) => (
            format!("`{amount}` is less than one byte"),
            "Kubernetes makes one byte of it, with which no pod starts and no volume is made",
        ),
        (Resource::Memory, ..LEAST_MEMORY) if least => (
            format!("`{amount}` is less memory than any process starts with"),
            "a container that may use less than `4Mi` is ended before it runs, and started anew for ever",
        ),
        (Resource::Scratch | Resource::Volume, ..LEAST_SPACE) if least => (
            format!("`{amount}` is less than any volume has"),
            "no file system fits into less than `1Mi`; a pod that fills scratch space of this size is evicted",
        ),
        (Resource::Memory | Resource::Scratch | Resource::Volume, _) => return None,
    };
    Some(explained(title, note, amount, resource))
}

/// What comes of an amount of zero; none where that is a decision.
fn of_zero(resource: Resource, bound: Bound) -> Option<&'static str> {
    match (bound, resource) {
        (Bound::Allowance, _) | (_, Resource::Count) => None,
        (Bound::Claim, _) => Some("the API server rejects a claim of zero"),
        (Bound::Limit, _) => Some("Kubernetes takes a limit of zero for no limit: all of the node may be used up"),
        (Bound::Request, _) => Some(
            "the scheduler reserves nothing: the pod goes onto any node, however full, and is the first to be ended there",
        ),
    }
}

fn explained(title: String, note: &'static str, amount: &str, resource: Resource) -> Useless {
    let meant = meant(amount, resource);
    let help = match (&meant, resource) {
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        (None, Resource::Processor) => {
            "write thousandths of a processor, as in `100m`, or a number of processors".into()
        }
        (None, Resource::Memory) => "write a number with `Mi` or `Gi`, as in `256Mi`".into(),
        (None, Resource::Scratch) => "write a number with `Mi` or `Gi`, as in `64Mi`".into(),
        (None, Resource::Volume) => "write a number with `Gi`, as in `20Gi`".into(),
        (None, Resource::Count) => "write a whole number, without a unit".into(),
    };
    Useless { title, note, help, meant }
}

/// Whether an amount has a unit of bytes: who writes one has thought of how much it is.
pub(crate) fn is_of_bytes(amount: &str) -> bool {
    let (_, unit) = parts(amount.trim_start_matches(['+', '-']));
    matches!(unit, "k" | "M" | "G" | "T" | "P" | "E" | "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei")
}

/// What was probably meant by an amount of no use: the same number with the unit that makes it one.
fn meant(amount: &str, resource: Resource) -> Option<String> {
    let (number, unit) = parts(amount);
    let plain = parse(number).filter(|number| *number > 0)?;
    let units: &[&str] = match (resource, unit) {
        (Resource::Processor, "m") => &[""],
        (Resource::Processor, "n" | "u") => &["m", ""],
        (Resource::Processor, "" | "e" | "E") => &[],
        (Resource::Processor, _) => &["m"],
        (Resource::Volume, "") if plain < 1024 * ONE => &["Gi"],
        (Resource::Memory | Resource::Scratch, "") if plain < 16 * ONE => &["Gi"],
        (Resource::Memory | Resource::Scratch | Resource::Volume, "" | "n" | "u" | "m" | "Ki") => &["Mi", "Gi"],
        (Resource::Memory | Resource::Scratch | Resource::Volume, "k") => &["M", "G"],
        (Resource::Memory | Resource::Scratch | Resource::Volume, "M") => &["G"],
        (Resource::Memory | Resource::Scratch | Resource::Volume, "Mi") => &["Gi"],
        (Resource::Memory | Resource::Scratch | Resource::Volume | Resource::Count, _) => &[],
    };
    let candidates = units.iter().map(|unit| format!("{number}{unit}"));
    candidates.into_iter().find(|candidate| useless(candidate, resource, Bound::Limit, true).is_none())
}

#[cfg(test)]
mod tests {
    use super::{Bound, Resource, bytes, cores, parse, useless};

    #[test]
    fn quantities_compare_across_units() {
        assert_eq!(parse("500m"), parse("0.5"));
        assert_eq!(parse(".5"), parse("500m"));
        assert_eq!(parse("1."), parse("1"));
        assert!(parse("1Gi") > parse("1G"));
        assert_eq!(parse("1e3"), parse("1k"));
        assert!(parse("1E") > parse("1P"));
        assert!(parse("99999999999999999999Ei") >= parse("1e999999"));
        assert_eq!(parse("1e-3"), parse("1m"));
        assert_eq!(parse("25E-1"), parse("2.5"));
        assert_eq!(parse("1e+3"), parse("+1k"));
        assert_eq!(parse("-1Gi"), parse("1Gi").map(|amount| -amount));
        assert_eq!(parse("1e-99"), parse("1n"));
        assert_eq!(parse("0e-3"), Some(0));
        for none in ["lots", "", ".", "m", "1KiB", "1e", "1e-", "-", "--1", "1e--3", "1e-3Mi"] {
            assert_eq!(parse(none), None, "{none}");
        }
    }

    #[test]
    fn amounts_of_no_use_say_what_was_meant() {
        let said = |amount, resource, bound| useless(amount, resource, bound, true).map(|useless| useless.help);
        let meant = |amount, resource| said(amount, resource, Bound::Limit).unwrap_or_default();
        for (amount, resource, right) in [
            ("512m", Resource::Memory, "512Mi"),
            ("64", Resource::Memory, "64Mi"),
            ("1", Resource::Memory, "1Gi"),
            ("0.5", Resource::Memory, "0.5Gi"),
            ("256Ki", Resource::Memory, "256Mi"),
            ("2Mi", Resource::Memory, "2Gi"),
            ("512k", Resource::Memory, "512M"),
            ("20", Resource::Volume, "20Gi"),
            ("2048", Resource::Volume, "2048Mi"),
            ("100m", Resource::Volume, "100Mi"),
            ("64", Resource::Scratch, "64Mi"),
            ("0.5m", Resource::Processor, "0.5"),
            ("100u", Resource::Processor, "100m"),
            ("500Mi", Resource::Processor, "500m"),
        ] {
            assert_eq!(meant(amount, resource), format!("did you mean `{right}`?"), "{amount}");
        }
        for (amount, resource) in [
            ("0", Resource::Memory),
            ("0Gi", Resource::Volume),
            ("-1Gi", Resource::Memory),
            ("1e-3", Resource::Memory),
            ("0.0001", Resource::Processor),
            ("500m", Resource::Count),
            ("-1", Resource::Count),
        ] {
            assert!(meant(amount, resource).starts_with("write "), "{amount}");
        }
    }

    #[test]
    fn amounts_that_can_be_used_are_let_be() {
        for (amount, resource, bound) in [
            ("4Mi", Resource::Memory, Bound::Limit),
            ("1.5Gi", Resource::Memory, Bound::Limit),
            ("134217728", Resource::Memory, Bound::Request),
            ("128974848000m", Resource::Memory, Bound::Limit),
            ("1Mi", Resource::Volume, Bound::Claim),
            ("1e9", Resource::Volume, Bound::Claim),
            ("1m", Resource::Processor, Bound::Request),
            ("0.001", Resource::Processor, Bound::Limit),
            ("96", Resource::Processor, Bound::Limit),
            ("0", Resource::Count, Bound::Limit),
            ("8", Resource::Count, Bound::Limit),
            ("0", Resource::Memory, Bound::Allowance),
        ] {
            assert_eq!(useless(amount, resource, bound, true), None, "{amount}");
        }
        assert_eq!(useless("1Mi", Resource::Memory, Bound::Request, false), None);
        assert!(useless("512m", Resource::Memory, Bound::Allowance, false).is_some());
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
