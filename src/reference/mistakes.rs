//! The mistakes of beginners that `docs/errors.md` shows, and that tests hold findings against.

use std::ops::Range;

/// Each mistake under its heading.
const PAGE: &str = include_str!("mistakes.md");

/// What a block of fields stands in.
const BEFORE: &str = "let agentos = import \"agentos/lib.ncl\" in\n{\n  name = \"example\",\n  profile = 'Dev,\n  storage = 'Ephemeral,\n  \
                      federation = { stack = \"stk_example\" },\n";
const BEHIND: &str = "} | agentos.Environment\n";

/// A text with a mistake.
pub struct Mistake {
    /// What the mistake is.
    pub title: String,
    /// The whole text.
    pub text: String,
    /// Where the mistake is.
    pub fault: Range<usize>,
}

/// All of them, in order.
pub fn mistakes() -> Vec<Mistake> {
    PAGE.split("\n## ").skip(1).filter_map(mistake).collect()
}

fn mistake(section: &str) -> Option<Mistake> {
    let (title, rest) = section.split_once("\n\n```")?;
    let (kind, rest) = rest.split_once('\n')?;
    let (body, _) = rest.split_once("\n```")?;
    let marked = if kind == "field" { format!("{BEFORE}{body}\n{BEHIND}") } else { format!("{body}\n") };
    let (before, rest) = marked.split_once('⟦')?;
    let (fault, behind) = rest.split_once('⟧')?;
    let start = before.len();
    Some(Mistake {
        title: title.to_owned(),
        text: format!("{before}{fault}{behind}"),
        fault: start..start + fault.len(),
    })
}
