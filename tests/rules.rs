//! The list of rules, its pages, and its examples, executed.
//!
//! An example is a fragment laid over a valid base record of `tests/rules/base/`; what the test needs to know stands
//! behind the language of its fence:
//! `base=NAME` the record below it (`none`: the fragment is the whole file); `path=…` where the file lies;
//! `now=…` the clock; `remove=a,b` fields taken out; `with` joined to the example before it;
//! `file=…` a policy file in place of the base's; `evidence=…` a file that records cite. `tests/rules/changes.rs` says
//! what there is more for changes.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use exboard::check::{Input, Options, check, check_policy};
use exboard::finding::{Finding, Scope};
use exboard::policy::{KnownRule, Policy, Problem};
use exboard::rules::{Check, Digest, Files, Folder, Look, RULES, Rule, Stray, StrayKind, lfs_oid, page};
use exboard::schema::Kind;
use exboard::source::Source;
use exboard::time::parse_time;
use sha2::{Digest as _, Sha256};

#[path = "rules/changes.rs"]
mod changes;

/// The clock of an example that has none.
const NOW: &str = "2026-05-04T10:00:00Z";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// One repository made of one example: fragments that belong together.
#[derive(Debug, Default)]
struct Example {
    fences: Vec<Fence>,
}

#[derive(Debug, Default)]
struct Fence {
    attributes: BTreeMap<String, String>,
    text: String,
}

impl Fence {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    /// True for a fence that belongs to the example before it.
    fn joins(&self) -> bool {
        ["with", "after", "votes", "says"].iter().any(|name| self.has(name))
    }
}

/// The examples below a heading of a rule's page.
fn examples(rule: &Rule, heading: &str) -> Vec<Example> {
    examples_in(rule.info.docs, heading)
}

fn examples_in(page: &str, heading: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut in_section = false;
    let mut fence: Option<Fence> = None;
    for line in page.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        if let Some(open) = &mut fence {
            if line == "```" {
                let done = fence.take().unwrap();
                if done.joins() {
                    examples.last_mut().expect("it joins an example").fences.push(done);
                } else {
                    examples.push(Example { fences: vec![done] });
                }
            } else {
                open.text.push_str(line);
                open.text.push('\n');
            }
        } else if let Some(title) = line.strip_prefix("## ") {
            in_section = title == heading;
        } else if let Some(info) = line.strip_prefix("```").filter(|_| in_section) {
            let attributes = info
                .split_whitespace()
                .skip(1)
                .map(|word| word.split_once('=').unwrap_or((word, "")))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            fence = Some(Fence { attributes, text: String::new() });
        }
    }
    examples
}

/// Lays the top-level fields of a fragment over those of a base: replaced where they stand, else added at the end.
fn overlay(base: &str, fragment: &str, remove: &str) -> String {
    let mut blocks = blocks(base);
    for (key, text) in self::blocks(fragment) {
        match blocks.iter_mut().find(|(known, _)| *known == key) {
            Some((_, block)) => *block = text,
            None => blocks.push((key, text)),
        }
    }
    let removed: Vec<&str> = remove.split(',').collect();
    blocks.into_iter().filter(|(key, _)| !removed.contains(&key.as_str())).map(|(_, text)| text).collect()
}

fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    let mut comments = String::new();
    for line in text.lines() {
        let key = line.split(':').next().filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()));
        match (key, blocks.last_mut()) {
            (Some(key), _) => {
                blocks.push((key.to_owned(), format!("{}{line}\n", std::mem::take(&mut comments))));
            }
            (None, _) if line.starts_with('#') => comments.push_str(&format!("{line}\n")),
            (None, Some((_, block))) => block.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    blocks
}

fn base(name: &str) -> (String, &'static str) {
    let text = fs::read_to_string(root().join(format!("tests/rules/base/{name}.yaml"))).expect(name);
    let path = match name {
        "draft" => "exceptions/intake/2026/SEB-2026-0042.yaml",
        "proposed" | "approved" | "just-approved" => "exceptions/director/2026/SEB-2026-0042.yaml",
        "new" | "triaged" | "ready" => "registry/2026/REG-2026-0107.yaml",
        other => panic!("no path is known for the base {other}"),
    };
    (text, path)
}

/// The files that an example has beside its records.
#[derive(Debug, Default)]
struct Beside(BTreeMap<String, String>);

impl Files for Beside {
    fn look(&self, path: &str) -> Look {
        if self.0.contains_key(path) { Look::File } else { Look::Missing }
    }

