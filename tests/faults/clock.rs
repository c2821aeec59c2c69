//! Clocks of other centuries, and files from before the first second.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use super::*;

#[test]
fn every_year_that_can_be_written_is_judged() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/board");
    let folder = register(2);
    for now in [
        "0001-01-01",
        "0001-01-01T00:00:00Z",
        "1900-01-01",
        "1969-12-31T23:59:59Z",
        "1970-01-01",
        "2038-01-19T03:14:08Z",
        "9899-12-31",
        "9899-12-31T23:59:59Z",
    ] {
        for root in [example.as_path(), folder.path()] {
            for format in ["human", "concise", "json", "github", "sarif", "markdown"] {
                let ran = ran(exboard(&["check", "--now", now, "--format", format]).current_dir(root));
                assert_eq!(ran.code(), 1, "{now}: {ran:?}");
                let odd = ["+1", "-0001", "262143"].iter().find(|odd| ran.out.contains(&format!("\"{odd}")));
                assert_eq!(odd, None, "{now}: {ran:?}");
            }
        }
        for arguments in [
            &["explain", "SEB-2026-0001"][..],
            &["score", "SEB-2026-0001"],
            &["score", "--exploitability", "50", "--impact", "50", "--data", "internal"],
        ] {
            let ran = ran(exboard(&[arguments, &["--now", now]].concat()).current_dir(folder.path()));
            assert_eq!(ran.code(), 0, "{now}: {ran:?}");
            assert!(!ran.out.contains("+1000"), "{now}: {ran:?}");
        }
    }
}

#[test]
fn other_years_are_refused() {
    let folder = register(1);
    for now in ["0000-12-31", "0001-01-01T00:00:00+00:01", "9900-01-01", "9999-12-31T23:59:59Z"] {
        let ran = check(folder.path(), &["--now", now]);
        let ran = if ran.code() == 2 && ran.error.contains("cannot be used multiple times") {
            super::ran(exboard(&["check", "--now", now]).current_dir(folder.path()))
        } else {
            ran
        };
        assert_eq!(ran.code(), 2, "{ran:?}");
        assert!(ran.error.contains("is not between the years 1 and 9899"), "{ran:?}");
    }
    for now in [
        "10000-01-01",
        "-0001-01-01",
        "+12345-01-01T00:00:00Z",
        "262143-01-01",
        "0",
        "",
        "now",
        "99999999999999999999",
    ] {
        let ran = ran(exboard(&["check", &format!("--now={now}")]).current_dir(folder.path()));
        assert_eq!(ran.code(), 2, "{ran:?}");
        assert!(ran.error.contains("is neither a time nor a date"), "{ran:?}");
    }
}

#[test]
fn records_of_the_last_year_get_no_date_that_none_could_hold() {
    let folder = register(1);
    let path = folder.path().join(path_of(0));
    let text = record(0)
        .replace("2026-05-04T08:00:00Z", "9999-12-31T20:00:00Z")
        .replace("2026-05-05T08:00:00Z", "9999-12-31T21:00:00Z")
        .replace("2026-06-30", "9999-12-31")
        .replace("2026-06-01", "9999-12-31")
        .replace("exploitability_score: 60", "exploitability_score: 95")
        .replace("impact_score: 50", "impact_score: 95");
    fs::write(&path, text).unwrap();
    for now in ["2026-05-04", "9899-12-31"] {
        for which in ["--fix=safe", "--fix=all"] {
            let ran = ran(exboard(&["check", "--now", now, which]).current_dir(folder.path()));
            assert_eq!(ran.code(), 1, "{ran:?}");
            for (path, text) in files(folder.path()) {
                assert!(!text.contains("+1000") && !text.contains("10000-"), "{path}: {text}");
            }
            assert!(!ran.out.contains("+10000"), "{ran:?}");
        }
    }
}

#[test]
fn files_may_be_older_than_time() {
    let folder = broken(2);
    let old = |seconds| SystemTime::UNIX_EPOCH - Duration::from_secs(seconds);
    let new = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 33);
    let touch = |time| {
        for path in files(folder.path()).keys().filter(|path| !path.starts_with(".git/")) {
            let file = File::options().write(true).open(folder.path().join(path)).unwrap();
            if file.set_modified(time).is_err() {
                return false;
            }
        }
        true
    };
    let git = |arguments: &[&str]| {
        let mut git = deaf("git");
        git.args(["-c", "user.name=Sam", "-c", "user.email=sam@example.com"]).args(arguments);
        assert!(git.current_dir(folder.path()).status().unwrap().success());
    };
    git(&["init", "--quiet"]);
    for time in [old(1), old(3_000_000_000), new] {
        if !touch(time) {
            skipped("this file system has no such time");
            continue;
        }
        git(&["add", "-A"]);
        git(&["commit", "--quiet", "--allow-empty", "-m", "Age"]);
        let ran = check(folder.path(), &["--format", "json"]);
        assert_eq!(ran.code(), 1, "{ran:?}");
        assert_eq!(ran.error, "", "{ran:?}");
        // What git's index says of the disk is believed or not, but a change is seen.
        let path = folder.path().join(path_of(0));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("SEB-2026-0000", "SEB-2026-0009")).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        let changed = check(folder.path(), &[]);
        assert!(changed.out.contains("history/"), "{changed:?}");
        fs::write(&path, text).unwrap();
    }
    let fixed = check(folder.path(), &["--fix"]);
    assert_eq!(fixed.code(), 0, "{fixed:?}");
}
