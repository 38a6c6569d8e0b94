//! Sets of addresses, as ranges: a union of CIDRs counts by what it covers.

use crate::objects::view::json::{strings, text};
use serde_json::Value as Json;
use std::net::IpAddr;

/// The last address of each family.
const LAST: [u128; 2] = [u32::MAX as u128, u128::MAX];

/// The addresses of the public internet in IPv6: 2000::/3.
const PUBLIC_V6: (u128, u128) = (0x2 << 124, (0x4 << 124) - 1);

/// Ranges of addresses, first and last, of IPv4 and IPv6; in order, apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks([Vec<(u128, u128)>; 2]);

impl Networks {
    /// The addresses of an `ipBlock`: those of `cidr` without those of `except`.
    pub fn of_block(block: &Json) -> Networks {
        let all: Networks = text(block, &["cidr"]).into_iter().collect();
        all.without(&strings(block.get("except")).collect())
    }

    /// All addresses of several.
    pub fn union<'a>(all: impl IntoIterator<Item = &'a Networks>) -> Networks {
        let mut union = Networks::default();
        for others in all {
            for (own, others) in union.0.iter_mut().zip(&others.0) {
                own.extend(others);
            }
        }
        union.merge();
        union
    }

    fn merge(&mut self) {
        for ranges in &mut self.0 {
            ranges.sort_unstable();
            let mut merged: Vec<(u128, u128)> = Vec::with_capacity(ranges.len());
            for (first, last) in ranges.drain(..) {
                match merged.last_mut() {
                    Some((_, end)) if first <= end.saturating_add(1) => *end = (*end).max(last),
                    Some(_) | None => merged.push((first, last)),
                }
            }
            *ranges = merged;
        }
    }

    /// The addresses that are not among others.
    #[must_use]
    pub fn without(&self, others: &Networks) -> Networks {
        let mut left = self.clone();
        for (own, others) in left.0.iter_mut().zip(&others.0) {
            for (first, last) in others {
                *own = own.iter().flat_map(|range| cut(*range, *first, *last)).collect();
            }
        }
        left
    }

    /// Whether all of them are among others.
    pub fn is_within(&self, others: &Networks) -> bool {
        self.without(others).is_empty()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }

    /// Whether an address is among them.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (family, address) = number(address);
        let ranges = self.0.get(family).map(Vec::as_slice).unwrap_or_default();
        ranges.iter().any(|(first, last)| (*first..=*last).contains(&address))
    }

    /// Whether they are all addresses of a family.
    pub fn is_everything(&self) -> bool {
        self.0.iter().zip(LAST).any(|(ranges, last)| ranges.as_slice() == [(0, last)])
    }

    /// Whether they are at least half of a family's addresses, or of the public ones.
    pub fn is_most(&self) -> bool {
        let [v4, v6] = &self.0;
        let half = |ranges: &[(u128, u128)], first: u128, last: u128| {
            let within = ranges.iter().filter_map(|range| {
                let (first, last) = (range.0.max(first), range.1.min(last));
                (first <= last).then(|| last - first)
            });
            within.fold(0, u128::saturating_add) >= (last - first) / 2
        };
        let (first, last) = PUBLIC_V6;
        half(v4, 0, u128::from(u32::MAX)) || half(v6, 0, u128::MAX) || half(v6, first, last)
    }
}

/// What is no network adds nothing.
impl<'a> FromIterator<&'a str> for Networks {
    fn from_iter<T: IntoIterator<Item = &'a str>>(cidrs: T) -> Networks {
        let mut all = Networks::default();
        for (family, range) in cidrs.into_iter().filter_map(range) {
            if let Some(ranges) = all.0.get_mut(family) {
                ranges.push(range);
            }
        }
        all.merge();
        all
    }
}

/// What is left of a range without another one.
fn cut((start, end): (u128, u128), first: u128, last: u128) -> Vec<(u128, u128)> {
    if last < start || end < first {
        return vec![(start, end)];
    }
    let before = (start < first).then(|| (start, first - 1));
    let after = (last < end).then(|| (last + 1, end));
    before.into_iter().chain(after).collect()
}

/// The family and the addresses of a network; bits behind the prefix don't count.
fn range(cidr: &str) -> Option<(usize, (u128, u128))> {
    let (address, length) = cidr.trim().split_once('/')?;
    let (address, length) = (address.parse::<IpAddr>().ok()?, length.parse::<u32>().ok()?);
    let (family, number) = number(address);
    let bits: u32 = if family == 0 { 32 } else { 128 };
    let behind = bits.checked_sub(length)?;
    let mask = 1_u128.checked_shl(behind).map_or(u128::MAX, |end| end - 1);
    Some((family, (number & !mask, number | mask)))
}

fn number(address: IpAddr) -> (usize, u128) {
    match address {
        IpAddr::V4(address) => (0, u128::from(address.to_bits())),
        IpAddr::V6(address) => (1, address.to_bits()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(cidrs: &[&str]) -> Networks {
        cidrs.iter().copied().collect()
    }

    #[test]
    fn a_union_counts_by_what_it_covers() {
        for all in
            [&["0.0.0.0/0"][..], &["::/0"], &["0.0.0.0/1", "128.0.0.0/1"], &["8000::/1", "::/1"], &["10.1.2.3/0"]]
        {
            assert!(networks(all).is_everything() && networks(all).is_most(), "{all:?}");
        }
        let quarters: Vec<String> = (0..4).map(|quarter| format!("{}.0.0.0/2", quarter * 64)).collect();
        assert!(networks(&quarters.iter().map(String::as_str).collect::<Vec<_>>()).is_everything());
        for most in [&["0.0.0.0/1"][..], &["128.0.0.0/1"], &["::/1"], &["2000::/3"], &["2000::/4"]] {
            assert!(networks(most).is_most() && !networks(most).is_everything(), "{most:?}");
        }
        for few in
            [&["10.0.0.0/8"][..], &["0.0.0.0/2"], &["fc00::/7"], &["2001:db8::/32"], &[], &["x/0"], &["0.0.0.0/33"]]
        {
            assert!(!networks(few).is_most(), "{few:?}");
        }
    }

    #[test]
    fn exceptions_are_left_out() {
        let block =
            |cidr: &str, except: &[&str]| Networks::of_block(&serde_json::json!({ "cidr": cidr, "except": except }));
        let public = block("0.0.0.0/0", &["10.0.0.0/8", "192.168.0.0/16"]);
        assert!(public.is_most() && !public.is_everything());
        assert!(public.contains("203.0.113.7".parse().unwrap()) && !public.contains("10.255.255.255".parse().unwrap()));
        assert!(public.contains("11.0.0.0".parse().unwrap()) && !public.contains("::1".parse().unwrap()));
        assert!(block("0.0.0.0/0", &["0.0.0.0/0"]).is_empty());
        assert!(networks(&["10.0.0.0/9", "10.128.0.0/9"]).without(&networks(&["10.0.0.0/8"])).is_empty());
        assert!(!block("255.255.255.255/32", &[]).contains("255.255.255.254".parse().unwrap()));
    }
}
