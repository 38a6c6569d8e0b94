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
    authentication.tagged("Oidc").map(|oidc| Oidc {
        issuer_url: oidc.get("issuer_url").text(),
        audience: oidc.get("audience").text(),
        tenant_claim: oidc.get("tenant_claim").text(),
    })
}
