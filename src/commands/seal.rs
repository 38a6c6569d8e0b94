//! `seal`: a secret's value → its sealed text in an environment.
//!
//! Invariant: the value comes by standard input, and nothing of it is printed or kept.

use super::edit::{self, Change, Editing, Opened};
use super::{Color, Status};
use crate::fix::{self, assign};
use crate::model::{self, Environment, Isolation, SecretBackend};
use crate::path::Path;
use crate::seal::Certificate;
use crate::source::{Entry, Origin, Sources, display};
use crate::{Compiler, suggest};
use anyhow::{Context, Result};
use clap::ValueHint;
use std::io::{IsTerminal, Read};
use std::path::{Path as FilePath, PathBuf};
use std::time::SystemTime;

/// The longest value, in bytes: Kubernetes takes no larger Secret.
const LONGEST: usize = 1 << 20;

/// The longest file of a certificate.
const LONGEST_CERTIFICATE: u64 = 1 << 20;

/// Seal a secret's value for the cluster, and write it into the environment.
///
/// The value is read from standard input, byte for byte: a line break at its end is a part of it, as with `kubeseal --raw
/// --from-file=/dev/stdin`. It is encrypted as `kubeseal --scope strict` does, without a cluster, for the name and the
/// namespace that the environment gives its SealedSecret. Beside it `sealed_for` says so, with the certificate's
/// fingerprint: where one of them changes, `check` finds it (S016).
///
/// The change is checked and written as `set` does.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The environment's file. Where the secrets are in a module that it imports, that is written.
    #[arg(value_name = "ENV", value_hint = ValueHint::FilePath)]
    environment: PathBuf,

    /// The secret's name, such as `AGENTOS_SERVICE_TOKEN`.
    #[arg(value_name = "KEY")]
    key: String,

    /// The controller's certificate in PEM, as `kubeseal --fetch-cert` prints it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    cert: PathBuf,

    /// Seal it for the stack of this dedicated tenant.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,

    #[command(flatten)]
    editing: Editing,
}

/// The SealedSecret that a value ends up in, and where its secrets are declared.
struct Place {
    namespace: String,
    name: String,
    keys: Path,
}

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler, color: Color) -> Result<Status> {
    let Arguments { environment: file, key, cert, tenant, editing } = arguments;
    anyhow::ensure!(file.as_os_str() != "-", "standard input is for the secret's value; name the environment's file");
    anyhow::ensure!(
        !std::io::stdin().is_terminal(),
        "the value is read from standard input, which is a terminal and would show it; pipe it, as in `pass show … | \
         agentos-cfg seal …`"
    );
    let certificate = certificate(cert)?;
    let opened = match edit::open(file, editing, compiler, color)? {
        Ok(opened) => opened,
        Err(status) => return Ok(status),
    };
    anyhow::ensure!(
        opened.root == Path::root(),
        "`{}` is a module; name the environment, which says where the SealedSecret is",
        opened.entry.name
    );
    let Some(environment) = opened.environment() else {
        opened.report(compiler, color)?;
        return Ok(Status::Findings);
    };
    let place = place(environment, tenant.as_deref())?;
    let sealed =
        certificate.seal(&place.namespace, &place.name, value()?).with_context(|| format!("`{key}` was not sealed"))?;
    let (entry, old, path) = target(&opened, compiler.sources(), &place.keys, key);
    let new = written(&old, &path, &sealed, &place, &certificate)
        .map_err(|()| anyhow::anyhow!("`{path}` is not written out in `{}`, and was not changed", entry.name))?;
    let said = format!(
        "`{key}` is sealed for `{}/{}` with the certificate {}, which is valid until {}; written to `{}`\n",
        place.namespace, place.name, certificate.fingerprint, certificate.valid_until, entry.name
    );
    opened.make(&Change { entry, old, new, said }, editing, compiler, color)
}

fn certificate(file: &FilePath) -> Result<Certificate> {
    let name = display(file);
    let mut text = String::new();
    let read = std::fs::File::open(file).and_then(|opened| opened.take(LONGEST_CERTIFICATE).read_to_string(&mut text));
    read.with_context(|| format!("the certificate `{name}` can't be read"))?;
    Certificate::parse(&text, SystemTime::now()).map_err(|why| anyhow::anyhow!("`{name}` can't be used: {why}"))
}

