//! Containers that run AgentOS: recognised by `agentos serve` or by the setting that names the service, and read as the
//! runtime reads them.

use super::fault::At;
use super::index::Index;
use super::pod::Pod;
use super::seen::{Expansions, From};
use super::{at, list, text};
use crate::agentos::behaviour::{self, Callers, Given};
use crate::agentos::settings::{self, Key};
use crate::agentos::vocabulary::{Profile, Runtime, ServiceName};
use crate::verify::line::{Line, is_agent, line};
use serde_json::Value as Json;

/// The port that a service listens on if nobody says (fact 7).
const DEFAULT_PORT: u16 = 8081;

/// The label with the version of what a pod runs.
pub(super) const VERSION: &str = "app.kubernetes.io/version";

/// A container that runs AgentOS.
pub(super) struct Agent<'a> {
    /// The position of the object that its pod belongs to.
    pub owner: usize,
    /// The position of its pod.
    pub pod: usize,
    /// Its namespace; empty where the manifest does not say.
    pub namespace: &'a str,
    /// The container.
    pub container: &'a Json,
    /// What its arguments say.
    pub line: Line<'a>,
    /// The service, where it is one of ours.
    pub service: Option<ServiceName>,
    /// The release, where the image's tag is one that we know. Where it is not, the container is held to the strictest of
    /// them: a guard has to hold under each, and a setting counts as read that any of them reads.
    pub runtime: Option<Runtime>,
    /// Its variables, in the order in which later ones win.
    pub variables: Vec<Variable<'a>>,
    expansions: &'a Expansions,
}

/// A variable of a container.
#[derive(Clone, Copy)]
pub(super) struct Variable<'a> {
    /// Its name.
    pub name: &'a str,
    /// The entry under `env`, or the key of the ConfigMap that it comes from.
    pub entry: At<'a>,
    /// Its value.
    pub value: Source<'a>,
}

/// Where a value comes from.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// It stands in the manifest.
    Literal(&'a str, At<'a>),
    /// It stands in a ConfigMap that is among the objects.
    Configured(&'a str, At<'a>),
    /// It is in a Secret.
    Secret,
    /// The manifests do not say.
    Unknown,
}

impl<'a> Variable<'a> {
    /// The value as the process sees it, where that can be seen.
    pub fn text(&self) -> Option<(&'a str, At<'a>)> {
        match self.value {
            Source::Literal(text, at) | Source::Configured(text, at) => Some((text, at)),
            Source::Secret | Source::Unknown => None,
        }
    }
}

/// What a setting is, as far as it can be seen.
pub(super) enum Value<'a> {
    /// Not set, or to nothing.
    Unset,
    /// Set, to what can't be seen.
    Hidden,
    /// This.
    Text(&'a str, At<'a>),
}

impl<'a> Value<'a> {
    /// The text, empty where it is not set; none where it can't be seen.
    pub fn known(&self) -> Option<&'a str> {
        match self {
            Value::Unset => Some(""),
            Value::Hidden => None,
            Value::Text(text, _) => Some(text),
        }
    }

    /// Whether it is set to anything.
    pub fn is_set(&self) -> bool {
        !matches!(self, Value::Unset)
    }
}

impl<'a> Agent<'a> {
    /// A setting.
    pub fn get(&self, key: Key) -> Value<'a> {
        let Some(variable) = self.variable(key) else { return Value::Unset };
        match (variable.text(), variable.value) {
            (Some(("", _)), _) => Value::Unset,
            (Some((text, at)), _) => Value::Text(text, at),
            (None, _) => Value::Hidden,
        }
    }

    /// The variable of a setting; the last one wins.
    pub fn variable(&self, key: Key) -> Option<&Variable<'a>> {
        let name = self.name(key)?;
        self.variables.iter().rev().find(|variable| variable.name == name)
    }

    /// What its release calls a setting.
    pub fn name(&self, key: Key) -> Option<&'static str> {
        settings::candidates(self.runtime, key).next().map(|setting| setting.name)
    }

    /// The profile that the runtime takes it for (fact 1); one that begins like `prod` was meant for production.
    pub fn profile(&self) -> Profile {
        let text = self.get(Key::Profile).known().unwrap_or("");
        match text.trim().to_lowercase().starts_with(Profile::Prod.as_str()) {
            true => Profile::Prod,
            false => behaviour::profile(text),
        }
    }

    /// Whether it is meant for production.
    pub fn is_prod(&self) -> bool {
        self.profile() == Profile::Prod
    }

    /// A word of its command line as the process sees it; none where that can't be seen.
    pub fn word(&self, word: &'a Json) -> Option<&'a str> {
        self.expansions.text(word)
    }

    /// The port it listens on, or was meant to: an address that stands where nobody reads it is a fault of its own.
    pub fn port(&self) -> Option<u16> {
        let mut ignored = self.line.ignored.iter().filter_map(|word| self.word(word));
        let meant = ignored.find(|word| word.contains(':'));
        match (meant, self.line.address) {
            (Some(address), _) => port_of(address),
            (None, Some(address)) => port_of(self.word(address)?),
            (None, None) => self.line.serves.then_some(DEFAULT_PORT),
        }
    }

    /// Whether a switch is on: under every release that has it, where its own is not known. None where the value can't be
    /// seen.
    pub fn is_on(&self, key: Key) -> Option<bool> {
        let value = self.get(key);
        Some(settings::is_surely_on(self.runtime, key, value.known()?))
    }

    /// Whether `/metrics` asks for a tenant (facts 3 and 4).
    pub fn guards_metrics(&self) -> bool {
        self.is_on(Key::MetricsRequireAuth).unwrap_or(true)
    }

    /// The releases that it may be: its own, or all where that is not known.
    pub fn releases(&self) -> impl Iterator<Item = &'static settings::Release> {
        let own = self.runtime;
        Runtime::ALL.into_iter().filter(move |known| own.is_none_or(|own| own == *known)).map(settings::release)
    }

    /// Whose requests federation answers, under each release that it may be. A value that can't be seen may be the right one.
    pub fn callers(&self) -> impl Iterator<Item = Callers> {
        let given = Given {
            key: self.get(Key::JwtPublicKey).is_set(),
            certificates: self.get(Key::RequireMtls).is_set() && self.is_on(Key::RequireMtls).unwrap_or(true),
            disabled: self.is_on(Key::FederationAuthDisabled) == Some(true),
        };
        self.releases().map(move |release| behaviour::callers(release, given))
    }

    /// A path, below the working folder where it is relative; none where that is not known.
    pub fn absolute(&self, path: &str) -> Option<String> {
        if path.starts_with('/') {
            return Some(path.to_owned());
        }
        let release = self.runtime.map(|runtime| settings::release(runtime).working_folder);
        let folder = text(self.container, &["workingDir"]).or(release)?;
        Some(format!("{}/{path}", folder.trim_end_matches('/')))
    }

    /// What the runtime takes for a setting that is not set.
    pub fn default(&self, key: Key) -> Option<String> {
        let setting = settings::candidates(self.runtime, key).next()?;
        Some(setting.default.replace("<service>", self.service.map_or("", ServiceName::as_str)))
    }

    /// How messages call it.
    pub fn called(&self) -> &'a str {
        self.service.map_or("AgentOS", ServiceName::as_str)
    }

    /// A value of its container.
    pub fn at(&self, value: &'a Json) -> At<'a> {
        At { object: self.owner, value }
    }
}

