//! Nodes on rings: those that are joined by edges stand on one ellipse, which grows until every chord is free; those
//! that are joined to nothing stand in rows.

use super::{Layout, Point, Rect, Route, size};
use crate::graph::{Graph, Node, NodeKind};
use std::collections::BTreeSet;
use std::f64::consts::TAU;

/// The space between a node and an edge that passes it, between two nodes, and between two rings.
const CLEARANCE: f64 = 9.0;
const GAP: f64 = 26.0;
const MARGIN: f64 = 44.0;

/// How long the edge between two lone nodes is.
const SPAN: f64 = 130.0;

/// How long an edge on a ring is at least: its label and both arrows take room.
const SHORTEST: f64 = 74.0;

/// Rings stand side by side until they are as wide as this.
const WIDEST: f64 = 1000.0;

/// A larger ring is left in the order of its names: looking for a better one would take too long.
const MAX_SORTED: usize = 16;

/// Some nodes with their places, from the upper left corner.
struct Block {
    nodes: Vec<(usize, Rect)>,
    width: f64,
    height: f64,
}

pub(super) fn layout(graph: &Graph) -> Layout {
    let edges: BTreeSet<(usize, usize)> = graph.ends().iter().map(|(from, to, _)| (*from, *to)).collect();
    let sizes = sizes(graph);
    let blocks = components(graph.nodes.len(), &edges).into_iter().map(|nodes| block(nodes, &edges, &sizes)).collect();
    let mut layout = packed(blocks, graph.nodes.len());
    layout.routes = graph.ends().iter().map(|(from, to, _)| chord(&layout.nodes, *from, *to)).collect();
    layout
}

/// The sizes of the nodes; shared and dedicated stacks are all as large as the largest of them.
fn sizes(graph: &Graph) -> Vec<(f64, f64)> {
    let is_stack = |node: &Node| matches!(node.kind, NodeKind::Environment | NodeKind::Dedicated);
    let own = graph.nodes.iter().filter(|node| is_stack(node)).map(size);
    let (width, height) = own.fold((0.0_f64, 0.0_f64), |most, size| (most.0.max(size.0), most.1.max(size.1)));
    let size = |node: &Node| if is_stack(node) { (width, height) } else { size(node) };
    graph.nodes.iter().map(size).collect()
}

/// The nodes that are joined, directly or not; the largest groups first, lone nodes last.
fn components(count: usize, edges: &BTreeSet<(usize, usize)>) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..count).collect();
    for (from, to) in edges {
        let (keep, drop) = (group.get(*from).copied().unwrap_or(0), group.get(*to).copied().unwrap_or(0));
        group.iter_mut().filter(|own| **own == drop).for_each(|own| *own = keep);
    }
    let mut found: Vec<Vec<usize>> = (0..count)
        .map(|name| (0..count).filter(|node| group.get(*node) == Some(&name)).collect::<Vec<_>>())
        .filter(|nodes| !nodes.is_empty())
        .collect();
    found.sort_by_key(|nodes| (usize::MAX - nodes.len(), nodes.first().copied()));
    found
}

fn block(nodes: Vec<usize>, edges: &BTreeSet<(usize, usize)>, sizes: &[(f64, f64)]) -> Block {
    let own: Vec<(usize, usize)> =
        edges.iter().copied().filter(|(from, to)| nodes.contains(from) && nodes.contains(to)).collect();
    let size = |node: usize| sizes.get(node).copied().unwrap_or((0.0, 0.0));
    let placed = match nodes.as_slice() {
        [one, other] => {
            let ((width, height), (next_width, next_height)) = (size(*one), size(*other));
            let middle = height.max(next_height) / 2.0;
            let left = Rect { x: 0.0, y: middle - height / 2.0, width, height };
            let right = Rect { x: width + SPAN, y: middle - next_height / 2.0, width: next_width, height: next_height };
            vec![(*one, left), (*other, right)]
        }
        _ => ellipse(&sorted(nodes, &own), &own, size),
    };
    let left = placed.iter().map(|(_, rect)| rect.x).fold(f64::INFINITY, f64::min);
    let top = placed.iter().map(|(_, rect)| rect.y).fold(f64::INFINITY, f64::min);
    let nodes: Vec<(usize, Rect)> =
        placed.into_iter().map(|(node, rect)| (node, rect.moved(Point { x: -left, y: -top }))).collect();
    let width = nodes.iter().map(|(_, rect)| rect.right()).fold(0.0, f64::max);
    let height = nodes.iter().map(|(_, rect)| rect.bottom()).fold(0.0, f64::max);
    Block { nodes, width, height }
}

