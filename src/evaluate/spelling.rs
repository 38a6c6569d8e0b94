//! What a user types for a value on a command line → Nickel, by the contract of its field.
//!
//! Invariant: a field of text gets a text, also of what looks like a number or a tag; only quotes that are typed, too, are
//! taken for Nickel's.

use super::native::{Contract, Sort};
use crate::fix::{self, assign};
use crate::path::{Path, Segment};
use crate::tree::Node;

/// A value for the field at a path, as Nickel writes it. `tree` is the environment, as far as it is known.
///
/// # Errors
/// What a value of this field looks like, where none of them looks like this.
pub fn spelled(path: &Path, typed: &str, tree: Option<&Node>) -> Result<String, String> {
    let literal = assign::literal(typed);
    let (contract, sort) = match contract(path, tree) {
        Some(contract) => (Some(contract), contract.sort()),
        None => (None, Sort::Any),
    };
    match sort {
        Sort::Text => Ok(literal.filter(|literal| !is_bare(literal)).unwrap_or_else(|| fix::text(typed))),
        Sort::Choice => match (literal, contract) {
            (Some(literal), _) if literal.starts_with('\'') => Ok(literal),
            (_, Some(contract)) => tagged(typed, contract).ok_or_else(|| choices(contract)),
            (_, None) => Ok(fix::text(typed)),
        },
        Sort::Record => {
            literal.filter(|literal| literal.starts_with('{')).ok_or_else(|| "is a record: write `{ … }`".to_owned())
        }
        Sort::Array => {
            literal.filter(|literal| literal.starts_with('[')).ok_or_else(|| "is an array: write `[ … ]`".to_owned())
        }
        Sort::Number | Sort::Bool | Sort::Any => Ok(literal.unwrap_or_else(|| fix::text(typed))),
    }
}

/// Whether a literal is a text only if it is put in quotes.
fn is_bare(literal: &str) -> bool {
    !(literal.starts_with('"') || literal.starts_with("m%"))
}

/// A choice whose quote was left out; none where it has no such tag.
fn tagged(typed: &str, contract: Contract<'_>) -> Option<String> {
    let typed = typed.trim();
    let tag = typed.split(|c: char| c.is_whitespace() || c == '{').next()?;
    contract.has_tag(tag).then(|| assign::literal(&format!("'{typed}")))?
}

fn choices(contract: Contract<'_>) -> String {
    let tags: Vec<String> = contract.tags().map(|tag| format!("`'{tag}`")).collect();
    format!("is a choice: {}", tags.join(", "))
}

/// The contract of the field at a path, under the release that the environment names.
fn contract<'r>(path: &Path, tree: Option<&'r Node>) -> Option<Contract<'r>> {
    let tag = |path: &Path| {
        let (node, is_there) = tree?.nearest(path);
        node.value.as_choice().filter(|_| is_there).map(|(tag, _)| tag)
    };
    let mut contract = Contract::environment(tag(&Path::of(["runtime"])));
    let mut around = Path::root();
    for segment in &path.0 {
        contract = match segment {
            Segment::Field(name) => {
                let in_force =
                    tag(&around).and_then(|tag| contract.payload(tag)).and_then(|payload| payload.field(name));
                in_force.or_else(|| contract.member(name))?
            }
            Segment::Index(_) => contract.element()?,
            Segment::Item(_) => return None,
        };
        around.0.push(segment.clone());
    }
    Some(contract)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelt(path: &str, typed: &str) -> Result<String, String> {
        spelled(&Path::parse(path).unwrap().0, typed, None)
    }

    #[test]
    fn what_is_typed_becomes_what_the_field_takes() {
        for (path, typed, expected) in [
            ("name", "foo", "\"foo\""),
            ("name", "3", "\"3\""),
            ("name", "\"3\"", "\"3\""),
            ("labels.a", "true", "\"true\""),
            ("labels.\"a.b/c\"", "'Prod", "\"'Prod\""),
            ("image", "ghcr.io/a/b:1@sha256:0", "\"ghcr.io/a/b:1@sha256:0\""),
            ("profile", "Prod", "'Prod"),
            ("profile", "'Prod", "'Prod"),
            ("storage", "Persistent { size = \"5Gi\" }", "'Persistent { size = \"5Gi\" }"),
            ("storage.size", "5", "\"5\""),
            ("services.federation.replicas", "2", "2"),
            ("services.federation.replicas", "many", "\"many\""),
            ("smoke.job", "true", "true"),
            ("tenancy.tenants.tnt_a", "{ name = \"A\" }", "{ name = \"A\" }"),
            ("network.peers.stk_a", "[\"10.0.0.0/8\"]", "[\"10.0.0.0/8\"]"),
            ("network.peers.stk_a[0]", "10.0.0.0/8", "\"10.0.0.0/8\""),
            ("no.such.field", "3", "3"),
            ("no.such.field", "a b", "\"a b\""),
        ] {
            assert_eq!(spelt(path, typed), Ok(expected.to_owned()), "{path}={typed}");
        }
        for (path, typed) in
            [("profile", "Production"), ("tenancy.tenants.tnt_a", "{ name = "), ("network.peers.stk_a", "10.0.0.0/8")]
        {
            assert!(spelt(path, typed).is_err(), "{path}={typed}");
        }
    }
}
