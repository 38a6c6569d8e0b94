//! Whole texts of another language: JSON, YAML, manifests.

use super::scene::{Scene, is_word};
use super::{Mistake, Repair};
use crate::evaluate::outline::Kind;

/// How an environment begins.
const BEGIN: &str = "`agentos-cfg init` writes an environment to begin with";

/// A text that is no Nickel at all.
pub(super) fn foreign(scene: &Scene<'_>) -> Option<Mistake> {
    json(scene).or_else(|| yaml(scene.text))
}

/// `{"name": "a"}`.
fn json(scene: &Scene<'_>) -> Option<Mistake> {
    let is_json = match scene.kind(0)? {
        Kind::OpenBrace => {
            let name_end = scene.pairs.partner(1).filter(|_| scene.kind(1) == Some(Kind::Quote));
            name_end.is_some_and(|end| scene.kind(end + 1) == Some(Kind::Colon))
        }
        Kind::OpenBracket => {
            matches!(scene.word(1), "{") && scene.pairs.partner(2).is_some_and(|end| scene.word(end + 1) == ":")
        }
        _ => false,
    };
    let is_mixed = scene.outline.tokens.iter().any(|token| matches!(token.kind, Kind::Equals | Kind::Pipe | Kind::Let));
    if !is_json || is_mixed {
        return None;
    }
    let is_manifest = scene.text.contains("\"apiVersion\"") && scene.text.contains("\"kind\"");
    Some(if is_manifest { manifests(scene.range(0)) } else { data("JSON", "json", scene.range(0)) })
}

/// Lines of `key: value`.
pub(super) fn yaml(text: &str) -> Option<Mistake> {
    let lines = || {
        text.split_inclusive('\n').scan(0, |start, line| {
            let here = *start;
            *start += line.len();
            Some((here, line.trim_end()))
        })
    };
    let content = |line: &str| !line.is_empty() && !line.trim_start().starts_with('#');
    let (start, first) = lines().find(|(_, line)| content(line))?;
    let is_marked = first == "---" || first.starts_with("%YAML");
    let top: Vec<&str> =
        lines().map(|(_, line)| line).filter(|line| content(line) && !line.starts_with([' ', '\t'])).collect();
    let keys = top.iter().filter(|line| key(line).is_some()).count();
    let others = top.iter().filter(|line| key(line).is_none() && !line.starts_with("- ") && **line != "---").count();
    let is_list = first.starts_with("- ") && key(first.trim_start_matches("- ")).is_some();
    if !(is_marked || keys > others && key(first).is_some() || is_list) {
        return None;
    }
    let place = start..start + first.len();
    let has = |name: &str| top.iter().any(|line| key(line) == Some(name));
    Some(if has("apiVersion") && has("kind") { manifests(place) } else { data("YAML", "yaml", place) })
}

/// The key of a line of YAML.
fn key(line: &str) -> Option<&str> {
    let (key, rest) = line.split_once(':')?;
    let key = key.trim_matches('"');
    (is_word(key) && (rest.is_empty() || rest.starts_with(' '))).then_some(key)
}

/// Where a text begins that holds manifests, in YAML or JSON.
pub(super) fn manifests_in(text: &str) -> Option<std::ops::Range<usize>> {
    let start = text.len() - text.trim_start().len();
    let is_json = text.get(start..).is_some_and(|rest| rest.starts_with('{')) && text.contains("\"apiVersion\"");
    if is_json && text.contains("\"kind\"") {
        return Some(start..start + 1);
    }
    let mistake = yaml(text)?;
    mistake.title.contains("manifests").then_some(mistake.fault)
}

/// The mistake of a text that holds manifests.
pub(super) fn manifests(place: std::ops::Range<usize>) -> Mistake {
    Mistake::new("these are manifests, not an environment", place, "objects of Kubernetes")
        .help("verify manifests with `agentos-cfg verify`")
        .help(BEGIN)
        .repair(Repair::Stop)
}

fn data(language: &str, extension: &str, place: std::ops::Range<usize>) -> Mistake {
    let import = format!("import \"environment.{extension}\"");
    Mistake::new(format!("this is {language}, not Nickel"), place, format!("{language} from here"))
        .note("an environment is a record in Nickel: `{ name = \"…\", profile = 'Dev, … } | agentos.Environment`")
        .help(BEGIN)
        .help(format!("data of this kind is imported from a file of its own: `({import}) | agentos.Environment`"))
        .repair(Repair::Stop)
}
