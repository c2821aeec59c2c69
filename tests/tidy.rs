//! The house: rooms import only from the floors below, and every file says what it is.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Source files with their text, by path below `src`.
fn files() -> BTreeMap<String, String> {
    walkdir::WalkDir::new(src())
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .map(|entry| {
            let path = entry.path().strip_prefix(src()).unwrap().to_str().unwrap().replace('\\', "/");
            (path, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

/// The rooms in the order of `src/lib.rs`.
fn rooms(lib: &str) -> Vec<String> {
    lib.lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

fn room(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

/// A text without comments, so that prose may name what code may not. Strings stay: no rule below looks for what a
/// string would hold.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The rooms that a text imports: `crate::room`, also inside `use crate::{a, b::c}`.
fn imports(text: &str) -> Vec<String> {
    let code = code(text);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            continue;
        };
        let mut depth = 0;
        let mut name = String::new();
        let mut wants_name = true;
        for character in group.chars() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    found.push(std::mem::take(&mut name));
                    wants_name = true;
                }
                ':' if depth == 0 => wants_name = false,
                other if depth == 0 && wants_name && !other.is_whitespace() => name.push(other),
                _ => {}
            }
        }
        found.push(name);
    }
    found.retain(|name| !name.is_empty());
    found
}

/// What is wrong with a set of files.
fn faults(files: &BTreeMap<String, String>) -> Vec<String> {
    let rooms = rooms(&files["lib.rs"]);
    let floor = |name: &str| rooms.iter().position(|room| room == name);
    let mut faults = Vec::new();
    for (path, text) in files {
        if !text.starts_with("//! ") {
            faults.push(format!("{path}: no module header"));
        }
        if path == "lib.rs" || path == "main.rs" {
            continue;
        }
        let Some(own) = floor(room(path)) else {
            faults.push(format!("{path}: its room is not in lib.rs"));
            continue;
        };
        for import in imports(text) {
            match floor(&import) {
                Some(other) if other <= own => {}
                Some(_) => faults.push(format!("{path}: imports `{import}`, a room above its own")),
                None => faults.push(format!("{path}: imports `{import}`, which is no room")),
            }
        }
        let top = rooms.last().unwrap();
        for forbidden in ["Utc::now", "Local::now", "SystemTime", "Instant::now", "std::env::", "env::var"] {
            if room(path) != top && code(text).contains(forbidden) {
                faults
                    .push(format!("{path}: reads the clock or the environment (`{forbidden}`) below {top}"));
            }
        }
        for forbidden in ["std::fs", "std::net", "std::process"] {
            if !matches!(room(path), "store" | "forge" | "cli") && code(text).contains(forbidden) {
                faults.push(format!("{path}: touches the world (`{forbidden}`) outside the adapters"));
            }
        }
    }
    faults
}

#[test]
fn the_house_is_in_order() {
    let faults = faults(&files());
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn an_upward_import_a_clock_and_a_missing_header_are_seen() {
    let lib = "//! x\npub mod low;\npub mod high;\n";
    let base = |low: &str| {
        BTreeMap::from([
            ("lib.rs".to_owned(), lib.to_owned()),
            ("low.rs".to_owned(), low.to_owned()),
            ("high/mod.rs".to_owned(), "//! high\nuse crate::{low, low::{a, b}};\n".to_owned()),
        ])
    };
    assert_eq!(faults(&base("//! low\n")), Vec::<String>::new());
    for (text, expected) in [
        ("//! low\nuse crate::high::X;\n", "low.rs: imports `high`, a room above its own"),
        ("//! low\nuse crate::{low, high};\n", "low.rs: imports `high`, a room above its own"),
        ("//! low\nfn f() { crate::high::g() }\n", "low.rs: imports `high`, a room above its own"),
        ("fn f() {}\n", "low.rs: no module header"),
        (
            "//! low\nlet t = Utc::now();\n",
            "low.rs: reads the clock or the environment (`Utc::now`) below high",
        ),
        ("//! low\nuse std::fs;\n", "low.rs: touches the world (`std::fs`) outside the adapters"),
    ] {
        assert_eq!(faults(&base(text)), [expected], "{text}");
    }
}

#[test]
fn comments_may_name_what_code_may_not() {
    assert!(imports("// see crate::high\n/// [`crate::high`]\n").is_empty());
}

#[test]
fn files_keep_to_one_job() {
    for (path, text) in files() {
        let lines = text.lines().count();
        let most = if path.starts_with("rules/") && path.matches('/').count() == 2 { 220 } else { 500 };
        assert!(lines <= most, "{path} has {lines} lines; more than {most} is more than one job");
        for name in ["utils", "common", "helpers", "manager"] {
            assert!(!path.contains(name), "{path}: `{name}` says nothing of what is in it");
        }
    }
}

#[test]
fn the_attacks_of_the_threat_model_are_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let named: Vec<(&str, &str)> = text
        .split('`')
        .filter(|code| code.starts_with("tests/"))
        .filter_map(|code| code.split_once("::"))
        .collect();
    assert!(named.len() > 20, "{named:?}");
    for (file, test) in named {
        let tests = fs::read_to_string(root.join(file)).unwrap();
        assert!(tests.contains(&format!("#[test]\nfn {test}()")), "{file} has no test `{test}`");
    }
}
