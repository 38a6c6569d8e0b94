//! The guides under `docs`, for operators who have only the binary. What messages and pages of rules refer to is here.

use crate::catalogue;

/// A page of the documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guide {
    /// Its name on the command line.
    pub name: &'static str,
    /// Its path in the repository.
    pub path: &'static str,
    /// The page, as Markdown.
    pub text: &'static str,
}

macro_rules! guides {
    ($($name:literal $path:literal)*) => {
        /// All of them, in the order of `docs/README.md`, which is the first.
        pub const GUIDES: &[Guide] =
            &[$(Guide { name: $name, path: concat!("docs/", $path), text: include_str!(concat!("../docs/", $path)) },)*];
    };
}

guides! {
    "docs" "README.md"
    "getting-started" "getting-started.md"
    "secrets" "secrets.md"
    "language" "reference/language.md"
    "packaging" "plan/v1.02/tracks/k8s-packaging.md"
    "runtime" "runtime.md"
    "settings" "reference/settings.md"
    "releases" "releases.md"
    "rules" "rules/README.md"
    "observability" "observability.md"
    "patches" "patches.md"
    "diff" "diff.md"
    "graph" "graph.md"
    "network" "network.md"
    "tenancy" "tenancy.md"
    "hardening" "hardening.md"
    "migration" "migration.md"
    "gitops" "gitops.md"
    "verify" "verify.md"
    "ci" "ci.md"
    "smoke" "smoke.md"
    "fleet" "fleet.md"
    "cache" "cache.md"
    "robustness" "robustness.md"
    "edit" "edit.md"
    "editors" "editors.md"
}

/// What a guide calls the facts about the runtime, which pages and findings name by number.
const FACT: &str = "(fact";

impl Guide {
    /// Its heading.
    pub fn title(&self) -> &'static str {
        self.text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(self.name)
    }

    /// Where it is on the web.
    pub fn url(&self) -> String {
        catalogue::url_of(self.path)
    }
}

/// The guide of this name, or at this path as messages and pages write it: `secrets`, `docs/secrets.md`,
/// `../secrets.md#rotation`.
pub fn find(wanted: &str) -> Option<&'static Guide> {
    let path = wanted.split('#').next().unwrap_or(wanted).trim_start_matches("./").trim_start_matches("../");
    let path = path.strip_prefix("docs/").unwrap_or(path);
    GUIDES.iter().find(|guide| {
        let own = guide.path.strip_prefix("docs/").unwrap_or(guide.path);
        guide.name == wanted || own == path || own.strip_suffix(".md") == Some(path)
    })
}

/// The guides that a page refers to, by a link, by its path or by the number of a fact, in the order of [`GUIDES`].
pub fn named(text: &str, path: &str) -> Vec<&'static Guide> {
    let linked: Vec<String> = links(text).map(|(_, target)| resolve(path, target)).collect();
    let is_named = |guide: &&Guide| {
        linked.iter().any(|target| target.split('#').next() == Some(guide.path))
            || text.contains(&format!("`{}`", guide.path))
            || guide.name == "runtime" && text.contains(FACT)
    };
    GUIDES.iter().filter(|guide| guide.path != path).filter(is_named).collect()
}

/// A page with links that lead somewhere from everywhere: those to other files of the repository as addresses.
pub fn with_addresses(text: &str, path: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (start, target) in links(text) {
        out.push_str(text.get(done..start).unwrap_or_default());
        if target.starts_with('#') {
            out.push_str(target);
        } else {
            out.push_str(&catalogue::url_of(&resolve(path, target)));
        }
        done = start + target.len();
    }
    out + text.get(done..).unwrap_or_default()
}

/// The targets of relative links of a page outside of code, each with where it begins.
pub fn links(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    let lines = text.split_inclusive('\n').scan(0, |start, line| {
        let begin = *start;
        *start += line.len();
        Some((begin, line))
    });
    let prose = lines.filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    prose.flat_map(|(begin, line)| {
        let starts = line.match_indices("](").map(|(at, open)| at + open.len());
        starts.filter_map(move |start| {
            let target = line.get(start..)?.split(')').next()?;
            let is_relative = !target.contains("://") && !target.contains([' ', '`']) && !target.is_empty();
            is_relative.then_some((begin + start, target))
        })
    })
}

/// The path in the repository that a relative link on a page leads to, with its anchor.
pub fn resolve(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}
