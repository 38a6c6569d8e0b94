//! The examples on the pages of the catalogue: whole files in fenced blocks.
//!
//! A fence says what is inside: `nickel fails` and `nickel passes` an environment, `yaml fails` and `yaml passes`
//! manifests, `sh fails` and `sh passes` a script where a text alone can't show it, `nickel file=NAME` a file that belongs
//! to the next example. `yaml before` are manifests that the next example, `yaml after fails` or `yaml after passes`, is
//! compared with.

/// An example of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example<'a> {
    /// The language: `nickel`, `yaml` or `sh`.
    pub language: &'a str,
    /// Whether it is to fail with the page's code.
    pub fails: bool,
    /// The text.
    pub text: String,
    /// What it is compared with, where it shows a change.
    pub before: Option<String>,
    /// The files beside it, by name.
    pub files: Vec<(&'a str, String)>,
}

/// The examples of a page, in order.
pub fn examples(page: &str) -> Vec<Example<'_>> {
    let mut examples = Vec::new();
    let mut files = Vec::new();
    let mut before = None;
    for (info, text) in blocks(page) {
        match info.split_once(' ') {
            Some((language, kind @ ("fails" | "passes" | "after fails" | "after passes"))) => examples.push(Example {
                language,
                fails: kind.ends_with("fails"),
                text,
                before: before.take(),
                files: std::mem::take(&mut files),
            }),
            Some((_, "before")) => before = Some(text),
            Some((_, kind)) => files.extend(kind.strip_prefix("file=").map(|name| (name, text))),
            None => {}
        }
    }
    examples
}

/// The fenced blocks of a page: what stands behind the fence, and what is inside.
fn blocks(page: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info, String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}