    fn digest(&self, path: &str) -> Result<Digest, Arc<str>> {
        let text = self.0.get(path).ok_or("it is not there")?;
        let sha256: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Digest { sha256: Arc::from(sha256), lfs: lfs_oid(text.as_bytes()).map(Arc::from) })
    }

    fn text(&self, path: &str, _most: usize) -> Option<Arc<Source>> {
        Some(Arc::new(Source::new(path, self.0.get(path)?.as_str())))
    }
}

fn base_policy() -> BTreeMap<String, String> {
    let board = fs::read_to_string(root().join("tests/rules/base/board.toml")).unwrap();
    let files = [
        ("exboard.toml", "version = 1\n".to_owned()),
        ("policies/board.toml", board),
        // Not every base record names the owner of the others.
        ("policies/registry.toml", "[owners]\nlow = \"mia\"\n".to_owned()),
    ];
    files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect()
}

fn load(files: &BTreeMap<String, String>) -> Result<Policy, Vec<Problem>> {
    let source = |(path, text): (&String, &String)| Arc::new(Source::new(path.as_str(), text.as_str()));
    let sources: Vec<_> = files.iter().map(source).collect();
    let infos: Vec<_> = RULES.iter().map(|rule| KnownRule::from(&rule.info)).collect();
    Policy::load(&sources, &infos)
}

/// All findings of an example.
fn judge(example: &Example) -> Vec<Finding> {
    if changes::is_change(example) {
        return changes::judge(example);
    }
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut policy = base_policy();
    let mut beside = Beside::default();
    let mut now = NOW.to_owned();
    for fence in &example.fences {
        let attribute = |name: &str| fence.get(name);
        if let Some(file) = attribute("file") {
            policy.insert(file.to_owned(), fence.text.clone());
            continue;
        }
        if let Some(file) = attribute("evidence") {
            beside.0.insert(file.to_owned(), fence.text.clone());
            continue;
        }
        let (text, path) = match attribute("base").expect("a fence names its base") {
            "none" => (fence.text.clone(), "exceptions/director/2026/SEB-2026-0042.yaml"),
            name => {
                let (text, path) = base(name);
                (overlay(&text, &fence.text, attribute("remove").unwrap_or_default()), path)
            }
        };
        files.insert(attribute("path").unwrap_or(path).to_owned(), text);
        now = attribute("now").map_or(now, str::to_owned);
    }
    let policy = match load(&policy) {
        Ok(policy) => policy,
        Err(problems) => return check_policy(&problems).findings,
    };
    let (records, strays): (Vec<_>, Vec<_>) = files.keys().partition(|path| path.ends_with(".yaml"));
    let records: Vec<Folder> = records
        .into_iter()
        .map(|path| {
            let kind = if path.starts_with("registry/") { Kind::Registry } else { Kind::Board };
            let root = path.split('/').next().unwrap();
            Folder { kind, root: Arc::from(root), path: Arc::from(path.as_str()) }
        })
        .collect();
    let strays: Vec<Stray> =
        strays.into_iter().map(|path| Stray { path: path.clone(), kind: StrayKind::OtherName }).collect();
    let now = parse_time(&now).expect("now").to_utc();
    let options = Options { policy: &policy, now, rules: None, paths: &[], show_suppressed: false };
    let read = |folder: &Folder| Ok(files[&*folder.path].clone().into_bytes());
    check(Input { records: &records, strays: &strays, files: &beside, changes: None }, &read, &options)
        .findings
}

fn told(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("\n  {}: {}", finding.rule, finding.message)).collect()
}

#[test]
fn every_base_record_is_clean() {
    for name in ["draft", "proposed", "approved", "just-approved", "new", "triaged", "ready"] {
        let attributes = BTreeMap::from([("base".to_owned(), name.to_owned())]);
        let example = Example { fences: vec![Fence { attributes, text: String::new() }] };
        let findings = judge(&example);
        assert!(findings.is_empty(), "{name}:{}", told(&findings));
    }
}

