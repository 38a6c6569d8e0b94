//! C027: a field that a later version will not have.

use super::Rule;
use crate::catalogue::DEPRECATED_FIELD;
use crate::finding::Finding;
use crate::model::{Caller, Environment, Resolver};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: DEPRECATED_FIELD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let Some(dns) = &environment.network.dns else { return Vec::new() };
    let finding = Finding::name(Path::of(["network", "dns"]), "`network.dns` is deprecated")
        .label("a later version has no such field")
        .note("it works as before: these pods resolve names, on port 53")
        .help(format!("write `network.resolvers.cluster = {}`", as_resolver(dns)));
    // What `dns` leaves out it has of the usual resolver, which `resolvers.cluster` has not.
    let usual = Resolver::usual();
    let is_whole = dns.namespace != usual.namespace && dns.pods != usual.pods;
    let is_free = environment.network.resolvers.get(Resolver::CLUSTER) == Some(&usual);
    vec![if is_whole && is_free { finding.renamed("resolvers.cluster") } else { finding }]
}

/// The pods as the library writes a resolver.
fn as_resolver(Caller { namespace, pods }: &Caller) -> String {
    let labels: Vec<String> = pods.iter().map(|(name, value)| format!("\"{name}\" = \"{value}\"")).collect();
    let pods = if labels.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", labels.join(", ")) };
    format!("{{ namespace = \"{}\", pods = {pods} }}", namespace.as_deref().unwrap_or_default())
}
