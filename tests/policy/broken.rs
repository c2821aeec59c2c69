//! Every way of `policy/invalid`: `broken.txt` holds broken policies and what is said of them.

use super::{RULES, load, problems, show, try_load};
use exboard::policy::{Policy, Problem};

/// Valid lanes, for the cases that change one thing in them.
const LANES: &str = r#"[[lane]]
band = "low"
tier = "working"
name = "Working board"
scores = [0, 34]
sla = { hours = 48 }
escalates_to = "director"

[[lane]]
band = "moderate"
tier = "director"
name = "Directors"
scores = [35, 69]
sla = { hours = 24 }
escalates_to = "executive"

[[lane]]
band = "high"
tier = "executive"
name = "Executives"
scores = [70, 100]
sla = { same_business_day = true }
escalates_to = "none"
"#;

/// One case of `broken.txt`: a header after `=== `, the text of the file, `---`, and the problems, one a line.
///
/// The header is the path of the file; or `lanes OLD => NEW`, which means the lanes above with that change.
struct Case<'a> {
    header: &'a str,
    text: &'a str,
    said: String,
}

impl Case<'_> {
    fn policy(&self) -> (&str, String) {
        match self.header.strip_prefix("lanes ").and_then(|change| change.split_once(" =>")) {
            Some((old, new)) => {
                assert!(LANES.contains(old), "{}", self.header);
                ("policies/lanes.toml", LANES.replacen(old, new.trim_start(), 1))
            }
            None => (self.header, self.text.to_owned()),
        }
    }
}

fn cases() -> Vec<Case<'static>> {
    let cases = include_str!("broken.txt").split("\n=== ").skip(1);
    cases
        .map(|case| {
            let (header, rest) = case.split_once('\n').expect("a header");
            let (text, said) = rest.split_once("---\n").expect("a line of dashes");
            // Comments between cases belong to nothing.
            let said = said.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
            Case { header, text, said }
        })
        .collect()
}

#[test]
fn each_mistake_is_told_in_its_place() {
    load(&[("policies/lanes.toml", LANES)]);
    let mut wrong = String::new();
    for case in cases() {
        let (path, text) = case.policy();
        let found = try_load(&[(path, &text)]).err().map(|problems| show(&problems)).unwrap_or_default();
        let found = found.replace(&format!("{path}:"), "");
        if found.trim_end() != case.said.trim_end() {
            wrong += &format!("=== {}\n{}---\n{found}", case.header, case.text);
        }
    }
    assert!(wrong.is_empty(), "these differ; what they say now is\n{wrong}");
}

#[test]
fn a_repository_without_exboard_toml_is_told_how_to_begin() {
    let found = Policy::load(&[], &RULES).expect_err("a problem");
    assert_eq!(
        show(&found),
        "exboard.toml:1:1 -: there is no exboard.toml at the root of the repository \
         (`version = 1` is all that it needs to say)\n"
    );
}

#[test]
fn the_problems_of_all_files_are_told_at_once() {
    let found = problems(&[
        ("policies/lanes.toml", "[calendar]\nopens = \"18:00\"\n"),
        ("policies/expiry.toml", "max_days = 0\nwarn_days = 0\n"),
        ("policies/board.toml", "[people.jd\n"),
        ("exboard.toml", "version = 3\n"),
        ("policies/x.toml", ""),
    ]);
    let places: Vec<String> = found
        .iter()
        .map(|Problem { path, source, span, .. }| format!("{path}:{}", source.position(span.start).line))
        .collect();
    assert_eq!(
        places,
        [
            "exboard.toml:1",
            "policies/board.toml:1",
            "policies/expiry.toml:1",
            "policies/expiry.toml:2",
            "policies/lanes.toml:2",
            "policies/x.toml:1",
        ]
    );
}
