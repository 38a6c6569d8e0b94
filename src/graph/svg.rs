//! The graph as a picture: SVG that stands alone, in light and in the dark.

use super::layout::{self, LABEL, LEADING, LINE, Layout, PADDING, Point, Rect, Route, TITLE, layout};
use super::{Edge, EdgeKind, Graph, Node, NodeKind, text};
use crate::characters;

/// The space around the picture, and the height of a line of the legend.
const MARGIN: f64 = 24.0;
const LEGEND: f64 = 24.0;

/// How far corners of edges are rounded.
const ROUND: f64 = 6.0;

/// The picture.
pub(super) fn render(graph: &Graph) -> String {
    let layout = layout(graph);
    let entries = legend(graph);
    let room = layout.width.max(420.0);
    let (rows, legend_height) = rows(&entries, room);
    let (width, height) = (room + 2.0 * MARGIN, layout.height + legend_height + 2.0 * MARGIN + 18.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\" \
         aria-label=\"AgentOS environments\">\n",
        n(width),
        n(height)
    );
    out += &style(graph);
    out += &markers(graph);
    out += &format!("<rect class=\"page\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n", n(width), n(height));
    let left = MARGIN + (room - layout.width) / 2.0;
    out += &format!("<g transform=\"translate({} {})\">\n", n(left), n(MARGIN));
    out += &drawing(graph, &layout);
    out += "</g>\n";
    out += &format!("<g transform=\"translate({} {})\">\n", n(MARGIN), n(MARGIN + layout.height + 18.0));
    for (entry, corner) in entries.iter().zip(rows) {
        out += &of_entry(entry, corner);
    }
    out + "</g>\n</svg>\n"
}

/// A number with at most one digit after the point.
fn n(number: f64) -> String {
    let text = format!("{:.1}", number + 0.0);
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn style(graph: &Graph) -> String {
    let mut light = String::from(
        "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;fill:#1f2328}\n\
         .title{font-weight:600}\n.fact,.label{fill:#57606a}\n.page{fill:#ffffff}\n\
         .cluster{fill:#f6f8fa;stroke:#d0d7de}\n.under{fill:#ffffff}\n.in{fill:#f6f8fa}\n.edge{fill:none;stroke-width:1.4}\n",
    );
    let mut dark = String::from(
        "text{fill:#e6edf3}\n.fact,.label{fill:#9da7b3}\n.page{fill:#0d1117}\n.cluster{fill:#161b22;stroke:#30363d}\n\
         .under{fill:#0d1117}\n.in{fill:#161b22}\n",
    );
    for kind in graph.node_kinds() {
        let broken = if kind.is_elsewhere() { ";stroke-dasharray:4 3" } else { "" };
        let (of_light, of_dark) = kind.colors();
        for (to, (fill, stroke)) in [(&mut light, of_light), (&mut dark, of_dark)] {
            *to += &format!(".{}{{fill:{fill};stroke:{stroke}{broken}}}\n", kind.names().0);
        }
    }
    for kind in graph.edge_kinds() {
        let (of_light, of_dark) = kind.colors();
        let broken = if kind.is_broken() { ";stroke-dasharray:6 4" } else { "" };
        for (to, color) in [(&mut light, of_light), (&mut dark, of_dark)] {
            *to += &format!(".e-{0}{{stroke:{color}{broken}}}\n.h-{0}{{fill:{color}}}\n", kind.names().0);
        }
    }
    format!("<style>\n{light}@media (prefers-color-scheme:dark){{\n{dark}}}\n</style>\n")
}

/// Arrowheads, one for each kind of edge: a marker can't take the colour of its line everywhere.
fn markers(graph: &Graph) -> String {
    let marker = |kind: EdgeKind| {
        format!(
            "<marker id=\"m-{0}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" \
             orient=\"auto-start-reverse\"><path class=\"h-{0}\" d=\"M0 0.8L10 5L0 9.2z\"/></marker>\n",
            kind.names().0
        )
    };
    let all: String = graph.edge_kinds().into_iter().map(marker).collect();
    format!("<defs>\n{all}</defs>\n")
}

fn drawing(graph: &Graph, layout: &Layout) -> String {
    let mut out = String::new();
    for (cluster, rect) in graph.clusters.iter().zip(&layout.clusters) {
        out += &frame("cluster", *rect, 10.0);
        for (index, line) in cluster.lines.iter().enumerate() {
            let (class, size) = if index == 0 { ("title", TITLE + 1.0) } else { ("fact", LINE) };
            let at = Point { x: rect.x + 18.0, y: rect.y + 22.0 + LEADING * index as f64 };
            out += &words(line, class, size, at, "start");
        }
    }
    let ends = graph.ends();
    for (route, (_, _, edge)) in layout.routes.iter().zip(&ends) {
        out += &line(edge, route);
    }
    for (node, rect) in graph.nodes.iter().zip(&layout.nodes) {
        out += &of_node(node, *rect);
    }
    for (place, (_, _, edge)) in layout.labels.iter().zip(&ends) {
        let Some(rect) = place else { continue };
        let inside = layout.clusters.iter().any(|cluster| cluster.overlaps(*rect));
        out += &frame(if inside { "under in" } else { "under" }, *rect, 3.0);
        let at = Point { x: rect.x + rect.width / 2.0, y: rect.y + rect.height - 4.0 };
        out += &words(&edge.label, "label", LABEL, at, "middle");
    }
    out
}

fn frame(class: &str, rect: Rect, round: f64) -> String {
    let Rect { x, y, width, height } = rect;
    format!(
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>\n",
        n(x),
        n(y),
        n(width),
        n(height),
        n(round)
    )
}

fn words(text: &str, class: &str, size: f64, at: Point, anchor: &str) -> String {
    let anchor = if anchor == "start" { String::new() } else { format!(" text-anchor=\"{anchor}\"") };
    format!(
        "<text class=\"{class}\" x=\"{}\" y=\"{}\" font-size=\"{}\"{anchor}>{}</text>\n",
        n(at.x),
        n(at.y),
        n(size),
        escaped(text)
    )
}

fn of_node(node: &Node, rect: Rect) -> String {
    let mut out = frame(node.kind.names().0, rect, 6.0);
    for (index, line) in node.lines.iter().enumerate() {
        let (class, size) = if index == 0 { ("title", TITLE) } else { ("fact", LINE) };
        let at = Point { x: rect.x + PADDING, y: rect.y + PADDING + TITLE - 3.0 + LEADING * index as f64 };
        out += &words(line, class, size, at, "start");
    }
    out
}

fn line(edge: &Edge, route: &Route) -> String {
    let class = edge.kind.names().0;
    let start = if edge.both { format!(" marker-start=\"url(#m-{class})\"") } else { String::new() };
    format!("<path class=\"edge e-{class}\" d=\"{}\"{start} marker-end=\"url(#m-{class})\"/>\n", path(route))
}

fn path(route: &Route) -> String {
    let p = |point: &Point| format!("{} {}", n(point.x), n(point.y));
    match route {
        Route::Curve([a, b, c, d]) => format!("M{}C{} {} {}", p(a), p(b), p(c), p(d)),
        Route::Lines(points) => {
            let mut out = points.first().map_or(String::new(), |first| format!("M{}", p(first)));
            for corner in points.windows(3) {
                let [before, at, after] = corner else { continue };
                out += &format!("L{}Q{} {}", p(&near(at, before)), p(at), p(&near(at, after)));
            }
            out + &points.last().map_or(String::new(), |last| format!("L{}", p(last)))
        }
    }
}

/// A point a little way from a corner towards another.
fn near(at: &Point, towards: &Point) -> Point {
    let (x, y) = (towards.x - at.x, towards.y - at.y);
    let length = x.hypot(y).max(1e-9);
    let share = ROUND.min(length / 2.0) / length;
    Point { x: at.x + x * share, y: at.y + y * share }
}

/// An entry of the legend.
enum Entry {
    Node(NodeKind),
    Edge(EdgeKind),
}

impl Entry {
    fn text(&self) -> &'static str {
        match self {
            Entry::Node(kind) => kind.names().1,
            Entry::Edge(kind) => kind.names().1,
        }
    }
}

