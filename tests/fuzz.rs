//! The fuzz targets over the inputs that are kept: seeds, and whatever once broke one. So the targets still compile,
//! and what was mended stays so.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test fails by panicking, and the targets are a crate of their own"
)]

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use targets::{TARGETS, Target};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder, sorted.
fn files(folder: &str) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(root().join(folder)).sort_by_file_name().into_iter().map(Result::unwrap);
    walk.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// Runs a target over files; gives how many there were.
fn survives((name, run): Target, files: &[PathBuf]) -> usize {
    for file in files {
        let bytes = fs::read(file).unwrap();
        assert!(catch_unwind(|| run(&bytes)).is_ok(), "`{name}` does not hold of {}", file.display());
    }
    files.len()
}

#[test]
fn every_kept_input_holds() {
    for target in TARGETS {
        let kept = survives(*target, &files(&format!("fuzz/corpus/{}", target.0)));
        assert!(kept > 0, "`{}` has no inputs", target.0);
    }
}

/// What was written for another purpose: records, policies, texts of all sorts.
#[test]
fn every_target_holds_of_the_examples() {
    let files: Vec<PathBuf> =
        ["tests/rules/base", "examples"].into_iter().flat_map(files).step_by(4).collect();
    for target in TARGETS {
        assert!(survives(*target, &files) > 50);
    }
}

#[test]
fn each_target_is_one_of_cargo_fuzz_too() {
    let names: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let programs = files("fuzz/fuzz_targets");
    let stems = programs.iter().map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned());
    assert_eq!(stems.collect::<BTreeSet<_>>(), names);
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    let readme = fs::read_to_string(root().join("fuzz/README.md")).unwrap();
    for name in names {
        let program = fs::read_to_string(root().join(format!("fuzz/fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("exboard_fuzz::{name}::run")), "{name}");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        assert!(readme.contains(&format!("| `{name}` |")), "{name}");
    }
}
