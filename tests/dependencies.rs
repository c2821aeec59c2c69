//! What we depend on, and what docs/dependencies.md says of it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The crates of a section of the page, with their licences and features.
fn told(page: &str, heading: &str) -> BTreeMap<String, (String, String)> {
    let section = page.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" |").map(str::trim).collect();
        assert_eq!(cells.len(), 5, "{row}");
        assert!(cells[1..4].iter().all(|cell| !cell.is_empty()), "something is not said: {row}");
        (cells[0].trim_matches('`').to_owned(), (cells[3].to_owned(), cells[4].to_owned()))
    })
    .collect()
}

/// What cargo says of the packages that are built here.
fn metadata() -> Value {
    let host = Command::new("rustc").args(["--print", "host-tuple"]).output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    // All of that was fetched for this test: it asks nobody.
    cargo.args([
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--offline",
        "--filter-platform",
        host.trim(),
    ]);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// How the page says what the manifest asks of a crate.
fn features(wanted: &Value) -> String {
    let list = wanted["features"].as_array().unwrap();
    let list: Vec<&str> = list.iter().map(|feature| feature.as_str().unwrap()).collect();
    let bare = wanted["uses_default_features"] == false;
    let exact = wanted["req"].as_str().unwrap().starts_with('=');
    let parts = [list.join(", "), said(bare, "no defaults"), said(exact, "exact")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

fn said(is_so: bool, word: &str) -> String {
    if is_so { word.to_owned() } else { String::new() }
}

#[test]
fn each_dependency_is_told_with_its_reason() {
    let page = read("docs/dependencies.md");
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let named = |name: &str| packages.iter().find(|package| package["name"] == name);
    let own = named("exboard").unwrap()["dependencies"].as_array().unwrap();
    for (heading, kind) in [("In the program", Value::Null), ("In its tests", "dev".into())] {
        let told = told(&page, heading);
        let wanted: BTreeMap<&str, &Value> = own
            .iter()
            .filter(|wanted| wanted["kind"] == kind)
            .map(|wanted| (wanted["name"].as_str().unwrap(), wanted))
            .collect();
        assert!(told.keys().eq(wanted.keys()), "{:?}\n{:?}", told.keys(), wanted.keys());
        for (name, (licence, said)) in &told {
            assert_eq!(*said, features(wanted[name.as_str()]), "the features of {name}");
            // Of what another system needs nothing was fetched.
            if let Some(package) = named(name) {
                assert_eq!(package["license"], **licence, "the licence of {name}");
            }
        }
    }
}

// Elsewhere, what this system needs was not fetched.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn the_page_counts_what_is_built() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "--offline", "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut crates: Vec<&str> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    crates.sort_unstable();
    crates.dedup();
    let others = crates.len() - 1;
    let said = format!("{others} crates are built for Linux");
    assert!(read("docs/dependencies.md").contains(&said), "{said}");
}