fn port_of(address: &str) -> Option<u16> {
    address.rsplit(':').next()?.parse().ok()
}

/// All containers that run AgentOS, in the order of the objects.
pub(super) fn all<'a>(index: &Index<'a>, expansions: &'a Expansions) -> Vec<Agent<'a>> {
    let pods = index.pods.iter().enumerate();
    pods.flat_map(|(position, pod)| {
        pod.containers().filter_map(move |container| agent(index, expansions, position, pod, container))
    })
    .collect()
}

fn agent<'a>(
    index: &Index<'a>,
    expansions: &'a Expansions,
    position: usize,
    pod: &Pod<'a>,
    container: &'a Json,
) -> Option<Agent<'a>> {
    if !is_agent(container, expansions) {
        return None;
    }
    let line = line(container, expansions);
    let joined = line.service_in_joined(expansions);
    let image = text(container, &["image"]).unwrap_or("");
    let mut agent = Agent {
        owner: pod.owner,
        pod: position,
        namespace: pod.namespace,
        container,
        line,
        service: None,
        runtime: settings::running(image, pod.labels.get(VERSION).copied()),
        variables: variables(index, expansions, pod, container),
        expansions,
    };
    let said = agent.line.service.and_then(|word| agent.word(word)).or(agent.get(Key::Service).known()).unwrap_or("");
    agent.service = ServiceName::ALL.into_iter().find(|service| service.as_str() == said.trim()).or(joined);
    Some(agent)
}

/// The variables of a container: those of whole ConfigMaps first, which single ones override.
pub(super) fn variables<'a>(
    index: &Index<'a>,
    expansions: &'a Expansions,
    pod: &Pod<'a>,
    container: &'a Json,
) -> Vec<Variable<'a>> {
    let mut variables = Vec::new();
    for source in list(container.get("envFrom")) {
        let map = text(source, &["configMapRef", "name"]).and_then(|name| index.find("ConfigMap", pod.namespace, name));
        let Some((object, map)) = map.filter(|_| source.get("prefix").is_none()) else { continue };
        for (name, value) in map.body.get("data").and_then(Json::as_object).into_iter().flatten() {
            let entry = At { object, value };
            let value = value.as_str().map_or(Source::Unknown, |text| Source::Configured(text, entry));
            variables.push(Variable { name, entry, value });
        }
    }
    for body in list(container.get("env")) {
        let Some(name) = text(body, &["name"]) else { continue };
        let entry = At { object: pod.owner, value: body };
        variables.push(Variable { name, entry, value: source(index, expansions, pod, body) });
    }
    variables
}

fn source<'a>(index: &Index<'a>, expansions: &'a Expansions, pod: &Pod<'a>, body: &'a Json) -> Source<'a> {
    let from = |kind: &str| at(body, &["valueFrom", kind]);
    if let Some(value) = body.get("value") {
        let place = At { object: pod.owner, value };
        let from = expansions.get(value).map_or(From::Literal, |seen| seen.from);
        return match (expansions.text(value), from) {
            (Some(text), From::Configured) => Source::Configured(text, place),
            (Some(text), From::Literal | From::Unknown | From::Secret) => Source::Literal(text, place),
            (None, From::Secret) => Source::Secret,
            (None, From::Literal | From::Configured | From::Unknown) => Source::Unknown,
        };
    }
    if from("secretKeyRef").is_some() {
        return Source::Secret;
    }
    if let Some(reference) = from("configMapKeyRef") {
        let names = text(reference, &["name"]).zip(text(reference, &["key"]));
        let found = names.and_then(|(name, key)| index.configured(pod.namespace, name, key));
        return match found.and_then(|at| Some((at.value.as_str()?, at))) {
            Some((text, at)) => Source::Configured(text, at),
            None => Source::Unknown,
        };
    }
    match body.get("valueFrom") {
        Some(_) => Source::Unknown,
        // A variable without a value is empty.
        None => Source::Literal("", At { object: pod.owner, value: body }),
    }
}
