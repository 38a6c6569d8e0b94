//! Where audit records go, and what also sends them.

use super::reader::Reader;
use super::service::{Amounts, decode_amounts};

/// Where audit records go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audit {
    /// To a file on the service's volume.
    #[default]
    File,
    /// To standard output.
    Stdout,
    /// To standard error.
    Stderr,
}

/// A sidecar that sends the audit log to standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditSidecar {
    /// Its image; the services' own where there is none.
    pub image: Option<String>,
    /// What the scheduler sets aside.
    pub requests: Amounts,
    /// What it may use.
    pub limits: Amounts,
}

pub(super) fn decode_audit(audit: Reader<'_>) -> Audit {
    audit.one_of([("File", Audit::File), ("Stdout", Audit::Stdout), ("Stderr", Audit::Stderr)]).unwrap_or_default()
}

pub(super) fn decode_audit_sidecar(shipping: Reader<'_>) -> Option<AuditSidecar> {
    shipping.tagged("Sidecar").map(|shipping| AuditSidecar {
        image: shipping.get("image").optional_text(),
        requests: decode_amounts(shipping.get("resources").get("requests")),
        limits: decode_amounts(shipping.get("resources").get("limits")),
    })
}
