//! Texts that Nickel takes, and that can have no value: without their first line, or with the contract misspelt.

use super::scene::Scene;
use super::{Mistake, Repair, documents, mounted_library};
use crate::evaluate::outline::Kind;

/// The first line of an environment.
const FIRST_LINE: &str = "let agentos = import \"agentos/lib.ncl\" in";

/// `| agentos.Environment` without the line that binds `agentos`.
pub(super) fn no_first_line(scene: &Scene<'_>) -> Option<Mistake> {
    let used = (0..scene.outline.tokens.len()).find(|token| {
        let before = scene.before(*token).map(|before| scene.word(before));
        scene.word(*token) == "agentos" && scene.word(token + 1) == "." && matches!(before, Some("|" | ":" | "(" | "="))
    })?;
    let is_bound = (0..scene.outline.tokens.len()).any(|token| binds(scene, token, "agentos"));
    if is_bound || scene.word(used + 2) != "Environment" {
        return None;
    }
    let line = format!("{FIRST_LINE}\n");
    let place = scene.range(used);
    let repair = format!("let agentos = import \"{}\" in\n", mounted_library());
    Some(
        Mistake::new("the first line of the file is missing: nothing is called `agentos`", place, "unbound name")
            .help(format!("begin the file with `{FIRST_LINE}`"))
            .fix(0..0, line)
            .repair(Repair::Change(vec![(0..0, repair)])),
    )
}

/// `| Environment`.
pub(super) fn no_library_name(scene: &Scene<'_>) -> Option<Mistake> {
    let used = (0..scene.outline.tokens.len()).find(|token| {
        let before = scene.before(*token).map(|before| scene.word(before));
        matches!(scene.word(*token), "Environment" | "environment")
            && matches!(before, Some("|" | ":"))
            && scene.pairs.around(*token).is_none()
    })?;
    let tokens = || 0..scene.outline.tokens.len();
    let is_other = tokens().any(|token| binds(scene, token, scene.word(used))) || scene.word(used + 1) == ".";
    let is_library_bound = tokens().any(|token| binds(scene, token, "agentos"));
    if is_other || !is_library_bound {
        return None;
    }
    let place = scene.range(used);
    Some(
        Mistake::new("the contract is a field of the library: `agentos.Environment`", place.clone(), "unbound name")
            .help("write `| agentos.Environment`")
            .fix(place, "agentos.Environment"),
    )
}

/// `: agentos.Environment`.
pub(super) fn contract_as_type(scene: &Scene<'_>) -> Option<Mistake> {
    let used = (0..scene.outline.tokens.len()).find(|token| {
        scene.word(*token) == ":"
            && scene.pairs.around(*token).is_none()
            && scene.word(token + 1) == "agentos"
            && scene.word(token + 3) == "Environment"
    })?;
    let place = scene.range(used);
    Some(
        Mistake::new("a contract stands behind `|`, not behind `:`", place.clone(), "`|` has to stand here")
            .note("`:` declares a type, which is checked before anything is evaluated")
            .help("write `| agentos.Environment`")
            .fix(place, "|"),
    )
}

/// `} agentos.Environment`, `} || agentos.Environment`, `}, agentos.Environment`.
pub(super) fn no_pipe(scene: &Scene<'_>) -> Option<Mistake> {
    let library = (1..scene.outline.tokens.len()).find(|token| {
        let is_contract =
            scene.word(*token) == "agentos" && scene.word(token + 1) == "." && scene.word(token + 2) == "Environment";
        is_contract && scene.kind(token + 3).is_none() && scene.pairs.around(*token).is_none()
    })?;
    let before = scene.before(library)?;
    let mistake =
        |place, label| Mistake::new("a contract stands behind `|`", place, label).help("write `| agentos.Environment`");
    if matches!(scene.word(before), "||" | "|>" | ",") {
        let place = scene.range(before);
        return Some(mistake(place.clone(), "`|` has to stand here").fix(place, " |"));
    }
    let start = scene.range(library).start;
    let is_record = scene.kind(before) == Some(Kind::CloseBrace);
    is_record.then(|| mistake(scene.range(library), "no `|` before this").fix(start..start, "| "))
}

/// `| agentos Environment`, `| agentos:Environment`, `| agentos/Environment`.
pub(super) fn no_dot(scene: &Scene<'_>) -> Option<Mistake> {
    let library = (1..scene.outline.tokens.len()).find(|token| {
        scene.word(*token) == "agentos" && scene.word(token - 1) == "|" && scene.pairs.around(*token).is_none()
    })?;
    let contract = (library + 1..library + 4).find(|token| scene.word(*token) == "Environment")?;
    let is_apart = contract > library + 2 || scene.word(library + 1) != ".";
    let place = scene.across(library, contract);
    let mistake = Mistake::new("a contract of the library is named with `.`", place.clone(), "no such name");
    is_apart.then(|| mistake.help("write `| agentos.Environment`").fix(place, "agentos.Environment"))
}

/// Manifests whose first lines read as Nickel.
pub(super) fn document(scene: &Scene<'_>) -> Option<Mistake> {
    let is_key = scene.kind(0) == Some(Kind::Name) && scene.kind(1) == Some(Kind::Colon);
    let is_outside = is_key || scene.kind(0) == Some(Kind::Minus);
    is_outside.then(|| documents::yaml(scene.text)).flatten()
}

/// Whether a token binds a name.
fn binds(scene: &Scene<'_>, token: usize, name: &str) -> bool {
    if scene.word(token) != name {
        return false;
    }
    let before = scene.before(token).map(|before| scene.word(before));
    let is_binder = matches!(before, Some("let" | "rec" | "fun" | "," | "{" | "@" | "=")) || scene.begins_line(token);
    is_binder && matches!(scene.word(token + 1), "=" | "|" | ":" | "=>" | "," | "}" | "?")
}
