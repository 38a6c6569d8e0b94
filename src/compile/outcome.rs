//! What compiling an environment yields.

use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::model::Environment;
use crate::objects::object::Object;
use crate::tree::Node;

/// What compiling an environment yields.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// All that was found, by place.
    pub findings: Vec<Diagnostic>,
    /// The resolved environment, as far as it could be evaluated.
    pub tree: Option<Node>,
    /// The typed environment, with what its peers' files say of them.
    pub environment: Option<Environment>,
    /// The compiled objects; none where a finding rejects the build, here or in the file of a peer.
    pub objects: Vec<Object>,
    /// The objects as a YAML stream, where it was needed and could be written, or a cache has it; then `objects` may be
    /// empty.
    pub manifests: Option<String>,
    /// Whether a bug of ours ended its compilation. It has been reported, and what was found before it is here.
    pub crashed: bool,
}

impl Outcome {
    /// Whether its file turned out to be a module that nothing imports.
    pub(crate) fn is_module(&self) -> bool {
        self.findings.iter().any(|finding| finding.code == catalogue::UNUSED_MODULE)
    }

    /// What is left where a bug of ours took all.
    pub(super) fn crashed() -> Outcome {
        Outcome {
            findings: Vec::new(),
            tree: None,
            environment: None,
            objects: Vec::new(),
            manifests: None,
            crashed: true,
        }
    }
}
