//! Whether findings of a code have fixes, and where they have none, why. One row a code, in the order of the catalogue.

use super::*;

/// Whether `check --fix` has something to make of findings of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixable {
    /// Some have a fix that changes no more than the value that the finding is on.
    Safely,
    /// Some have a fix that invents a value, removes one or decides between several.
    Unsafely,
    /// None has one, for this reason.
    Not(&'static str),
}

use Fixable::{Not, Safely, Unsafely};

/// For codes of `verify`.
const OF_MANIFESTS: Fixable = Not("manifests are written by another program: what to change is its input");
/// For codes that are about two environments.
const OF_TWO: Fixable = Not("two environments are at odds, and either may be the one to change");
/// For codes that are about credentials.
const OF_CREDENTIAL: Fixable =
    Not("a fix does not touch a secret's value; one that may be real has to be replaced where it is used");
/// For names and places that others give.
const GIVEN_ELSEWHERE: Fixable =
    Not("the right value is given outside of the project, and any other that passes would be worse");
/// For codes that are about files.
const OF_FILES: Fixable = Not("files are to be moved, saved anew or made, and a fix changes texts");
/// For evaluations that do not end well.
const OF_COMPUTATION: Fixable = Not("what an expression was to compute can't be told from it");

/// Each code with whether it has a fix.
pub const FIXES: &[(Code, Fixable)] = &[
    (EPHEMERAL_AUDIT_IN_PROD, Unsafely),
    (AUDIT_OUTSIDE_VOLUME, OF_MANIFESTS),
    (AUDIT_NOT_A_FILE_IN_PROD, Safely),
    (SEVERAL_WRITERS, Safely),
    (ROLLING_UPDATE_OVER_SINGLE_WRITER, OF_MANIFESTS),
    (VOLUME_NOT_RETAINED, Unsafely),
    (SHARED_AUDIT_PATH, OF_MANIFESTS),
    (UNWRITABLE_VOLUME, OF_MANIFESTS),
    (ANNOTATION_AGAINST_STORAGE, Unsafely),
    (STORE_ON_SUBPATH, OF_MANIFESTS),
    (STORE_OUTSIDE_VOLUME, OF_MANIFESTS),
    (SYNTAX_ERROR, Safely),
    (UNKNOWN_FIELD, Safely),
    (MISSING_FIELD, Unsafely),
    (UNKNOWN_CHOICE, Safely),
    (WRONG_TYPE, Safely),
    (
        BROKEN_CONTRACT,
        Not("which of the values that the contract allows was meant can't be told from one that it refuses"),
    ),
    (
        CONFLICTING_VALUES,
        Not("which of the two values was meant can't be told; to force one of them would hide the other"),
    ),
    (UNRESOLVED_IMPORT, OF_FILES),
    (FAILED_EVALUATION, Safely),
    (SHADOWED_LIBRARY, OF_FILES),
    (UNREADABLE_TEXT, OF_FILES),
    (NOT_AN_ENVIRONMENT, OF_COMPUTATION),
    (FORBIDDEN_ALLOW, Safely),
    (UNKNOWN_RULE, Unsafely),
    (IDLE_ALLOW, Safely),
    (EVALUATION_TOO_LONG, OF_COMPUTATION),
    (EVALUATION_TOO_LARGE, OF_COMPUTATION),
    (NESTING_TOO_DEEP, OF_COMPUTATION),
    (IMPORT_OUTSIDE_PROJECT, OF_FILES),
    (IMPORT_NOT_A_FILE, OF_FILES),
    (FILE_TOO_LARGE, OF_FILES),
    (DECEPTIVE_CHARACTER, Safely),
    (DUPLICATE_KEY, Not("which of the two values was meant can't be told, and data is left as its maker wrote it")),
    (ALIAS_BOMB, Not("data is left as its maker wrote it")),
    (UNUSED_MODULE, OF_FILES),
    (DEPRECATED_FIELD, Safely),
    (UNREADABLE_MANIFEST, OF_MANIFESTS),
    (MALFORMED_STACK_ID, Unsafely),
    (PEER_WITH_ITSELF, Unsafely),
    (DUPLICATE_STACK, OF_TWO),
    (ONE_SIDED_PEERING, OF_TWO),
    (NO_COMMON_API_VERSION, Not("what a peer speaks is a fact of its release, not of what is written here")),
    (PLAIN_HTTP_PEER_IN_PROD, Unsafely),
    (ENDPOINT_NOT_SERVED, Unsafely),
    (HALF_CONFIGURED_MTLS, Safely),
    (MTLS_ON_ONE_SIDE, OF_TWO),
    (UNAUTHENTICATED_FEDERATION_IN_PROD, Unsafely),
    (PEER_DESCRIPTION_DRIFTS, Safely),
    (PEERS_FILE_TOO_LARGE, Not("which peers a stack can do without is a decision on its traffic")),
    (CLIENT_CERTIFICATE_FOR_PEER_EDGE, GIVEN_ELSEWHERE),
    (UNRESOLVED_PEER, Unsafely),
    (PEER_IS_ANOTHER_STACK, OF_TWO),
    (UNREACHABLE_PEER, OF_TWO),
    (PEER_WITHOUT_GUARDS, OF_TWO),
    (PEER_REFUSES_TOKENS, OF_TWO),
    (CONTRADICTORY_IDENTITY, OF_MANIFESTS),
    (MALFORMED_PEERS_FILE, OF_MANIFESTS),
    (MISSING_FEDERATION_KEY, OF_MANIFESTS),
    (INVALID_NAME, Unsafely),
    (DANGLING_REFERENCE, OF_MANIFESTS),
    (SELECTS_NOTHING, OF_MANIFESTS),
    (MISSING_TARGET_PORT, OF_MANIFESTS),
    (DUPLICATE_OBJECT, OF_TWO),
    (PATCH_WITHOUT_TARGET, Unsafely),
    (WEAKENED_HARDENING, OF_MANIFESTS),
    (OBJECT_TOO_LARGE, Not("which annotations can go is for those to say who read them")),
    (IMMUTABLE_CHANGE, OF_MANIFESTS),
    (INVALID_QUANTITY, Safely),
    (PATCH_MOVES_OBJECT, Not("another object may be what is wanted, and no patch makes one")),
    (PATCH_BREAKS_SCHEMA, Unsafely),
    (PATCH_OVERRIDES_FIELD, Not("what the patch was to say has to be said by a field, of which there may be several")),
    (SYSTEM_NAMESPACE, Unsafely),
    (INVALID_TOLERATION, Unsafely),
    (IDLE_NAMESPACE_FIELD, Safely),
    (NOT_A_TEXT, OF_MANIFESTS),
    (MISSING_PROBE, OF_MANIFESTS),
    (FAILING_PROBE, OF_MANIFESTS),
    (UNLIMITED_CONTAINER, OF_MANIFESTS),
    (NEEDLESS_PRIVILEGE, OF_MANIFESTS),
    (NON_ROOT_WITHOUT_USER, OF_MANIFESTS),
    (UNAUTHENTICATED_EXPOSURE, OF_MANIFESTS),
    (OPEN_METRICS_IN_PROD, Safely),
    (SCRAPER_CANNOT_AUTHENTICATE, Safely),
    (POLICY_NAMES_SERVICE_PORT, OF_MANIFESTS),
    (MOVED_API_SURFACE, Safely),
    (UNPINNED_IMAGE, GIVEN_ELSEWHERE),
    (POLICIES_OFF_IN_PROD, Safely),
    (UNENCRYPTED_DATABASE_IN_PROD, Safely),
    (UNUSABLE_PEER_NETWORKS, Unsafely),
    (ALERTS_WITHOUT_SCRAPING, Unsafely),
    (HOST_EXPOSED_TWICE, GIVEN_ELSEWHERE),
    (GATEWAY_CANNOT_CONNECT, Unsafely),
    (UNNAMED_PEER_NETWORKS, GIVEN_ELSEWHERE),
    (POLICY_OPENS_EVERYTHING, OF_MANIFESTS),
    (POLICY_DENIES_NEEDED, OF_MANIFESTS),
    (ROUTE_FORWARDS_ADMIN, OF_MANIFESTS),
    (UNUSABLE_RESOLVER, Unsafely),
    (UNKNOWN_SETTING, Safely),
    (DERIVED_SETTING, Unsafely),
    (SETTING_OF_ANOTHER_RELEASE, Unsafely),
    (SETTING_OF_ANOTHER_SERVICE, Unsafely),
    (INEFFECTIVE_SETTING, Safely),
    (MISTYPED_SETTING, Not("what the runtime was to do can't be told from a value that it does not read")),
    (IMAGE_OF_ANOTHER_RELEASE, Unsafely),
    (MISREAD_ARGUMENTS, OF_MANIFESTS),
    (SETTING_FROM_ELSEWHERE, OF_MANIFESTS),
    (MISSING_SETTING, OF_MANIFESTS),
    (SECRET_LITERAL, OF_CREDENTIAL),
    (PLACEHOLDER_SECRET_IN_PROD, Unsafely),
    (REAL_LOOKING_PLACEHOLDER, OF_CREDENTIAL),
    (SECRET_BY_ENVIRONMENT_IN_PROD, Safely),
    (SECRET_AS_PLAIN_SETTING, OF_CREDENTIAL),
    (SECRET_SET_TWICE, Unsafely),
    (MISSING_REQUIRED_SECRET, Unsafely),
    (CLUSTER_WIDE_SEALED_SECRET, Unsafely),
    (FEDERATION_SECRET_DIFFERS, OF_TWO),
    (UNKNOWN_SECRET_KEY, Safely),
    (UNSEALED_VALUE, OF_CREDENTIAL),
    (UNMOUNTABLE_SECRET, Unsafely),
    (SECRET_BY_PATCH, OF_CREDENTIAL),
    (SHARED_SECRET_ENTRY, GIVEN_ELSEWHERE),
    (SHARED_CREDENTIAL, OF_TWO),
    (SEALED_ELSEWHERE, OF_CREDENTIAL),
    (WHOLE_SECRET_INJECTED, OF_MANIFESTS),
    (DEFAULT_TENANT_IN_PROD, Safely),
    (MALFORMED_TENANT_ID, Unsafely),
    (
        UNDECLARED_DEFAULT_TENANT,
        Not("which tenant gets the requests that name none is a decision on access to its data"),
    ),
    (PROD_WITHOUT_TENANTS, GIVEN_ELSEWHERE),
    (DEV_HEADERS_IN_PROD, Safely),
    (UNENFORCED_TENANT_QUOTA, Unsafely),
    (UNENFORCED_ENTITLEMENT, Unsafely),
    (REPLICAS_MULTIPLY_QUOTAS, Safely),
    (TENANT_NAMESPACE_COLLISION, Unsafely),
    (METRICS_OPEN_TO_DEFAULT_TENANT, Unsafely),
    (CROSS_TENANT_REFERENCE, GIVEN_ELSEWHERE),
    (FORWARDED_TENANT_UNKNOWN_TO_PEER, OF_TWO),
    (IDLE_TENANT_FIELD, Unsafely),
    (SHARED_DATABASE, Unsafely),
    (TOKENS_VALID_IN_PROD, OF_TWO),
    (TENANTS_THROUGH_PROXY, OF_MANIFESTS),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_a_row_in_order() {
        let codes: Vec<Code> = FIXES.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, CATALOGUE.iter().map(|rule| rule.code).collect::<Vec<_>>());
    }
}
