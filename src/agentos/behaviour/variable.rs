//! Who reads a variable, if anything does. What nothing reads is ignored, silently.

use crate::agentos::settings::{self, Setting};
use crate::agentos::vocabulary::{Runtime, ServiceName};

/// What a variable is to a service.
#[derive(Clone, Copy, Debug)]
pub enum Variable {
    /// It reads it.
    Read(&'static Setting),
    /// Other services of its release read it.
    OfAnotherService(&'static Setting),
    /// Another release reads it.
    OfAnotherRelease(Runtime, &'static Setting),
    /// No release reads it.
    Unknown,
}

/// What a variable is to a service of a release, to any of them where the service is not known, and under any release where that
/// is not known.
pub fn variable(runtime: Option<Runtime>, service: Option<ServiceName>, name: &str) -> Variable {
    match setting(runtime, name) {
        Some(setting) if service.is_none_or(|service| setting.is_read_by(service)) => Variable::Read(setting),
        Some(setting) => Variable::OfAnotherService(setting),
        None => elsewhere(name),
    }
}

/// How to mend a variable that only another release reads.
pub fn read_elsewhere(other: Runtime) -> String {
    format!("remove it; release {} reads it", other.version())
}

/// The setting that a variable sets or whose file it names, in a release, or in any where that is not known.
pub fn setting(runtime: Option<Runtime>, name: &str) -> Option<&'static Setting> {
    let file_of = |setting: &Setting| setting.is_secret() && name.strip_suffix("_FILE") == Some(setting.name);
    let named = |runtime| settings::of(runtime).find(|setting| setting.name == name || file_of(setting));
    match runtime {
        Some(runtime) => named(runtime),
        None => Runtime::ALL.into_iter().find_map(named),
    }
}

fn elsewhere(name: &str) -> Variable {
    let found = Runtime::ALL.into_iter().find_map(|runtime| Some((runtime, setting(Some(runtime), name)?)));
    found.map_or(Variable::Unknown, |(runtime, setting)| Variable::OfAnotherRelease(runtime, setting))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_read_by_a_service_of_a_release() {
        let of = |name| variable(Some(Runtime::V1_02), Some(ServiceName::ModelPolicy), name);
        assert!(matches!(of("AGENTOS_PROFILE"), Variable::Read(_)));
        assert!(matches!(of("AGENTOS_SIGNING_KEY_FILE"), Variable::Read(_)));
        assert!(matches!(of("AGENTOS_PROFILE_FILE"), Variable::Unknown));
        assert!(matches!(of("AGENTOS_RUN_STORE_FILE"), Variable::OfAnotherService(_)));
        assert!(matches!(of("AGENTOS_LOG_FORMAT"), Variable::OfAnotherRelease(Runtime::V1_07, _)));
        assert!(matches!(variable(None, None, "AGENTOS_LOG_FORMAT"), Variable::Read(_)));
    }
}
