//! Who issues the tokens that the services verify.

use super::reader::Reader;

/// A provider of OpenID Connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oidc {
    /// The issuer.
    pub issuer_url: String,
    /// Whom tokens must be meant for.
    pub audience: String,
    /// The claim that names the tenant.
    pub tenant_claim: String,
}

pub(super) fn decode_authentication(authentication: Reader<'_>) -> Option<Oidc> {
    match authentication.tag()? {
        "Oidc" => Some(Oidc {
            issuer_url: authentication.get("issuer_url").text(),
            audience: authentication.get("audience").text(),
            tenant_claim: authentication.get("tenant_claim").text(),
        }),
        _ => None,
    }
}
