//! S001, S005: no credential in plain text, nor in a Secret that stands in the manifests. S002: none that everybody knows in production. S004: none in variables there.
//! S006: each from one source (fact 8). S020: no Secret poured out whole into the settings.

use super::fault::Fault;
use super::stack::Stack;
use super::{at, entries, list, namespace, text};
use crate::agentos::behaviour::setting;
use crate::catalogue::{
    PLACEHOLDER_SECRET_IN_PROD, SECRET_AS_PLAIN_SETTING, SECRET_BY_ENVIRONMENT_IN_PROD, SECRET_LITERAL,
    SECRET_SET_TWICE, WHOLE_SECRET_INJECTED, title,
};
use crate::objects::view::agent::{Agent, Source};
use crate::scan;
use serde_json::Value as Json;
use std::collections::BTreeSet;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for agent in &stack.agents {
        faults.extend(of_agent(agent));
        faults.extend(poured(agent));
    }
    faults.extend(literals(stack));
    faults.extend(placeholders(stack));
    faults.extend(written(stack));
    faults
}

fn of_agent<'a>(agent: &Agent<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    // Whether its release reads it or not, a credential is one.
    let is_secret = |name: &str| setting(None, name).is_some_and(|s| s.is_secret() && s.name == name);
    let names: BTreeSet<&str> = agent.variables.iter().map(|variable| variable.name).collect();
    for variable in agent.variables.iter().filter(|variable| is_secret(variable.name)) {
        let name = variable.name;
        let at = variable.entry;
        let entry = at.value.get("name").unwrap_or(at.value);
        if names.contains(format!("{name}_FILE").as_str()) {
            faults.push(
                Fault::new(SECRET_SET_TWICE, at.object, entry, format!("`{name}` and `{name}_FILE` are both set"))
                    .label("and its file is, too")
                    .note("which of the two wins differs by release")
                    .help(format!("remove `{name}`")),
            );
        }
        match variable.value {
            Source::Literal(value, place) | Source::Configured(value, place) if !value.is_empty() => faults.push(
                Fault::new(SECRET_AS_PLAIN_SETTING, place.object, place.value, title(SECRET_AS_PLAIN_SETTING, [name]))
                    .label("in plain text")
                    .help("take it from a Secret: mount the key as a file and set the variable that ends with `_FILE`")
                    .secret(),
            ),
            Source::Secret if agent.is_prod() && !names.contains(format!("{name}_FILE").as_str()) => faults.push(
                Fault::new(
                    SECRET_BY_ENVIRONMENT_IN_PROD,
                    at.object,
                    entry,
                    format!("`{name}` is a variable of a production service"),
                )
                .label("a secret as a variable")
                .help(format!("mount the key as a file and set `{name}_FILE`")),
            ),
            Source::Literal(..) | Source::Configured(..) | Source::Secret | Source::Unknown => {}
        }
    }
    faults
}

/// A whole Secret as variables: any key of it can set any setting (fact 8).
fn poured<'a>(agent: &Agent<'a>) -> Vec<Fault<'a>> {
    list(agent.container.get("envFrom"))
        .filter_map(|source| at(source, &["secretRef", "name"]))
        .map(|name| {
            let title = format!(
                "every key of the Secret `{}` becomes a variable of {}",
                name.as_str().unwrap_or(""),
                agent.called()
            );
            Fault::new(WHOLE_SECRET_INJECTED, agent.owner, name, title)
                .label("whoever may write the Secret may set every setting")
                .help("take it key by key, with `secretKeyRef`, or mount the keys as files")
        })
        .collect()
}

/// Where `kubectl apply` keeps the whole object, of which it is said where it stands.
const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Credentials in variables, arguments, annotations and ConfigMaps.
fn literals<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for pod in &stack.pods {
        let agents: Vec<&Json> = stack.agents_of(pod).map(|agent| agent.container).collect();
        for container in pod.containers() {
            let is_agent = agents.iter().any(|agent| std::ptr::eq(*agent, container));
            for variable in list(container.get("env")) {
                let name = text(variable, &["name"]);
                // Of the secrets of AgentOS S005 says it.
                let said = is_agent && name.and_then(|name| setting(None, name)).is_some_and(|s| s.is_secret());
                faults
                    .extend(variable.get("value").filter(|_| !said).and_then(|value| literal(pod.owner, name, value)));
            }
            for words in ["args", "command"].map(|field| list(container.get(field))) {
                let mut argument = None;
                for word in words {
                    faults.extend(literal(pod.owner, argument, word));
                    argument = word.as_str().and_then(scan::argument);
                }
            }
        }
    }
    let of_objects = stack.objects.iter().enumerate().map(|(position, object)| (position, &object.body));
    // A pod is its own template.
    let templates = stack.pods.iter().filter(|pod| pod.object.kind != "Pod").map(|pod| (pod.owner, pod.template));
    for (position, body) in of_objects.chain(templates) {
        let written = entries(at(body, &["metadata", "annotations"])).filter(|(name, _)| *name != APPLIED);
        faults.extend(written.filter_map(|(name, value)| literal(position, Some(name), value)));
    }
    for (position, map) in stack.of_kind("ConfigMap") {
        let data = entries(map.body.get("data")).filter_map(|(name, value)| literal(position, Some(name), value));
        faults.extend(data);
    }
    faults
}

