//! Which secrets a service reads.

use crate::agentos::settings::{self, Setting};
use crate::agentos::vocabulary::ServiceName;
use crate::model::Environment;

/// The secrets that a service reads.
pub(super) fn needed(environment: &Environment, service: ServiceName) -> impl Iterator<Item = &'static Setting> {
    settings::read_by(environment.runtime, service)
        .filter(|setting| setting.is_secret())
        .filter(|setting| environment.secrets.keys.contains_key(setting.name))
}
