//! N004: network policies name the pods' ports, not the Services' (fact 24). N007: in production somebody keeps all other
//! pods away from AgentOS (fact 5).

use super::fault::Fault;
use super::index::{Selector, Stack, namespace};
use super::pod::Pod;
use super::ports::{declares, has_port, is_port};
use super::selectors::single_namespace;
use super::{at, list, nearest};
use crate::catalogue::{POLICIES_OFF_IN_PROD, POLICY_NAMES_SERVICE_PORT};
use crate::lower::Object;
use serde_json::Value as Json;
use std::collections::BTreeSet;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults: Vec<Fault<'a>> = Vec::new();
    for (position, policy) in stack.of_kind("NetworkPolicy") {
        for (rules, peers) in [("ingress", "from"), ("egress", "to")] {
            for rule in list(at(&policy.body, &["spec", rules])) {
                let pods = concerned(stack, policy, rule, (rules == "egress").then_some(peers));
                let ports = list(rule.get("ports")).filter_map(|port| Some((port, port.get("port")?)));
                let wrong = ports.filter(|(body, port)| {
                    body.get("endPort").is_none()
                        && !pods.is_empty()
                        && !pods.iter().any(|pod| declares(pod, port))
                        && (!pods.iter().any(|pod| has_port(stack, pod, port)) && !leads_to_all_pods(rule, peers)
                            || leading_there(stack, port, &pods).is_some())
                });
                faults.extend(wrong.map(|(_, port)| names_service_port(stack, position, port, &pods)));
            }
        }
    }
    faults.extend(open(stack));
    faults
}

/// The pods whose ports a rule names: those of the policy for what comes in, those it leads to for what goes out.
fn concerned<'s, 'a>(
    stack: &'s Stack<'a>,
    policy: &'a Object,
    rule: &'a Json,
    peers: Option<&str>,
) -> Vec<&'s Pod<'a>> {
    let Some(peers) = peers else {
        let selector = at(&policy.body, &["spec", "podSelector"]);
        return selector.map_or(Vec::new(), |body| stack.select(namespace(policy), &Selector::of(body)).collect());
    };
    let targets = list(rule.get(peers));
    let mut pods = Vec::new();
    for target in targets {
        // What leads out of the cluster, or to namespaces that are not named, nobody can judge from here.
        let Some(namespace) = single_namespace(target, namespace(policy)).filter(|_| target.get("ipBlock").is_none())
        else {
            return Vec::new();
        };
        let everything = Json::Null;
        let selector = Selector::of(target.get("podSelector").unwrap_or(&everything));
        let selected: Vec<_> = stack.select(namespace, &selector).collect();
        if selected.is_empty() {
            return Vec::new();
        }
        pods.extend(selected);
    }
    pods
}

/// Whether a rule lets out to every pod of a namespace: one that is not among the objects may be meant, as a database is
/// that runs beside the services.
fn leads_to_all_pods(rule: &Json, peers: &str) -> bool {
    let names_none = |target: &Json| target.get("podSelector").is_none_or(|body| Selector::of(body).is_empty());
    peers == "to" && list(rule.get(peers)).any(names_none)
}

/// The Service that leads to some of these pods by a port of its own, with that port.
fn leading_there<'a>(stack: &Stack<'a>, port: &Json, pods: &[&Pod<'a>]) -> Option<(&'a Object, &'a Json)> {
    let owners: BTreeSet<usize> = pods.iter().map(|pod| pod.owner).collect();
    stack.of_kind("Service").find_map(|(_, service)| {
        let leads =
            |own: &&Json| is_port(own, "port", port) && own.get("targetPort").is_some_and(|target| target != port);
        let own = list(at(&service.body, &["spec", "ports"])).find(leads)?;
        let here = stack.behind(service).any(|pod| owners.contains(&pod.owner));
        here.then_some((service, own))
    })
}

fn names_service_port<'a>(stack: &Stack<'a>, position: usize, port: &'a Json, pods: &[&Pod<'a>]) -> Fault<'a> {
    let service = leading_there(stack, port, pods);
    let fault =
        |title: String| Fault::new(POLICY_NAMES_SERVICE_PORT, position, port, title).label("no pod has this port");
    match service {
        Some((service, own)) => {
            fault(format!("it names {port}, a port of the Service `{}`, not of its pods", service.name))
                .note("policies apply behind the Service, where only the pods' ports are seen")
                .help(match own.get("targetPort") {
                    Some(target) => format!("write {target}, where the Service leads"),
                    None => "write the port of the container".to_owned(),
                })
        }
        None => fault(format!("it names the port {port}, which none of its pods has"))
            .note("all that is meant to pass is blocked")
            .help("write the port that the container listens on"),
    }
}

/// Workloads of production that any pod of the cluster reaches; one finding a namespace.
fn open<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let closed = closed(stack);
    let mut reported = BTreeSet::new();
    let open = stack.agents.iter().filter(|agent| agent.is_prod() && !closed.contains(&agent.owner));
    open.filter(|agent| reported.insert(agent.namespace))
        .filter_map(|agent| {
            let object = stack.objects.get(agent.owner)?;
            let value = nearest(&object.body, &["metadata", "name"]);
            let fault = Fault::new(POLICIES_OFF_IN_PROD, agent.owner, value, "no network policy closes its namespace to other pods");
            Some(
                fault
                    .label("reached by any pod")
                    .note("the services believe the headers that name tenants and scopes: whoever reaches one is an administrator")
                    .help("add a NetworkPolicy with an empty `podSelector` and the types `Ingress` and `Egress`, and one for each flow"),
            )
        })
        .collect()
}

/// The owners of the pods that some policy closes to what it does not name.
pub(super) fn closed(stack: &Stack<'_>) -> BTreeSet<usize> {
    let mut closed = BTreeSet::new();
    for (_, policy) in stack.of_kind("NetworkPolicy").filter(|(_, policy)| guards_ingress(policy)) {
        let selector = at(&policy.body, &["spec", "podSelector"]).unwrap_or(&Json::Null);
        closed.extend(stack.select(namespace(policy), &Selector::of(selector)).map(|pod| pod.owner));
    }
    closed
}

/// Whether a policy closes its pods to what it does not name. A rule without conditions lets everything in.
fn guards_ingress(policy: &Object) -> bool {
    let spec = policy.body.get("spec");
    let types: Vec<&Json> = list(spec.and_then(|spec| spec.get("policyTypes"))).collect();
    let is_of_ingress = types.is_empty() || types.iter().any(|kind| kind.as_str() == Some("Ingress"));
    let rules = list(spec.and_then(|spec| spec.get("ingress")));
    let lets_all = |rule: &Json| list(rule.get("from")).next().is_none() && list(rule.get("ports")).next().is_none();
    is_of_ingress && !rules.into_iter().any(lets_all)
}
