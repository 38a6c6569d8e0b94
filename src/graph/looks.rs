//! How formats name, describe and colour what there is in a graph.

use super::{EdgeKind, NodeKind};

/// What fills something, and what frames it.
type Colors = (&'static str, &'static str);

impl NodeKind {
    /// A name for it in the formats, and what the legend says.
    pub(super) fn names(self) -> (&'static str, &'static str) {
        match self {
            NodeKind::Environment => ("environment", "environment"),
            NodeKind::Dedicated => ("dedicated", "stack of one tenant"),
            NodeKind::Caller => ("caller", "may call in"),
            NodeKind::Anybody => ("anybody", "anybody may call in"),
            NodeKind::Secret => ("secret", "secret"),
            NodeKind::Service => ("service", "service"),
            NodeKind::Tenants => ("tenants", "tenants"),
            NodeKind::Volume => ("volume", "kept on a claim"),
            NodeKind::Ephemeral => ("ephemeral", "not kept"),
            NodeKind::Peer => ("peer", "stack elsewhere"),
            NodeKind::Resolver => ("resolver", "DNS"),
        }
    }

    /// Its colours in light, and in the dark.
    pub(super) fn colors(self) -> (Colors, Colors) {
        match self {
            NodeKind::Environment | NodeKind::Service => (("#ddf4ff", "#0969da"), ("#0c2d6b", "#58a6ff")),
            NodeKind::Caller | NodeKind::Resolver => (("#f6f8fa", "#6e7781"), ("#21262d", "#8b949e")),
            NodeKind::Anybody | NodeKind::Ephemeral => (("#ffebe9", "#cf222e"), ("#490202", "#f85149")),
            NodeKind::Secret => (("#fbefff", "#8250df"), ("#271052", "#a371f7")),
            NodeKind::Dedicated | NodeKind::Tenants => (("#dafbe1", "#1a7f37"), ("#033a16", "#3fb950")),
            NodeKind::Volume => (("#fff8c5", "#9a6700"), ("#341a00", "#d29922")),
            NodeKind::Peer => (("#ffffff", "#57606a"), ("#0d1117", "#8b949e")),
        }
    }

    /// Whether it is not ours, and so framed by a broken line.
    pub(super) fn is_elsewhere(self) -> bool {
        matches!(self, NodeKind::Peer)
    }
}

impl EdgeKind {
    /// A name for it in the formats, and what the legend says.
    pub(super) fn names(self) -> (&'static str, &'static str) {
        match self {
            EdgeKind::Call => ("call", "call that a policy allows"),
            EdgeKind::Forward => ("forward", "forwards runs, HTTPS"),
            EdgeKind::PlainForward => ("plain", "forwards runs, plain HTTP"),
            EdgeKind::Use => ("use", "uses"),
            EdgeKind::Own => ("own", "has for one tenant"),
        }
    }

    /// Its colours, in light and in the dark.
    pub(super) fn colors(self) -> (&'static str, &'static str) {
        match self {
            EdgeKind::Call => ("#57606a", "#8b949e"),
            EdgeKind::Forward => ("#0969da", "#58a6ff"),
            EdgeKind::PlainForward => ("#bc4c00", "#db6d28"),
            EdgeKind::Use => ("#afb8c1", "#484f58"),
            EdgeKind::Own => ("#1a7f37", "#3fb950"),
        }
    }

    /// Whether its line is broken.
    pub(super) fn is_broken(self) -> bool {
        matches!(self, EdgeKind::PlainForward)
    }
}
