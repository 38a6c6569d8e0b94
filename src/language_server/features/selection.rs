//! What a selection grows to: a word, a name, a value, a field, what is between brackets, and so on outwards.

use super::fields::unquoted;
use super::{View, brackets};
use crate::evaluate::outline::{Token, tokens};
use crate::language_server::cursor::{Layout, Written};
use crate::path::Path;
use std::ops::Range;

/// The ranges around each byte, the innermost first, each within the next.
pub fn selections(view: &View<'_>, offsets: &[usize]) -> Vec<Vec<Range<usize>>> {
    let tokens = tokens(view.text());
    let root = Path::root();
    let layout = Layout::new(view.parts, &root);
    let mut ranges: Vec<Range<usize>> = tokens.iter().map(|token| token.range()).collect();
    ranges.extend(layout.written().flat_map(|written| of_item(view.text(), written)));
    ranges.extend(brackets::pairs(&tokens).into_iter().flat_map(of_pair));
    ranges.push(0..view.text().len());
    ranges.sort_by_key(|range| (range.len(), range.start));
    ranges.dedup();
    offsets.iter().map(|offset| chain(&ranges, *offset)).collect()
}

fn of_item(text: &str, written: Written<'_>) -> Vec<Range<usize>> {
    let Written { names, value, whole, .. } = written;
    let name = names.first().zip(names.last()).map(|(first, last)| first.start..last.end);
    let inside = value.clone().filter(|value| text.get(value.clone()).is_some_and(|text| text.starts_with('"')));
    let inside = inside.map(|value| unquoted(text, value));
    names.into_iter().chain(name).chain(value).chain(inside).chain([whole]).collect()
}

/// What is between two brackets, and with them.
fn of_pair((open, close): (Token, Token)) -> [Range<usize>; 2] {
    [open.end as usize..close.start as usize, open.start as usize..close.end as usize]
}

/// Of ranges by their length those around a byte, each within the next.
fn chain(ranges: &[Range<usize>], offset: usize) -> Vec<Range<usize>> {
    let mut chain: Vec<Range<usize>> = Vec::new();
    for range in ranges.iter().filter(|range| range.start <= offset && offset <= range.end && !range.is_empty()) {
        let holds = |inner: &Range<usize>| range.start <= inner.start && inner.end <= range.end;
        if chain.last().is_none_or(|inner| holds(inner) && range.len() > inner.len()) {
            chain.push(range.clone());
        }
    }
    chain
}
