//! The examples on the pages of the catalogue: whole files in fenced blocks.
//!
//! A fence says what is inside: `nickel fails` and `nickel passes` an environment, `yaml fails` and `yaml passes`
//! manifests, `nickel file=NAME` a file that belongs to the next example. `nickel fails file=NAME`, several times in a
//! row, is one example of several environments.

/// How an environment is called to which a page gives no name.
const UNNAMED: &str = "environment.ncl";

/// An example of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example<'a> {
    /// The language: `nickel` or `yaml`.
    pub language: &'a str,
    /// Whether it is to fail with the page's code.
    pub fails: bool,
    /// The texts by name: environments that are given together, or one stream of manifests.
    pub texts: Vec<(&'a str, String)>,
    /// The files beside them, by name.
    pub files: Vec<(&'a str, String)>,
}

impl Example<'_> {
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
    // Whether the next text with a name may belong to the last example.
    let mut open = false;
    for (info, text) in blocks(page) {
        let mut words = info.split(' ');
        let (language, kind) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let name = words.next().and_then(|word| word.strip_prefix("file="));
        if let Some(file) = kind.strip_prefix("file=") {
            files.push((file, text));
            open = false;
        } else if kind == "fails" || kind == "passes" {
            let fails = kind == "fails";
            let last = examples.last_mut().filter(|last| open && last.fails == fails && last.language == language);
            match (last, name) {
                (Some(last), Some(name)) if last.text(name).is_none() => last.texts.push((name, text)),
                (_, name) => {
                    let texts = vec![(name.unwrap_or(UNNAMED), text)];
                    examples.push(Example { language, fails, texts, files: std::mem::take(&mut files) });
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
