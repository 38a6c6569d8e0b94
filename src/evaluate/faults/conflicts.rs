//! Two values of one field.

use super::{Reporter, named};
use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::evaluate::load::Target;
use crate::evaluate::schema::{Presence, Shape};
use crate::path::Path;
use crate::source::{FileId, Span};
use std::collections::BTreeSet;

impl Reporter<'_> {
    /// Two values of one field, each at its place; what is not at a place of the user's is the library's.
    pub(in crate::evaluate) fn conflict(&self, path: Path, key: Option<Span>, places: [Option<Span>; 2]) -> Diagnostic {
        let [left, right] = places.map(|place| self.user(place));
        let has_default = self.schema.field(&path).and_then(|field| {
            if let Presence::Default(default) = &field.presence { Some(default.as_str()) } else { None }
        });
        let finding = catalogue::finding(
            catalogue::CONFLICTING_VALUES,
            path.clone(),
            format!("{} is given two values", named(&path)),
        );
        let (around, inner) = self.written(&path);
        let place = if around.0.is_empty() { String::new() } else { format!(" in the record of `{around}`") };
        let shape = self.schema.shape(&path);
        if let (Some(only), None) | (None, Some(only)) = (left, right)
            && let Some(shape @ (Shape::Record(_) | Shape::Dict(_))) = shape
        {
            // Records are merged, and what is in them conflicts: this is none.
            return catalogue::finding(
                catalogue::WRONG_TYPE,
                path.clone(),
                format!("`{path}`: expected {}", shape.kind()),
            )
            .at(Some(only), "this is none")
            .help(format!("write `{inner} = {{ … }}`{place}"));
        }
        let (first, second) = match (left, right, has_default) {
            (Some(left), Some(right), _) => self.with_overlay_first(left, right),
            (only, None, Some(default)) | (None, only, Some(default)) => {
                return finding
                    .at(only.or(key), "this default conflicts")
                    .note(format!(
                        "the library has a default for it, `{default}`, and of two defaults neither gives way"
                    ))
                    .help(format!("write `{inner} = …`{place}, without `| default`"))
                    .help(format!("an overlay changes it with `{inner} | force = …`"));
            }
            (only, None, None) | (None, only, None) => {
                return finding.at(only.or(key), "this value conflicts").help("keep one of them");
            }
        };
        let finding = finding.at(Some(first), "this value conflicts").and(Some(second), "with this one");
        let line = |span: Span| format!("line {} of `{}`", self.sources.place(span).line, self.sources.name(span.file));
        let keep = format!("keep one of them: remove `{inner}`{place} from {} or from {}", line(first), line(second));
        if self.imports(first.file, second.file) {
            finding.help(format!(
                "{keep}; or, for the value of this overlay to count, write `{inner} | force = …`{place} in {}",
                line(first)
            ))
        } else {
            finding.help(keep)
        }
    }

    /// The two places, that in the file which imports the other's first; else the later operand.
    fn with_overlay_first(&self, left: Span, right: Span) -> (Span, Span) {
        if self.imports(left.file, right.file) { (left, right) } else { (right, left) }
    }

    /// Whether a file imports another one, itself or by others.
    fn imports(&self, file: FileId, other: FileId) -> bool {
        let files = &self.loaded.files;
        let mut reached = BTreeSet::new();
        let mut left: Vec<usize> = files.iter().position(|loaded| loaded.ours == file).into_iter().collect();
        while let Some(file) = left.pop().and_then(|index| files.get(index)) {
            for import in &file.imports {
                let Target::File(index) = import.target else { continue };
                if files.get(index).is_some_and(|file| file.ours == other) {
                    return true;
                }
                left.extend(reached.insert(index).then_some(index));
            }
        }
        false
    }
}
