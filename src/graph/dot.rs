//! The graph as a digraph of Graphviz.

use super::{Edge, Graph, Node};
use crate::characters;

/// The digraph.
pub(super) fn render(graph: &Graph) -> String {
    let mut out = String::from(
        "digraph agentos {\n  rankdir=LR;\n  fontname=\"Helvetica\";\n  node [shape=box, style=\"rounded,filled\", \
         fontname=\"Helvetica\", fontsize=11];\n  edge [fontname=\"Helvetica\", fontsize=10];\n",
    );
    for (number, cluster) in graph.clusters.iter().enumerate() {
        out += &format!("  subgraph cluster_{number} {{\n    label={};\n    style=rounded;\n", quoted(&cluster.lines));
        for node in graph.nodes.iter().filter(|node| node.cluster.as_ref() == Some(&cluster.id)) {
            out += &format!("    {}\n", of_node(node));
        }
        out += "  }\n";
    }
    for node in graph.nodes.iter().filter(|node| node.cluster.is_none()) {
        out += &format!("  {}\n", of_node(node));
    }
    for (_, _, edge) in graph.ends() {
        out += &format!("  {}\n", of_edge(edge));
    }
    out + "}\n"
}

fn of_node(node: &Node) -> String {
    let ((fill, stroke), _) = node.kind.colors();
    let style = if node.kind.is_elsewhere() { ", style=\"rounded,filled,dashed\"" } else { "" };
    let id = quoted(std::slice::from_ref(&node.id));
    format!("{id} [label={}, fillcolor=\"{fill}\", color=\"{stroke}\"{style}];", quoted(&node.lines))
}

fn of_edge(edge: &Edge) -> String {
    let (color, _) = edge.kind.colors();
    let both = if edge.both { ", dir=both" } else { "" };
    let broken = if edge.kind.is_broken() { ", style=dashed" } else { "" };
    let label = if edge.label.is_empty() {
        String::new()
    } else {
        format!(", label={}", quoted(std::slice::from_ref(&edge.label)))
    };
    let (from, to) = (quoted(std::slice::from_ref(&edge.from)), quoted(std::slice::from_ref(&edge.to)));
    format!("{from} -> {to} [color=\"{color}\"{label}{both}{broken}];")
}

/// Lines as one string of DOT.
fn quoted(lines: &[String]) -> String {
    let line = |line: &String| {
        let plain: String = line.chars().filter(|c| !matches!(c, '\n' | '\t')).collect();
        characters::printable(&plain).replace('\\', "\\\\").replace('"', "\\\"")
    };
    format!("\"{}\"", lines.iter().map(line).collect::<Vec<_>>().join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn strings_are_not_ended_from_inside() {
        assert_eq!(quoted(&["a\"\\".to_owned(), "b\n".to_owned()]), "\"a\\\"\\\\\\nb\"");
    }
}
