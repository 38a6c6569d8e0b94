//! Environment → findings: what the runtime would accept silently and run unsafely.
//!
//! Invariant: a rule names values by their paths; the place that a path leads to is found here, for all of them. Nearly
//! all rules see only the typed environment; one that is about what is written, whatever it means, sees the tree. One
//! file a rule, one ordered registry of each sort.

mod alerts_without_scraping;
mod annotation_against_storage;
mod audit_not_a_file_in_prod;
mod client_certificate_for_peer_edge;
mod cluster_wide_sealed_secret;
mod cross_tenant_reference;
mod deceptive_text;
mod default_tenant_in_prod;
mod deprecated_field;
mod dev_headers_in_prod;
mod endpoint_not_served;
mod ephemeral_audit_in_prod;
mod forbidden_allow;
mod gateway_cannot_connect;
mod half_configured_mtls;
mod host_exposed_twice;
mod idle_allow;
mod idle_namespace_field;
mod idle_tenant_field;
mod image_of_another_release;
mod ineffective_setting;
mod invalid_name;
mod invalid_quantity;
mod invalid_toleration;
mod malformed_stack_id;
mod malformed_tenant_id;
mod metrics_open_to_default_tenant;
mod missing_required_secret;
mod moved_api_surface;
mod no_common_api_version;
mod object_too_large;
mod open_metrics_in_prod;
mod peer_with_itself;
mod peers_file_too_large;
mod placeholder_secret_in_prod;
mod plain_http_peer_in_prod;
mod policies_off_in_prod;
mod prod_without_tenants;
mod real_looking_placeholder;
mod replicas_multiply_quotas;
mod scraper_cannot_authenticate;
mod sealed_elsewhere;
mod secret_by_environment_in_prod;
mod secret_by_patch;
mod secret_literal;
mod secret_set_twice;
mod setting_of_another_release;
mod several_writers;
mod shared_database;
mod shared_secret_entry;
pub(crate) mod system_namespace;
mod tenant_namespace_collision;
mod unauthenticated_federation_in_prod;
mod unencrypted_database_in_prod;
mod unenforced_entitlement;
mod unenforced_tenant_quota;
mod unknown_rule;
mod unknown_setting;
mod unmountable_secret;
mod unnamed_peer_networks;
mod unpinned_image;
mod unsealed_value;
mod unusable_peer_networks;
mod unusable_resolver;
mod volume_not_retained;

use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::IDLE_ALLOW;
use crate::diagnostic::{Code, Diagnostic};
use crate::finding::{Finding, place};
use crate::model::{Environment, SecretKey, Storage};
use crate::path::Path;
use crate::source::Sources;
use crate::tree::Node;
use std::collections::BTreeSet;

pub(crate) use client_certificate_for_peer_edge::untrusted_peer;
pub use unknown_setting::refine;

/// A rule: its code and what looks for it.
struct Rule {
    code: Code,
    check: fn(&Environment) -> Vec<Finding>,
}

/// A rule on what is written, in fields of any meaning; also where a contract has refused the value.
struct TreeRule {
    code: Code,
    check: fn(&Node, &Sources) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    ephemeral_audit_in_prod::RULE,
    audit_not_a_file_in_prod::RULE,
    several_writers::RULE,
    volume_not_retained::RULE,
    annotation_against_storage::RULE,
    forbidden_allow::RULE,
    unknown_rule::RULE,
    deprecated_field::RULE,
    malformed_stack_id::RULE,
    peer_with_itself::RULE,
    no_common_api_version::RULE,
    plain_http_peer_in_prod::RULE,
    endpoint_not_served::RULE,
    half_configured_mtls::RULE,
    unauthenticated_federation_in_prod::RULE,
    peers_file_too_large::RULE,
    client_certificate_for_peer_edge::RULE,
    invalid_name::RULE,
    object_too_large::RULE,
    invalid_quantity::RULE,
    system_namespace::RULE,
    invalid_toleration::RULE,
    idle_namespace_field::RULE,
    open_metrics_in_prod::RULE,
    scraper_cannot_authenticate::RULE,
    moved_api_surface::RULE,
    unpinned_image::RULE,
    policies_off_in_prod::RULE,
    unencrypted_database_in_prod::RULE,
    unusable_peer_networks::RULE,
    alerts_without_scraping::RULE,
    host_exposed_twice::RULE,
    gateway_cannot_connect::RULE,
    unnamed_peer_networks::RULE,
    unusable_resolver::RULE,
    setting_of_another_release::RULE,
    ineffective_setting::RULE,
    image_of_another_release::RULE,
    placeholder_secret_in_prod::RULE,
    real_looking_placeholder::RULE,
    secret_by_environment_in_prod::RULE,
    secret_set_twice::RULE,
    missing_required_secret::RULE,
    cluster_wide_sealed_secret::RULE,
    unsealed_value::RULE,
    unmountable_secret::RULE,
    secret_by_patch::RULE,
    shared_secret_entry::RULE,
    sealed_elsewhere::RULE,
    default_tenant_in_prod::RULE,
    malformed_tenant_id::RULE,
    prod_without_tenants::RULE,
    dev_headers_in_prod::RULE,
    unenforced_tenant_quota::RULE,
    unenforced_entitlement::RULE,
    replicas_multiply_quotas::RULE,
    tenant_namespace_collision::RULE,
    metrics_open_to_default_tenant::RULE,
    cross_tenant_reference::RULE,
    idle_tenant_field::RULE,
    shared_database::RULE,
];

