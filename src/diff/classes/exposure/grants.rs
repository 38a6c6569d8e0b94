//! Rights on the API server: what roles allow, and who has them.

use crate::diff::classes::Pair;
use crate::diff::classes::pods;
use crate::diff::words;
use crate::objects::object::Object;
use crate::objects::view::json::{at, list, strings, text};
use crate::objects::view::pod::Pod;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Kinds that let pods talk to the API server.
const GRANTS: [&str; 4] = ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];

/// How many single rights of a rule are looked at; a larger rule is covered by one earlier rule or is new as a whole.
const MAX_RIGHTS: usize = 4096;

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    let (kind, name) = (pair.kind(), pair.name());
    if !GRANTS.contains(&kind) {
        return of_pods(pair).into_iter().collect();
    }
    match (pair.old, pair.new) {
        (None, Some(_)) => vec![format!("{kind} {name} grants rights on the API server")],
        (Some(old), Some(new)) if kind.ends_with("Binding") => of_binding(&format!("{kind} {name}"), old, new),
        (Some(old), Some(new)) => of_role(&format!("{kind} {name}"), &old.body, &new.body),
        (_, None) => Vec::new(),
    }
}

/// Pods that act as another account, if they get its token at all.
fn of_pods(pair: &Pair<'_>) -> Option<String> {
    let (old, new) = &pods::both(pair)?;
    let account = |pods: &Pod<'_>| text(pods.spec, &["serviceAccountName"]).unwrap_or("default").to_owned();
    let has_token = new.spec.get("automountServiceAccountToken") != Some(&Json::Bool(false));
    let service = words::quoted(pods::service(pair));
    (has_token && account(old) != account(new)).then(|| {
        format!("{service}: the pods act on the API server as ServiceAccount {}", words::quoted(&account(new)))
    })
}

fn of_binding(binding: &str, old: &Object, new: &Object) -> Vec<String> {
    let role = |object: &Object| {
        let field = |name: &str| text(&object.body, &["roleRef", name]).unwrap_or("").to_owned();
        (field("kind"), field("name"))
    };
    let mut found = Vec::new();
    let (before, after) = (role(old), role(new));
    if before != after {
        found.push(format!("{binding} grants the rights of {} {}", words::quoted(&after.0), words::quoted(&after.1)));
    }
    let (before, after) = (subjects(old), subjects(new));
    let come = after.difference(&before);
    found.extend(come.map(|subject| format!("{binding} grants its rights to {subject}, too")));
    found
}

fn subjects(object: &Object) -> BTreeSet<String> {
    let shown = |subject: &Json| {
        let (kind, name) = (text(subject, &["kind"]).unwrap_or(""), text(subject, &["name"]).unwrap_or(""));
        let own = object.namespace.as_deref().filter(|_| kind == "ServiceAccount");
        let name = match text(subject, &["namespace"]).or(own).filter(|_| kind == "ServiceAccount") {
            Some(namespace) => format!("{namespace}/{name}"),
            None => name.to_owned(),
        };
        format!("{} {}", words::quoted(kind), words::quoted(&name))
    };
    list(object.body.get("subjects")).map(shown).collect()
}

fn of_role(role: &str, old: &Json, new: &Json) -> Vec<String> {
    let before: Vec<Rule<'_>> = list(old.get("rules")).map(Rule::new).collect();
    let after = list(new.get("rules")).map(Rule::new);
    let mut found: BTreeSet<String> = after.flat_map(|rule| rule.beyond(&before)).collect();
    let selectors = |role: &Json| -> BTreeSet<String> {
        list(at(role, &["aggregationRule", "clusterRoleSelectors"])).map(ToString::to_string).collect()
    };
    let (before, after) = (selectors(old), selectors(new));
    found.extend(after.difference(&before).map(|selector| {
        format!("takes in the rights of every ClusterRole with the labels {}", words::quoted(selector))
    }));
    found.into_iter().map(|what| format!("{role} {what}")).collect()
}

/// A rule of a role.
#[derive(Clone)]
struct Rule<'a> {
    verbs: BTreeSet<&'a str>,
    groups: BTreeSet<&'a str>,
    resources: BTreeSet<&'a str>,
    /// The objects; none means all.
    names: BTreeSet<&'a str>,
    urls: BTreeSet<&'a str>,
}

