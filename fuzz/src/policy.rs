//! Policy files: the answer is a policy that can be worked with, or problems that lie within the files.

use std::collections::BTreeSet;
use std::sync::Arc;

use exboard::custom;
use exboard::policy::{MAX_CODEOWNERS, Policy, Problem, RiskLevel, codeowners, folder, loosened};
use exboard::rules;
use exboard::source::Source;
use exboard::time::Sla;

use super::ground::{POLICY, ROSTER, is_message, load, now, parts, slice};

/// Each part is a file: its name on the first line, its text below.
pub fn run(bytes: &[u8]) {
    let mut sources: Vec<Arc<Source>> = parts(bytes).into_iter().map(file).collect();
    for (path, text) in [("exboard.toml", "version = 1\n"), ("policies/board.toml", ROSTER)] {
        if sources.iter().all(|source| source.path() != path) {
            sources.push(Arc::new(Source::new(path, text)));
        }
    }
    for source in &sources {
        assert!(!folder(source).starts_with('/'));
    }
    match load(&sources) {
        Ok(policy) => works(&policy),
        Err(problems) => {
            assert!((1..=1001).contains(&problems.len()));
            problems.iter().for_each(problem);
            let again = load(&sources).expect_err("the same answer");
            assert_eq!(format!("{problems:?}"), format!("{again:?}"));
        }
    }
}

fn file(part: &[u8]) -> Arc<Source> {
    let (name, text) = match part.iter().position(|byte| *byte == b'\n') {
        Some(end) => (part.get(..end).unwrap_or_default(), part.get(end + 1..).unwrap_or_default()),
        None => (&b"exboard.toml"[..], part),
    };
    let name = String::from_utf8_lossy(name);
    let path = if name == "exboard.toml" { name.into_owned() } else { format!("policies/{name}") };
    Arc::new(Source::from_bytes(path, text.to_vec()))
}

fn problem(problem: &Problem) {
    slice(problem.source.text(), problem.span);
    is_message(&problem.message);
    problem.help.iter().for_each(|help| is_message(help));
    for (source, span, message) in &problem.related {
        slice(source.text(), *span);
        is_message(message);
    }
}

fn works(policy: &Policy) {
    // Every score has the lane that holds it, and a higher score no lower one.
    let mut last = None;
    for score in 0..=100 {
        let lane = policy.lanes.lane_of(score);
        assert!((lane.first..=lane.last).contains(&score));
        assert!(last <= Some((lane.band, lane.tier)), "{lane:?}");
        last = Some((lane.band, lane.tier));
    }
    let calendar = &policy.lanes.calendar;
    let slas = policy.lanes.all().map(|lane| lane.sla);
    for sla in slas.chain(RiskLevel::ALL.iter().map(|level| policy.registry.sla(*level))) {
        deadline(policy, sla);
    }
    let today = calendar.date_of(now());
    if let Some(text) = codeowners(policy, today) {
        assert!(text.len() <= MAX_CODEOWNERS);
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            // A blank of a path has a backslash before it.
            let owners = line.replace("\\ ", "");
            assert!(owners.split(' ').skip(1).all(|owner| owner.starts_with('@')), "{line}");
        }
    }
    let severity = |rule: &str| rules::find(rule).map(|rule| rule.info.severity);
    assert_eq!(loosened(policy, policy, &severity), []);
    for (base, head) in [(&*POLICY, policy), (policy, &*POLICY)] {
        loosened(base, head, &severity).iter().for_each(|found| is_message(&found.message));
    }
    let ids: BTreeSet<&str> = policy.exboard.custom.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids.len(), policy.exboard.custom.len());
    for rule in &policy.exboard.custom {
        assert!(custom::page(rule).starts_with("# custom/"));
    }
    assert!(policy.as_json().is_object());
}

fn deadline(policy: &Policy, sla: Sla) {
    let calendar = &policy.lanes.calendar;
    let mut last = None;
    for hours in [0, 1, 16, 24, 24 * 7, 24 * 365] {
        let from = now() + chrono::TimeDelta::hours(hours);
        let due = calendar.due(from, sla);
        assert!(
            due.is_none_or(|due| due >= from) && due >= last,
            "{sla:?} from {from}: {due:?}, not {last:?}"
        );
        last = due;
    }
}
