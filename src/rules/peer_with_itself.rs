//! F002: a stack among its own peers.

use super::{Finding, Rule};
use crate::catalogue::PEER_WITH_ITSELF;
use crate::evaluate::tree::Path;
use crate::model::{self, Environment};

pub(super) const RULE: Rule = Rule { code: PEER_WITH_ITSELF, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let stacks = model::stacks(environment).into_iter();
    stacks
        .filter(|stack| stack.federation.peers.contains_key(&stack.federation.stack))
        .map(|stack| {
            let id = &stack.federation.stack;
            let (whose, remedy) = match &stack.tenant {
                Some(tenant) => (format!("the id of the stack of `{tenant}`"), "rename the peer's stack"),
                None => ("the stack's own id".to_owned(), "remove the peer, or correct `federation.stack`"),
            };
            Finding::name(Path::of(["federation", "peers"]).field(id), format!("`{id}` is a peer of itself"))
                .label(format!("this is {whose}"))
                .note("a run forwarded to it would be forwarded to the stack that forwards it")
                .help(remedy)
        })
        .collect()
}
