//! What the process of a container sees of its variables and its command line, where the kubelet changes them: a
//! reference leads to an earlier variable of the same container, to one of `envFrom`, or stays as it is written.

use super::index::Index;
use super::json::{at, entries, list, text, texts};
use super::line::words;
use super::pod::Pod;
use super::seen::{Expansions, From, Seen};
use crate::objects::kubelet::{Referred, expand};
use serde_json::Value as Json;
use std::cell::Cell;
use std::collections::HashMap;

impl Expansions {
    /// The texts of every container that holds any reference.
    pub fn new(index: &Index<'_>) -> Expansions {
        let mut expansions = Expansions::default();
        for pod in &index.pods {
            for container in pod.containers().filter(|container| refers(container)) {
                expansions.add(index, pod, container);
            }
        }
        expansions
    }

    fn add<'a>(&mut self, index: &Index<'a>, pod: &Pod<'a>, container: &'a Json) {
        let mut variables = Variables::poured(index, pod, container);
        for variable in list(container.get("env")) {
            let Some(name) = text(variable, &["name"]) else { continue };
            let seen = match variable.get("value").and_then(|value| Some((value, value.as_str()?))) {
                Some((value, written)) => {
                    let seen = variables.expand(written);
                    self.note(value, written, &seen);
                    seen
                }
                None => taken(index, pod, variable),
            };
            variables.known.insert(name.to_owned(), seen);
        }
        for word in words(container) {
            let Some(written) = word.as_str() else { continue };
            self.note(word, written, &variables.expand(written));
        }
    }
}

/// Whether a container has any text that the kubelet may change.
fn refers(container: &Json) -> bool {
    let values = list(container.get("env")).filter_map(|variable| text(variable, &["value"]));
    let words = words(container).filter_map(Json::as_str);
    values.chain(words).any(|text| text.contains('$'))
}

/// The variables that a reference may lead to.
struct Variables {
    known: HashMap<String, Seen>,
    /// Whether there may be others: a source of variables can't be seen.
    open: bool,
    /// Whether Kubernetes adds variables for every Service of the namespace.
    links: bool,
}

impl Variables {
    /// Those of whole ConfigMaps and Secrets, which come first and are not expanded.
    fn poured(index: &Index<'_>, pod: &Pod<'_>, container: &Json) -> Variables {
        let links = pod.spec.get("enableServiceLinks") != Some(&Json::Bool(false));
        let mut variables = Variables { known: HashMap::new(), open: false, links };
        for source in list(container.get("envFrom")) {
            let prefix = text(source, &["prefix"]).unwrap_or("");
            let find = |kind: &str, field: &str| {
                text(source, &[field, "name"]).and_then(|name| index.find(kind, pod.namespace, name))
            };
            let mut add = |name: &str, seen| drop(variables.known.insert(format!("{prefix}{name}"), seen));
            if let Some((_, map)) = find("ConfigMap", "configMapRef") {
                texts(map.body.get("data")).for_each(|(name, text)| add(name, configured(text)));
            } else if let Some((_, secret)) = find("Secret", "secretRef") {
                let keys = entries(secret.body.get("data")).chain(entries(secret.body.get("stringData")));
                keys.for_each(|(name, _)| add(name, hidden(From::Secret)));
            } else {
                variables.open = true;
            }
        }
        variables
    }

    fn expand(&self, written: &str) -> Seen {
        let from = Cell::new(From::Literal);
        let text = expand(written, |name| {
            let seen = self.known.get(name);
            let is_added = || self.open || is_of_service(name) && (self.links || name.starts_with("KUBERNETES_"));
            match seen {
                Some(seen) => {
                    from.set(from.get().max(seen.from));
                    seen.text.as_deref().map_or(Referred::Unknown, Referred::Text)
                }
                None if is_added() => {
                    from.set(from.get().max(From::Unknown));
                    Referred::Unknown
                }
                None => Referred::Unset,
            }
        });
        Seen { text, from: from.get() }
    }
}

/// Whether a variable may be one of those that Kubernetes makes for a Service.
fn is_of_service(name: &str) -> bool {
    ["_SERVICE_HOST", "_SERVICE_PORT", "_PORT"].iter().any(|end| name.ends_with(end))
        || name.contains("_SERVICE_PORT_")
        || name.contains("_PORT_")
}

fn configured(text: &str) -> Seen {
    Seen { text: Some(text.to_owned()), from: From::Configured }
}

fn hidden(from: From) -> Seen {
    Seen { text: None, from }
}

/// The value of a variable that has none of its own. What is taken from elsewhere is not expanded.
fn taken(index: &Index<'_>, pod: &Pod<'_>, variable: &Json) -> Seen {
    if at(variable, &["valueFrom", "secretKeyRef"]).is_some() {
        return hidden(From::Secret);
    }
    let key = |field: &str| text(variable, &["valueFrom", "configMapKeyRef", field]);
    let found = key("name").zip(key("key")).and_then(|(name, key)| index.configured(pod.namespace, name, key));
    match (found.and_then(|at| at.value.as_str()), variable.get("valueFrom").or(variable.get("value"))) {
        (Some(text), _) => configured(text),
        (None, Some(_)) => hidden(From::Unknown),
        (None, None) => Seen { text: Some(String::new()), from: From::Literal },
    }
}
