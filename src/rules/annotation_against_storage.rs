//! A009: an annotation says the contrary of what `storage` says of claims and backups. What `storage` says is compiled, so
//! that the annotation would be lost without a word.

use super::{Rule, storages};
use crate::agentos::surface::DATA_VOLUME;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::ANNOTATION_AGAINST_STORAGE;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{Environment, Retention, Storage, Texts, VeleroMethod, Volume};
use crate::objects::annotations::{BACKUP_EXCLUDES, BACKUP_VOLUMES, FLUX_FORCE, SYNC_OPTIONS, items, removal, subject};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: ANNOTATION_AGAINST_STORAGE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let volumes: Vec<&Volume> =
        ServiceName::ALL.into_iter().filter_map(|service| volume(environment.storage_of(service))).collect();
    let mut findings = against_any(&Path::of(["annotations"]), &environment.annotations, &volumes);
    for service in ServiceName::ALL {
        let own: Vec<&Volume> = volume(environment.storage_of(service)).into_iter().collect();
        let path = Path::of(["services", service.as_str(), "annotations"]);
        findings.extend(against_any(&path, &environment.services.get(service).annotations, &own));
    }
    for (path, storage) in storages(environment) {
        let own: Vec<&Volume> = volume(Some(storage)).into_iter().collect();
        let annotations = own.first().map(|volume| &volume.annotations);
        findings
            .extend(annotations.map(|texts| against_any(&path.field("annotations"), texts, &own)).unwrap_or_default());
    }
    findings
}

fn volume(storage: Option<&Storage>) -> Option<&Volume> {
    match storage? {
        Storage::Persistent(volume) => Some(volume),
        Storage::Ephemeral => None,
    }
}

/// What of annotations is against one of the volumes that they are for.
fn against_any(path: &Path, annotations: &Texts, volumes: &[&Volume]) -> Vec<Finding> {
    let keeps = volumes.iter().any(|volume| volume.retention == Retention::Keep);
    let backs_up = |method| volumes.iter().any(|volume| volume.backup == Some(method));
    let found = annotations.iter().filter_map(|(name, value)| {
        let place = path.field(name);
        match name.as_str() {
            BACKUP_EXCLUDES if backs_up(VeleroMethod::FileSystem) && lists_data(value) => {
                Some(another_backup(place, "'FileSystem", "leaves the data volume out"))
            }
            BACKUP_VOLUMES if backs_up(VeleroMethod::Snapshot) && lists_data(value) => {
                Some(another_backup(place, "'Snapshot", "copies the files of the data volume"))
            }
            name if keeps => removal(name, value).map(|removal| unkept(place, name, removal)),
            _ => None,
        }
    });
    found.collect()
}

fn lists_data(value: &str) -> bool {
    items(value).any(|item| item == DATA_VOLUME)
}

fn unkept(path: Path, name: &str, removal: &str) -> Finding {
    let (written, what) = match name {
        SYNC_OPTIONS => (removal.to_owned(), subject(removal)),
        _ => (format!("{name}: {removal}"), name),
    };
    let is_again = [FLUX_FORCE, "Force"].contains(&what);
    let label = match is_again {
        true => "deletes a claim that can't be changed, and makes it again",
        false => "has a deployment tool remove the claims",
    };
    let removal = Remedy::remove(path.clone());
    let finding = Finding::value(path, format!("`{written}` is against `retention = 'Keep`")).label(label);
    let finding = match is_again {
        true => finding.note("the audit log, the runs and the forward index go with a claim that is deleted"),
        false => {
            finding.note("`'Keep` is compiled onto claims and their namespace, and this would be lost without a word")
        }
    };
    finding.help("leave it out here, or write `storage = 'Persistent { retention = 'Prune, … }`: then annotations alone say what tools remove").mended(removal)
}

fn another_backup(path: Path, method: &str, label: &str) -> Finding {
    Finding::value(path.clone(), format!("the annotation is against `backup = 'Velero {{ method = {method} }}`"))
        .label(label)
        .note("Velero is told two things of one volume: what it backs up depends on how it was installed")
        .help("leave the data volume out here, or say with `storage.backup` how it is backed up")
        .mended(Remedy::remove(path))
}
