//! `graph`: what is drawn, and that it is drawn well.

mod common;

use agentos_cfg::graph::{EdgeKind, Format, Graph, Level, Node, NodeKind, edges_through_nodes, graph};
use agentos_cfg::model::Environment;
use common::{compile, compile_shipped, environment, root, shipped};
use insta::assert_snapshot;
use std::collections::BTreeSet;
use std::path::Path;

fn environments(names: &[&str]) -> Vec<Environment> {
    names.iter().map(|name| *compile_shipped(name).1.environment.unwrap()).collect()
}

fn drawn(environments: &[Environment], level: Level) -> Graph {
    graph(&environments.iter().collect::<Vec<_>>(), level)
}

const LOCAL_DEV: &[&str] = &["environments/local-dev.ncl"];
const TWO_NODE: &[&str] = &["environments/two-node/node-a.ncl", "environments/two-node/node-b.ncl"];

#[test]
fn local_dev() {
    let graph = drawn(&environments(LOCAL_DEV), Level::Environment);
    assert_snapshot!("local_dev_mermaid", Format::Mermaid.render(&graph));
    assert_snapshot!("local_dev_dot", Format::Dot.render(&graph));
    assert_snapshot!("local_dev_svg", Format::Svg.render(&graph));
}

#[test]
fn two_nodes() {
    let environments = environments(TWO_NODE);
    for (name, level) in [("fleet", Level::Fleet), ("environment", Level::Environment)] {
        let graph = drawn(&environments, level);
        assert_snapshot!(format!("two_node_{name}_mermaid"), Format::Mermaid.render(&graph));
        assert_snapshot!(format!("two_node_{name}_dot"), Format::Dot.render(&graph));
        assert_snapshot!(format!("two_node_{name}_svg"), Format::Svg.render(&graph));
    }
}

/// Ten environments, nine of them peers of each other, one of them with peers elsewhere.
fn fleet() -> Vec<Environment> {
    let peer = |id: &str, host: &str| {
        format!(
            "federation.peers.{id} = 'Remote {{ environment = \"e\", region = \"r\", endpoints = {{ agent-orchestrator = \"{host}\", \
             model-policy = \"https://m.example.com\" }} }},\n"
        )
    };
    let one = |number: usize| {
        let others = (0..9).filter(|other| *other != number && number < 9);
        let mut more: String =
            others.map(|other| peer(&format!("stk_{other}"), &format!("https://s{other}.example.com"))).collect();
        if number == 0 {
            more += &peer("stk_partner", "https://agentos.partner.example:8443");
            more += &peer("stk_near", "http://agentos-agent-orchestrator.near.svc:50081");
            more += "network.callers.agent-orchestrator.portal = { namespace = \"portal\", pods.app = \"p\" },\n";
        }
        if number == 1 {
            more += "network.policies = 'Off,\nservices.federation.replicas = 1,\n";
        }
        let text = environment(&more)
            .replace("\"example\"", &format!("\"e{number}\""))
            .replace("stk_example", &format!("stk_{number}"));
        let (compiler, outcome) = compile(&text);
        assert!(!outcome.objects.is_empty(), "{}", common::shown(&compiler, &outcome));
        *outcome.environment.unwrap()
    };
    (0..10).map(one).collect()
}

/// A dedicated tenant's stack, with its host, and Prometheus, which scrapes both.
#[test]
fn dedicated_stacks_and_scrapers_are_drawn() {
    let production = environments(&["environments/prod/eu.ncl", "environments/prod/us.ncl"]);
    let graph = drawn(&production, Level::Full);
    let clusters: Vec<&str> = graph.clusters.iter().map(|cluster| cluster.lines[0].as_str()).collect();
    assert_eq!(clusters, ["prod-eu", "prod-eu-tnt-bolt", "prod-us", "prod-us-tnt-bolt"]);
    let node = |id: &str| graph.nodes.iter().find(|node| node.id == id).unwrap_or_else(|| panic!("no {id}"));
    let callers = |to: &str| -> Vec<&str> {
        let into = graph.edges.iter().filter(|edge| edge.to == to && edge.kind == EdgeKind::Call);
        into.map(|edge| node(&edge.from).lines[0].as_str()).collect()
    };
    for stack in ["prod-eu", "prod-eu/stack/tnt_bolt"] {
        assert_eq!(callers(&format!("{stack}/service/agent-orchestrator")), ["Prometheus", "gateway"]);
        assert_eq!(callers(&format!("{stack}/service/model-policy")), ["Prometheus"]);
    }
    assert_eq!(node("prod-eu/stack/tnt_bolt/gateway/agent-orchestrator").lines[1], "bolt.eu.agentos.example.com");
    assert_eq!(node("prod-eu/tenants/all").lines, ["1 tenant", "tnt_acme"]);
    let forwards = |from: &str, to: &str| graph.edges.iter().any(|edge| edge.from == from && edge.to == to);
    assert!(forwards("prod-eu/stack/tnt_bolt/service/federation", "prod-us/stack/tnt_bolt/service/agent-orchestrator"));
    let fleet = drawn(&production, Level::Fleet);
    let own: Vec<&Node> = fleet.nodes.iter().filter(|node| node.kind == NodeKind::Dedicated).collect();
    assert_eq!(own.len(), 2);
    assert!(own[0].lines.contains(&"bolt.eu.agentos.example.com".to_owned()), "{:?}", own[0]);
    let kinds: Vec<EdgeKind> = fleet.edges.iter().map(|edge| edge.kind).collect();
    assert_eq!(kinds, [EdgeKind::Own, EdgeKind::Own, EdgeKind::Forward, EdgeKind::Forward]);
    assert!(fleet.edges[2..].iter().all(|edge| edge.both));
}

