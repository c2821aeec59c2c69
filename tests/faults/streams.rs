//! Readers that go away, and streams that are closed.

use std::io::Read as _;
use std::process::Stdio;

use super::*;

/// Commands that print much or little, in the example of the README.
const COMMANDS: [&[&str]; 26] = [
    &["check", "--format", "human"],
    &["check", "--format", "concise"],
    &["check", "--format", "json"],
    &["check", "--format", "github"],
    &["check", "--format", "sarif"],
    &["check", "--format", "markdown"],
    &["check", "--fix", "--dry-run"],
    &["rules"],
    &["rules", "--format", "json"],
    &["explain", "lane/under-routed"],
    &["explain", "SEB-2026-0101"],
    &["explain", "SC-12"],
    &["score", "--exploitability", "90", "--impact", "40", "--data", "restricted"],
    &["export", "codeowners"],
    &["schema", "board"],
    &["schema", "registry"],
    &["schema", "check"],
    &["completions", "bash"],
    &["completions", "fish"],
    &["man"],
    &["man", "check"],
    &["--help"],
    &["check", "--help"],
    &["--version"],
    &["test"],
    &[],
];

fn command(arguments: &[&str]) -> Command {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/broken");
    let mut command = exboard(arguments);
    command.current_dir(folder).env("EXBOARD_NOW", "2026-11-20T09:00:00Z");
    command
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for arguments in COMMANDS {
        let whole = ran(&mut command(arguments));
        for bytes in [0, 1, 100] {
            let mut error = tempfile::tempfile().unwrap();
            let mut child =
                command(arguments).stdout(Stdio::piped()).stderr(error.try_clone().unwrap()).spawn().unwrap();
            let mut reader = child.stdout.take().unwrap();
            let _ = reader.by_ref().take(bytes).read_to_end(&mut Vec::new());
            drop(reader);
            let code = child.wait().unwrap().code();
            let mut said = String::new();
            error.rewind().unwrap();
            error.read_to_string(&mut said).unwrap();
            assert_eq!((code, &said), (whole.status.code(), &whole.error), "{arguments:?}");
        }
    }
}

#[test]
fn closed_streams_change_no_verdict() {
    for arguments in COMMANDS {
        let whole = ran(&mut command(arguments));
        let code = whole.code();
        for (redirections, out, error) in [
            (">&-", "", &*whole.error),
            ("2>&-", &*whole.out, ""),
            ("<&-", &whole.out, &whole.error),
            (">&- 2>&- <&-", "", ""),
        ] {
            let mut closed = within(&format!("exec \"$@\" {redirections}"), arguments);
            closed.current_dir(command(arguments).get_current_dir().unwrap());
            closed.env("EXBOARD_NOW", "2026-11-20T09:00:00Z");
            let ran = ran(&mut closed);
            assert_eq!(
                (ran.code(), &*ran.out, &*ran.error),
                (code, out, error),
                "{arguments:?} {redirections}"
            );
        }
    }
}

#[test]
fn questions_need_somebody_who_answers() {
    let folder = register(1);
    for redirections in ["< /dev/null", "<&-"] {
        let script = format!("exec \"$@\" {redirections}");
        let ran = ran(within(&script, &["new", "board"]).current_dir(folder.path()));
        assert_eq!(ran.code(), 2, "{ran:?}");
        assert!(ran.error.contains("--account"), "{ran:?}");
    }
}