const TREE_RULES: &[TreeRule] = &[deceptive_text::RULE, secret_literal::RULE];

/// Applies every rule.
pub fn check(environment: &Environment, tree: &Node, sources: &Sources) -> Vec<Diagnostic> {
    let typed = RULES
        .iter()
        .flat_map(|rule| (rule.check)(environment).into_iter().map(|finding| (rule.code, finding)))
        .filter(|(_, finding)| !finding.rests_on_broken_values(tree))
        .map(|(code, finding)| place(code, finding, tree, sources));
    let mut written: Vec<Diagnostic> = TREE_RULES
        .iter()
        .flat_map(|rule| (rule.check)(tree, sources).into_iter().map(|finding| (rule.code, finding)))
        .map(|(code, finding)| place(code, finding, tree, sources))
        .collect();
    drop_repetitions(&mut written);
    typed.chain(written).collect()
}

/// What is written once and used by several fields is one mistake.
fn drop_repetitions(findings: &mut Vec<Diagnostic>) {
    let mut places = BTreeSet::new();
    findings.retain(|finding| finding.span().is_none_or(|span| places.insert((finding.code, span))));
}

/// Every secret that is declared, with its path: the environment's, and then those that dedicated tenants have of their own.
fn declared_secrets(environment: &Environment) -> impl Iterator<Item = (Path, &str, &SecretKey)> {
    let own = std::iter::once((Path::of(["secrets", "keys"]), &environment.secrets.keys));
    let of_tenants = environment.tenancy.tenants.iter().map(|(id, tenant)| {
        (Path::of(["tenancy", "tenants"]).field(id).field("secrets").field("keys"), &tenant.secrets.keys)
    });
    own.chain(of_tenants)
        .flat_map(|(path, keys)| keys.iter().map(move |(name, key)| (path.field(name), name.as_str(), key)))
}

/// What the environment says of storage: for all services, and for single ones, each with its path.
fn storages(environment: &Environment) -> impl Iterator<Item = (Path, &Storage)> {
    let of_all = environment.storage.as_ref().map(|storage| (Path::of(["storage"]), storage));
    let of_one = ServiceName::ALL.into_iter().filter_map(|service| {
        let storage = environment.services.get(service).storage.as_ref()?;
        Some((Path::of(["services", service.as_str(), "storage"]), storage))
    });
    of_all.into_iter().chain(of_one)
}

/// The entries of `allow` that let none of an environment's findings pass. For when all findings are there.
pub fn idle(
    environment: &Environment,
    findings: &[Diagnostic],
    judged_elsewhere: fn(Code) -> bool,
    tree: &Node,
    sources: &Sources,
) -> Vec<Diagnostic> {
    let idle = idle_allow::check(environment, findings, judged_elsewhere).into_iter();
    idle.map(|finding| place(IDLE_ALLOW, finding, tree, sources)).collect()
}

#[cfg(test)]
mod tests {
    use super::{RULES, TREE_RULES};

    #[test]
    fn rules_are_ordered_by_code() {
        assert!(RULES.windows(2).all(|pair| pair[0].code < pair[1].code));
        assert!(TREE_RULES.windows(2).all(|pair| pair[0].code < pair[1].code));
        assert!(TREE_RULES.iter().all(|rule| RULES.iter().all(|typed| typed.code != rule.code)));
    }
}
