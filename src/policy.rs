//! Which findings reject, and which are known and let pass: by the environment's own `allow`, or by whoever runs the
//! compiler.
//!
//! Invariant: a finding that is allowed stays in the list, marked with who allows it and why. Nothing is let pass in
//! silence.

use crate::agentos::vocabulary::Profile;
use crate::catalogue;
use crate::diagnostic::{Code, Diagnostic, Permission, Severity};
use crate::model::{Allow, Environment};

/// How strict a caller is, beyond what the environments say themselves.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Codes whose findings do not reject.
    pub allow: Vec<Code>,
    /// Whether a warning rejects as an error does.
    pub deny_warnings: bool,
}

/// Why a rule can't be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Its findings are about the language, or about peers that can't be found: there is nothing sound that could be
    /// compiled.
    Contract,
    /// It is a safety rule, and the environment is for production.
    Safety,
}

impl Policy {
    /// Whether a finding rejects the build.
    pub fn rejects(&self, finding: &Diagnostic) -> bool {
        let severe = match finding.severity {
            Severity::Error => true,
            Severity::Warning => self.deny_warnings,
        };
        severe && finding.allowed.is_none()
    }

    /// Whether any finding rejects the build.
    pub fn rejects_any<'a>(&self, findings: impl IntoIterator<Item = &'a Diagnostic>) -> bool {
        findings.into_iter().any(|finding| self.rejects(finding))
    }

    /// Marks the findings that someone lets pass.
    pub fn apply(&self, findings: &mut [Diagnostic], environment: &Environment) {
        for finding in findings {
            finding.allowed = self.permission(finding.code, environment);
        }
    }

    /// Marks the findings on manifests that the caller lets pass; those have no environment that could.
    pub fn apply_to_manifests(&self, findings: &mut [Diagnostic]) {
        for finding in findings {
            let allowed = self.allow.contains(&finding.code) && obstacle(finding.code, None).is_none();
            finding.allowed = allowed.then_some(Permission::Caller);
        }
    }

    /// Says of findings by contracts that they can't be let pass, where someone wants that. A value that breaks its
    /// contract is left out of the typed environment: to go on would compile another stack than the one written.
    pub fn refuse(&self, findings: &mut [Diagnostic], environment: &Environment) {
        for finding in findings {
            if self.permission(finding.code, environment).is_some() {
                finding.notes.push(format!(
                    "`{}` is allowed, but not here: the value breaks its contract, and there is no other to compile",
                    finding.code
                ));
            }
        }
    }

    fn permission(&self, code: Code, environment: &Environment) -> Option<Permission> {
        if obstacle(code, environment.profile).is_some() {
            return None;
        }
        match environment.allow.iter().find(|allow| allow.rule == code.0) {
            Some(Allow { reason, .. }) => Some(Permission::Environment { reason: reason.clone() }),
            None => self.allow.contains(&code).then_some(Permission::Caller),
        }
    }
}

/// What stands against allowing a rule under a profile.
pub fn obstacle(code: Code, profile: Option<Profile>) -> Option<Obstacle> {
    if code.is_of_the_language() || catalogue::UNLINKED.contains(&code) {
        Some(Obstacle::Contract)
    } else if catalogue::rule(code).safety && profile == Some(Profile::Prod) {
        Some(Obstacle::Safety)
    } else {
        None
    }
}