/// The value, in memory that holds what it is encrypted to, too, so that no copy of it is left behind.
fn value() -> Result<Vec<u8>> {
    let mut value = Vec::with_capacity(LONGEST + 64);
    let mut input = std::io::stdin().lock().take(LONGEST as u64 + 1);
    input.read_to_end(&mut value).context("standard input can't be read")?;
    anyhow::ensure!(!value.is_empty(), "standard input is empty, and an empty value protects nothing");
    anyhow::ensure!(value.len() <= LONGEST, "the value has more than 1 MiB, and Kubernetes takes no such Secret");
    Ok(value)
}

/// Where a value ends up: in the SealedSecret of the environment, or in that of a dedicated tenant's stack.
fn place(environment: &Environment, tenant: Option<&str>) -> Result<Place> {
    anyhow::ensure!(
        matches!(environment.secrets.backend, SecretBackend::Sealed { .. }),
        "the environment takes no sealed values: its `secrets.backend` is not `'Sealed {{}}`"
    );
    let Some(id) = tenant else {
        let Environment { namespace, secrets, .. } = environment;
        return Ok(Place {
            namespace: namespace.clone(),
            name: secrets.name.clone(),
            keys: Path::of(["secrets", "keys"]),
        });
    };
    let tenants = &environment.tenancy.tenants;
    let Some(found) = tenants.get(id) else {
        let names: Vec<&str> = tenants.keys().map(String::as_str).collect();
        match suggest::nearest(id, &names) {
            Some(near) => anyhow::bail!("the environment has no tenant `{id}`; did you mean `{near}`?"),
            None => anyhow::bail!("the environment has no tenant `{id}`"),
        }
    };
    anyhow::ensure!(
        found.isolation == Isolation::Dedicated,
        "`{id}` has no stack of its own, and so no secrets of its own: it is not `'Dedicated`"
    );
    let stack = model::dedicated(environment, id, found);
    let keys = Path::of(["tenancy", "tenants"]).field(id).fields(&["secrets", "keys"]);
    Ok(Place { namespace: stack.namespace, name: stack.secrets.name, keys })
}

/// The file that a secret is written in, or goes to, its text, and the secret's path there: where the secret is, else where
/// the others are.
fn target(opened: &Opened, sources: &Sources, keys: &Path, key: &str) -> (Entry, String, Path) {
    let path = keys.field(key);
    let here = || (opened.entry.clone(), opened.text.clone(), path.clone());
    let keys_node =
        opened.tree().map(|tree| tree.nearest(keys)).filter(|(_, is_there)| *is_there).map(|(node, _)| node);
    let Some(fields) = keys_node.and_then(|node| node.value.as_record()) else { return here() };
    let others: Vec<&String> = fields.keys().filter(|other| *other != key).collect();
    let is_here = |name: &str| assign::is_written(&opened.text, &keys.field(name));
    if is_here(key) || !fields.contains_key(key) && others.iter().any(|other| is_here(other)) {
        return here();
    }
    let elsewhere = std::iter::once(key).chain(others.into_iter().map(String::as_str)).find_map(|name| {
        let written = fields.get(name)?.key?;
        let source = sources.get(written.file).filter(|source| !source.library)?;
        let (within, _) = assign::path_within(&source.text, &keys.field(name), written.start as usize)?;
        let (name, file) = (source.name.clone(), source.path.clone()?);
        let entry = Entry { name, path: file, text: None, origin: Origin::Named };
        Some((entry, source.text.clone(), within.parent().field(key)))
    });
    elsewhere.unwrap_or_else(here)
}

/// The text with the sealed value, and with the record of what it is sealed for.
fn written(
    old: &str,
    path: &Path,
    sealed: &str,
    Place { namespace, name, .. }: &Place,
    Certificate { fingerprint, .. }: &Certificate,
) -> Result<String, ()> {
    let [sealed, namespace, name, fingerprint] = [sealed, namespace, name, fingerprint].map(fix::text);
    let record = format!("{{\n  namespace = {namespace},\n  name = {name},\n  certificate = {fingerprint},\n}}");
    if !assign::is_written(old, path) {
        let both = format!("{{\n  sealed = {sealed},\n  sealed_for = {record},\n}}");
        return assign::assigned(old, path, &both).map_err(drop);
    }
    let new = assign::assigned(old, &path.field("sealed"), &sealed).map_err(drop)?;
    let for_path = path.field("sealed_for");
    // Written in pieces by hand, it is written anew.
    let new = match assign::assigned(&new, &for_path, &record) {
        Ok(new) => new,
        Err(_) => {
            let without = assign::removed(&new, &for_path).ok_or(())?;
            assign::assigned(&without, &for_path, &record).map_err(drop)?
        }
    };
    Ok(new)
}
