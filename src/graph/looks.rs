//! How formats name, describe and colour what there is in a graph.

use super::{EdgeKind, NodeKind};

impl NodeKind {
    /// A name for it in the formats.
    pub(super) fn class(self) -> &'static str {
        match self {
            NodeKind::Environment => "environment",
            NodeKind::Dedicated => "dedicated",
            NodeKind::Caller => "caller",
            NodeKind::Anybody => "anybody",
            NodeKind::Secret => "secret",
            NodeKind::Service => "service",
            NodeKind::Tenants => "tenants",
            NodeKind::Volume => "volume",
            NodeKind::Ephemeral => "ephemeral",
            NodeKind::Peer => "peer",
            NodeKind::Resolver => "resolver",
        }
    }

    /// What the legend says.
    pub(super) fn describe(self) -> &'static str {
        match self {
            NodeKind::Environment => "environment",
            NodeKind::Dedicated => "stack of one tenant",
            NodeKind::Caller => "may call in",
            NodeKind::Anybody => "anybody may call in",
            NodeKind::Secret => "secret",
            NodeKind::Service => "service",
            NodeKind::Tenants => "tenants",
            NodeKind::Volume => "kept on a claim",
            NodeKind::Ephemeral => "not kept",
            NodeKind::Peer => "stack elsewhere",
            NodeKind::Resolver => "DNS",
        }
    }

    /// Its colours in light: what fills it, and what frames it.
    pub(super) fn light(self) -> (&'static str, &'static str) {
        match self {
            NodeKind::Environment | NodeKind::Service => ("#ddf4ff", "#0969da"),
            NodeKind::Caller | NodeKind::Resolver => ("#f6f8fa", "#6e7781"),
            NodeKind::Anybody | NodeKind::Ephemeral => ("#ffebe9", "#cf222e"),
            NodeKind::Secret => ("#fbefff", "#8250df"),
            NodeKind::Dedicated | NodeKind::Tenants => ("#dafbe1", "#1a7f37"),
            NodeKind::Volume => ("#fff8c5", "#9a6700"),
            NodeKind::Peer => ("#ffffff", "#57606a"),
        }
    }

    /// Its colours in the dark.
    pub(super) fn dark(self) -> (&'static str, &'static str) {
        match self {
            NodeKind::Environment | NodeKind::Service => ("#0c2d6b", "#58a6ff"),
            NodeKind::Caller | NodeKind::Resolver => ("#21262d", "#8b949e"),
            NodeKind::Anybody | NodeKind::Ephemeral => ("#490202", "#f85149"),
            NodeKind::Secret => ("#271052", "#a371f7"),
            NodeKind::Dedicated | NodeKind::Tenants => ("#033a16", "#3fb950"),
            NodeKind::Volume => ("#341a00", "#d29922"),
            NodeKind::Peer => ("#0d1117", "#8b949e"),
        }
    }

    /// Whether it is not ours, and so framed by a broken line.
    pub(super) fn is_elsewhere(self) -> bool {
        matches!(self, NodeKind::Peer)
    }
}

impl EdgeKind {
    /// A name for it in the formats.
    pub(super) fn class(self) -> &'static str {
        match self {
            EdgeKind::Call => "call",
            EdgeKind::Forward => "forward",
            EdgeKind::PlainForward => "plain",
            EdgeKind::Use => "use",
            EdgeKind::Own => "own",
        }
    }

    /// What the legend says.
    pub(super) fn describe(self) -> &'static str {
        match self {
            EdgeKind::Call => "call that a policy allows",
            EdgeKind::Forward => "forwards runs, HTTPS",
            EdgeKind::PlainForward => "forwards runs, plain HTTP",
            EdgeKind::Use => "uses",
            EdgeKind::Own => "has for one tenant",
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
