//! Flows: each peer of a rule with each of its ports, and which of them are new.

use super::{Networks, Peer, Reach, Rule};
use crate::objects::view::json::text;
use crate::objects::view::selector::NAMESPACE_NAME;
use serde_json::Value as Json;
use std::collections::HashMap;

/// A peer of a rule with a port of it; either may stand for all.
#[derive(Clone, Debug)]
pub struct Flow<'a> {
    /// The rule.
    pub rule: Rule<'a>,
    /// The peer.
    pub peer: Peer<'a>,
    /// The entry of the port; none for every port.
    pub port: Option<&'a Json>,
}

impl<'a> Rule<'a> {
    /// Every peer with every port.
    pub fn flows(&self) -> Vec<Flow<'a>> {
        let mut ports: Vec<Option<&'a Json>> = self.ports().map(Some).collect();
        if ports.is_empty() {
            ports.push(None);
        }
        let of_peer = |peer: Peer<'a>| {
            ports.iter().map(move |port| Flow { rule: *self, peer: peer.clone(), port: *port }).collect::<Vec<_>>()
        };
        self.peers().into_iter().flat_map(of_peer).collect()
    }
}

/// The flows of `rules` that do not pass `before`, and that would be new if they did.
pub fn gained<'a>(rules: &[Rule<'a>], before: &Reach<'_>) -> Vec<Flow<'a>> {
    match before {
        Reach::Open => Vec::new(),
        Reach::Rules(before) => {
            let flows = rules.iter().flat_map(Rule::flows);
            flows.filter(|flow| !is_covered(flow, before)).collect()
        }
    }
}

/// Whether rules let all of a flow through, together.
fn is_covered(flow: &Flow<'_>, rules: &[Rule<'_>]) -> bool {
    match &flow.peer {
        Peer::Block(block) => {
            let mut known = Vec::new();
            for rule in rules.iter().filter(|rule| is_port_covered(flow.port, &rule.ports().collect::<Vec<_>>(), rule))
            {
                for peer in rule.peers() {
                    match peer {
                        Peer::Everyone => return true,
                        Peer::Block(other) => known.push(Networks::of_block(other)),
                        Peer::Pods { .. } => {}
                    }
                }
            }
            Networks::of_block(block).is_within(&Networks::union(&known))
        }
        peer => {
            let same = rules.iter().filter(|rule| rule.peers().iter().any(|other| is_within(flow, peer, rule, other)));
            let mut ports: Vec<&Json> = Vec::new();
            for rule in same {
                if rule.ports().next().is_none() {
                    return true;
                }
                ports.extend(rule.ports());
            }
            flow.port.is_some_and(|port| is_among(port, &ports))
        }
    }
}

fn is_port_covered(port: Option<&Json>, ports: &[&Json], rule: &Rule<'_>) -> bool {
    rule.ports().next().is_none() || port.is_some_and(|port| is_among(port, ports))
}

/// Whether the ports of an entry are all among those of others.
fn is_among(port: &Json, others: &[&Json]) -> bool {
    let protocol = |entry: &Json| text(entry, &["protocol"]).unwrap_or("TCP").to_owned();
    let others = others.iter().filter(|other| protocol(other) == protocol(port));
    if let Some(Json::String(name)) = port.get("port") {
        let mut others = others;
        return others.any(|other| other.get("port").is_none_or(|port| port.is_null() || port.as_str() == Some(name)));
    }
    let Some((mut first, last)) = range(port) else { return false };
    let mut known: Vec<(u64, u64)> = others.filter_map(|other| range(other)).collect();
    known.sort_unstable();
    for (start, end) in known {
        if start <= first && end >= first {
            first = end.saturating_add(1);
        }
    }
    first > last
}

/// The numbers of an entry; none where it names a port.
fn range(entry: &Json) -> Option<(u64, u64)> {
    match entry.get("port") {
        None | Some(Json::Null) => Some((0, u64::from(u16::MAX))),
        Some(port) => {
            let first = port.as_u64()?;
            Some((first, entry.get("endPort").and_then(Json::as_u64).unwrap_or(first)))
        }
    }
}

