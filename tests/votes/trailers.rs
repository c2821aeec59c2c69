//! Trailers, against git itself.

use std::io::Write as _;
use std::process::Stdio;

use exboard::change::trailers;
use proptest::prelude::*;

use super::keys::Workshop;

/// One line for each trailer, as git prints them.
fn ours(message: &str) -> String {
    let line = |trailer: &exboard::change::Trailer| format!("{}: {}\n", trailer.token, trailer.value);
    trailers(message).iter().map(line).collect()
}

fn theirs(workshop: &Workshop, message: &str) -> String {
    let mut command = workshop.command("git");
    command.args(["interpret-trailers", "--parse", "--no-divider"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

const MESSAGES: [(&str, &str); 39] = [
    ("", ""),
    ("\n", ""),
    ("Title", ""),
    ("Approved-by: a", ""),
    ("Title\n\nApproved-by: a\n", "Approved-by: a\n"),
    ("Title\n\nApproved-by: a", "Approved-by: a\n"),
    ("Title\nApproved-by: a\n", ""),
    ("Title\n\nBody\nApproved-by: a\n", ""),
    ("Title\n\nBody\n\nApproved-by: a\nDigest: b\n", "Approved-by: a\nDigest: b\n"),
    ("Title\n\nApproved-by: a\n\nDigest: b\n", "Digest: b\n"),
    ("Title\n\nApproved-by: a\n\nThe end.\n", ""),
    // Folding.
    ("Title\n\nApproved-by: a\n b\n\t c\nDigest: d\n", "Approved-by: a b c\nDigest: d\n"),
    ("Title\n\nApproved-by:\n a\n", "Approved-by: a\n"),
    ("Title\n\n continued\nApproved-by: a\n", ""),
    ("Title\n\nApproved-by: a\nno trailer\n continued\n", ""),
    ("Title\n\nApproved-by: a\n \n b\n", ""),
    ("Title\n\nApproved-by:\n \n \n", "Approved-by: \n"),
    // `---` ends a message only where a patch follows it.
    ("Title\n\nApproved-by: a\n---\nDigest: b\n", ""),
    ("Title\n\nApproved-by: a\n\n---\nDigest: b\n", ""),
    ("Title\n\nBody\n---\n\nDigest: b\n", "Digest: b\n"),
    // A paragraph that is not all trailers.
    ("T\n\na\nb\nc\nSigned-off-by: x\nApproved-by: y\n", "Signed-off-by: x\nApproved-by: y\n"),
    ("T\n\na\nb\nc\nSigned-off-by: x\n", "Signed-off-by: x\n"),
    ("T\n\na\nb\nc\nd\nSigned-off-by: x\n", ""),
    ("T\n\na\nsigned-off-by: x\n", ""),
    ("T\n\na\nSigned-off-by:x\n", ""),
    ("T\n\na\n(cherry picked from commit 1234)\nApproved-by: y\n", "Approved-by: y\n"),
    ("T\n\n(cherry picked from commit 1234)\nApproved-by: y\n", "Approved-by: y\n"),
    // Odd separators and tokens.
    ("T\n\nApproved by: a\n", ""),
    ("T\n\nApproved-by : a\n", "Approved-by: a\n"),
    ("T\n\nApproved-by \t: a\n", "Approved-by: a\n"),
    ("T\n\nApproved-by:a:b\nx=y: c\n", ""),
    ("T\n\nApproved-by= a\n", ""),
    ("T\n\nAPPROVED-BY: a\n1: b\n-: c\n", "APPROVED-BY: a\n1: b\n-: c\n"),
    ("T\n\n: a\n", ""),
    ("T\n\nGenehmigt-für: a\n", ""),
    ("T\n\nApproved-by: a\r\nDigest: b\r\n", "Approved-by: a\nDigest: b\n"),
    // Comments, the scissors, conflicts.
    ("T\n\nApproved-by: a\n# comment\nDigest: b\n\n# end\n", "Approved-by: a\nDigest: b\n"),
    (
        "T\n\nApproved-by: a\n\nConflicts:\n\tfile\n# ------------------------ >8 ------------------------\nDigest: b\n",
        "Approved-by: a\n",
    ),
    ("# comment\n\nApproved-by: a\n", "Approved-by: a\n"),
];

#[test]
fn git_sees_the_same_trailers() {
    let workshop = Workshop::new();
    let mut wrong = Vec::new();
    for (message, expected) in MESSAGES {
        let (ours, theirs) = (ours(message), theirs(&workshop, message));
        if ours != theirs || ours != expected {
            wrong.push(format!("{message:?}\n  ours {ours:?}\n  git {theirs:?}\n  expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Messages made of what matters to git.
fn message() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("Approved-by: a <a@b>".to_owned()),
        Just("Co-authored-by: x".to_owned()),
        Just("Signed-off-by: ".to_owned()),
        Just("Signed-off-by: s".to_owned()),
        Just("(cherry picked from commit 12".to_owned()),
        Just("Digest : SEB-1".to_owned()),
        Just(" continued: x".to_owned()),
        Just("\tcontinued".to_owned()),
        Just("text".to_owned()),
        Just("---".to_owned()),
        Just("--- x".to_owned()),
        Just("# comment".to_owned()),
        Just("# ------------------------ >8 ------------------------".to_owned()),
        Just("Conflicts:".to_owned()),
        Just(String::new()),
        Just(" ".to_owned()),
        Just("\r".to_owned()),
        "[a: \t#-]{0,6}",
        "[ -~é\u{2028}]{0,8}",
    ];
    (prop::collection::vec(piece, 0..14), any::<bool>())
        .prop_map(|(lines, ends)| lines.join("\n") + if ends { "\n" } else { "" })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn git_sees_the_same_trailers_in_random_messages(message in message()) {
        let workshop = Workshop::new();
        prop_assert_eq!(ours(&message), theirs(&workshop, &message), "{:?}", message);
    }

    #[test]
    fn no_message_is_too_odd(message in any::<String>()) {
        let _ = trailers(&message);
    }
}

#[test]
fn what_git_log_shows_of_a_commit_is_the_same() {
    let workshop = Workshop::new();
    workshop.must("git", &["init", "-q", "repository"]);
    let format = "--format=%(trailers:only,unfold)";
    for (message, _) in MESSAGES {
        let commit = ["-C", "repository", "-c", "user.name=x", "-c", "user.email=x@y", "commit", "-q"];
        let rest = ["--allow-empty", "--allow-empty-message", "--cleanup=verbatim", "-m", message];
        workshop.must("git", &[&commit[..], &rest].concat());
        let shown = workshop.must("git", &["-C", "repository", "log", "-1", format]);
        let object = workshop.must("git", &["-C", "repository", "log", "-1", "--format=%B"]);
        // git shows a final line end more than there is.
        let shown = shown.strip_suffix('\n').unwrap_or(&shown);
        assert_eq!(ours(object.strip_suffix('\n').unwrap_or(&object)), shown, "{message:?}");
    }
}

#[test]
fn a_million_lines_are_one_pass() {
    let lines = "Approved-by: a\n b\n".repeat(500_000);
    assert_eq!(trailers(&format!("Title\n\n{lines}")).len(), 500_000);
    let long = format!("Title\n\nApproved-by:{}", "\n ".repeat(1_000_000));
    assert_eq!(trailers(&long).len(), 1);
    assert_eq!(trailers(&"#\n".repeat(1_000_000)).len(), 0);
    assert_eq!(trailers(&"a".repeat(2_000_000)).len(), 0);
}

#[test]
fn an_identity_is_a_name_and_an_address() {
    let identity = |value: &str| {
        let message = format!("T\n\nApproved-by: {value}\n");
        let trailer = trailers(&message).remove(0);
        assert!(trailer.is("APPROVED-BY") && !trailer.is("Approved"));
        trailer.identity().map(|identity| format!("{}|{}", identity.name, identity.email))
    };
    assert_eq!(identity("Jane Doe <jane@example.com>").as_deref(), Some("Jane Doe|jane@example.com"));
    assert_eq!(identity("<jane@example.com>").as_deref(), Some("|jane@example.com"));
    assert_eq!(identity("Jane; x < a@b > ").as_deref(), Some("Jane; x|a@b"));
    for none in ["Jane", "jane@example.com", "Jane <>", "Jane <a@b> x", "Jane <a@b", "<a> <b>", "a<b<c>"] {
        assert_eq!(identity(none), None, "{none}");
    }
}
