//! Objects of other tools that keep callers out: what they let in is not known here, only that it may be more.

use crate::diff::classes::Pair;

/// Kinds that refuse calls or objects, and whose absence lets them pass.
const GUARDS: &[&str] = &[
    "AdminNetworkPolicy",
    "AuthorizationPolicy",
    "BaselineAdminNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "CiliumNetworkPolicy",
    "GlobalNetworkPolicy",
    "PeerAuthentication",
    "RequestAuthentication",
    "SecurityPolicy",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];

/// Kinds that limit what pods of a namespace may use.
const LIMITS: [&str; 2] = ["LimitRange", "ResourceQuota"];

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    let (kind, name) = (pair.kind(), pair.name());
    if LIMITS.contains(&kind) && pair.is_removed() && !pair.is_namespace_removed() {
        return vec![format!("{kind} {name} is removed: it no longer limits what pods of the namespace may use")];
    }
    if !GUARDS.contains(&kind) || pair.is_added() {
        return Vec::new();
    }
    if pair.is_removed() {
        return vec![format!("{kind} {name} is removed: what it refused may pass")];
    }
    let is_changed = ["spec", "webhooks"].iter().any(|field| pair.changes_below(&[*field]));
    is_changed.then(|| format!("{kind} {name} changes: what it refused may pass")).into_iter().collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn guards_are_ordered() {
        assert!(super::GUARDS.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
