//! More findings in one file than anybody reads.

use std::collections::BTreeSet;
use std::fs;

use super::*;

/// A record with so many fields that are none.
fn many(findings: usize) -> TempDir {
    let folder = register(1);
    let fields: String = (0..findings).map(|number| format!("zz{number:05}: 1\n")).collect();
    fs::write(folder.path().join(path_of(0)), format!("{}{fields}", record(0))).unwrap();
    folder
}

#[test]
fn ten_thousand_findings_in_one_file_are_told_in_every_format() {
    let folder = many(10_000);
    for (format, told) in [
        ("human", 50),
        ("concise", 10_000),
        ("json", 10_000),
        ("github", 10_000),
        ("sarif", 10_000),
        ("markdown", 100),
    ] {
        let ran = check(folder.path(), &["--format", format]);
        assert_eq!(ran.code(), 1, "{format}");
        let named: BTreeSet<&str> =
            ran.out.match_indices("zz").filter_map(|(at, _)| ran.out.get(at..at + 7)).collect();
        let named = named.len();
        assert!(named >= told, "{format}: {named}");
        let counted = ran.out.contains("10000") || ran.out.contains("10,000") || told == 10_000;
        assert!(counted, "{format}: all of them are not counted");
    }
}

#[test]
fn twenty_thousand_findings_in_one_file_are_mended_together() {
    let folder = register(1);
    let steps = "    - 5\n".repeat(20_000);
    let text = record(0)
        .replace("    - Rotate the key by hand.\n", &format!("    - Rotate the key by hand.\n{steps}"));
    fs::write(folder.path().join(path_of(0)), text).unwrap();
    let ran = check(folder.path(), &["--fix"]);
    assert!(ran.error.contains("fixed 20000 findings in 1 file"), "{}", ran.error);
    let mended = fs::read_to_string(folder.path().join(path_of(0))).unwrap();
    assert_eq!(mended.matches("    - \"5\"\n").count(), 20_000);
}

#[test]
fn twenty_thousand_findings_that_cannot_be_mended_do_not_hold_up_the_others() {
    // A comment in the middle of what would be replaced would be lost.
    let folder = broken(1);
    let extra = folder.path().join(path_of(2));
    let steps: String = (0..4_000).map(|number| format!("    - - {number} # why\n")).collect();
    let text = record(2).replace("    - Rotate the key by hand.\n", &steps);
    fs::write(&extra, &text).unwrap();
    let ran = check(folder.path(), &["--fix=all"]);
    assert_eq!(ran.code(), 1);
    assert!(ran.error.contains("fixed "), "{}", ran.error);
}