/// The order on the ring in which the fewest chords cross, and of those the one with the shortest: by swaps, as long
/// as one helps.
fn sorted(mut nodes: Vec<usize>, edges: &[(usize, usize)]) -> Vec<usize> {
    if nodes.len() > MAX_SORTED {
        return nodes;
    }
    let mut best = cost(&nodes, edges);
    loop {
        let before = best;
        for one in 0..nodes.len() {
            for other in one + 1..nodes.len() {
                nodes.swap(one, other);
                let now = cost(&nodes, edges);
                if now < best { best = now } else { nodes.swap(one, other) }
            }
        }
        if best == before {
            return nodes;
        }
    }
}

fn cost(nodes: &[usize], edges: &[(usize, usize)]) -> (usize, usize) {
    let place = |node: usize| nodes.iter().position(|other| *other == node).unwrap_or(0);
    let chords: Vec<(usize, usize)> = edges
        .iter()
        .map(|(from, to)| (place(*from), place(*to)))
        .map(|(from, to)| (from.min(to), from.max(to)))
        .collect();
    let crossing =
        |(a, b): &(usize, usize), (c, d): &(usize, usize)| (a < c && c < b && b < d) || (c < a && a < d && d < b);
    let crossings = chords
        .iter()
        .enumerate()
        .map(|(index, chord)| chords.iter().skip(index + 1).filter(|other| crossing(chord, other)).count());
    let length = chords.iter().map(|(from, to)| (to - from).min(nodes.len() + from - to)).sum();
    (crossings.sum(), length)
}

/// The nodes on an ellipse, clockwise from the top. It is convex, so that it is large enough at some time.
fn ellipse(nodes: &[usize], edges: &[(usize, usize)], size: impl Fn(usize) -> (f64, f64)) -> Vec<(usize, Rect)> {
    let mut radius = 40.0;
    loop {
        let place = |(position, node): (usize, &usize)| {
            let angle = TAU * (position as f64 / nodes.len() as f64 - 0.25);
            let (width, height) = size(*node);
            let center = Point { x: radius * 1.5 * angle.cos(), y: radius * angle.sin() };
            (*node, Rect::around(center, width, height))
        };
        let placed: Vec<(usize, Rect)> = nodes.iter().enumerate().map(place).collect();
        if nodes.len() < 2 || is_free(&placed, edges) || radius > 1e5 {
            return placed;
        }
        radius *= 1.06;
    }
}

fn is_free(placed: &[(usize, Rect)], edges: &[(usize, usize)]) -> bool {
    let apart = placed
        .iter()
        .enumerate()
        .all(|(index, (_, rect))| placed.iter().skip(index + 1).all(|(_, other)| !rect.grown(GAP).overlaps(*other)));
    let rect = |node: usize| placed.iter().find(|(other, _)| *other == node).map(|(_, rect)| *rect);
    let passes = |(from, to): &(usize, usize)| {
        let Some((own, other)) = rect(*from).zip(rect(*to)) else { return true };
        let (start, end) = (own.center(), other.center());
        let (first, last) = (leaving(own, end), leaving(other, start));
        let is_long = (last.x - first.x).hypot(last.y - first.y) >= SHORTEST;
        is_long
            && placed
                .iter()
                .all(|(node, rect)| node == from || node == to || !crosses(start, end, rect.grown(CLEARANCE)))
    };
    apart && edges.iter().all(passes)
}