impl<'a> Rule<'a> {
    fn new(rule: &'a Json) -> Rule<'a> {
        let set = |field: &str| strings(rule.get(field)).collect();
        Rule {
            verbs: set("verbs"),
            groups: set("apiGroups"),
            resources: set("resources"),
            names: set("resourceNames"),
            urls: set("nonResourceURLs"),
        }
    }

    /// What the rule grants that none of the earlier ones does, in words.
    fn beyond(&self, before: &[Rule<'_>]) -> Vec<String> {
        let single = |set: &BTreeSet<&'a str>| set.iter().map(|one| BTreeSet::from([*one])).collect::<Vec<_>>();
        let sizes = [&self.groups, &self.resources, &self.names, &self.verbs].map(|set| set.len().max(1));
        let rights = sizes.into_iter().fold(1_usize, usize::saturating_mul).saturating_add(self.urls.len());
        if before.iter().any(|other| self.is_within(other)) {
            return Vec::new();
        }
        if rights > MAX_RIGHTS {
            return vec![self.shown()];
        }
        let mut found = Vec::new();
        let names = if self.names.is_empty() { vec![BTreeSet::new()] } else { single(&self.names) };
        for group in single(&self.groups) {
            for resource in single(&self.resources) {
                for name in &names {
                    let (groups, resources, urls) = (group.clone(), resource.clone(), BTreeSet::new());
                    found.extend(
                        Rule { verbs: self.verbs.clone(), groups, resources, names: name.clone(), urls }.news(before),
                    );
                }
            }
        }
        for url in single(&self.urls) {
            let (groups, resources, names) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
            found.extend(Rule { verbs: self.verbs.clone(), groups, resources, names, urls: url }.news(before));
        }
        found
    }

    /// The verbs of a rule about one thing that no earlier rule grants.
    fn news(mut self, before: &[Rule<'_>]) -> Option<String> {
        let verbs = std::mem::take(&mut self.verbs);
        let is_new = |verb: &&str| {
            let alone = Rule { verbs: BTreeSet::from([*verb]), ..self.clone() };
            !before.iter().any(|other| alone.is_within(other))
        };
        let news: BTreeSet<&str> = verbs.into_iter().filter(is_new).collect();
        (!news.is_empty()).then(|| Rule { verbs: news, ..self }.shown())
    }

    fn is_within(&self, other: &Rule<'_>) -> bool {
        let all = |set: &BTreeSet<&str>, other: &BTreeSet<&str>, is_within: fn(&str, &str) -> bool| {
            set.iter().all(|one| other.iter().any(|other| is_within(one, other)))
        };
        let equal = |one: &str, other: &str| other == "*" || one == other;
        let resource = |one: &str, other: &str| {
            let below = |other: &str| {
                other.strip_prefix("*/").is_some_and(|part| one.split_once('/').is_some_and(|(_, own)| own == part))
            };
            other == "*" || one == other || below(other)
        };
        let url = |one: &str, other: &str| {
            one == other || other.strip_suffix('*').is_some_and(|start| one.starts_with(start))
        };
        let names = other.names.is_empty() || (!self.names.is_empty() && self.names.is_subset(&other.names));
        all(&self.verbs, &other.verbs, equal)
            && all(&self.groups, &other.groups, equal)
            && all(&self.resources, &other.resources, resource)
            && all(&self.urls, &other.urls, url)
            && names
    }

    fn shown(&self) -> String {
        let list = |set: &BTreeSet<&str>| words::quoted(&set.iter().copied().collect::<Vec<_>>().join(", "));
        let what = if self.urls.is_empty() { list(&self.resources) } else { list(&self.urls) };
        let named = if self.names.is_empty() { String::new() } else { format!(" named {}", list(&self.names)) };
        let group = self.groups.iter().filter(|group| !group.is_empty()).copied().collect::<Vec<_>>().join(", ");
        let group = if group.is_empty() { group } else { format!(" of {}", words::quoted(&group)) };
        format!("grants {} on {what}{group}{named}", list(&self.verbs))
    }
}
