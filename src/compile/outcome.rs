//! What compiling an environment yields.

use super::kept::{Keeper, Text};
use crate::cache::Need;
use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::model::Environment;
use crate::objects::object::Object;
use crate::tree::Node;

/// What compiling an environment yields.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The name of the environment, as far as it could be evaluated.
    pub name: Option<String>,
    /// All that was found, by place.
    pub findings: Vec<Diagnostic>,
    /// The resolved environment, as far as it could be evaluated.
    pub tree: Option<Node>,
    /// The typed environment, with what its peers' files say of them.
    pub environment: Option<Box<Environment>>,
    /// The compiled objects; none where a finding rejects the build, here or in the file of a peer.
    pub objects: Vec<Object>,
    /// The objects as a YAML stream, where it was needed and could be written, or a cache has it; then `objects` may be
    /// empty.
    pub manifests: Option<Text>,
    /// Whether a bug of ours ended its compilation. It has been reported, and what was found before it is here.
    pub crashed: bool,
}

impl Outcome {
    /// Whether its file turned out to be a module that nothing imports.
    pub(crate) fn is_module(&self) -> bool {
        self.findings.iter().any(|finding| finding.code == catalogue::UNUSED_MODULE)
    }

    /// What of it is needed once all environments are judged, in little memory.
    pub(super) fn reduced(self, need: Need, keeper: &Keeper) -> Outcome {
        let manifests = self.manifests.map(|text| keeper.keep(text));
        let outcome = Outcome { manifests, ..self };
        match need {
            Need::Everything => outcome,
            // Objects that could not be written are reported by who needs them.
            Need::Manifests if outcome.manifests.is_none() => Outcome { tree: None, environment: None, ..outcome },
            Need::Findings | Need::Manifests => {
                Outcome { tree: None, environment: None, objects: Vec::new(), ..outcome }
            }
        }
    }

    /// What is left where a bug of ours took all.
    pub(super) fn crashed() -> Outcome {
        Outcome {
            name: None,
            findings: Vec::new(),
            tree: None,
            environment: None,
            objects: Vec::new(),
            manifests: None,
            crashed: true,
        }
    }
}
