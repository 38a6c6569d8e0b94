//! N004: network policies name the pods' ports, not the Services' (fact 24).

use super::fault::Fault;
use super::ports::{declares, has_port, is_port};
use super::selectors::single_namespace;
use super::stack::Stack;
use super::{at, list, namespace};
use crate::catalogue::POLICY_NAMES_SERVICE_PORT;
use crate::objects::object::Object;
use crate::objects::view::pod::Pod;
use crate::objects::view::selector::Selector;
use crate::objects::view::service;
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
        return selector.map_or(Vec::new(), |body| stack.select(namespace(policy), &Selector::new(body)).collect());
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
        let selector = Selector::new(target.get("podSelector").unwrap_or(&everything));
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
    let names_none = |target: &Json| target.get("podSelector").is_none_or(|body| Selector::new(body).is_empty());
    peers == "to" && list(rule.get(peers)).any(names_none)
}

/// The Service that leads to some of these pods by a port of its own, with that port.
fn leading_there<'a>(stack: &Stack<'a>, port: &Json, pods: &[&Pod<'a>]) -> Option<(&'a Object, &'a Json)> {
    let owners: BTreeSet<usize> = pods.iter().map(|pod| pod.owner).collect();
    stack.of_kind("Service").find_map(|(_, service)| {
        let leads =
            |own: &&Json| is_port(own, "port", port) && own.get("targetPort").is_some_and(|target| target != port);
        let own = service::ports(service).find(leads)?;
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