fn all() -> Vec<Graph> {
    let (shipped, fleet) = (environments(&shipped()), fleet());
    let levels = [Level::Fleet, Level::Environment, Level::Full];
    let of_levels = |environments: &[Environment]| levels.map(|level| drawn(environments, level));
    [of_levels(&shipped), of_levels(&fleet), of_levels(&fleet[..1]), of_levels(&[])].concat()
}

#[test]
fn every_node_has_an_id_of_its_own_and_every_edge_leads_to_one() {
    for graph in all() {
        let ids: BTreeSet<&str> = graph.nodes.iter().map(|node| node.id.as_str()).collect();
        assert_eq!(ids.len(), graph.nodes.len());
        assert!(graph.edges.iter().all(|edge| ids.contains(edge.from.as_str()) && ids.contains(edge.to.as_str())));
        let clusters: BTreeSet<&str> = graph.clusters.iter().map(|cluster| cluster.id.as_str()).collect();
        assert!(graph.nodes.iter().filter_map(|node| node.cluster.as_deref()).all(|id| clusters.contains(id)));
    }
}

#[test]
fn every_node_is_drawn_once() {
    for graph in all() {
        let mermaid = Format::Mermaid.render(&graph);
        assert_eq!(mermaid.matches("]:::").count(), graph.nodes.len());
        assert_eq!(Format::Dot.render(&graph).matches("fillcolor=").count(), graph.nodes.len());
        let svg = Format::Svg.render(&graph);
        let titles: usize = svg.matches("<text class=\"title\"").count();
        assert_eq!(titles, graph.nodes.len() + graph.clusters.len());
    }
}

#[test]
fn no_edge_runs_through_a_node() {
    for graph in all() {
        assert_eq!(edges_through_nodes(&graph), []);
    }
}

#[test]
fn pictures_are_well_formed_whatever_names_are() {
    let mut graph = drawn(&environments(LOCAL_DEV), Level::Environment);
    for node in &mut graph.nodes {
        node.lines[0] = "</text><script>\"&'\u{1}]]>".to_owned();
    }
    for graph in all().into_iter().chain([graph]) {
        let svg = Format::Svg.render(&graph);
        assert_well_formed(&svg);
        assert!(!svg.contains("<script") && !svg.contains("NaN") && !svg.contains("inf"));
    }
}

/// Checks what XML asks for: tags nest, attributes are quoted and distinct, `<` and `&` stand for nothing else.
fn assert_well_formed(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (data, tag) = rest.split_at(start);
        assert!(!open.is_empty() || data.trim().is_empty(), "text outside: {data}");
        let entities = ["&amp;", "&lt;", "&gt;", "&quot;"];
        assert!(data.match_indices('&').all(|(at, _)| entities.iter().any(|e| data[at..].starts_with(e))), "{data}");
        let end = tag.find('>').expect("a tag ends");
        let inside = &tag[1..end];
        rest = &tag[end + 1..];
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let (inside, is_empty) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        let (name, attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        assert!(attributes.matches('"').count() % 2 == 0, "{inside}");
        let names: Vec<&str> =
            attributes.split('"').step_by(2).map(str::trim).filter(|name| !name.is_empty()).collect();
        assert!(names.iter().all(|name| name.ends_with('=')), "{inside}");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{inside}");
        if !is_empty {
            open.push(name);
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
}

/// Runs the binary and shows what a user would see.
fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = common::binary().args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let status = output.status.code().unwrap();
    format!("status: {status}\n--- stdout\n{}--- stderr\n{}", text(output.stdout), text(output.stderr))
}

#[test]
fn one_environment_is_drawn_in_detail_and_several_as_a_fleet() {
    let one = run(root(), &["graph", "environments/local-dev.ncl"]);
    assert!(one.starts_with("status: 0\n--- stdout\nflowchart LR\n  subgraph c0[\"local-dev<br/>"), "{one}");
    let several = run(root(), &["graph", "environments/two-node"]);
    assert!(
        several.starts_with("status: 0\n--- stdout\nflowchart LR\n  n0[\"node-a<br/>stk_local_node_a"),
        "{several}"
    );
}

#[test]
fn a_picture_can_go_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.svg");
    let shown = run(root(), &["graph", "environments/two-node", "--format", "svg", "-o", file.to_str().unwrap()]);
    assert_eq!(shown, "status: 0\n--- stdout\n--- stderr\n");
    assert!(std::fs::read_to_string(file).unwrap().starts_with("<svg xmlns="));
}

#[test]
fn what_is_rejected_is_not_drawn() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.ncl"), environment("nmespace = \"a\",")).unwrap();
    let shown = run(folder.path(), &["graph", "bad.ncl"]);
    assert!(shown.starts_with("status: 1\n--- stdout\n--- stderr\nerror[C002 unknown-field]"), "{shown}");
    for name in ["one.ncl", "two.ncl"] {
        std::fs::write(folder.path().join(name), environment("")).unwrap();
    }
    let shown = run(folder.path(), &["graph", "one.ncl", "two.ncl"]);
    assert!(shown.starts_with("status: 1\n--- stdout\n--- stderr\nerror[K005 duplicate-object]"), "{shown}");
}
