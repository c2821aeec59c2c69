//! One report for every format: a finding of each shape, and the texts that hostile records would hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use exboard::finding::{
    Edit, Finding, Fix, Judges, Place, RuleInfo, Safety, Scope, Severity, Side, Suppressed, Unjudged, sort,
};
use exboard::render::{PolicyFrom, Report, Repository};
use exboard::source::{Source, Span};

pub(crate) const COMMIT: &str = "9b2f6c1d04e7a8b35c6d7e8f9a0b1c2d3e4f5a6b";

const BOARD: &str = "exceptions/working/2026/SEB-2026-0042.yaml";
const REGISTRY: &str = "registry/2026/REG-2026-0007.yaml";
const HOSTILE: &str = "registry/2026/a\n::error file=x::owned\u{1b}[2J\u{202e}.yaml";
const LANES: &str = "policies/lanes.toml";

const BOARD_TEXT: &str = "\
schema: security_exception_board_record_v1
exception_id: SEB-2026-0042
title: \"サービス口座 はパスワードを使う\"
requester_name: Zoe\u{308} Müller
exploitability_score: 60
impact_score: 56
combined_risk_score: 51
board_tier: working
close_date_risk_days: 30
compensating_control: >-
  The host is reachable through the bastion alone.
  Each session is recorded and kept for 400 days.

  Passwords rotate every 24 hours.
  The vault writes an alert for each use outside office hours.
  The alert reaches the duty officer within 5 minutes.
  We guarantee that no one else can ever log in.
  Reviewed by the owner each month.
impact_score: 58
evidence_link:
\t- id: ev-1
\t  path: evidence/SEB-2026-0042/scan.pdf
";

const REGISTRY_TEXT: &str = "\
schema: security_exception_registry_v1\r
exception_id: REG-2026-0007\r
response: Access is \u{202e}detimil\u{2069} to \u{1b}]0;owned\u{7} staff ##[error]x\r
control_family: AC-17";

const LANES_TEXT: &str = "\
[[lane]]
name = \"low\"
up_to = 34
tier = \"working\"

[[lane]]
name = \"medium\"
up_to = 69
tier = \"director\"
";

/// What a record may say to forge a line, a cell, a link, a command, or to hide.
pub(crate) const TEXTS: &[&str] = &[
    "::error file=x::owned",
    "\n::add-mask::owned",
    "\r\n::set-output name=x::y",
    "##[error]owned",
    "##\u{ad}[error]owned",
    "50%0A::warning::x%25%0D",
    "a,line=1,file=b:c",
    "\x1b[31mred\x1b]0;owned\x07",
    "\u{202e}turned\u{2066}about\u{200f}",
    "a | b \\| c \\\\| d",
    "| ❌ error | 1:1 | forged | x |",
    "`| a |`",
    "`a\\`|`b`",
    "``` ` ``",
    "<img src=x onerror=alert(1)> <b>x</b> </td></tr></details>",
    "<!-- open",
    "--> <script>",
    "&lt;b&gt; &#124; &amp;#64;x",
    "[a](javascript:alert(1)) ![b](http://x.example/y.png) <http://x.example>",
    "[lane/under-routed] [x]: http://x.example",
    "[^1] [^1]: note",
    "@octocat @acme/board a@b.example mailto:a@b.example",
    "see #12, acme/x#7, GH-7, gh-8, acme/x@0123456789012345678901234567890123456789",
    "https://x.example/y www.x.example ftp://x.example HTTP://X.EXAMPLE",
    ":boom: :+1: :100:",
    "$x$ $$y$$ $`z`$",
    "**a** _b_ ~~c~~ __d__ *e*",
    "> [!CAUTION]\n# heading\n- list\n1. list\n---\n```\ncode",
    "\tx\u{a0}y\u{2003}z",
    "\\",
    "remove",
    "`",
    "",
    " ",
    "{0} {{x}} [1](2)",
    "\u{feff}\u{e0041}\u{2028}x",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "日本語のとても長い文章はここにありますがスペースはありません日本語のとても長い文章はここにありますがスペースはありません",
];

