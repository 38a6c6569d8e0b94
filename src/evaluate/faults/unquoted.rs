//! Values that were written without quotes, or in another language's spelling: Nickel takes them for names and numbers.

use super::choices::listed;
use super::examples::choice_example;
use crate::catalogue;
use crate::diagnostic::{Diagnostic, Edit};
use crate::evaluate::mistakes::{Bare, without_quotes};
use crate::evaluate::schema::{Schema, Shape};
use crate::fix;
use crate::path::Path;
use crate::source::{Sources, Span};

/// The finding on such a value, where it fails as a name that nothing binds or a number that is applied like a function.
pub(super) fn unquoted(path: &Path, failed: Option<Span>, sources: &Sources, schema: &Schema) -> Option<Diagnostic> {
    // No choice is a constant or a number.
    if matches!(schema.shape(path), Some(Shape::Choice(_))) {
        return None;
    }
    let at = failed.filter(|span| !sources.is_library(span.file))?;
    let text = sources.get(at.file)?.text.as_str();
    let Bare { title, label, help, place, fix } = without_quotes(text, sources.range(at).start)?;
    let span = |start: usize, end: usize| {
        Some(Span { file: at.file, start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()? })
    };
    let edits: Option<Vec<Edit>> =
        fix.into_iter().map(|(place, text)| Some(Edit { span: span(place.start, place.end)?, text })).collect();
    let fix = fix::fix(help.clone(), edits.unwrap_or_default(), true);
    let finding = catalogue::finding(catalogue::FAILED_EVALUATION, path.clone(), title)
        .at(span(place.start, place.end), label)
        .help(help)
        .fix(fix);
    Some(finding)
}

/// What to write in the place of a name that nothing binds: the tag, where the field offers one of that name.
pub(super) fn help(path: &Path, name: &str, schema: &Schema) -> String {
    let Some(Shape::Choice(choices)) = schema.shape(path) else {
        return format!("write `\"{name}\"` for text, `'{name}` for a choice, or bind the name with `let`");
    };
    match choices.iter().find(|choice| choice.tag.eq_ignore_ascii_case(name)) {
        Some(choice) => format!("write `{}`: a choice begins with `'`", choice_example(choice)),
        None => format!("write one of {}", listed(choices)),
    }
}
