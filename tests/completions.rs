//! Completions, as the shells themselves give them. A shell that is not installed is skipped, and a line says so.

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

/// Loads the script `$1`, and prints what the function that it registers offers for the words after it.
const ASK_BASH: &str = r#"
source "$1"; shift
function=$(complete -p agentos-cfg | sed -E 's/.*-F ([^ ]+).*/\1/')
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
"$function" agentos-cfg "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"#;

/// As above; a terminal of its own in which a function of this test prints what would be offered.
const ASK_ZSH: &str = r#"
zmodload zsh/zpty
script=$1; shift
zpty -b shell zsh -f -i
{
    print -r -- "PS1= PS2= RPS1=; unsetopt zle_bracketed_paste prompt_sp; stty -echo 2>/dev/null"
    print -r -- "autoload -Uz compinit; compinit -u -D; source ${(q)script}"
    print -r -- 'compadd() {
        if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return $?; fi
        typeset -a __offered
        builtin compadd -A __offered "$@"
        (( $#__offered )) && print -l -- "offered:"$^__offered"" >>$ASKED
        builtin compadd "$@"
    }'
    print -r -- 'complete-word-and-say() { zle list-choices; print -- done >>$ASKED.done }'
    print -r -- "zle -N complete-word-and-say; bindkey '^T' complete-word-and-say; zstyle ':completion:*' list-max 10000; LISTMAX=10000"
    print -r -- "print ready >\$ASKED.ready"
} | while IFS= read -r line; do zpty -w shell "$line"; done
for i in {1..200}; do [[ -e $ASKED.ready ]] && break; sleep 0.05; done
zpty -n -w shell "$*"$'\C-t'
for i in {1..200}; do [[ -e $ASKED.done ]] && break; sleep 0.05; done
zpty -d shell
sed -n 's/^offered://p' $ASKED
"#;

fn has(shell: &str) -> bool {
    let found = Command::new(shell).args(["-c", "true"]).stdin(Stdio::null()).status().is_ok_and(|s| s.success());
    if !found {
        eprintln!("skipped: there is no `{shell}` here");
    }
    found
}

/// A folder with the script of a shell and some files to complete.
fn folder_with_script(shell: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let output = common::binary().args(["completions", shell]).output().unwrap();
    assert!(output.status.success());
    std::fs::write(folder.path().join("script"), output.stdout).unwrap();
    std::fs::create_dir(folder.path().join("environments")).unwrap();
    for file in ["one.ncl", "with space.ncl", "notes.txt"] {
        std::fs::write(folder.path().join(file), "").unwrap();
    }
    folder
}

fn lines(mut command: Command, folder: &Path) -> BTreeSet<String> {
    let output = command.current_dir(folder).stdin(Stdio::null()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap().lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn bash(folder: &Path, line: &str) -> BTreeSet<String> {
    let mut command = Command::new("bash");
    command.args(["--norc", "-c", ASK_BASH, "ask", "./script"]).args(line.split(' '));
    lines(command, folder)
}

fn fish(folder: &Path, line: &str) -> BTreeSet<String> {
    let mut command = Command::new("fish");
    command.env("HOME", folder).env("XDG_CONFIG_HOME", folder).env("XDG_DATA_HOME", folder);
    command.args(["--no-config", "-c", "source ./script; complete -C $argv[1]", line]);
    lines(command, folder).iter().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

fn zsh(folder: &Path, line: &str) -> BTreeSet<String> {
    let asked = tempfile::tempdir().unwrap();
    let mut command = Command::new("zsh");
    command.env("ASKED", asked.path().join("asked")).env("ZDOTDIR", asked.path()).env("TERM", "vt100");
    command.args(["-f", "-c", ASK_ZSH, "ask", "./script", line]);
    lines(command, folder)
}

/// What each shell has to offer for a line, and what it must not.
const WANTED: [(&str, &[&str], &[&str]); 17] = [
    ("agentos-cfg bu", &["build"], &["check", "cache"]),
    ("agentos-cfg build --", &["--output", "--check", "--allow", "--help"], &["--fail-on", "--url"]),
    ("agentos-cfg diff --f", &["--format", "--fail-on"], &["--jobs"]),
    ("agentos-cfg cache ", &["info", "clear"], &["export", "build"]),
    ("agentos-cfg cache info --format ", &["human", "json"], &["sarif"]),
    ("agentos-cfg check --format ", &["human", "json", "sarif", "github", "gitlab", "junit"], &["yaml"]),
    ("agentos-cfg check --jobs 2 --format j", &["json", "junit"], &["human"]),
    ("agentos-cfg lib ", &["export"], &["info", "build"]),
    ("agentos-cfg completions ", &["bash", "zsh", "fish", "powershell", "elvish", "kubectl"], &["build"]),
    ("agentos-cfg explain T0", &["T001", "T002"], &["C001"]),
    ("agentos-cfg explain sec", &["secrets", "secrets.backend", "secrets.backend.Csi"], &["storage"]),
    ("agentos-cfg explain services.federation.p", &["services.federation.port"], &["services.federation"]),
    ("agentos-cfg explain tenancy.tenants.N", &["tenancy.tenants.NAME.name"], &["tenancy.tenants"]),
    ("agentos-cfg check --allow ", &["T002", "K001"], &["C001"]),
    ("agentos-cfg man ", &["build", "cache"], &["one.ncl"]),
    ("agentos-cfg build o", &["one.ncl"], &["notes.txt", "build"]),
    ("agentos-cfg --color ", &["auto", "always", "never"], &["build"]),
];

fn ask(shell: &str, offered: fn(&Path, &str) -> BTreeSet<String>) {
    if !has(shell) {
        return;
    }
    let folder = folder_with_script(shell);
    for (line, wanted, unwanted) in WANTED {
        let offered = offered(folder.path(), line);
        for word in wanted {
            assert!(offered.contains(*word), "{shell}: `{line}` offers {offered:?}, not `{word}`");
        }
        for word in unwanted {
            assert!(!offered.contains(*word), "{shell}: `{line}` offers `{word}` among {offered:?}");
        }
    }
}

#[test]
fn bash_completes() {
    ask("bash", bash);
}

#[test]
fn zsh_completes() {
    ask("zsh", zsh);
}

#[test]
fn fish_completes() {
    ask("fish", fish);
}

#[test]
fn bash_completes_files_by_what_they_are_for() {
    if !has("bash") {
        return;
    }
    let folder = folder_with_script("bash");
    let offered = |line| bash(folder.path(), line);
    let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(offered("agentos-cfg build "), of(&["environments", "one.ncl", "with space.ncl"]));
    assert_eq!(offered("agentos-cfg build one.ncl -o "), of(&["environments"]));
    assert_eq!(offered("agentos-cfg verify n"), of(&["notes.txt"]));
    assert_eq!(offered("agentos-cfg check --jobs "), of(&[]));
    // What `--format=j` is in bash.
    assert_eq!(offered("agentos-cfg check --format = j"), of(&["json", "junit"]));
    assert_eq!(offered("agentos-cfg check --format ="), of(&["human", "json", "sarif", "github", "gitlab", "junit"]));
}