#[test]
fn failing_examples_give_their_rule_and_no_other_and_passing_ones_nothing() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let name = rule.info.name;
        let (fails, passes) = (examples(rule, "Fails"), examples(rule, "Passes"));
        if fails.is_empty() || passes.is_empty() {
            wrong.push(format!("{name} lacks an example"));
        }
        for example in fails {
            let findings = judge(&example);
            if findings.is_empty() || findings.iter().any(|finding| finding.rule != name) {
                wrong.push(format!(
                    "{name} should fail here, alone: {:?}{}",
                    example.fences,
                    told(&findings)
                ));
            }
        }
        for example in passes {
            let findings = judge(&example);
            if !findings.is_empty() {
                wrong.push(format!("{name} should pass here: {:?}{}", example.fences, told(&findings)));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// All that a finding says: message and help, its field, and its fix.
fn in_full(finding: &Finding) -> String {
    let mut text = format!("{}\n{}\n", finding.message, finding.help.as_deref().unwrap_or_default());
    text.push_str(&format!("at {}\n", finding.place.field.as_deref().unwrap_or("no field")));
    if let Some(fix) = &finding.fix {
        fix.edits.iter().for_each(|edit| text.push_str(&format!("fix {}\n", edit.text)));
        fix.move_to.iter().for_each(|path| text.push_str(&format!("move {path}\n")));
    }
    text
}

/// What no page has room for: `tests/rules/odd.md` has the cases of a rule below its name, in the fences of its page.
/// Other rules may have a say there. A fence with `says` holds what one finding says, a line each; a line after `not `
/// is what it does not say.
#[test]
fn the_odd_cases_of_a_rule_are_judged_as_the_common_ones() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for page in include_str!("rules/odd.md").split("\n# ").skip(1) {
        let name = page.lines().next().unwrap();
        assert!(RULES.iter().any(|rule| rule.info.name == name), "there is no rule {name}");
        assert!(seen.insert(name), "{name} stands there twice");
        for (heading, speaks) in [("Fails", true), ("Passes", false)] {
            for mut example in examples_in(page, heading) {
                let says = example.fences.extract_if(.., |fence| fence.has("says")).collect::<Vec<_>>();
                let lines: Vec<&str> = says.iter().flat_map(|fence| fence.text.lines()).collect();
                let findings = judge(&example);
                let mut own = findings.iter().filter(|finding| finding.rule == name).map(in_full);
                let said = |text: &str| {
                    lines.iter().all(|line| match line.strip_prefix("not ") {
                        Some(not) => !text.contains(not),
                        None => text.contains(line),
                    })
                };
                // A case that cannot be judged would pass whatever the rule does.
                let judged =
                    findings.iter().all(|finding| finding.rule != "policy/invalid" || finding.rule == name);
                if own.any(|text| said(&text)) != speaks || !judged {
                    let fences = example.fences;
                    wrong.push(format!("{heading} of {name}: {fences:?}{}", told(&findings)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_cannot_be_seen_is_named() {
    let judged = |base: &str, text: &str| -> Vec<String> {
        let attributes = BTreeMap::from([("base".to_owned(), base.to_owned())]);
        let findings = judge(&Example { fences: vec![Fence { attributes, text: text.to_owned() }] });
        let own = findings.iter().filter(|finding| finding.rule == "schema/hidden-characters");
        own.map(|finding| finding.message.clone()).collect()
    };
    let stands = |name: &str| vec![format!("{name}, a character that cannot be seen, stands here")];
    let escaped = |name: &str| vec![format!("escapes in this text stand for what cannot be seen: {name}")];
    for (text, told) in [
        ("so\u{AD}ft", stands("U+00AD (soft hyphen)")),
        ("a\u{200B}b", stands("U+200B (zero-width space)")),
        ("a\u{200B}", stands("U+200B (zero-width space)")),
        ("a\u{200C}b", stands("U+200C (zero-width non-joiner)")),
        ("a\u{200D}b", stands("U+200D (zero-width joiner)")),
        ("\u{646}\u{200C}b", stands("U+200C (zero-width non-joiner)")),
        ("b\u{200C}\u{628}", stands("U+200C (zero-width non-joiner)")),
        ("\u{646}\u{200C}\u{628}", vec![]),
        ("\u{1F469}\u{200D}\u{1F4BB}", vec![]),
        ("a\u{61C}b", stands("U+061C (direction mark)")),
        ("a\u{200F}b", stands("U+200F (direction mark)")),
        ("a\u{202E}b", stands("U+202E (direction override)")),
        ("a\u{FEFF}b", stands("U+FEFF (byte order mark)")),
        ("a # b\rc", stands("U+000D (carriage return)")),
        ("a\u{2061}b", stands("U+2061")),
        ("\"a\\u200Bb\"", escaped("U+200B (zero-width space)")),
        ("\"a\\u200C\\u200Eb\"", escaped("U+200C (zero-width non-joiner), U+200E (direction mark)")),
        ("\"a\\u00E9b\"", vec![]),
        ("Größe", vec![]),
    ] {
        assert_eq!(judged("proposed", &format!("business_justification: {text}\n")), told, "{text:?}");
    }
    let (whole, _) = base("proposed");
    assert_eq!(judged("none", &format!("\u{FEFF}{whole}")), [""; 0]);
    assert_eq!(judged("none", &whole.replace('\n', "\r\n")), [""; 0]);
    assert_eq!(judged("none", &format!("\u{200B}{whole}")), stands("U+200B (zero-width space)"));
}

#[test]
fn every_finding_of_an_example_says_where_and_what_to_do() {
    for rule in RULES {
        for finding in examples(rule, "Fails").iter().flat_map(judge) {
            let of_file =
                ["schema/stray-file", "history/policy-mixed", "history/rewritten", "policy/approval-missing"];
            let at_a_place = finding.place.range.is_some() || of_file.contains(&rule.info.name);
            assert!(at_a_place, "{} has no place", rule.info.name);
            assert!(finding.help.is_some(), "{}: no help for: {}", rule.info.name, finding.message);
            assert!(!finding.message.ends_with('.'), "{}", finding.message);
            if let Some(fix) = finding.fix {
                assert_eq!(Some(fix.safety), rule.info.fix, "{}", rule.info.name);
            }
            let of_one = rule.info.scope == Scope::Record || matches!(rule.check, Check::Change(_));
            if of_one && finding.rule != "schema/syntax" && finding.rule != "schema/duplicate-key" {
                assert!(finding.record.is_some(), "{} names no record", rule.info.name);
            }
        }
    }
}

#[test]
fn the_list_is_sorted_and_holds_every_file() {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.info.name).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted, "sorted by name, each once");
    let mut files = Vec::new();
    for group in fs::read_dir(root().join("src/rules")).unwrap().map(|entry| entry.unwrap().path()) {
        if !group.is_dir() {
            continue;
        }
        for file in fs::read_dir(&group).unwrap().map(|entry| entry.unwrap().path()) {
            let stem = file.file_stem().unwrap().to_str().unwrap();
            if stem != "mod" {
                let group = group.file_name().unwrap().to_str().unwrap();
                files.push(format!("{group}/{}", stem.replace('_', "-")));
            }
        }
    }
    files.sort();
    assert_eq!(names, files, "a rule's file is `src/rules/<group>/<name>.rs`");
}

#[test]
fn every_page_has_its_sections_and_its_summary_is_a_sentence() {
    for rule in RULES {
        let info = &rule.info;
        for heading in ["\n ## Why\n", "\n ## Fails\n", "\n ## Passes\n"] {
            assert!(info.docs.contains(heading), "{} lacks {heading:?}", info.name);
        }
        assert!(!info.summary.ends_with('.'), "{}", info.name);
        assert!(info.summary.len() <= 110, "{}: the summary is too long for a line", info.name);
        assert!(info.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte == b'/'));
    }
}

/// Compares a generated file; with `UPDATE_EXPECT=1` writes it.
fn expect(path: &Path, text: &str, stale: &mut Vec<String>) {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    } else if fs::read_to_string(path).unwrap_or_default() != text {
        stale.push(path.strip_prefix(root()).unwrap().display().to_string());
    }
}

#[test]
fn the_pages_and_the_catalogue_are_fresh() {
    let docs = root().join("docs/rules");
    let mut stale = Vec::new();
    let mut index = String::from(
        "# Rules\n\nMade from the rules' doc comments by `UPDATE_EXPECT=1 cargo test --test rules`. `exboard explain RULE` prints a page.\n",
    );
    let mut known = vec!["README.md".to_owned(), "catalogue.json".to_owned()];
    let mut group = "";
    for rule in RULES {
        let info = &rule.info;
        if info.group() != group {
            group = info.group();
            index.push_str(&format!("\n## {group}\n\n| rule | severity | |\n|---|---|---|\n"));
        }
        let file = format!("{}.md", info.name);
        let severity = format!("{}{}", info.severity, if info.locked { ", locked" } else { "" });
        index.push_str(&format!("| [`{}`]({file}) | {severity} | {} |\n", info.name, info.summary));
        expect(&docs.join(&file), &page(info), &mut stale);
        known.push(file);
    }
    expect(&docs.join("README.md"), &index, &mut stale);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_exboard"))
        .args(["rules", "--format", "json"])
        .output()
        .unwrap();
    expect(&docs.join("catalogue.json"), &String::from_utf8(output.stdout).unwrap(), &mut stale);
    for file in walkdir::WalkDir::new(&docs)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
    {
        let name = file.path().strip_prefix(&docs).unwrap().to_str().unwrap().replace('\\', "/");
        if !known.contains(&name) {
            stale.push(format!("docs/rules/{name} (of no rule: delete it)"));
        }
    }
    assert!(stale.is_empty(), "stale: {}\nrun: UPDATE_EXPECT=1 cargo test --test rules", stale.join(", "));
}
