//! The labels of a namespace → whether it enforces Pod Security `restricted`.
//!
//! A namespace that is compiled says so itself. One that exists already may say anything, and then only the compiled pods
//! keep to it: any other pod of the namespace may take what it likes, beside the stack's secrets and volumes.

use super::Check;
use super::run::shown;
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Environment, Namespaces};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The kind of the check.
pub const KIND: &str = "pod-security";

const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

const RESTRICTED: &str = "restricted";

/// What is known of a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// Its labels.
    Labels(BTreeMap<String, String>),
    /// Who asks may not read it.
    Forbidden,
    /// It is not there.
    Missing,
    /// It could not be read: the message says why.
    Unread(String),
}

/// Whether the namespaces of an environment have labels that are not compiled.
pub fn asks_for_pod_security(environment: &Environment) -> bool {
    environment.namespaces == Namespaces::Existing
}

/// The check of a stack's namespace. It is skipped until [`judged`] has been told of the namespace: it has no requests,
/// and a check without any would pass.
pub fn check(namespace: &str) -> Check {
    let proves = format!("the namespace `{namespace}` enforces Pod Security `{RESTRICTED}`");
    Check::of(KIND.to_owned(), ServiceName::AgentOrchestrator, &proves)
        .skipped("`--url` leads to services alone: leave it out, and kubectl is asked for the labels of the namespace")
}

/// The same, with what is known of the namespace.
#[must_use]
pub fn judged(check: Check, name: &str, namespace: &Namespace) -> Check {
    let label = format!("`{ENFORCE}: {RESTRICTED}`");
    match namespace {
        Namespace::Labels(labels) => {
            let fault = fault(name, labels.get(ENFORCE).map(String::as_str));
            Check { skip: None, ..check }.failing(fault)
        }
        Namespace::Missing => {
            let fault = format!(
                "there is no namespace `{name}`: have it made, with the label {label}, and apply what is compiled"
            );
            Check { skip: None, ..check }.failing(Some(fault))
        }
        Namespace::Forbidden => check.skipped(&format!(
            "kubectl may not read the namespace `{name}`: ask its administrator whether it has the label {label}"
        )),
        Namespace::Unread(why) => check.skipped(&format!("the namespace `{name}` can't be read: {}", shown(why))),
    }
}

/// What is wrong with a level that is enforced, and what to do.
fn fault(namespace: &str, level: Option<&str>) -> Option<String> {
    let (enforces, may, overwrite) = match level {
        Some(RESTRICTED) => return None,
        Some("baseline") => ("Pod Security `baseline` alone".to_owned(), "run as root", " --overwrite"),
        Some(level) => (format!("Pod Security `{}`", shown(level)), "run as root and privileged", " --overwrite"),
        // The API server may have a level for namespaces without one, which does not show to its users.
        None => ("no level of Pod Security by a label of its own".to_owned(), "run as root and privileged", ""),
    };
    Some(format!(
        "the namespace `{namespace}` enforces {enforces}: a pod that is added to it may {may}, beside the stack's secrets and \
         volumes; the compiled pods keep to `{RESTRICTED}`, so have it labelled: `kubectl label namespace {namespace} \
         {ENFORCE}={RESTRICTED}{overwrite}`"
    ))
}

/// The labels of a namespace as the API server has it; none where the text is no namespace.
pub fn labels(text: &str) -> Option<BTreeMap<String, String>> {
    let namespace: Json = serde_json::from_str(text).ok()?;
    let metadata = namespace.get("metadata")?.as_object()?;
    let Some(labels) = metadata.get("labels") else { return Some(BTreeMap::new()) };
    let text = |(name, value): (&String, &Json)| Some((name.clone(), value.as_str()?.to_owned()));
    labels.as_object()?.iter().map(text).collect()
}

/// What is known where kubectl brings no namespace, by the last line of its complaint.
pub fn unread(complaint: Option<&str>) -> Namespace {
    match complaint {
        Some(line) if line.contains("(Forbidden)") => Namespace::Forbidden,
        Some(line) if line.contains("(NotFound)") => Namespace::Missing,
        Some(line) => Namespace::Unread(format!("kubectl says: {line}")),
        None => Namespace::Unread("kubectl ended without a word".to_owned()),
    }
}
