//! A value that is none of the choices.

use super::examples::choice_example;
use super::{Found, Reporter, what};
use crate::diagnostic::Diagnostic;
use crate::evaluate::schema::Choice;
use crate::path::Path;
use crate::source::Span;
use crate::{catalogue, suggest};

impl Reporter<'_> {
    pub(super) fn wrong_choice(
        &self,
        path: Path,
        span: Option<Span>,
        found: Option<&Found>,
        choices: &[Choice],
    ) -> Diagnostic {
        let Some(tag) = found.and_then(tag_of) else { return self.no_choice(path, span, found, choices) };
        if let Some(choice) = choices.iter().find(|choice| choice.tag == tag) {
            return self.incomplete_choice(path, span, choice);
        }
        let names: Vec<&str> = choices.iter().map(|choice| choice.tag.as_str()).collect();
        let title = format!("`{path}`: `'{tag}` is not a choice");
        let finding = catalogue::finding(catalogue::UNKNOWN_CHOICE, path, title).at(span, "unknown choice");
        let finding = match tag.strip_suffix('\'') {
            Some(_) => finding.note("a tag has a quote at its beginning only"),
            None => finding,
        };
        let Some(near) = suggest::nearest(tag, &names) else {
            return finding.help(format!("write one of {}", listed(choices)));
        };
        let is_alone = matches!(found, Some(Found::Tag(_)));
        let meant = choices.iter().find(|choice| choice.tag == near);
        let retagging = found.zip(meant).and_then(|(found, meant)| self.retagging(span, tag, found, meant));
        let choice = choices.iter().find(|choice| choice.tag == near && is_alone);
        let shown = choice.map_or_else(|| format!("'{near}"), choice_example);
        finding
            .help(format!("did you mean `{shown}`?"))
            .note(format!("the choices are {}", listed(choices)))
            .fix(retagging)
    }

    /// One that lacks what comes with it, or has what does not.
    fn incomplete_choice(&self, path: Path, span: Option<Span>, choice: &Choice) -> Diagnostic {
        let (tag, example) = (&choice.tag, choice_example(choice));
        let (title, help) = match &choice.payload {
            Some(_) => (
                format!("`{path}`: `'{tag}` needs something after it, as in `{example}`"),
                self.assignments("write", &path, &[example]),
            ),
            None => (format!("`{path}`: `'{tag}` stands alone"), format!("write `'{tag}`, with nothing after it")),
        };
        catalogue::finding(catalogue::WRONG_TYPE, path, title)
            .at(span, "incomplete choice")
            .help(help)
            .fix(self.choosing(span, choice, true))
    }

    fn no_choice(&self, path: Path, span: Option<Span>, found: Option<&Found>, choices: &[Choice]) -> Diagnostic {
        let text = if let Some(Found::String(text)) = found { Some(text) } else { None };
        let meant = text.and_then(|text| meant_choice(text, choices));
        let help = match meant {
            Some(choice) => self.assignments("write", &path, &[choice_example(choice)]),
            None => format!("write one of {}, with the quote and without double quotes", listed(choices)),
        };
        let title = format!("`{path}`: expected a choice");
        let fix = meant.and_then(|choice| self.choosing(span, choice, false));
        catalogue::finding(catalogue::WRONG_TYPE, path, title).at(span, what(found)).help(help).fix(fix)
    }
}

pub(super) fn listed(choices: &[Choice]) -> String {
    choices.iter().map(|choice| format!("`{}`", choice_example(choice))).collect::<Vec<_>>().join(", ")
}

pub(super) fn is_choice_message(message: &str) -> bool {
    message == "tag not in the enum type" || message == "expected an enum" || message.starts_with("expected `'")
}

fn tag_of(found: &Found) -> Option<&str> {
    match found {
        Found::Tag(tag) | Found::Variant(tag) => Some(tag),
        Found::Number | Found::String(_) | Found::Bool => None,
        Found::Array | Found::Record | Found::Function | Found::Other => None,
    }
}

/// The choice that a text names, as programs write it that know no tags.
fn meant_choice<'a>(text: &str, choices: &'a [Choice]) -> Option<&'a Choice> {
    choices.iter().find(|choice| choice.tag.eq_ignore_ascii_case(text.trim_start_matches('\'')))
}
