//! The graph as a flowchart of Mermaid.

use super::{Edge, Graph, Node};
use crate::characters;

/// The flowchart. Nodes are numbered, because ids of Mermaid take few characters.
pub(super) fn render(graph: &Graph) -> String {
    let mut out = String::from("flowchart LR\n");
    for (number, cluster) in graph.clusters.iter().enumerate() {
        out += &format!("  subgraph c{number}[\"{}\"]\n", label(&cluster.lines));
        for (position, node) in
            graph.nodes.iter().enumerate().filter(|(_, node)| node.cluster.as_ref() == Some(&cluster.id))
        {
            out += &format!("    {}\n", of_node(position, node));
        }
        out += "  end\n";
    }
    for (position, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.cluster.is_none()) {
        out += &format!("  {}\n", of_node(position, node));
    }
    for (from, to, edge) in graph.ends() {
        out += &format!("  n{from} {} n{to}\n", arrow(edge));
    }
    for kind in graph.node_kinds() {
        let ((fill, stroke), _) = kind.colors();
        let broken = if kind.is_elsewhere() { ",stroke-dasharray:4 3" } else { "" };
        out += &format!("  classDef {} fill:{fill},stroke:{stroke},color:#1f2328{broken}\n", kind.names().0);
    }
    out
}

fn of_node(position: usize, node: &Node) -> String {
    format!("n{position}[\"{}\"]:::{}", label(&node.lines), node.kind.names().0)
}

fn arrow(edge: &Edge) -> String {
    let line = match (edge.both, edge.kind.is_broken()) {
        (true, true) => "<-.->",
        (true, false) => "<-->",
        (false, true) => "-.->",
        (false, false) => "-->",
    };
    if edge.label.is_empty() { line.to_owned() } else { format!("{line}|\"{}\"|", escaped(&edge.label)) }
}

fn label(lines: &[String]) -> String {
    lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br/>")
}

/// All but letters, digits and what means nothing to Mermaid, Markdown or HTML becomes a numbered entity of Mermaid.
fn escaped(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | ',' | '-' | '_' | '/' | ':' | '·' | '→');
    characters::printable(text)
        .chars()
        .map(|c| if plain(c) { c.to_string() } else { format!("#{};", u32::from(c)) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_means_something_becomes_an_entity() {
        assert_eq!(escaped("a-b_ \"<b>\"#`*"), "a-b_ #34;#60;b#62;#34;#35;#96;#42;");
    }
}