fn literal<'a>(owner: usize, name: Option<&str>, value: &'a Json) -> Option<Fault<'a>> {
    let kind = scan::find(name, value.as_str()?)?;
    Some(
        Fault::new(SECRET_LITERAL, owner, value, format!("{} in plain text", kind.describe()))
            .label("readable by whoever reads the manifest")
            .help("replace it where it is used, and take the new one from a Secret")
            .secret(),
    )
}

/// Secrets of production with values that are plainly fake.
fn placeholders<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for (position, secret) in stack.of_kind("Secret").filter(|(_, secret)| stack.is_prod(namespace(secret))) {
        let plain = entries(secret.body.get("stringData")).filter(|(_, value)| value.as_str().is_some_and(is_fake));
        let encoded = entries(secret.body.get("data"))
            .filter(|(_, value)| value.as_str().and_then(scan::decoded).is_some_and(|text| is_fake(&text)));
        let first = plain.chain(encoded).next();
        faults.extend(first.map(|(name, value)| {
            Fault::new(PLACEHOLDER_SECRET_IN_PROD, position, value, format!("`{name}` is plainly fake, in production"))
                .at_name()
                .label("a placeholder")
                .help("have a secret manager make the Secret")
        }));
    }
    faults
}

/// Secrets whose values are credentials: base64 hides nothing. In production every value of a key that AgentOS reads is one.
fn written<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let read = read_by_agents(stack);
    let mut faults = Vec::new();
    for (position, secret) in stack.of_kind("Secret") {
        let is_prod = stack.is_prod(namespace(secret));
        let plain = entries(secret.body.get("stringData"))
            .filter_map(|(name, value)| Some((name, value, value.as_str()?.to_owned())));
        let encoded = entries(secret.body.get("data"))
            .filter_map(|(name, value)| Some((name, value, scan::decoded(value.as_str()?)?)));
        for (name, value, said) in plain.chain(encoded) {
            let said = said.trim();
            if said.is_empty() || is_fake(said) {
                continue;
            }
            let is_ours = setting(None, name).is_some_and(|setting| setting.is_secret())
                || read.contains(&(namespace(secret), secret.name.as_str(), name));
            let what = match scan::find(Some(name), said) {
                Some(kind) => kind.describe().to_owned(),
                None if is_prod && is_ours && !scan::is_placeholder(said) => format!("the value of `{name}`"),
                None => continue,
            };
            faults.push(
                Fault::new(SECRET_LITERAL, position, value, format!("{what} stands in the manifest"))
                    .label("readable by whoever reads the manifest")
                    .note("a Secret in a manifest is as plain as any text: base64 hides nothing")
                    .help("replace it where it is used, and have a secret manager make the Secret, or seal it")
                    .secret(),
            );
        }
    }
    faults
}

/// The keys of Secrets that become secret settings of AgentOS: namespace, Secret and key.
fn read_by_agents<'a>(stack: &Stack<'a>) -> BTreeSet<(&'a str, &'a str, &'a str)> {
    let mut read = BTreeSet::new();
    for agent in &stack.agents {
        for variable in list(agent.container.get("env")) {
            let is_secret =
                text(variable, &["name"]).and_then(|name| setting(None, name)).is_some_and(|s| s.is_secret());
            let reference = at(variable, &["valueFrom", "secretKeyRef"]).filter(|_| is_secret);
            read.extend(
                reference.and_then(|from| Some((agent.namespace, text(from, &["name"])?, text(from, &["key"])?))),
            );
        }
    }
    read
}

fn is_fake(value: &str) -> bool {
    value.starts_with("fake_")
}
