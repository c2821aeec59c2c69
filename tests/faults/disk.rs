//! A disk that is full.

use std::fs;
use std::path::Path;

use super::*;

/// No file may get a single byte.
const NOTHING_FITS: &str = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";

#[test]
fn nothing_is_half_written_where_nothing_fits() {
    let folder = broken(6);
    let before = files(folder.path());
    let run = |arguments: &[&str]| {
        // The streams are files here too, so they are pipes to what has no limit.
        let script = format!("( {NOTHING_FITS} ) 2>&1 | cat; exit 0");
        ran(within(&script, arguments).current_dir(folder.path()))
    };
    let fixed = run(&["check", "--fix", "--now", AT]).out;
    for number in 0..6 {
        let lane = if number % 2 == 0 { "director" } else { "executive" };
        let path = format!("exceptions/{lane}/2026/SEB-2026-{number:04}.yaml");
        assert!(fixed.contains(&format!("error: cannot write {path}: File too large")), "{fixed}");
    }
    assert!(fixed.contains("error: 6 records could not be written"), "{fixed}");
    assert_eq!(files(folder.path()), before);
    let step =
        run(&["move", "SEB-2026-0000", "withdrawn", "--reason", "not_needed", "--by", "ana", "--force"]).out;
    assert!(step.contains("error: cannot write "), "{step}");
    let output = run(&["check", "--now", AT, "--format", "json=findings.json"]).out;
    assert!(output.contains("error: cannot write findings.json: File too large"), "{output}");
    assert_eq!(files(folder.path()), before);
    let empty = TempDir::new().unwrap();
    let new = empty.path().join("new");
    let made = run(&["init", new.to_str().unwrap()]).out;
    assert!(made.contains("error: cannot write "), "{made}");
    assert!(!new.exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_keeps_what_was_there() {
    // Every fourth record is too large for what is left.
    let (folder, disk) = (broken(40), TempDir::new().unwrap());
    for number in (0..40).step_by(4) {
        let path = folder.path().join(path_of(number));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text + &"# It has a long story.\n".repeat(3_000)).unwrap();
    }
    let kept = TempDir::new().unwrap();
    let script = r#"
        mount -t tmpfs -o size=2m tmpfs "$DISK" && cp -r . "$DISK" || exit 77
        dd if=/dev/zero of="$DISK/full" bs=4k 2>/dev/null
        truncate -s -32k "$DISK/full"
        cd "$DISK" && "$@" > "$KEPT/out" 2> "$KEPT/error"; code=$?
        rm full && cp -r exceptions "$KEPT" && exit $code
    "#;
    let mut unshared = deaf("unshare");
    unshared.args(["--mount", "sh", "-c", script, "sh", env!("CARGO_BIN_EXE_exboard")]);
    unshared.args(["check", "--fix", "--now", AT]).current_dir(folder.path());
    let ran = ran(unshared.env("DISK", disk.path()).env("KEPT", kept.path()));
    if ran.status.code() == Some(77) || ran.error.contains("unshare") {
        return skipped(&format!("this user may not mount a disk: {}", ran.error));
    }
    let error = fs::read_to_string(kept.path().join("error")).unwrap();
    assert_eq!(ran.status.code(), Some(3), "{error}");
    assert!(error.contains(&format!("cannot write {}: No space left on device", path_of(4))), "{error}");
    assert!(
        error.contains("fixed 70 findings in 30 files, moved 20") && error.contains("10 records could not"),
        "{error}"
    );
    let before = files(folder.path());
    let whole = check(folder.path(), &["--fix"]);
    assert_eq!(whole.code(), 0, "{whole:?}");
    let after = files(folder.path());
    let found = files(kept.path());
    let records: Vec<_> = found.iter().filter(|(path, _)| path.starts_with("exceptions/")).collect();
    assert_eq!(records.len(), 40, "{error}");
    for (path, text) in records {
        assert!(before.get(path) == Some(text) || after.get(path) == Some(text), "{path}: {text}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_that_takes_nothing_is_no_success() {
    let folder = broken(2);
    for format in ["human", "concise", "json", "github", "sarif", "markdown"] {
        let to_file = check(folder.path(), &["--format", &format!("{format}=/dev/full")]);
        to_file.fails("cannot write /dev/full: No space left on device");
        let mut command = exboard(&["check", "--now", AT, "--format", format]);
        to_full(command.current_dir(folder.path()));
    }
    for arguments in [&["--help"][..], &["--version"], &["rules"], &["schema", "board"], &["man"]] {
        to_full(&mut exboard(arguments));
    }
    // Nobody is left to tell.
    let mut command = exboard(&["nonsense"]);
    command.stderr(full()).stdout(full());
    assert_eq!(ended(&mut command).code(), Some(2));
}

fn full() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

#[track_caller]
fn to_full(command: &mut Command) {
    let mut error = tempfile::tempfile().unwrap();
    let status = ended(command.stdout(full()).stderr(error.try_clone().unwrap()));
    let mut said = String::new();
    error.rewind().unwrap();
    error.read_to_string(&mut said).unwrap();
    assert_eq!(status.code(), Some(3), "{command:?}: {said}");
    assert!(said.contains("cannot write to standard output: No space left on device"), "{command:?}: {said}");
}

#[test]
fn a_place_that_is_none_is_named() {
    let folder = register(1);
    fs::write(folder.path().join("file"), "").unwrap();
    for (place, said) in [("nowhere/x.json", "No such file or directory"), ("file/x.json", "Not a directory")]
    {
        let ran = check(folder.path(), &["--format", &format!("json={place}")]);
        ran.fails(&format!("cannot write {place}: {said}"));
    }
    let ran = check(folder.path(), &["--format", "json=exceptions"]);
    ran.fails("cannot write exceptions: ");
    assert!(Path::new(&folder.path().join("exceptions")).is_dir());
}
