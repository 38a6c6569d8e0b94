//! T021: what creates tenants asks the orchestrator, and no proxy.
//!
//! `curl` and `wget` take a proxy from the container's variables, which a webhook may inject. The request says
//! `X-Scopes: tenants:admin` and who the tenants are; through the proxy 127.0.0.1 is the proxy itself.

use super::fault::Fault;
use super::stack::Stack;
use super::tenants::ADMIN;
use super::{at, list};
use crate::catalogue::TENANTS_THROUGH_PROXY;
use crate::objects::reach::Networks;
use crate::objects::view::agent::{Source, Variable, variables};
use crate::objects::view::line::words;
use crate::objects::view::pod::Pod;
use serde_json::Value as Json;

/// The variables that name a proxy for `http` addresses. `curl` passes over `HTTP_PROXY`; other programs don't, and what
/// injects one spelling often injects both.
const FOR_HTTP: [&str; 4] = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];

/// The same for `https` addresses.
const FOR_HTTPS: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// The variables that name the hosts that are asked without a proxy.
const EXCEPT: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// What keeps a script's requests from a proxy: an option of `curl` or `wget`, or a variable that the script sets or
/// takes away.
const WITHOUT_PROXY: [&str; 8] = [
    "--noproxy",
    "--no-proxy",
    "--proxy ''",
    "--proxy \"\"",
    "no_proxy=",
    "NO_PROXY=",
    "unset http_proxy",
    "-u http_proxy",
];

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let containers = stack.pods.iter().flat_map(|pod| pod.containers().map(move |container| (pod, container)));
    containers.filter_map(|(pod, container)| leak(stack, pod, container)).collect()
}

fn leak<'a>(stack: &Stack<'a>, pod: &Pod<'a>, container: &'a Json) -> Option<Fault<'a>> {
    let (word, script) = scripts(container).into_iter().find(|(_, script)| creates_tenants(script))?;
    let (scheme, host) = address(&script);
    let names: &[&str] = if scheme == Some("https") { &FOR_HTTPS } else { &FOR_HTTP };
    let variables = variables(stack, stack.expansions, pod, container);
    let proxy = variables.iter().rev().find(|variable| names.contains(&variable.name) && is_set(variable))?;
    if variables.iter().any(|variable| EXCEPT.contains(&variable.name) && spares(variable, host)) {
        return None;
    }
    let fault = Fault::new(TENANTS_THROUGH_PROXY, pod.owner, word, "tenants are created through a proxy");
    Some(
        fault
            .label(format!("asked for through `{}`", proxy.name))
            .and(proxy.entry, "the proxy")
            .note(format!(
                "the request brings `X-Scopes: tenants:admin` and the tenants to the proxy, for which {} is another \
                 host: no tenant is created, and every request is answered 403 (fact 14)",
                host.map_or_else(|| "the address".to_owned(), |host| format!("`{host}`"))
            ))
            .help("ask without a proxy: `curl --noproxy '*'`, or `wget --no-proxy`"),
    )
}

/// The commands of a container and its hooks, each as the text that a shell would see, with the word to point at.
fn scripts(container: &Json) -> Vec<(&Json, String)> {
    let hook = |name: &str| at(container, &["lifecycle", name, "exec", "command"]);
    let started: Vec<&Json> = words(container).collect();
    let commands = [hook("postStart"), hook("preStop")].map(|command| list(command).collect()).into_iter();
    commands.chain([started]).filter_map(script).collect()
}

fn script(words: Vec<&Json>) -> Option<(&Json, String)> {
    let text = words.iter().filter_map(|word| word.as_str()).collect::<Vec<_>>().join(" ");
    let word = words.iter().find(|word| word.as_str().is_some_and(|word| word.contains(ADMIN)))?;
    Some((word, text))
}

fn creates_tenants(script: &str) -> bool {
    let calls = |program: &str| script.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == program);
    (calls("curl") || calls("wget")) && !WITHOUT_PROXY.iter().any(|way| script.contains(way))
}

/// Scheme and host of the address that tenants are created at, as far as they are written out.
fn address(script: &str) -> (Option<&str>, Option<&str>) {
    let Some((before, _)) = script.split_once(ADMIN) else { return (None, None) };
    let start = before.rfind(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).map_or(0, |last| last + 1);
    let base = before.get(start..).unwrap_or_default();
    let (scheme, rest) = base.split_once("://").map_or((None, base), |(scheme, rest)| (Some(scheme), rest));
    let host = rest.split([':', '/']).next().unwrap_or(rest);
    (scheme, (!host.is_empty() && !host.contains('$')).then_some(host))
}

fn is_set(variable: &Variable<'_>) -> bool {
    match variable.value {
        Source::Literal(text, _) | Source::Configured(text, _) => !text.trim().is_empty(),
        Source::Secret | Source::Unknown => true,
    }
}

/// Whether a host is asked without a proxy; what can't be seen is believed to name it.
fn spares(variable: &Variable<'_>, host: Option<&str>) -> bool {
    match variable.value {
        Source::Literal(text, _) | Source::Configured(text, _) => {
            let mut entries = text.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty());
            entries.any(|entry| host.is_none_or(|host| names(entry, host)))
        }
        Source::Secret | Source::Unknown => true,
    }
}

/// Whether an entry of the exceptions names a host: itself, a domain that it is in, a network, or everything.
fn names(entry: &str, host: &str) -> bool {
    let domain = entry.trim_start_matches('.');
    let is_inside = || host.strip_suffix(domain).is_some_and(|front| front.ends_with('.'));
    entry == "*" || host == domain || is_inside() || is_in_network(entry, host)
}

fn is_in_network(entry: &str, host: &str) -> bool {
    host.parse().is_ok_and(|host| Networks::from_iter([entry]).contains(host))
}