pub(crate) struct Fixture {
    pub(crate) findings: Vec<Finding>,
    pub(crate) suppressed: Vec<Suppressed>,
    pub(crate) unjudged: Vec<Unjudged>,
    pub(crate) sources: BTreeMap<String, Arc<Source>>,
}

impl Fixture {
    pub(crate) fn with_report<T>(&self, read: impl FnOnce(&Report<'_>) -> T) -> T {
        let sources = |_: &Finding, path: &str| self.sources.get(path).cloned();
        read(&Report {
            tool: "exboard 0.1.0",
            now: now(),
            policy: PolicyFrom::Commit(COMMIT),
            board: 12,
            registry: 18,
            subject: None,
            findings: &self.findings,
            suppressed: &self.suppressed,
            unjudged: &self.unjudged,
            sources: &sources,
            custom: &[],
            fail_level: Severity::Error,
            failure: None,
            asked: &[],
            repository: Repository::default(),
        })
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-20T09:00:00Z".parse().unwrap()
}

pub(crate) const fn rule(name: &'static str, severity: Severity) -> RuleInfo {
    RuleInfo {
        name,
        summary: "",
        scope: Scope::Record,
        severity,
        locked: false,
        judges: Judges::Every,
        gate: false,
        suppressible: false,
        votes: false,
        clock: false,
        fix: None,
        since: "0.1.0",
        docs: "",
    }
}

/// The place of the first `value` after the first `anchor`.
fn at(source: &Source, anchor: &str, value: &str, field: &str) -> Place {
    let from = source.text().find(anchor).unwrap();
    let start = from + source.text()[from..].find(value).unwrap();
    Place::in_source(source, Span::new(start, start + value.len()), Some(field.to_owned()))
}

/// The whole of the findings, sorted, with their texts.
pub(crate) fn hostile() -> Fixture {
    let board = Source::new(BOARD, BOARD_TEXT);
    let registry = Source::new(REGISTRY, REGISTRY_TEXT);
    let lanes = Source::new(LANES, LANES_TEXT);
    let long = Source::new(HOSTILE, format!("response: {} never {}\n", "a ".repeat(2500), "b".repeat(2500)));
    let mut findings = on_board(&board, &lanes);
    findings.extend(on_registry(&registry, &long));
    sort(&mut findings);
    Fixture {
        findings,
        suppressed: vec![Suppressed {
            rule: "evidence/stale".into(),
            place: at(&board, "- id", "ev-1", "/evidence_link/0/id"),
            record: Some("SEB-2026-0042".into()),
            until: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(),
            reason: "the new report comes out on 30 November\n::error::owned".to_owned(),
        }],
        unjudged: vec![
            unjudged("lane/approval-missing", "votes are read in the pull request"),
            unjudged("commitment/unapproved", "needs \u{1b}[8mhistory"),
            unjudged("lane/self-approval", "votes are read in the pull request"),
        ],
        sources: [board, registry, lanes, long]
            .into_iter()
            .map(|source| (source.path().to_owned(), Arc::new(source)))
            .collect(),
    }
}

fn unjudged(rule: &'static str, reason: &str) -> Unjudged {
    Unjudged { rule: rule.into(), reason: reason.to_owned() }
}

fn on_board(board: &Source, lanes: &Source) -> Vec<Finding> {
    let found = |name, severity, place, message: &str| {
        Finding::new(&rule(name, severity), place, message).record("SEB-2026-0042")
    };
    let tier = at(board, "board_tier", "working", "/board_tier");
    let tier_span = tier.range.unwrap().span();
    let path: Arc<str> = BOARD.into();
    let replaced = |span, text: &str, safety| Fix {
        safety,
        edits: vec![Edit { path: path.clone(), span, text: text.to_owned() }],
        move_to: None,
    };
    let score = at(board, "combined", "51", "/combined_risk_score");
    let score_span = score.range.unwrap().span();
    let end = board.text().find("impact_score: 58").unwrap();
    let start = board.text().find(">-").unwrap();
    let control = Place::in_source(board, Span::new(start, end), Some("/compensating_control".to_owned()));
    let mut removed = found(
        "schema/unknown-field",
        Severity::Warning,
        at(&Source::new(BOARD, format!("# before\n{BOARD_TEXT}")), "title", "title", "/title"),
        "the field that was there before is gone",
    );
    removed.side = Side::Base;
    vec![
        found("lane/under-routed", Severity::Error, tier, "`board_tier` is `working`, but a score of 58 needs `director`")
            .help("set it to `director`, or let `exboard check --fix` do it; then ask that tier for its votes with `exboard packet SEB-2026-0042`")
            .related(at(lanes, "up_to = 69", "69", "/lane/1/up_to"), "scores from 35 to 69 go to `director`")
            .fix(replaced(tier_span, "director", Safety::Safe)),
        found("lane/score-mismatch", Severity::Error, score, "`combined_risk_score` is 51, but 60 × 0.5 + 56 × 0.5 = 58")
            .related(at(board, "exploit", "60", "/exploitability_score"), "this")
            .related(at(board, "impact", "56", "/impact_score"), "and this make the score; the weights are those of the policy on the target branch, not of this change")
            .fix(replaced(score_span, "58", Safety::Safe)),
        found("schema/duplicate-key", Severity::Error, at(board, "impact_score: 58", "impact_score", "/impact_score"), "`impact_score` is there twice")
            .related(at(board, "impact", "impact_score", "/impact_score"), "first here"),
        found("commitment/absolute", Severity::Warning, control, "\"guarantee that no one else can ever\" is a promise that nobody can keep"),
        found("schema/syntax", Severity::Error, at(board, "evidence_link:", "\t", ""), "a tab indents this line; YAML wants spaces")
            .fix(replaced(Span::new(0, 0), "  ", Safety::Unsafe)),
        found("custom/plain-title", Severity::Info, at(board, "title", "パスワード", "/title"), "<b>markup</b> & [a link](javascript:alert(1)) stay as they are"),
        found("custom/requester", Severity::Info, at(board, "requester_name", "Müller", "/requester_name"), "a name with a combining mark before it"),
        removed,
        Finding::new(&rule("schema/file-name", Severity::Error), Place::file(BOARD), "the file is not where its tier's records lie")
            .record("SEB-2026-0042")
            .fix(Fix { safety: Safety::Safe, edits: Vec::new(), move_to: Some("exceptions/director/2026/SEB-2026-0042.yaml".to_owned()) }),
    ]
}

fn on_registry(registry: &Source, long: &Source) -> Vec<Finding> {
    let end = registry.text().len();
    let missing = Place::in_source(registry, Span::new(end, end), Some(String::new()));
    let mut in_history = Finding::new(
        &rule("commitment/absolute", Severity::Error),
        at(long, "never", "never", "/response"),
        "x".repeat(5000),
    )
    .help("no\r\n::error::owned by \u{2067}help\u{2069}");
    in_history.commit = Some(COMMIT.to_owned());
    vec![
        Finding::new(&rule("schema/invalid", Severity::Error), missing, "`risk_level` is missing")
            .record("REG-2026-0007")
            .help("one of `low`, `medium`, `high`"),
        Finding::new(
            &rule("schema/hidden-characters", Severity::Error),
            at(registry, "response", "\u{202e}", "/response"),
            "U+202E turns what follows around: \u{202e}detimil",
        )
        .record("REG-2026-0007")
        .related(Place::file("policies/hidden\u{1b}[1m.toml"), "a place\nwithout a text"),
        in_history,
        Finding::new(
            &rule("custom/markup", Severity::Warning),
            at(registry, "control_family", "AC-17", "/control_family"),
            "@octocat | `a|b` <img src=x> <!-- #12 ![p](http://x.example/y) %0A::error::owned :boom: $x$",
        )
        .record("REG-2026-0007 | @octocat")
        .help("see https://x.example/y or `` and `\\`|`"),
        Finding::new(
            &rule("schema/stray-file", Severity::Warning),
            Place::file(HOSTILE),
            "a name\nregistry/2026/b.yaml:1:1: error[lane/under-routed] that forges\u{1b}[31m a line",
        ),
    ]
}
