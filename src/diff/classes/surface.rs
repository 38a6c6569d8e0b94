//! `surface`: something moved that integrators, peers or operators rely on: names, ports, paths, variables, hosts.

use super::pods;
use super::{Pair, quoted};
use crate::agentos::settings::PREFIX;
use crate::agentos::vocabulary::ServiceName;
use crate::diff::words;
use crate::objects::object::Object;
use crate::objects::view::json::{entries, list, strings};
use crate::objects::view::pod::{Pod, of_workload};
use crate::objects::view::selector::Selector;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// The folders whose paths are stable.
const FOLDERS: [&str; 2] = ["/var/agentos", "/etc/agentos"];

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    let mut found = of_name(pair);
    found.extend(match pair.kind() {
        "Service" => of_ports(pair).into_iter().chain(of_selector(pair)).collect(),
        "ConfigMap" => of_peers_file(pair),
        "HTTPRoute" | "GRPCRoute" | "TLSRoute" | "Ingress" => of_hosts(pair),
        _ => pods::both(pair).map(|(old, new)| of_pods(&old, &new)).unwrap_or_default(),
    });
    found
}

/// An object of a stable name that is gone.
fn of_name(pair: &Pair<'_>) -> Vec<String> {
    let Some(old) = pair.old.filter(|_| pair.is_removed()) else { return Vec::new() };
    let services = ServiceName::ALL.map(ServiceName::object_name);
    let is_stable = match old.kind.as_str() {
        "Service" => true,
        "Deployment" | "StatefulSet" => services.contains(&old.name.as_str()),
        "ConfigMap" => old.name == "agentos-peers",
        "Secret" => old.name == "agentos-secrets",
        _ => false,
    };
    if !is_stable {
        return Vec::new();
    }
    vec![format!("{} {}, which others rely on by name, is removed", old.kind, pair.name())]
}

fn of_ports(pair: &Pair<'_>) -> Vec<String> {
    if pair.is_added() || pair.is_removed() {
        return Vec::new();
    }
    let ports = |value: Option<&Json>| -> BTreeSet<String> {
        list(value).filter_map(|port| port.get("port")).map(ToString::to_string).collect()
    };
    let (old, new) = (ports(pair.at_old("/spec/ports")), ports(pair.at_new("/spec/ports")));
    let gone: Vec<&String> = old.difference(&new).collect();
    let come: Vec<&str> = new.difference(&old).map(String::as_str).collect();
    let instead = if come.is_empty() { String::new() } else { format!("; it answers on `{}`", come.join("`, `")) };
    gone.iter().map(|port| format!("Service {} no longer answers on port `{port}`{instead}", pair.name())).collect()
}

/// A Service that leads to other pods; other labels of the same workloads are none.
fn of_selector(pair: &Pair<'_>) -> Option<String> {
    let (old, new) = (pair.at_old("/spec/selector"), pair.at_new("/spec/selector"));
    let labels = |selector| entries(selector).collect::<BTreeMap<_, _>>();
    if pair.is_added() || pair.is_removed() || labels(old) == labels(new) {
        return None;
    }
    let (before, after) = (selected(pair, pair.before, old), selected(pair, pair.after, new));
    (before.is_empty() || before != after).then(|| format!("Service {} leads to other pods", pair.name()))
}

/// The workloads in the namespace whose pods are selected; none by a label that no pod can have.
fn selected<'a>(pair: &Pair<'_>, objects: &[&'a Object], labels: Option<&Json>) -> BTreeSet<(&'a str, &'a str)> {
    let namespace = pair.object().and_then(|object| object.namespace.as_ref());
    let selector = Selector::from_labels(labels);
    let selects_any = !selector.is_empty() && entries(labels).all(|(_, value)| value.is_string());
    let here = objects.iter().filter(|object| selects_any && object.namespace.as_ref() == namespace);
    let pods = here.filter_map(|object| of_workload(object)).filter(|pod| selector.selects(&pod.labels));
    pods.map(|pod| (pod.object.kind.as_str(), pod.object.name.as_str())).collect()
}

fn of_peers_file(pair: &Pair<'_>) -> Vec<String> {
    let there = |data: Option<&Json>| data.and_then(|data| data.get("peers.seed.json")).is_some();
    let gone = there(pair.at_old("/data")) && !there(pair.at_new("/data")) && !pair.is_removed();
    if gone { vec![format!("ConfigMap {} has no `peers.seed.json` any more", pair.name())] } else { Vec::new() }
}

fn hosts(object: Option<&Json>) -> BTreeSet<&str> {
    let spec = object.and_then(|object| object.get("spec"));
    let of_routes = strings(spec.and_then(|spec| spec.get("hostnames")));
    let rules = list(spec.and_then(|spec| spec.get("rules")));
    of_routes.chain(rules.filter_map(|rule| rule.get("host")?.as_str())).collect()
}

fn of_hosts(pair: &Pair<'_>) -> Vec<String> {
    let (old, new) = (hosts(pair.old.map(|o| &o.body)), hosts(pair.new.map(|o| &o.body)));
    old.difference(&new).map(|host| format!("nothing answers as {} any more", words::quoted(host))).collect()
}

fn of_pods(old: &Pod<'_>, new: &Pod<'_>) -> Vec<String> {
    variables(old, new).into_iter().chain(paths(old, new)).chain(mounts(old, new)).collect()
}

/// A variable that is gone. Where its file came instead, its secret moved, and that is another class.
fn variables(old: &Pod<'_>, new: &Pod<'_>) -> Vec<String> {
    let (before, after) = (old.variables(), new.variables());
    let other = |name: &str| name.strip_suffix("_FILE").map_or_else(|| format!("{name}_FILE"), str::to_owned);
    let gone = |name: &&&str| {
        name.starts_with(PREFIX) && !after.contains_key(**name) && !after.contains_key(other(name).as_str())
    };
    before.keys().filter(gone).map(|name| format!("{} is no longer set", words::quoted(name))).collect()
}

fn is_stable(value: &str) -> bool {
    let path = std::path::Path::new(value.strip_prefix("file:").unwrap_or(value));
    FOLDERS.iter().any(|folder| path.starts_with(folder))
}

/// A stable path that a variable no longer says.
fn paths(old: &Pod<'_>, new: &Pod<'_>) -> Vec<String> {
    let after = new.variables();
    let moved = |(name, variable): (&str, &Json)| {
        let value = variable.get("value").filter(|value| value.as_str().is_some_and(is_stable))?;
        let new_value = after.get(name)?.get("value")?;
        (value != new_value)
            .then(|| format!("{} moves from {} to {}", words::quoted(name), quoted(value), quoted(new_value)))
    };
    old.variables().into_iter().filter_map(moved).collect()
}

/// A stable folder on which nothing is mounted any more.
fn mounts(old: &Pod<'_>, new: &Pod<'_>) -> Vec<String> {
    let stable = |pods: &Pod<'_>| -> BTreeSet<String> {
        pods::mounted(pods).into_iter().map(|(path, _)| path.to_owned()).filter(|path| is_stable(path)).collect()
    };
    let (old, new) = (stable(old), stable(new));
    old.difference(&new).map(|path| format!("nothing is mounted at {} any more", words::quoted(path))).collect()
}