/// Whether a line runs through a rectangle: the part of the line within each pair of its sides is found, and whether
/// there is any left within both.
fn crosses(start: Point, end: Point, rect: Rect) -> bool {
    let within = |from: f64, to: f64, low: f64, high: f64| -> (f64, f64) {
        let by = to - from;
        if by.abs() < 1e-9 {
            return if from > low && from < high { (0.0, 1.0) } else { (1.0, 0.0) };
        }
        let (one, other) = ((low - from) / by, (high - from) / by);
        (one.min(other), one.max(other))
    };
    let (left, right) = within(start.x, end.x, rect.x, rect.right());
    let (top, bottom) = within(start.y, end.y, rect.y, rect.bottom());
    left.max(top).max(0.0) < right.min(bottom).min(1.0)
}

/// Blocks in rows; those of lone nodes begin a row of their own.
fn packed(blocks: Vec<Block>, count: usize) -> Layout {
    let mut layout = Layout { nodes: vec![Rect::default(); count], ..Layout::default() };
    let widest = blocks.iter().map(|block| block.width).fold(WIDEST, f64::max);
    let (mut x, mut y, mut row) = (0.0, 0.0, 0.0_f64);
    let mut lone = false;
    for block in blocks {
        let is_first_lone = !lone && block.nodes.len() == 1;
        lone |= is_first_lone;
        if x > 0.0 && (is_first_lone || x + block.width > widest) {
            (x, y, row) = (0.0, y + row + MARGIN, 0.0);
        }
        for (node, rect) in block.nodes {
            if let Some(place) = layout.nodes.get_mut(node) {
                *place = rect.moved(Point { x, y });
            }
        }
        layout.width = layout.width.max(x + block.width);
        layout.height = layout.height.max(y + block.height);
        (x, row) = (x + block.width + MARGIN, row.max(block.height));
    }
    layout
}

/// The line between two nodes, from frame to frame.
fn chord(nodes: &[Rect], from: usize, to: usize) -> Route {
    let rect = |node: usize| nodes.get(node).copied().unwrap_or_default();
    let (start, end) = (rect(from).center(), rect(to).center());
    Route::Lines(vec![leaving(rect(from), end), leaving(rect(to), start)])
}

/// Where the line from the middle of a node to a point leaves the node, with a little room for the arrow.
fn leaving(rect: Rect, to: Point) -> Point {
    let from = rect.center();
    let (x, y) = (to.x - from.x, to.y - from.y);
    let room = rect.grown(4.0);
    let share = (room.width / 2.0 / x.abs().max(1e-9)).min(room.height / 2.0 / y.abs().max(1e-9)).min(1.0);
    Point { x: from.x + x * share, y: from.y + y * share }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_rectangles() {
        let rect = Rect { x: 0.0, y: 0.0, width: 10.0, height: 10.0 };
        let point = |x, y| Point { x, y };
        assert!(crosses(point(-5.0, 5.0), point(15.0, 5.0), rect));
        assert!(crosses(point(-5.0, -5.0), point(15.0, 15.0), rect));
        assert!(!crosses(point(-5.0, -1.0), point(15.0, -1.0), rect));
        assert!(!crosses(point(-5.0, 5.0), point(-1.0, 5.0), rect));
        assert!(!crosses(point(-2.0, 4.0), point(4.0, -2.5), Rect { x: 2.0, y: 2.0, width: 5.0, height: 5.0 }));
    }

    #[test]
    fn an_order_without_crossings_is_found() {
        // A ring of five whose nodes are named in another order.
        let edges = [(0, 2), (2, 4), (4, 1), (1, 3), (3, 0)];
        assert_eq!(cost(&sorted(vec![0, 1, 2, 3, 4], &edges), &edges), (0, 5));
    }

    #[test]
    fn every_chord_of_ten_joined_nodes_is_free() {
        let edges: Vec<(usize, usize)> = (0..10).flat_map(|a| (a + 1..10).map(move |b| (a, b))).collect();
        let nodes: Vec<usize> = (0..10).collect();
        assert!(is_free(&ellipse(&nodes, &edges, |_| (150.0, 75.0)), &edges));
    }
}
