//! A first repository: the files that `exboard init` writes, from the templates of `templates/init/`.
//!
//! Texts with `@NAME@` in them are filled in here; a test sees to it that none is left over.

mod founder;

pub use founder::Founder;

use std::collections::BTreeMap;

use chrono::Datelike;

use crate::policy::{BUILT_IN, Paths, Policy, RiskLevel};
use crate::schema::Kind;
use crate::time::{Instant, format_local};

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../templates/init/", $name))
    };
}

/// Where the repository will be reviewed and judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forge {
    /// GitHub: workflows, forms, code owners.
    Github,
    /// Nowhere in particular: the check alone.
    None,
}

/// What the files depend on.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Where the repository will be reviewed and judged.
    pub forge: Forge,
    /// The first person of the roster.
    pub founder: &'a Founder,
    /// When the examples arrived.
    pub now: Instant,
    /// The version of exboard that the workflows take.
    pub version: &'a str,
    /// Whether the two example records are written.
    pub examples: bool,
}

/// A file to write: its path from the repository's root, and its text.
pub type NewFile = (String, String);

/// `exboard.toml` and the policy files, in the folder of that name: the built-in ones, commented, with a roster that
/// has the founder.
#[must_use]
pub fn policy_files(policies: &str, founder: &Founder) -> Vec<NewFile> {
    let text = |name: &str, built_in: &str| match name {
        "board.toml" => founder.fill(template!("board.toml")),
        _ => built_in.to_owned(),
    };
    let path = |name: &str| match name {
        "exboard.toml" => name.to_owned(),
        _ => format!("{policies}/{name}"),
    };
    BUILT_IN.iter().map(|(name, built_in)| (path(name), text(name, built_in))).collect()
}

/// All other files, for a policy.
#[must_use]
pub fn files(policy: &Policy, options: &Options<'_>) -> Vec<NewFile> {
    let paths = &policy.exboard.paths;
    let words = words(policy, options);
    let fill = |text: &str| fill(text, &words);
    let mut files = vec![
        ("README.md".to_owned(), fill(template!("README.md"))),
        (format!("{}/README.md", paths.policies), fill(template!("policies.md"))),
        (format!("{}/README.md", paths.board), fill(template!("exceptions.md"))),
        (format!("{}/README.md", paths.registry), fill(template!("registry.md"))),
        (format!("{}/README.md", paths.evidence), fill(template!("evidence.md"))),
        (".gitattributes".to_owned(), fill(template!("gitattributes"))),
        (".pre-commit-config.yaml".to_owned(), fill(template!("pre-commit-config.yaml"))),
    ];
    for kind in Kind::ALL {
        files.push((format!("schemas/{}.json", kind.name()), kind.schema_text().to_owned()));
    }
    if options.examples {
        let year = policy.lanes.calendar.date_of(options.now).year();
        let board = format!("{}/intake/{year:04}/SEB-{year:04}-0001.yaml", paths.board);
        let registry = format!("{}/{year:04}/REG-{year:04}-0001.yaml", paths.registry);
        files.push((board, fill(template!("board-record.yaml"))));
        files.push((registry, fill(template!("registry-record.yaml"))));
    }
    if options.forge == Forge::Github {
        for (path, text) in GITHUB {
            files.push((format!(".github/{path}"), fill(text)));
        }
    }
    files
}

/// The files below `.github/`, but `CODEOWNERS`, which follows from the policy.
const GITHUB: [(&str, &str); 5] = [
    ("workflows/exboard.yml", template!("github/workflows/exboard.yml")),
    ("pull_request_template.md", template!("github/pull_request_template.md")),
    ("ISSUE_TEMPLATE/board-exception.yml", template!("github/ISSUE_TEMPLATE/board-exception.yml")),
    ("ISSUE_TEMPLATE/buyer-request.yml", template!("github/ISSUE_TEMPLATE/buyer-request.yml")),
    ("ISSUE_TEMPLATE/config.yml", template!("github/ISSUE_TEMPLATE/config.yml")),
];