fn legend(graph: &Graph) -> Vec<Entry> {
    graph.node_kinds().into_iter().map(Entry::Node).chain(graph.edge_kinds().into_iter().map(Entry::Edge)).collect()
}

/// The width of a swatch with the space after it.
const SWATCH: f64 = 36.0;

/// Where each entry of the legend is, and how high all of them are.
fn rows(entries: &[Entry], room: f64) -> (Vec<Point>, f64) {
    let (mut x, mut y) = (0.0, 0.0);
    let mut corners = Vec::new();
    for entry in entries {
        let width = SWATCH + text::width(entry.text(), LINE, false) + 22.0;
        if x > 0.0 && x + width > room {
            (x, y) = (0.0, y + LEGEND);
        }
        corners.push(Point { x, y });
        x += width;
    }
    (corners, y + LEGEND)
}

fn of_entry(entry: &Entry, corner: Point) -> String {
    let middle = corner.y + LEGEND / 2.0;
    let swatch = match entry {
        Entry::Node(kind) => {
            frame(kind.names().0, Rect { x: corner.x, y: middle - 7.0, width: 28.0, height: 14.0 }, 3.0)
        }
        Entry::Edge(kind) => format!(
            "<path class=\"edge e-{0}\" d=\"M{1} {3}H{2}\" marker-end=\"url(#m-{0})\"/>\n",
            kind.names().0,
            n(corner.x),
            n(corner.x + 28.0),
            n(middle)
        ),
    };
    swatch + &words(entry.text(), "fact", LINE, Point { x: corner.x + SWATCH, y: middle + 4.0 }, "start")
}

/// Text inside of XML; what it can't have, and what can't be seen, is written as an escape.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in characters::printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => {}
            c => out.push(c),
        }
    }
    out
}

/// Edges in the picture of a graph that run through a node other than their ends; for tests.
#[doc(hidden)]
pub fn edges_through_nodes(graph: &Graph) -> Vec<(String, String)> {
    let layout = layout::layout(graph);
    let mut found = Vec::new();
    for (route, (from, to, edge)) in layout.routes.iter().zip(graph.ends()) {
        for (position, (node, rect)) in graph.nodes.iter().zip(&layout.nodes).enumerate() {
            let is_inside = |share: i32| {
                let point = route.at(f64::from(share) / 400.0);
                Rect { x: point.x - 0.5, y: point.y - 0.5, width: 1.0, height: 1.0 }.overlaps(*rect)
            };
            if position != from && position != to && (0..=400).any(is_inside) {
                found.push((format!("{} → {}", edge.from, edge.to), node.id.clone()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([n(1.0), n(0.25), n(-0.01), n(12.345)], ["1", "0.2", "0", "12.3"]);
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("<a b=\"&\">\u{1}\n"), "&lt;a b=&quot;&amp;&quot;&gt;\\u{1}");
    }
}
