//! A value that is none of the choices.

use super::examples::choice_example;
use super::{Reporter, found};
use crate::diagnostic::Diagnostic;
use crate::evaluate::schema::Choice;
use crate::path::Path;
use crate::source::Span;
use crate::{catalogue, suggest};
use nickel_lang_core::eval::value::NickelValue;

impl Reporter<'_> {
    pub(super) fn wrong_choice(
        &self,
        path: Path,
        span: Option<Span>,
        value: Option<&NickelValue>,
        choices: &[Choice],
    ) -> Diagnostic {
        let listed =
            choices.iter().map(|choice| format!("`{}`", choice_example(choice))).collect::<Vec<_>>().join(", ");
        let all = format!("the choices are {listed}");
        let is_alone = value.is_some_and(|value| value.as_enum_variant().is_none());
        let shown = |tag: &str| {
            let choice = choices.iter().find(|choice| choice.tag == tag && is_alone);
            choice.map_or_else(|| format!("'{tag}"), choice_example)
        };
        let tag = value.and_then(tag_of);
        let known = tag.as_deref().and_then(|tag| choices.iter().find(|choice| choice.tag == tag));
        match (tag, known) {
            (Some(tag), Some(choice)) => {
                let (title, help) = match &choice.payload {
                    Some(_) => (
                        format!("`{path}`: `'{tag}` needs something after it, as in `{}`", choice_example(choice)),
                        self.assignments("write", &path, &[choice_example(choice)]),
                    ),
                    None => {
                        (format!("`{path}`: `'{tag}` stands alone"), format!("write `'{tag}`, with nothing after it"))
                    }
                };
                catalogue::finding(catalogue::WRONG_TYPE, path, title).at(span, "incomplete choice").help(help)
            }
            (Some(tag), None) => {
                let names: Vec<&str> = choices.iter().map(|choice| choice.tag.as_str()).collect();
                let finding = catalogue::finding(
                    catalogue::UNKNOWN_CHOICE,
                    path.clone(),
                    format!("`{path}`: `'{tag}` is not a choice"),
                )
                .at(span, "unknown choice");
                match suggest::nearest(&tag, &names) {
                    Some(near) => finding.help(format!("did you mean `{}`?", shown(near))).note(all),
                    None => finding.help(format!("write one of {listed}")),
                }
            }
            (None, _) => {
                catalogue::finding(catalogue::WRONG_TYPE, path.clone(), format!("`{path}`: expected a choice"))
                    .at(span, found(value))
                    .help(
                        match value
                            .and_then(NickelValue::as_string)
                            .and_then(|text| meant_choice(text.as_ref(), choices))
                        {
                            Some(choice) => self.assignments("write", &path, &[choice_example(choice)]),
                            None => format!("write one of {listed}, with the quote and without double quotes"),
                        },
                    )
            }
        }
    }
}

pub(super) fn is_choice_message(message: &str) -> bool {
    message == "tag not in the enum type" || message == "expected an enum" || message.starts_with("expected `'")
}

fn tag_of(value: &NickelValue) -> Option<String> {
    let tag = value.as_enum_tag().or_else(|| value.as_enum_variant().map(|variant| variant.tag))?;
    Some(tag.label().to_owned())
}

/// The choice that a text names, as programs write it that know no tags.
fn meant_choice<'a>(text: &str, choices: &'a [Choice]) -> Option<&'a Choice> {
    choices.iter().find(|choice| choice.tag.eq_ignore_ascii_case(text.trim_start_matches('\'')))
}
