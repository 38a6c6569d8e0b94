//! The examples on the pages of the catalogue: whole files in fenced blocks.
//!
//! A fence says what is inside: `nickel fails` and `nickel passes` an environment, `yaml fails` and `yaml passes`
//! manifests, `sh fails` and `sh passes` a script where a text alone can't show it, `nickel file=NAME` a file that belongs
//! to the next example. `nickel fails file=NAME`, several times in a row, is one example of several environments. `yaml
//! before` are manifests that the next example, `yaml after fails` or `yaml after passes`, is compared with.

/// How a text is called to which a page gives no name.
const UNNAMED: &str = "environment.ncl";

/// An example of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example<'a> {
    /// The language: `nickel`, `yaml` or `sh`.
    pub language: &'a str,
    /// Whether it is to fail with the page's code.
    pub fails: bool,
    /// The texts by name: environments that are given together, one stream of manifests, or a script.
    pub texts: Vec<(&'a str, String)>,
    /// What it is compared with, where it shows a change.
    pub before: Option<String>,
    /// The files beside them, by name.
    pub files: Vec<(&'a str, String)>,
}

impl Example<'_> {
    /// The only text, or the first.
    pub fn first(&self) -> &str {
        self.texts.first().map_or("", |(_, text)| text)
    }

    /// The text with this name, of whatever sort.
    pub fn text(&self, name: &str) -> Option<&str> {
        let mut all = self.texts.iter().chain(&self.files);
        all.find(|(known, _)| *known == name).map(|(_, text)| text.as_str())
    }
}

/// The examples of a page, in order.
pub fn examples(page: &str) -> Vec<Example<'_>> {
    let mut examples: Vec<Example<'_>> = Vec::new();
    let mut files = Vec::new();
    let mut before = None;
    // Whether the next text with a name may belong to the last example.
    let mut open = false;
    for (info, text) in blocks(page) {
        let mut words = info.split(' ').filter(|word| *word != "after");
        let (language, kind) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let name = words.next().and_then(|word| word.strip_prefix("file="));
        if let Some(file) = kind.strip_prefix("file=") {
            files.push((file, text));
            open = false;
        } else if kind == "before" {
            before = Some(text);
        } else if kind == "fails" || kind == "passes" {
            let fails = kind == "fails";
            let last = examples.last_mut().filter(|last| open && last.fails == fails && last.language == language);
            match (last, name) {
                (Some(last), Some(name)) if last.text(name).is_none() => last.texts.push((name, text)),
                (_, name) => {
                    let texts = vec![(name.unwrap_or(UNNAMED), text)];
                    let (before, files) = (before.take(), std::mem::take(&mut files));
                    examples.push(Example { language, fails, texts, before, files });
                }
            }
            open = name.is_some();
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
