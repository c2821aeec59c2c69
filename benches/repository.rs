//! What a register and its history cost: `cargo bench --bench repository`.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use exboard::check::{Input, Options, check};
use exboard::policy::{KnownRule, Policy};
use exboard::rules::{Folder, NoFiles, RULES};
use exboard::schema::Kind;
use exboard::source::Source;
use exboard::store::git::{Git, Scope};
use exboard::time::parse_time;
use tempfile::TempDir;

fn main() {
    divan::main();
}

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/board");

/// The regular files below a folder of the example, by their paths in it.
fn files(below: &str) -> Vec<PathBuf> {
    walkdir::WalkDir::new(Path::new(EXAMPLE).join(below))
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(EXAMPLE).unwrap().to_owned())
        .collect()
}

fn policy() -> Policy {
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(Path::new(EXAMPLE).join(path)).unwrap();
        Arc::new(Source::new(path.to_str().unwrap(), text))
    };
    let mut paths = vec![PathBuf::from("exboard.toml")];
    paths.extend(
        files("policies").into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml")),
    );
    let rules: Vec<KnownRule<'_>> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    Policy::load(&paths.iter().map(read).collect::<Vec<_>>(), &rules).unwrap()
}

#[divan::bench]
fn load_policy(bencher: Bencher<'_, '_>) {
    bencher.bench(policy);
}

/// The example's records of a kind, by all the rules, on one thread.
#[divan::bench(args = ["exceptions", "registry"])]
fn rules(bencher: Bencher<'_, '_>, below: &str) {
    let kind = if below == "registry" { Kind::Registry } else { Kind::Board };
    let root: Arc<str> = Arc::from(below);
    let (records, texts): (Vec<_>, Vec<_>) = files(below)
        .iter()
        .map(|path| {
            let folder = Folder { kind, root: Arc::clone(&root), path: Arc::from(path.to_str().unwrap()) };
            (folder, fs::read(Path::new(EXAMPLE).join(path)).unwrap())
        })
        .unzip();
    let (policy, now) = (policy(), parse_time("2026-11-20T09:00:00Z").unwrap().to_utc());
    let options = Options { policy: &policy, now, rules: None, paths: &[], show_suppressed: false };
    let read = |folder: &Folder| {
        Ok(texts
            .get(records.binary_search_by(|known| known.path.cmp(&folder.path)).unwrap())
            .unwrap()
            .clone())
    };
    let input = Input { records: &records, strays: &[], files: &NoFiles, changes: None };
    bencher.counter(ItemsCount::new(records.len())).bench(|| check(black_box(input), &read, &options));
}

/// A repository of so many records, in which each of so many commits changes one.
fn repository(records: usize, commits: usize) -> TempDir {
    let folder = TempDir::new().unwrap();
    let git = || {
        let mut git = Command::new("git");
        git.current_dir(folder.path()).stdout(Stdio::null());
        git
    };
    assert!(git().args(["init", "-q", "-b", "main"]).status().unwrap().success());
    let mut stream = String::from("blob\nmark :1\ndata 12\nversion = 1\n\n");
    for commit in 0..=commits {
        let at = 1_780_000_000 + commit * 60;
        write!(stream, "commit refs/heads/main\ncommitter Ann <ann@example.com> {at} +0000\ndata 1\nx\n")
            .unwrap();
        let changed = if commit == 0 { 0..records } else { commit * 7 % records..commit * 7 % records + 1 };
        if commit == 0 {
            stream.push_str("M 100644 :1 exboard.toml\n");
        }
        for record in changed {
            let (lane, text) = (record % 3, format!("record {record} at {commit}\n"));
            write!(
                stream,
                "M 100644 inline exceptions/{lane}/2026/SEB-2026-{record:05}.yaml\ndata {}\n{text}\n",
                text.len()
            )
            .unwrap();
        }
    }
    let mut import = git().args(["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
    import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(import.wait().unwrap().success());
    folder
}

/// Two neighbouring states of 10,000 records that differ in one.
#[divan::bench]
fn diff(bencher: Bencher<'_, '_>) {
    let folder = repository(10_000, 1);
    let git = Git::open(folder.path()).unwrap().unwrap();
    let steps = git.first_parents(git.head().unwrap().unwrap(), None).unwrap();
    let scope = Scope::of(["exceptions"]);
    let tree = |at: usize| steps.get(at).map(|step| step.tree);
    bencher.bench(|| assert_eq!(git.diff(tree(1), tree(0), &scope).unwrap().len(), 1));
}

/// A walk over 2,000 commits of 2,000 records, with what each of them changed.
#[divan::bench]
fn history(bencher: Bencher<'_, '_>) {
    let folder = repository(2000, 2000);
    let git = Git::open(folder.path()).unwrap().unwrap();
    let scope = Scope::of(["exceptions"]);
    bencher.counter(ItemsCount::new(2001_usize)).bench(|| {
        let steps = git.first_parents(git.head().unwrap().unwrap(), None).unwrap();
        assert_eq!(git.changes(&steps, &scope).unwrap().len(), 2001);
    });
}
