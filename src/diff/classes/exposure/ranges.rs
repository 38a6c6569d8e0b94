//! Ranges of addresses: whether one is within others.

use std::collections::BTreeSet;
use std::net::IpAddr;

/// The ranges of `new` that no range of `old` has all of. What is no range is compared as a text.
pub(super) fn beyond<'a>(old: &BTreeSet<&str>, new: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let before: Vec<Range> = old.iter().filter_map(|range| Range::parse(range)).collect();
    let is_within = |range: &&&str| {
        old.contains(**range)
            || Range::parse(range).is_some_and(|range| before.iter().any(|other| range.is_within(*other)))
    };
    new.iter().filter(|range| !is_within(range)).copied().collect()
}

#[derive(Clone, Copy)]
struct Range {
    /// The first address, its bits from the left.
    bits: u128,
    length: u32,
    is_v4: bool,
}

impl Range {
    fn parse(text: &str) -> Option<Range> {
        let (address, length) = text.trim().split_once('/')?;
        let length: u32 = length.parse().ok()?;
        let (bits, most, is_v4) = match address.parse().ok()? {
            IpAddr::V4(address) => (u128::from(u32::from(address)) << 96, 32, true),
            IpAddr::V6(address) => (u128::from(address), 128, false),
        };
        (length <= most).then_some(Range { bits, length, is_v4 })
    }

    fn is_within(self, other: Range) -> bool {
        let start = |bits: u128| bits.checked_shr(128 - other.length).unwrap_or(0);
        self.is_v4 == other.is_v4 && self.length >= other.length && start(self.bits) == start(other.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::beyond;
    use std::collections::BTreeSet;

    #[test]
    fn what_is_within_is_not_beyond() {
        let found = |old: &[&'static str], new: &[&'static str]| {
            beyond(&old.iter().copied().collect(), &new.iter().copied().collect::<BTreeSet<_>>())
        };
        assert_eq!(found(&["10.0.0.0/8"], &["10.1.0.0/16", "11.0.0.0/8"]), ["11.0.0.0/8"]);
        assert_eq!(found(&["10.0.0.0/8"], &["0.0.0.0/0"]), ["0.0.0.0/0"]);
        assert_eq!(found(&["0.0.0.0/0"], &["1.2.3.4/32", "::/0"]), ["::/0"]);
        assert_eq!(found(&["2001:db8::/32"], &["2001:db8:1::/48"]), [""; 0]);
        assert_eq!(found(&["odd"], &["odd", "10.0.0.0/33"]), ["10.0.0.0/33"]);
    }
}
