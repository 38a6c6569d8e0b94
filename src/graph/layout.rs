//! Where everything goes in a picture.
//!
//! Invariant: nodes do not overlap, and no edge runs through a node: on a ring every chord has been held against every
//! node, and between columns there is nothing but edges.

mod columns;
mod ring;

use super::{Graph, Node, text};

/// The sizes of the fonts: of the first line of a node, of the others, and of labels.
pub(super) const TITLE: f64 = 13.0;
pub(super) const LINE: f64 = 11.0;
pub(super) const LABEL: f64 = 10.0;

/// The space between the frame of a node and its text, and from one line to the next.
pub(super) const PADDING: f64 = 11.0;
pub(super) const LEADING: f64 = 15.0;

/// A point, to the right and down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub x: f64,
    pub y: f64,
}

/// A rectangle, by its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    pub(super) fn right(self) -> f64 {
        self.x + self.width
    }

    pub(super) fn bottom(self) -> f64 {
        self.y + self.height
    }

    fn center(self) -> Point {
        Point { x: self.x + self.width / 2.0, y: self.y + self.height / 2.0 }
    }

    fn around(center: Point, width: f64, height: f64) -> Rect {
        Rect { x: center.x - width / 2.0, y: center.y - height / 2.0, width, height }
    }

    fn grown(self, by: f64) -> Rect {
        Rect { x: self.x - by, y: self.y - by, width: self.width + 2.0 * by, height: self.height + 2.0 * by }
    }

    pub(super) fn overlaps(self, other: Rect) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    fn moved(self, by: Point) -> Rect {
        Rect { x: self.x + by.x, y: self.y + by.y, ..self }
    }
}

/// The way of an edge.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Route {
    /// From point to point.
    Lines(Vec<Point>),
    /// A curve of Bézier.
    Curve([Point; 4]),
}

impl Route {
    /// The point at a share of the way.
    pub(super) fn at(&self, share: f64) -> Point {
        match self {
            Route::Curve([a, b, c, d]) => {
                let rest = 1.0 - share;
                let of = |a: f64, b: f64, c: f64, d: f64| {
                    rest.powi(3) * a
                        + 3.0 * rest.powi(2) * share * b
                        + 3.0 * rest * share.powi(2) * c
                        + share.powi(3) * d
                };
                Point { x: of(a.x, b.x, c.x, d.x), y: of(a.y, b.y, c.y, d.y) }
            }
            Route::Lines(points) => along(points, share),
        }
    }
}

fn along(points: &[Point], share: f64) -> Point {
    let length = |pair: &[Point]| match pair {
        [a, b] => (b.x - a.x).hypot(b.y - a.y),
        _ => 0.0,
    };
    let mut left = points.windows(2).map(length).sum::<f64>() * share;
    for pair in points.windows(2) {
        let own = length(pair);
        if let [a, b] = pair
            && left <= own
            && own > 0.0
        {
            let share = left / own;
            return Point { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
        }
        left -= own;
    }
    points.last().copied().unwrap_or(Point { x: 0.0, y: 0.0 })
}

/// Where everything goes. Nodes and clusters are in the graph's order, edges in that of [`Graph::ends`].
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    pub width: f64,
    pub height: f64,
    pub nodes: Vec<Rect>,
    pub clusters: Vec<Rect>,
    pub routes: Vec<Route>,
    /// Where the labels of edges are; none where there is no label or no room for it.
    pub labels: Vec<Option<Rect>>,
}

/// Lays a graph out: environments as a whole on rings, what is in them in columns.
pub(super) fn layout(graph: &Graph) -> Layout {
    let mut layout = if graph.clusters.is_empty() { ring::layout(graph) } else { columns::layout(graph) };
    place_labels(graph, &mut layout);
    layout
}

/// How large a node has to be for its text.
fn size(node: &Node) -> (f64, f64) {
    let width = |(index, line): (usize, &String)| {
        if index == 0 { text::width(line, TITLE, true) } else { text::width(line, LINE, false) }
    };
    let widest = node.lines.iter().enumerate().map(width).fold(0.0, f64::max);
    let height = TITLE + LEADING * (node.lines.len().max(1) - 1) as f64;
    ((widest + 2.0 * PADDING).ceil(), (height + 2.0 * PADDING - 2.0).ceil())
}

/// The shares of an edge's way at which its label may be.
const SHARES: [f64; 9] = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];

/// Puts each label on its edge, at the first place where it covers no node, no other label and no other edge; else at
/// the first where it covers no node and no label.
fn place_labels(graph: &Graph, layout: &mut Layout) {
    let mut taken = layout.nodes.clone();
    for (index, (_, _, edge)) in graph.ends().iter().enumerate() {
        let (width, height) = (text::width(&edge.label, LABEL, false) + 8.0, LABEL + 5.0);
        let Some(route) = layout.routes.get(index).filter(|_| !edge.label.is_empty()) else {
            layout.labels.push(None);
            continue;
        };
        let rects = SHARES.map(|share| Rect::around(route.at(share), width, height));
        let free: Vec<Rect> =
            rects.into_iter().filter(|rect| !taken.iter().any(|other| other.overlaps(*rect))).collect();
        let alone = free.iter().find(|rect| !is_passed(layout, index, **rect));
        let found = alone.or(free.first()).copied();
        taken.extend(found);
        layout.labels.push(found);
    }
}

/// Whether another edge passes through a rectangle, as far as points along it show.
fn is_passed(layout: &Layout, own: usize, rect: Rect) -> bool {
    let passes = |route: &Route| {
        (0..=60).any(|step| {
            let point = route.at(f64::from(step) / 60.0);
            Rect { x: point.x, y: point.y, width: 0.1, height: 0.1 }.overlaps(rect)
        })
    };
    layout.routes.iter().enumerate().any(|(index, route)| index != own && passes(route))
}
