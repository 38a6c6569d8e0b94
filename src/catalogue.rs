//! The catalogue: every code that a finding can have, with its name, severity and summary. One ordered registry.

use crate::diagnostic::Severity;
use std::fmt;

/// The code of a rule: a letter for its area and three digits. Codes are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What the catalogue says of a code.
pub struct Rule {
    /// The code.
    pub code: Code,
    /// The name, in kebab case: what is found.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence on what it means.
    pub summary: &'static str,
}

macro_rules! catalogue {
    ($($(#[$doc:meta])* $constant:ident = $code:literal $name:literal $severity:ident $summary:literal;)*) => {
        $(#[doc = concat!("`", $code, "`, ", $name, ": ", $summary)]
          pub const $constant: Code = Code($code);)*

        /// Every code, in order.
        pub const CATALOGUE: &[Rule] = &[
            $(Rule {
                code: $constant,
                name: $name,
                severity: Severity::$severity,
                summary: $summary,
            },)*
        ];
    };
}

catalogue! {
    SYNTAX_ERROR = "C001" "syntax-error" Error
        "The text is not Nickel.";
    UNKNOWN_FIELD = "C002" "unknown-field" Error
        "The language has no such field; it would be ignored if it were let through.";
    MISSING_FIELD = "C003" "missing-field" Error
        "A field that has no safe default is not set.";
    UNKNOWN_CHOICE = "C004" "unknown-choice" Error
        "The tag is none of those that the field offers.";
    WRONG_TYPE = "C005" "wrong-type" Error
        "The value is of another kind than the field's.";
    BROKEN_CONTRACT = "C006" "broken-contract" Error
        "The value is of the right kind, but not one that the field's contract allows.";
    CONFLICTING_VALUES = "C007" "conflicting-values" Error
        "One field is given two values, and neither takes precedence.";
    UNSUPPORTED_FIELD = "C008" "unsupported-field" Error
        "The language has this, but this version of the compiler can't compile it yet.";
    UNRESOLVED_IMPORT = "C009" "unresolved-import" Error
        "An imported file can't be read.";
    FAILED_EVALUATION = "C010" "failed-evaluation" Error
        "An expression has no value.";
    SHADOWED_LIBRARY = "C011" "shadowed-library" Error
        "A file of the project stands where the embedded library is imported from.";
    UNREADABLE_TEXT = "C012" "unreadable-text" Error
        "The text is not UTF-8.";
    NOT_AN_ENVIRONMENT = "C013" "not-an-environment" Error
        "The file's value is not a record.";
    EVALUATION_TOO_LONG = "C017" "evaluation-too-long" Error
        "Evaluation had no end in sight when its time was up.";
    EVALUATION_TOO_LARGE = "C018" "evaluation-too-large" Error
        "Evaluation took more memory than it is allowed.";
    NESTING_TOO_DEEP = "C019" "nesting-too-deep" Error
        "The text nests deeper than evaluation can be trusted to follow.";
    IMPORT_OUTSIDE_PROJECT = "C020" "import-outside-project" Error
        "An import leads out of the project.";
    IMPORT_NOT_A_FILE = "C021" "import-not-a-file" Error
        "An import leads to a folder, a pipe or a device.";
    FILE_TOO_LARGE = "C022" "file-too-large" Error
        "A file, or all of them together, are larger than any environment.";
    DECEPTIVE_CHARACTER = "C023" "deceptive-character" Error
        "A character makes the text look other than it is.";
    DUPLICATE_KEY = "C024" "duplicate-key" Error
        "A record of an imported file has one key twice.";
    ALIAS_BOMB = "C025" "alias-bomb" Error
        "An imported YAML file has anchors or aliases, of which a few lines can stand for billions of values.";
    MALFORMED_STACK_ID = "F001" "malformed-stack-id" Error
        "The runtime skips peers whose id is empty, and ids are part of the federation protocol.";
    PEER_WITH_ITSELF = "F002" "peer-with-itself" Error
        "A stack that names itself as a peer forwards runs to itself.";
    INVALID_NAME = "K001" "invalid-name" Error
        "The API server rejects the name.";
    DANGLING_REFERENCE = "K002" "dangling-reference" Error
        "An object refers to another that nothing provides: its pod never starts.";
    SELECTS_NOTHING = "K003" "selects-nothing" Error
        "A selector matches no pod.";
    MISSING_TARGET_PORT = "K004" "missing-target-port" Error
        "A Service points to a port that its pods don't have.";
    DUPLICATE_OBJECT = "K005" "duplicate-object" Error
        "Two objects have one name, or a container sets one variable twice; the last one wins, silently.";
    OBJECT_TOO_LARGE = "K008" "object-too-large" Error
        "The API server rejects the object for its size.";
    INVALID_QUANTITY = "K010" "invalid-quantity" Error
        "The API server rejects the amount.";
    MISTYPED_SETTING = "R006" "mistyped-setting" Error
        "The runtime takes a value that it can't read for the default, silently.";
    MISSING_REQUIRED_SECRET = "S007" "missing-required-secret" Error
        "A secret that the services need has no source.";
    MALFORMED_TENANT_ID = "T002" "malformed-tenant-id" Error
        "Tenant ids become file paths: a malformed one reads another tenant's data.";
    UNDECLARED_DEFAULT_TENANT = "T003" "undeclared-default-tenant" Error
        "Requests without a tenant are given to one that has no record.";
}

/// What the catalogue says of a code that it lists.
pub fn rule(code: Code) -> &'static Rule {
    const UNLISTED: &Rule = &Rule {
        code: Code("X000"),
        name: "unlisted",
        severity: Severity::Error,
        summary: "A code that the catalogue does not list: a bug of ours.",
    };
    CATALOGUE.iter().find(|rule| rule.code == code).unwrap_or(UNLISTED)
}

/// The code of this text, if the catalogue has it.
pub fn by_text(text: &str) -> Option<Code> {
    CATALOGUE.iter().map(|rule| rule.code).find(|code| code.0 == text)
}

/// Where a code is explained.
pub fn url(code: Code) -> String {
    format!("{}/blob/main/docs/rules/{code}.md", env!("CARGO_PKG_REPOSITORY"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_ordered_and_distinct() {
        assert!(CATALOGUE.windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn names_are_kebab_case_and_distinct() {
        let mut names: Vec<_> = CATALOGUE.iter().map(|rule| rule.name).collect();
        assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CATALOGUE.len());
    }
}
