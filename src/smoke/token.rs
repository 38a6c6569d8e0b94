//! The token that the caller brings: what it says, and what has to be refused in its place.
//!
//! Nothing here verifies a signature: that is federation's part, and what is tried.

use super::Bearer;
use crate::scan::base64;
use serde_json::{Map, Value as Json, json};
use std::time::Duration;

/// The tenant that a token is changed to: one that no environment has.
const OTHER_TENANT: &str = "tnt_agentos_cfg_smoke_forged";

/// How long a token lives that is signed here: as long as the checks may take, and little more.
const LIFE: Duration = Duration::from_secs(600);

/// What the payload of a token says. The token itself is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The tenant that it is for.
    pub tenant: Option<String>,
    /// What is wrong with it, in any environment.
    pub faults: Vec<String>,
}

impl Claims {
    /// Reads a token; `now` is the time in seconds since 1970.
    pub fn read(token: &str, now: u64) -> Claims {
        let Some(payload) = payload(token) else {
            let fault = "it is no JSON Web Token: three parts of base64 with dots between them".to_owned();
            return Claims { tenant: None, faults: vec![fault] };
        };
        let tenant = payload.get("tenant_id").and_then(Json::as_str).map(str::trim).filter(|id| !id.is_empty());
        let no_tenant = tenant.is_none().then(|| {
            "it has no `tenant_id`: federation accepts it, and forwards with it for any tenant (fact 20); its issuer has to \
             set one in every token"
                .to_owned()
        });
        let faults = no_tenant.into_iter().chain(expiry(&payload, now)).collect();
        Claims { tenant: tenant.map(str::to_owned), faults }
    }
}

/// What is wrong with the end of a token's life (fact 20).
fn expiry(payload: &Map<String, Json>, now: u64) -> Option<String> {
    match payload.get("exp").map(Json::as_f64) {
        None => Some(
            "it has no `exp`: federation accepts it for ever (fact 20); its issuer has to set one in every token"
                .to_owned(),
        ),
        Some(Some(end)) if end <= 0.0 => Some("its `exp` is not above 0: federation accepts it for ever".to_owned()),
        Some(Some(end)) if end < now as f64 => Some("it has expired".to_owned()),
        Some(Some(_)) => None,
        Some(None) => Some("its `exp` is no number, which federation refuses".to_owned()),
    }
}

fn payload(token: &str) -> Option<Map<String, Json>> {
    let mut parts = token.split('.');
    let (_, payload, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else { return None };
    serde_json::from_slice(&base64::decode(payload)?).ok()
}

/// What a token says that is signed for a request, in seconds since 1970; nothing for one that is made of the caller's.
pub fn claims_of(bearer: Bearer, tenant: Option<&str>, now: u64) -> Option<Json> {
    let end = now + LIFE.as_secs();
    let common = json!({ "sub": "agentos-cfg smoke", "iat": now });
    let (tenant, end) = match bearer {
        Bearer::Minted => (tenant, Some(end)),
        Bearer::WithoutTenant => (None, Some(end)),
        Bearer::WithoutEnd => (tenant, None),
        Bearer::Given | Bearer::Garbage | Bearer::Unsigned | Bearer::OtherSignature | Bearer::OtherClaims => {
            return None;
        }
    };
    let Json::Object(mut claims) = common else { return None };
    claims.extend(tenant.map(|tenant| ("tenant_id".to_owned(), json!(tenant))));
    claims.extend(end.map(|end| ("exp".to_owned(), json!(end))));
    Some(Json::Object(claims))
}

/// The token that a request carries, made of the caller's.
pub fn forged(token: &str, bearer: Bearer) -> String {
    let mut parts = token.split('.');
    let mut part = || parts.next().unwrap_or_default();
    let (header, claims, signature) = (part(), part(), part());
    match bearer {
        Bearer::Given | Bearer::Minted | Bearer::WithoutTenant | Bearer::WithoutEnd => token.to_owned(),
        Bearer::Garbage => "agentos-cfg.smoke.forged".to_owned(),
        Bearer::Unsigned => format!("{}.{claims}.", part_of(&json!({ "alg": "none", "typ": "JWT" }))),
        Bearer::OtherSignature => format!("{header}.{claims}.{}", changed(signature)),
        Bearer::OtherClaims => format!("{header}.{}.{signature}", for_another(token)),
    }
}

/// A signature that is another one: the last letters may have bits that count for nothing, the first has none.
fn changed(signature: &str) -> String {
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    std::iter::once(first).chain(signature.chars().skip(1)).collect()
}

fn for_another(token: &str) -> String {
    let mut payload = payload(token).unwrap_or_default();
    payload.insert("tenant_id".to_owned(), json!(OTHER_TENANT));
    part_of(&Json::Object(payload))
}

fn part_of(value: &Json) -> String {
    encoded(value.to_string().as_bytes())
}

/// Base64 as tokens have it.
pub fn encoded(bytes: &[u8]) -> String {
    base64::encode(bytes).replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &Json) -> String {
        format!("{}.{}.c2lnbmF0dXJl", part_of(&json!({ "alg": "EdDSA" })), part_of(payload))
    }

    #[test]
    fn what_a_token_lacks_is_named() {
        let faults = |payload: Json| Claims::read(&token(&payload), 1_000).faults;
        assert_eq!(faults(json!({ "tenant_id": "tnt_acme", "exp": 2_000 })), [""; 0]);
        let one = |payload, word: &str| {
            let faults = faults(payload);
            assert!(faults.len() == 1 && faults[0].contains(word), "{faults:?}");
        };
        one(json!({ "exp": 2_000 }), "no `tenant_id`");
        one(json!({ "tenant_id": " ", "exp": 2_000 }), "no `tenant_id`");
        one(json!({ "tenant_id": "tnt_acme" }), "no `exp`");
        one(json!({ "tenant_id": "tnt_acme", "exp": 0 }), "for ever");
        one(json!({ "tenant_id": "tnt_acme", "exp": 999 }), "expired");
        one(json!({ "tenant_id": "tnt_acme", "exp": "2000" }), "no number");
        assert_eq!(faults(json!({})).len(), 2);
        for token in ["", "a.b", "a.b.c.d", "a.!.c", "e30.W10.x"] {
            assert!(Claims::read(token, 0).faults[0].contains("no JSON Web Token"), "{token}");
        }
    }

    #[test]
    fn every_forged_token_is_another() {
        let token = token(&json!({ "tenant_id": "tnt_acme", "exp": 2_000 }));
        let all: std::collections::BTreeSet<String> =
            Bearer::FORGED.into_iter().chain([Bearer::Given]).map(|bearer| forged(&token, bearer)).collect();
        assert_eq!(all.len(), 5);
        assert_eq!(Claims::read(&forged(&token, Bearer::OtherClaims), 0).tenant.as_deref(), Some(OTHER_TENANT));
        assert!(forged(&token, Bearer::Unsigned).ends_with('.'));
    }
}
