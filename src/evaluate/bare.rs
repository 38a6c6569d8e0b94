//! An entry without what makes it an environment, for Nickel to compute its values: the contract is applied afterwards, to
//! the values, and the library is not parsed where only the contract names it.
//!
//! What is left out are blanks, so that every place stays true.

use super::load::{File, Loaded, Target};
use super::mistakes::Mended;
use super::outline::{Kind, Token};
use crate::source::Sources;
use std::ops::Range;

/// A stretch of a text that is left out, and what is put at its beginning instead.
type Blank = (Range<usize>, &'static str);

/// The text of the entry without its annotation `| agentos.Environment`; none where it does not end with one.
pub(super) fn without_annotation(loaded: &Loaded, sources: &Sources) -> Option<String> {
    let text = &sources.get(loaded.files.first()?.ours)?.text;
    Some(blanked(text.clone(), annotation(loaded, sources)?))
}

/// The same of the text in which the entry's mistakes are mended; none where they are in what is left out.
pub(super) fn mended_without_annotation(mended: &Mended, loaded: &Loaded, sources: &Sources) -> Option<String> {
    let text = &sources.get(loaded.files.first()?.ours)?.text;
    let moved = |(written, instead): Blank| {
        let first = mended.origins.partition_point(|origin| (*origin as usize) < written.start);
        let last = mended.origins.partition_point(|origin| (*origin as usize) <= written.start);
        let place = |start| start..start + written.len();
        let is_same = |start: &usize| mended.text.get(place(*start)) == text.get(written.clone());
        Some((place((first..last).find(is_same)?), instead))
    };
    let blanks = annotation(loaded, sources)?.into_iter().map(moved).collect::<Option<Vec<_>>>()?;
    Some(blanked(mended.text.clone(), blanks))
}

/// What makes the entry an environment.
fn annotation(loaded: &Loaded, sources: &Sources) -> Option<Vec<Blank>> {
    let entry = loaded.files.first()?;
    let text = &sources.get(entry.ours)?.text;
    let tokens = &entry.outline.as_ref().filter(|outline| outline.complete)?.tokens;
    let [.., pipe, name, dot, field] = tokens.as_slice() else { return None };
    let kinds = [pipe.kind, name.kind, dot.kind, field.kind];
    if kinds != [Kind::Pipe, Kind::Name, Kind::Dot, Kind::Name] || text.get(field.range()) != Some("Environment") {
        return None;
    }
    let library = text.get(name.range())?;
    let import = bound_first(text, tokens, entry, library)?;
    let mut blanks = vec![(pipe.range().start..field.range().end, "")];
    let is_named = |token: &Token| token.kind == Kind::Name && text.get(token.range()) == Some(library);
    let named: Vec<usize> = (0..tokens.len()).filter(|at| tokens.get(*at).is_some_and(is_named)).collect();
    // What is no use of the name may bind it once more.
    let is_use = |at: &usize| tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Dot);
    if !named.iter().skip(1).all(is_use) {
        return None;
    }
    // Where the name is bound, and in the annotation.
    if named.len() == 2 {
        blanks.push((import, "null"));
    }
    Some(blanks)
}

/// Whether Nickel has to parse the library: whether a file imports it, otherwise than for the annotation.
pub(super) fn needs_library(loaded: &Loaded, bare: Option<&str>) -> bool {
    let is_left = |index: usize, start: u32| match bare.filter(|_| index == 0) {
        Some(bare) => bare.get(start as usize..).is_some_and(|rest| rest.starts_with("import")),
        None => true,
    };
    let needs = |(index, file): (usize, &File)| {
        file.imports.iter().any(|import| import.target == Target::Library && is_left(index, import.at.start))
    };
    loaded.files.iter().enumerate().any(needs)
}

/// The import that the first binding of a text gives a name to, if it is that name, and the library's front door.
fn bound_first(text: &str, tokens: &[Token], entry: &File, name: &str) -> Option<Range<usize>> {
    let [first, bound, equals, import, ..] = tokens else { return None };
    let kinds = [first.kind, bound.kind, equals.kind, import.kind];
    if kinds != [Kind::Let, Kind::Name, Kind::Equals, Kind::Import] || text.get(bound.range()) != Some(name) {
        return None;
    }
    let import = entry.imports.iter().find(|known| known.at.start == import.start)?;
    (import.target == Target::Library).then_some(import.at.start as usize..import.at.end as usize)
}

fn blanked(mut text: String, blanks: Vec<Blank>) -> String {
    for (bytes, instead) in blanks {
        blank(&mut text, bytes, instead);
    }
    text
}

/// Puts blanks in the place of some bytes, but for breaks of lines, and `instead` at their beginning.
fn blank(text: &mut String, bytes: Range<usize>, instead: &str) {
    let Some(old) = text.get(bytes.clone()) else { return };
    let rest = old.bytes().skip(instead.len()).map(|byte| if byte == b'\n' { '\n' } else { ' ' });
    let new: String = instead.chars().chain(rest).collect();
    text.replace_range(bytes, &new);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_leaves_as_many_bytes_and_lines() {
        let mut text = "let a = import \"é\"\n in a".to_owned();
        let import = 8..19;
        blank(&mut text, import, "null");
        assert_eq!(text, "let a = null       \n in a");
        assert_eq!(text.len(), "let a = import \"é\"\n in a".len());
    }
}
