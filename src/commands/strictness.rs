//! The options that say what rejects; shared by `check` and `build`.

use crate::catalogue::{self, CATALOGUE};
use crate::diagnostic::Code;
use crate::policy::Policy;
use crate::suggest;
use clap::ValueEnum;

/// What rejects, and what does not.
#[derive(clap::Args)]
pub(super) struct Strictness {
    /// Let warnings reject as errors do.
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,

    /// Let findings of a rule pass; they are shown, and counted as allowed. Can be repeated.
    ///
    /// Findings whose code begins with `C` are about the language and can't be allowed, and safety rules can't in
    /// environments with the profile `'Prod`.
    #[arg(long, value_name = "CODE", value_parser = allowable)]
    allow: Vec<Code>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Every warning.
    Warnings,
}

impl Strictness {
    pub(super) fn policy(&self) -> Policy {
        Policy { allow: self.allow.clone(), deny_warnings: self.deny == Some(Deny::Warnings) }
    }
}

/// The code that a user names, if its findings can be allowed at all.
fn allowable(text: &str) -> Result<Code, String> {
    let Some(code) = catalogue::by_text(text) else {
        let codes: Vec<&str> = CATALOGUE.iter().map(|rule| rule.code.0).collect();
        return Err(match suggest::nearest(text, &codes) {
            Some(near) => format!("no rule has this code; did you mean `{near}`?"),
            None => "no rule has this code; write the one that the finding begins with, such as `T002`".to_owned(),
        });
    };
    if code.is_of_the_language() {
        return Err(
            "findings whose code begins with `C` are about the language: there is nothing sound to compile, and \
                    they can't be allowed"
                .to_owned(),
        );
    }
    Ok(code)
}
