//! One environment below the other, each in three columns: what comes in, the services, what they keep and call.
//!
//! Inside, edges join neighbouring columns, where there is nothing else. Forwards from one environment to another leave
//! federation at its foot and enter the orchestrator at its head, through lanes that are kept free for them.

use super::{Layout, Point, Rect, Route, TITLE, size};
use crate::graph::{Edge, Graph, NodeKind, text};

/// The space between columns, which holds the labels; between nodes; between clusters; and inside of their frames.
const BETWEEN: f64 = 110.0;
const GAP: f64 = 16.0;
const APART: f64 = 30.0;
const INSIDE: f64 = 18.0;

/// The height of a cluster's title, and the space between lanes.
const HEAD: f64 = 52.0;
const LANE: f64 = 9.0;

/// The space beside the lanes that labels take.
const BESIDE: f64 = 30.0;

/// What is in which column.
fn column(kind: NodeKind) -> usize {
    match kind {
        NodeKind::Caller | NodeKind::Anybody | NodeKind::Secret => 0,
        NodeKind::Environment | NodeKind::Dedicated | NodeKind::Service => 1,
        NodeKind::Tenants | NodeKind::Volume | NodeKind::Ephemeral | NodeKind::Peer | NodeKind::Resolver => 2,
    }
}

/// A forward between clusters, with the lanes that it takes.
struct Crossing {
    edge: usize,
    from: usize,
    to: usize,
    source: usize,
    target: usize,
}

pub(super) fn layout(graph: &Graph) -> Layout {
    let crossings = crossings(graph);
    let around: Vec<&Crossing> = crossings.iter().filter(|crossing| !is_direct(crossing)).collect();
    let gutter = LANE * around.len() as f64 + if around.is_empty() { 0.0 } else { BESIDE + LANE };
    let widths = widths(graph);
    let mut layout = Layout { nodes: vec![Rect::default(); graph.nodes.len()], ..Layout::default() };
    let mut y = 0.0;
    for cluster in 0..graph.clusters.len() {
        let lanes = |of: fn(&Crossing) -> usize| LANE * around.iter().filter(|c| of(c) == cluster).count() as f64;
        let (above, below) = (lanes(|c| c.target), lanes(|c| c.source));
        let top = y + HEAD + above;
        let bottom = place(graph, &mut layout, cluster, &widths, Point { x: gutter + INSIDE, y: top });
        let width = widths.iter().sum::<f64>() + 2.0 * BETWEEN + 2.0 * INSIDE;
        let width = width.max(title_width(graph, cluster));
        let height = bottom + INSIDE + below - y;
        layout.clusters.push(Rect { x: gutter, y, width, height });
        layout.width = layout.width.max(gutter + width);
        y += height + APART;
    }
    layout.height = y - APART;
    layout.routes = routes(graph, &layout, &crossings, gutter);
    layout
}

fn title_width(graph: &Graph, cluster: usize) -> f64 {
    let lines = graph.clusters.get(cluster).into_iter().flat_map(|cluster| &cluster.lines);
    lines.map(|line| text::width(line, TITLE + 1.0, true)).fold(0.0, f64::max) + 2.0 * INSIDE
}

fn cluster_of(graph: &Graph, node: usize) -> usize {
    let own = graph.nodes.get(node).and_then(|node| node.cluster.as_ref());
    graph.clusters.iter().position(|cluster| Some(&cluster.id) == own).unwrap_or(0)
}

fn crossings(graph: &Graph) -> Vec<Crossing> {
    let all = graph.ends().into_iter().enumerate().map(|(edge, (from, to, _))| {
        let (source, target) = (cluster_of(graph, from), cluster_of(graph, to));
        Crossing { edge, from, to, source, target }
    });
    all.filter(|crossing| crossing.source != crossing.target).collect()
}

/// Whether the target is right below, so that a straight line leads there.
fn is_direct(crossing: &Crossing) -> bool {
    crossing.target == crossing.source + 1
}

/// The widths of the three columns, the same in all clusters.
fn widths(graph: &Graph) -> [f64; 3] {
    [0, 1, 2].map(|wanted| {
        let own = graph.nodes.iter().filter(|node| column(node.kind) == wanted);
        own.map(|node| size(node).0).fold(0.0, f64::max)
    })
}

/// Puts the nodes of a cluster in their columns, and says where the last one ends.
fn place(graph: &Graph, layout: &mut Layout, cluster: usize, widths: &[f64; 3], corner: Point) -> f64 {
    let columns = [0, 1, 2].map(|wanted| {
        let of_column = |node: &usize| {
            graph.nodes.get(*node).is_some_and(|found| column(found.kind) == wanted)
                && cluster_of(graph, *node) == cluster
        };
        let mut nodes: Vec<usize> = (0..graph.nodes.len()).filter(of_column).collect();
        if wanted != 1 {
            nodes.sort_by(|one, other| weight(graph, *one).total_cmp(&weight(graph, *other)));
        }
        nodes
    });
    let heights = columns.clone().map(|nodes| height(graph, &nodes));
    let tallest = heights.iter().copied().fold(0.0, f64::max);
    let mut x = corner.x;
    for ((nodes, own), width) in columns.iter().zip(heights).zip(widths) {
        // What is left of the height goes between the nodes and around them, so that columns are level.
        let spare = (tallest - own) / (nodes.len() + 1) as f64;
        let mut y = corner.y + spare;
        for node in nodes {
            let height = graph.nodes.get(*node).map_or(0.0, |node| size(node).1);
            if let Some(rect) = layout.nodes.get_mut(*node) {
                *rect = Rect { x, y, width: *width, height };
            }
            y += height + GAP + spare;
        }
        x += width + BETWEEN;
    }
    corner.y + tallest
}