/// Whether everything that one peer is, another is, too.
fn is_within(flow: &Flow<'_>, peer: &Peer<'_>, rule: &Rule<'_>, other: &Peer<'_>) -> bool {
    let (Peer::Pods { namespaces, pods, .. }, Peer::Pods { namespaces: others, pods: other_pods, .. }) = (peer, other)
    else {
        return matches!(other, Peer::Everyone);
    };
    let there = match (namespaces, others) {
        (None, None) => flow.rule.home == rule.home,
        (None, Some(others)) => others.selects(&HashMap::from([(NAMESPACE_NAME, flow.rule.home)])),
        (Some(own), None) => own.named_namespaces().is_some_and(|named| named.iter().all(|name| *name == rule.home)),
        (Some(own), Some(others)) => own.is_within(others),
    };
    there && pods.is_within(other_pods)
}

#[cfg(test)]
mod tests {
    use super::super::{Direction, Rule};
    use super::*;
    use serde_json::json;

    fn new_of(old: &Json, new: &Json) -> usize {
        fn rules(all: &Json) -> Vec<Rule<'_>> {
            let all = all.as_array().unwrap().iter();
            all.map(|body| Rule { policy: 0, home: "n", direction: Direction::Ingress, body }).collect()
        }
        gained(&rules(new), &Reach::Rules(rules(old))).len()
    }

    #[test]
    fn what_is_new_is_judged_by_what_passes() {
        let from = |peers: Json, ports: Json| json!([{ "from": peers, "ports": ports }]);
        let app = |name: &str| json!([{ "podSelector": { "matchLabels": { "app": name } } }]);
        let block = |cidr: &str| json!([{ "ipBlock": { "cidr": cidr } }]);
        let port = |port: u16| json!([{ "port": port }]);
        let narrow = from(app("a"), port(8081));
        assert_eq!(new_of(&narrow, &narrow), 0);
        assert_eq!(new_of(&narrow, &from(app("a"), json!([{ "port": 8081, "protocol": "TCP" }]))), 0);
        assert_eq!(new_of(&narrow, &from(app("b"), port(8081))), 1);
        assert_eq!(new_of(&narrow, &from(app("a"), port(8082))), 1);
        assert_eq!(new_of(&narrow, &from(app("a"), json!([]))), 1);
        assert_eq!(new_of(&narrow, &from(json!([]), port(8081))), 1);
        assert_eq!(new_of(&from(json!([]), port(8081)), &narrow), 0);
        assert_eq!(new_of(&from(app("a"), json!([{ "port": 8000, "endPort": 8100 }])), &narrow), 0);
        let narrower = json!([{ "podSelector": { "matchLabels": { "app": "a", "tier": "b" } } }]);
        assert_eq!(new_of(&narrow, &from(narrower.clone(), port(8081))), 0);
        assert_eq!(new_of(&from(narrower, port(8081)), &narrow), 1);
        let named = json!([{ "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": "n" } },
            "podSelector": { "matchLabels": { "app": "a" } } }]);
        assert_eq!(new_of(&narrow, &from(named.clone(), port(8081))), 0);
        assert_eq!(new_of(&from(named, port(8081)), &narrow), 0);
        let halves = json!([{ "from": block("10.0.0.0/9") }, { "from": block("10.128.0.0/9") }]);
        assert_eq!(new_of(&halves, &json!([{ "from": block("10.0.0.0/8") }])), 0);
        assert_eq!(new_of(&halves, &json!([{ "from": block("10.0.0.0/7") }])), 1);
        let listed = json!([{ "podSelector": { "matchExpressions": [{ "key": "app", "operator": "In", "values": ["a", "b"] }] } }]);
        assert_eq!(new_of(&from(listed, port(8081)), &narrow), 0);
    }
}
