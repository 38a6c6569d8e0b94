//! Findings → the texts in which their fixes are made.
//!
//! Invariant: of two fixes that meet the first is made, and the other left for the next time. A fix is made as a whole.

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::source::Sources;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Texts with fixes.
#[derive(Debug, Default)]
pub struct Applied {
    /// The texts that have changed, by their files.
    pub texts: BTreeMap<PathBuf, String>,
    /// How many findings were fixed.
    pub fixed: usize,
}

/// An edit of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Placed<'a> {
    file: &'a Path,
    range: Range<usize>,
    text: &'a str,
}

impl Placed<'_> {
    /// Whether the two can't both be made: which of them comes first is not known where they touch.
    fn meets(&self, other: &Placed<'_>) -> bool {
        self.file == other.file && self.range.start <= other.range.end && other.range.start <= self.range.end
    }
}

/// Makes the fixes of findings that are safe, or all that are the ones to take.
pub fn apply<'a>(
    findings: impl IntoIterator<Item = &'a Diagnostic>,
    sources: &'a Sources,
    also_unsafe: bool,
) -> Applied {
    let mut made: Vec<Placed<'a>> = Vec::new();
    let mut fixed = 0;
    for finding in findings.into_iter().filter(|finding| finding.allowed.is_none()) {
        let Some(edits) = chosen(finding, also_unsafe).and_then(|fix| placed(fix, sources)) else { continue };
        // What several environments import is found in each of them.
        let is_made = edits.iter().all(|edit| made.contains(edit));
        if !is_made && !edits.iter().any(|edit| made.iter().any(|other| edit.meets(other))) {
            made.extend(edits);
            fixed += 1;
        }
    }
    made.sort_by_key(|edit| (edit.file, std::cmp::Reverse((edit.range.start, edit.range.end))));
    let mut texts = BTreeMap::new();
    for edit in made {
        let text = texts
            .entry(edit.file.to_owned())
            .or_insert_with(|| sources.text_of(edit.file).unwrap_or_default().to_owned());
        text.replace_range(edit.range, edit.text);
    }
    Applied { texts, fixed }
}

/// The fix that is made of a finding.
fn chosen(finding: &Diagnostic, also_unsafe: bool) -> Option<&Fix> {
    finding.fixes.iter().find(|fix| if also_unsafe { fix.preferred } else { fix.safe })
}

/// The edits of a fix; none where one of them is not in a file.
fn placed<'a>(fix: &'a Fix, sources: &'a Sources) -> Option<Vec<Placed<'a>>> {
    let place = |Edit { span, text }: &'a Edit| {
        let source = sources.get(span.file).filter(|source| !source.library)?;
        let range = span.start as usize..span.end as usize;
        source.text.get(range.clone()).map(|_| ())?;
        Some(Placed { file: source.path.as_deref()?, range, text })
    };
    let edits: Vec<Placed<'a>> = fix.edits.iter().map(place).collect::<Option<_>>()?;
    let text = |edit: &Placed<'a>| sources.text_of(edit.file).and_then(|text| text.get(edit.range.clone()));
    edits.iter().any(|edit| text(edit) != Some(edit.text)).then_some(edits)
}