fn height(graph: &Graph, nodes: &[usize]) -> f64 {
    let heights = nodes.iter().filter_map(|node| graph.nodes.get(*node)).map(|node| size(node).1);
    heights.sum::<f64>() + GAP * nodes.len().saturating_sub(1) as f64
}

/// Where a node belongs in its column: at the middle of the services that it is joined to, by their order.
fn weight(graph: &Graph, node: usize) -> f64 {
    let services: Vec<usize> = (0..graph.nodes.len())
        .filter(|other| graph.nodes.get(*other).is_some_and(|n| n.kind == NodeKind::Service))
        .collect();
    let joined: Vec<f64> = graph
        .ends()
        .iter()
        .filter(|(from, to, _)| *from == node || *to == node)
        .filter_map(|(from, to, _)| services.iter().position(|service| service == from || service == to))
        .map(|position| position as f64)
        .collect();
    if joined.is_empty() { 0.0 } else { joined.iter().sum::<f64>() / joined.len() as f64 }
}

fn routes(graph: &Graph, layout: &Layout, crossings: &[Crossing], gutter: f64) -> Vec<Route> {
    let ends = graph.ends();
    let rect = |node: usize| layout.nodes.get(node).copied().unwrap_or_default();
    let crossing = |edge: usize| crossings.iter().find(|crossing| crossing.edge == edge);
    let route = |(edge, (from, to, _)): (usize, &(usize, usize, &Edge))| match crossing(edge) {
        Some(found) => between(layout, crossings, found, gutter),
        None => {
            let forward = rect(*from).x < rect(*to).x;
            let sides = if forward { (Side::Right, Side::Left) } else { (Side::Left, Side::Right) };
            let start = port(layout, &ends, crossings, edge, *from, sides.0);
            let end = port(layout, &ends, crossings, edge, *to, sides.1);
            let middle = (start.x + end.x) / 2.0;
            Route::Curve([start, Point { x: middle, y: start.y }, Point { x: middle, y: end.y }, end])
        }
    };
    ends.iter().enumerate().map(route).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Where an edge meets the side of a node: all that meet it are spread over it, in the order of their other ends.
fn port(
    layout: &Layout,
    ends: &[(usize, usize, &Edge)],
    crossings: &[Crossing],
    edge: usize,
    node: usize,
    side: Side,
) -> Point {
    let rect = |node: usize| layout.nodes.get(node).copied().unwrap_or_default();
    let own = rect(node);
    let inside = |index: usize| !crossings.iter().any(|crossing| crossing.edge == index);
    let mut here: Vec<(usize, Point)> = ends
        .iter()
        .enumerate()
        .filter(|(index, (from, to, _))| inside(*index) && (*from == node || *to == node))
        .map(|(index, (from, to, _))| (index, rect(if *from == node { *to } else { *from }).center()))
        .filter(|(_, other)| (other.x > own.center().x) == (side == Side::Right))
        .collect();
    here.sort_by(|one, other| one.1.y.total_cmp(&other.1.y).then(one.0.cmp(&other.0)));
    let position = here.iter().position(|(index, _)| *index == edge).unwrap_or(0) as f64;
    let x = if side == Side::Right { own.right() + 2.0 } else { own.x - 2.0 };
    Point { x, y: own.y + own.height * (position + 1.0) / (here.len() + 1) as f64 }
}

/// From the foot of one cluster's federation to the head of another's orchestrator.
fn between(layout: &Layout, crossings: &[Crossing], crossing: &Crossing, gutter: f64) -> Route {
    let rect = |node: usize| layout.nodes.get(node).copied().unwrap_or_default();
    let cluster = |index: usize| layout.clusters.get(index).copied().unwrap_or_default();
    // The place among those that share something, from 0, and how many there are.
    let among = |shares: &dyn Fn(&Crossing) -> bool| {
        let all: Vec<usize> = crossings.iter().filter(|other| shares(other)).map(|other| other.edge).collect();
        (all.iter().position(|edge| *edge == crossing.edge).unwrap_or(0) as f64, all.len() as f64)
    };
    let (out, outs) = among(&|other| other.from == crossing.from);
    let (into, intos) = among(&|other| other.to == crossing.to);
    let (source, target) = (rect(crossing.from), rect(crossing.to));
    // Those that leave are to the left of those that arrive, so that a straight line can lead down.
    let start = Point { x: source.x + source.width * (out + 1.0) / (outs + 1.0), y: source.bottom() + 2.0 };
    let end = Point { x: target.x + target.width * (into + 1.0) / (intos + 1.0), y: target.y - 2.0 };
    if is_direct(crossing) {
        let middle = (start.y + end.y) / 2.0;
        return Route::Curve([start, Point { x: start.x, y: middle }, Point { x: end.x, y: middle }, end]);
    }
    let (lane, _) = among(&|other| !is_direct(other));
    let (below, _) = among(&|other| other.source == crossing.source && !is_direct(other));
    let (above, _) = among(&|other| other.target == crossing.target && !is_direct(other));
    let x = gutter - BESIDE - LANE * (lane + 1.0) + LANE;
    let low = cluster(crossing.source).bottom() - LANE * (below + 1.0);
    let high = cluster(crossing.target).y + HEAD - 4.0 + LANE * above;
    Route::Lines(vec![
        start,
        Point { x: start.x, y: low },
        Point { x, y: low },
        Point { x, y: high },
        Point { x: end.x, y: high },
        end,
    ])
}
