//! Findings as SARIF 2.1.0, the format of code scanning.
//!
//! The part of the format that findings need, as types of our own: the specification (OASIS, 2020) is frozen.

use super::{Item, Report, hash, in_full, what_stays};
use crate::catalogue::{self, CATALOGUE, Rule};
use crate::characters;
use crate::diagnostic::{Diagnostic, Edit, Fix, Label, Permission, Severity};
use crate::source::{FileId, Place, Sources};
use serde::Serialize;
use std::collections::BTreeMap;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The fingerprint of ours; the number changes when the same finding gets another one.
const FINGERPRINT: &str = "agentosFinding/v1";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<SarifResult<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    name: &'static str,
    short_description: Message,
    full_description: Message,
    help_uri: String,
    help: Message,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    tags: Vec<&'static str>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<Vec<Suppression<'a>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix<'a> {
    description: Message,
    artifact_changes: Vec<ArtifactChange<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Content<'a>,
}

#[derive(Serialize)]
struct Content<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Suppression<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'a str>,
}

/// The report as one log with one run.
pub fn render(report: &Report<'_>) -> String {
    let items = report.items();
    // A run says of all its results whether they are suppressed, or of none.
    let suppresses = items.iter().any(|item| item.finding.allowed.is_some());
    let mut seen = BTreeMap::new();
    let results = items.into_iter().map(|item| {
        let fingerprint = fingerprint(item, report, &mut seen);
        result(item, report, fingerprint, suppresses)
    });
    let run = Run { tool: Tool { driver: driver() }, column_kind: "unicodeCodePoints", results: results.collect() };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    // Numbers and strings always become JSON.
    characters::json(&serde_json::to_string_pretty(&log).unwrap_or_default()).into_owned() + "\n"
}

fn driver() -> Driver {
    Driver {
        name: env!("CARGO_PKG_NAME"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules: CATALOGUE.iter().map(descriptor).collect(),
    }
}

fn descriptor(rule: &Rule) -> Descriptor {
    let url = catalogue::url(rule.code);
    Descriptor {
        id: rule.code.0,
        name: rule.name,
        short_description: Message { text: rule.summary.to_owned() },
        full_description: Message { text: rule.summary.to_owned() },
        help: Message { text: format!("What it checks, why, and how to fix it: {url}") },
        help_uri: url,
        default_configuration: Configuration { level: level(rule.severity) },
        properties: Properties { tags: if rule.safety { vec!["safety"] } else { Vec::new() } },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn result<'a>(item: Item<'a>, report: &Report<'a>, fingerprint: String, suppresses: bool) -> SarifResult<'a> {
    let finding = item.finding;
    let (file, place) = report.location(item);
    SarifResult {
        rule_id: finding.code.0,
        rule_index: catalogue::position(finding.code),
        level: level(finding.severity),
        message: Message { text: in_full(finding) },
        locations: [Location { id: None, physical_location: physical(file, place), message: None }],
        related_locations: related(finding, report.sources),
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, fingerprint)]),
        fixes: finding.fixes.iter().map(|fix| sarif_fix(fix, report.sources)).collect(),
        suppressions: suppresses.then(|| finding.allowed.iter().map(suppression).collect()),
    }
}

/// A fix: for each file that it changes what is replaced there.
fn sarif_fix<'a>(fix: &'a Fix, sources: &Sources) -> SarifFix<'a> {
    let mut files: BTreeMap<FileId, Vec<Replacement<'a>>> = BTreeMap::new();
    for Edit { span, text } in &fix.edits {
        let (deleted_region, inserted_content) = (region(sources.place(*span)), Content { text });
        files.entry(span.file).or_default().push(Replacement { deleted_region, inserted_content });
    }
    let change = |(file, replacements)| ArtifactChange {
        artifact_location: Artifact { uri: uri(sources.name(file)) },
        replacements,
    };
    SarifFix {
        description: Message { text: fix.title.clone() },
        artifact_changes: files.into_iter().map(change).collect(),
    }
}

fn suppression(permission: &Permission) -> Suppression<'_> {
    match permission {
        Permission::Caller => Suppression { kind: "external", justification: None },
        Permission::Environment { reason } => Suppression { kind: "inSource", justification: Some(reason) },
    }
}

/// The other places that matter. Those in the embedded library are left out: whoever reads the log has no such file.
fn related(finding: &Diagnostic, sources: &Sources) -> Vec<Location> {
    let labels = finding.secondary.iter().filter(|label| !sources.is_library(label.span.file));
    let location = |(index, label): (usize, &Label)| Location {
        id: Some(index + 1),
        physical_location: physical(sources.name(label.span.file), Some(sources.place(label.span))),
        message: (!label.text.is_empty()).then(|| Message { text: label.text.clone() }),
    };
    labels.enumerate().map(location).collect()
}

fn physical(file: &str, place: Option<Place>) -> PhysicalLocation {
    PhysicalLocation { artifact_location: Artifact { uri: uri(file) }, region: place.map(region) }
}

fn region(place: Place) -> Region {
    let Place { line, column, end_line, end_column } = place;
    Region { start_line: line, start_column: column, end_line, end_column }
}

/// The reference to a file: relative as the user named it, and a `file:` URI where the user named it absolutely.
fn uri(file: &str) -> String {
    let mut encoded = String::new();
    for byte in file.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte))
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    if encoded.starts_with('/') { format!("file://{encoded}") } else { encoded }
}

/// What stays the same of a finding when lines move, in one text. Several that agree in all that are counted.
fn fingerprint<'a>(item: Item<'a>, report: &Report<'a>, seen: &mut BTreeMap<String, usize>) -> String {
    let (code, (file, _)) = (item.finding.code, report.location(item));
    let hash = hash(&format!("{code}\0{file}\0{}", what_stays(item, report)));
    let count = seen.entry(hash.clone()).and_modify(|count| *count += 1).or_insert(1);
    format!("{hash}:{count}")
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn what_a_uri_can_not_hold_is_encoded() {
        assert_eq!(uri("environments/prod.ncl"), "environments/prod.ncl");
        assert_eq!(uri("a b/ü:%#?.ncl"), "a%20b/%C3%BC%3A%25%23%3F.ncl");
        assert_eq!(uri("/srv/a.ncl"), "file:///srv/a.ncl");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }
}
