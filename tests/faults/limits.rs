//! Little memory, a small stack, few processes.

use std::fs;

use super::*;

/// A rule that every record keeps.
const RULE: &str = r#"
[[rule]]
id = "custom/likely"
scope = "record"
kind = "security_exception_board_record_v1"
severity = "error"
assert = "record.exploitability_score < 99 && record.recommended_compensating_controls.all(c, has(c.test))"
field = "/exploitability_score"
message = "what is certain is no exception"
"#;

/// A register with a rule of its own.
fn with_rule(records: usize) -> TempDir {
    let folder = register(records);
    fs::write(folder.path().join("exboard.toml"), format!("version = 1\n{RULE}")).unwrap();
    folder
}

#[cfg(target_os = "linux")]
#[test]
fn two_hundred_megabytes_are_enough_for_a_large_register() {
    const RECORDS: usize = 600;
    let folder = with_rule(RECORDS);
    let free = check(folder.path(), &[]);
    for more in [&[][..], &["--jobs", "64"]] {
        let arguments = [&["check", "--now", AT][..], more].concat();
        let bound = ran(within("ulimit -v 200000 && exec \"$@\"", &arguments).current_dir(folder.path()));
        bound.ends(0);
        assert_eq!(bound.out, free.out);
        assert!(bound.out.starts_with("Clean: 600 board"), "{bound:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn less_than_enough_is_no_verdict() {
    // However little there is: never clean, never a finding that is none of the record's.
    let folder = with_rule(100);
    for kilobytes in [120_000, 100_000, 80_000, 60_000, 40_000, 20_000] {
        let script = format!("ulimit -v {kilobytes} && exec \"$@\"");
        let ran = ran(within(&script, &["check", "--now", AT]).current_dir(folder.path()));
        match ran.status.code() {
            Some(0) => assert!(ran.out.starts_with("Clean: 100 "), "{ran:?}"),
            // No record was judged, or the process did not even start.
            Some(3 | 127) => assert!(!ran.error.is_empty(), "{ran:?}"),
            Some(other) => panic!("{other}: {ran:?}"),
            // Not a byte more: that ends a program where it stands.
            None => assert!(!ran.out.contains("Clean"), "{ran:?}"),
        }
    }
}

#[test]
fn a_small_stack_is_enough_for_everything() {
    let folder = with_rule(40);
    let lane = folder.path().join("exceptions/director/2026");
    let nest = |open: &str, close: &str, depth: usize| {
        format!("x: {}1{}\n", open.repeat(depth), close.repeat(depth))
    };
    for (number, text) in [
        (900, format!("{}{}", record(900), nest("[", "]", 60))),
        (901, nest("[", "]", 10_000)),
        (902, nest("{a: ", "}", 10_000)),
        (903, "- ".repeat(100_000)),
        (904, format!("{}notes: {}\n", record(904), "word ".repeat(40_000))),
        (905, (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect()),
    ] {
        fs::write(lane.join(format!("SEB-2026-0{number}.yaml")), text).unwrap();
    }
    let deep = format!("{RULE}when = \"{}1{} == 1\"\n", "(".repeat(60), ")".repeat(60));
    fs::write(folder.path().join("exboard.toml"), format!("version = 1\n{deep}")).unwrap();
    for arguments in [
        &["check", "--now", AT, "--format", "human"][..],
        &["check", "--now", AT, "--format", "sarif", "--jobs", "1"],
        &["check", "--now", AT, "--fix", "--dry-run"],
        &["explain", "SEB-2026-0001", "--now", AT],
        &["rules"],
        &["man"],
        &[
            "move",
            "SEB-2026-0001",
            "withdrawn",
            "--reason",
            "not_needed",
            "--by",
            "ana",
            "--dry-run",
            "--now",
            AT,
        ],
    ] {
        let free = ran(exboard(arguments).current_dir(folder.path()));
        for kilobytes in [64, 128, 512] {
            let script = format!("ulimit -s {kilobytes} && exec \"$@\"");
            let small = ran(within(&script, arguments).current_dir(folder.path()));
            assert_eq!(
                (small.code(), small.out, small.error),
                (free.code(), free.out.clone(), free.error.clone())
            );
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_user_who_may_start_no_thread_waits_a_little_longer() {
    use std::os::unix::process::CommandExt as _;
    let folder = with_rule(100);
    fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    // A limit of processes binds everybody but root, and counts all that a user runs: this one runs nothing else.
    let mut command = within("ulimit -u 1 && exec \"$@\"", &["check", "--now", AT]);
    command.uid(54_321).gid(54_321).current_dir(folder.path());
    if exboard(&["--version"]).uid(54_321).output().is_err() {
        return skipped("only root may run the program as somebody else");
    }
    // A rule that is not deep does with the stack that there is.
    ran(&mut command).ends(0);
    let deep = format!("{RULE}when = \"{}1{} == 1\"\n", "(".repeat(60), ")".repeat(60));
    fs::write(folder.path().join("exboard.toml"), format!("version = 1\n{deep}")).unwrap();
    let ran = ran(&mut command);
    assert_eq!(ran.code(), 3, "{ran:?}");
    assert!(ran.out.contains("no thread with a stack of"), "{ran:?}");
}