/// What stands for each `@NAME@`.
fn words(policy: &Policy, options: &Options<'_>) -> BTreeMap<&'static str, String> {
    let calendar = &policy.lanes.calendar;
    let Paths { board, registry, policies, evidence, .. } = &policy.exboard.paths;
    let received = whole_minute(options.now);
    let due = calendar.due(received, policy.registry.sla(RiskLevel::Low)).unwrap_or(received);
    let on_github = options.forge == Forge::Github;
    let when = |is: bool, text: &str| if is { text.to_owned() } else { String::new() };
    let mut words = BTreeMap::from([
        ("BOARD", board.clone()),
        ("REGISTRY", registry.clone()),
        ("POLICIES", policies.clone()),
        ("EVIDENCE", evidence.clone()),
        ("UP", "../".repeat(registry.matches('/').count() + 1)),
        ("BOARD_UP", "../".repeat(board.matches('/').count() + 3)),
        ("REGISTRY_UP", "../".repeat(registry.matches('/').count() + 2)),
        ("YEAR", format!("{:04}", calendar.date_of(received).year())),
        ("RECEIVED", format_local(received, calendar)),
        ("DUE", format_local(due, calendar)),
        ("KEY", owner(policy, options.founder)),
        ("VERSION", options.version.to_owned()),
        (
            "FIX",
            when(
                on_github,
                "`exboard check --fix` brings `.github/CODEOWNERS` up to date with the people; then ",
            ),
        ),
        ("SETTINGS", when(on_github, " Then switch on the settings below.")),
    ]);
    let github = fill(&when(on_github, template!("README-github-files.md")), &words);
    words.insert("GITHUB_FILES", github);
    words
}

/// Who owns the example: the founder, or, where the roster is another's, anybody of it.
fn owner(policy: &Policy, founder: &Founder) -> String {
    let people = &policy.board.people;
    let there = people.contains_key(&founder.key).then_some(&founder.key);
    let somebody = || people.iter().find(|(_, person)| person.left.is_none()).map(|(key, _)| key);
    there.or_else(somebody).unwrap_or(&founder.key).clone()
}

fn fill(text: &str, words: &BTreeMap<&'static str, String>) -> String {
    let mut text = text.to_owned();
    for (name, word) in words {
        text = text.replace(&format!("@{name}@"), word);
    }
    text
}

fn whole_minute(instant: Instant) -> Instant {
    use chrono::Timelike;
    instant.with_second(0).and_then(|instant| instant.with_nanosecond(0)).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::Source;
    use crate::time::parse_time;

    fn all(forge: Forge) -> Vec<NewFile> {
        let founder = Founder::default();
        let mut all = policy_files("policies", &founder);
        let sources: Vec<Arc<Source>> =
            all.iter().map(|(path, text)| Arc::new(Source::new(path.as_str(), text.as_str()))).collect();
        let policy = Policy::load(&sources, &[]).unwrap();
        let now = parse_time("2026-05-04T10:00:30.5Z").unwrap().to_utc();
        all.extend(files(
            &policy,
            &Options { forge, founder: &founder, now, version: "1.2.3", examples: true },
        ));
        all
    }

    #[test]
    fn nothing_is_left_to_fill_in() {
        let pattern = regex::Regex::new("@[A-Z_]+@").unwrap();
        for (path, text) in all(Forge::Github) {
            let left = pattern.find(&text).map(|found| found.as_str());
            assert_eq!(left, None, "{path}");
            assert!(text.ends_with('\n') && !text.contains("\n\n\n"), "{path}");
        }
    }

    #[test]
    fn links_between_the_files_lead_somewhere() {
        let link = regex::Regex::new(r"\]\(([^)#:]+)\)").unwrap();
        for forge in [Forge::Github, Forge::None] {
            let all = all(forge);
            for (path, text) in all.iter().filter(|(path, _)| path.ends_with(".md")) {
                for found in link.captures_iter(text) {
                    let mut parts: Vec<&str> = path.split('/').collect();
                    parts.pop();
                    for part in found[1].split('/') {
                        match part {
                            ".." => parts.truncate(parts.len() - 1),
                            part => parts.push(part),
                        }
                    }
                    let target = parts.join("/");
                    assert!(all.iter().any(|(path, _)| *path == target), "{path}: {target}");
                }
            }
        }
    }

    #[test]
    fn the_roster_says_what_the_built_in_one_does() {
        let settings = |text: &str| -> Vec<String> {
            let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
            lines
                .filter(|line| line.contains('=') && !line.starts_with("members"))
                .map(str::to_owned)
                .collect()
        };
        let board = all(Forge::None).into_iter().find(|(path, _)| path == "policies/board.toml").unwrap().1;
        let own = settings(&board);
        let (_, built_in) = BUILT_IN.iter().find(|(name, _)| *name == "board.toml").unwrap();
        for line in settings(built_in) {
            assert!(own.contains(&line), "{line}\n{board}");
        }
    }
}
