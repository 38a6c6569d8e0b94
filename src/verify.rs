//! Objects → findings: whether they hold together, and whether AgentOS runs in them as it must.
//!
//! Invariant: this stage knows objects only, not the model that they were made from, so that it proves the output and
//! not the code that wrote it, and says the same of manifests that others have written. Objects are indexed once; a
//! check names values by reference, and what they are called is found here, for those that are at fault. One file a
//! check.

mod arguments;
mod audit;
mod characters;
mod databases;
mod duplicates;
mod expected;
mod exposure;
mod fault;
mod federation;
mod forwarded;
mod given;
mod hardening;
mod images;
mod listening;
mod manifests;
mod names;
mod namespaces;
mod needs;
mod openings;
mod operators;
mod owned;
mod peers;
mod permissions;
mod policies;
mod ports;
mod probes;
mod providers;
mod quantities;
mod references;
mod required;
mod route_paths;
mod routes;
mod scrape_scheme;
mod scraping;
mod secrets;
mod selectors;
mod settings;
mod size;
mod stack;
mod stores;
mod tenants;
mod tenants_proxy;
mod text_only;
mod tolerations;
mod writers;

pub use manifests::by_file;

use crate::diagnostic::Diagnostic;
use crate::objects::object::{External, Object};
use crate::objects::view::json::{at, entries, list, nearest, strings, text, texts};
use crate::objects::view::seen::Expansions;
use crate::objects::view::{labels, namespace};
use crate::path::Path;
use fault::{Fault, Paths};
use providers::Providers;
use stack::Stack;

type Check = for<'a> fn(&Stack<'a>) -> Vec<Fault<'a>>;

const CHECKS: &[Check] = &[
    references::check,
    selectors::check,
    ports::check,
    listening::check,
    policies::check,
    openings::check,
    needs::check,
    duplicates::check,
    names::check,
    namespaces::check,
    text_only::check,
    characters::check,
    size::check,
    quantities::check,
    tolerations::check,
    hardening::check,
    images::check,
    exposure::check,
    route_paths::check,
    scraping::check,
    scrape_scheme::check,
    arguments::check,
    settings::check,
    required::check,
    secrets::check,
    audit::check,
    stores::check,
    databases::check,
    writers::check,
    probes::check,
    tenants::check,
    tenants_proxy::check,
    federation::check,
    peers::check,
    forwarded::check,
];

/// A finding with the value that it is about.
#[derive(Clone, Debug)]
pub struct Found {
    /// What was found; its path leads through the object.
    pub diagnostic: Diagnostic,
    /// Where the value is.
    pub place: Place,
    /// What the finding says at the place.
    pub label: String,
    /// Other values that matter, with what there is to say of each.
    pub related: Vec<(Place, String)>,
    /// Whether the value is a credential, which nothing that is shown may repeat.
    pub secret: bool,
}

/// A value of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The object, by its position.
    pub object: usize,
    /// The way to the value.
    pub path: Path,
    /// Whether the value's name is meant, not the value.
    pub name: bool,
    /// Texts that stand one after the other inside the value, of which the last is meant.
    pub inside: Vec<String>,
}

/// Applies every check to objects, and says what was found where in them.
pub fn find(objects: &[Object], external: &[External]) -> Vec<Found> {
    indexed(objects, external, |stack| {
        let mut paths = Paths::default();
        CHECKS.iter().flat_map(|check| check(stack)).map(|fault| fault.found(objects, &mut paths)).collect()
    })
}

/// Works on objects, with their texts as processes see them.
fn indexed<T>(objects: &[Object], external: &[External], work: impl FnOnce(&Stack<'_>) -> T) -> T {
    let providers = Providers::new(objects, external);
    let expansions = Expansions::new(&providers);
    work(&Stack::new(providers, &expansions))
}

/// What stacks that the compiler wrote expect from outside, and need: objects that a reference of AgentOS, of its scrapers
/// or of a route leads to, and that nothing else provides. Sorted by kind, namespace and name.
pub fn expected(objects: &[Object], external: &[External]) -> Vec<External> {
    if objects.iter().all(|object| expected::of(object).is_empty()) {
        return Vec::new();
    }
    indexed(objects, external, references::expected_from_outside)
}

/// Applies every check to compiled objects. Their findings have no place in what the user wrote; a note says where in
/// the object they are.
pub fn verify(objects: &[Object], external: &[External]) -> Vec<Diagnostic> {
    let found = find(objects, external).into_iter();
    found
        .map(|Found { diagnostic, place, .. }| {
            let at = place.path.to_string();
            let diagnostic = Diagnostic { path: Path::root(), ..diagnostic };
            if at.is_empty() { diagnostic } else { diagnostic.note(format!("at `{at}` of the compiled object")) }
        })
        .collect()
}
