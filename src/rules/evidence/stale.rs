//! `evidence/stale`

use crate::record::Evidence;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::time::{Date, days};

rule! {
    /// The evidence is too old.
    ///
    /// It is past its `valid_until`, or was collected longer ago than `max_age_days` in `policies/evidence.toml`
    /// allows for its kind. An entry for the same file or address that was collected later takes its place.
    ///
    /// ## Why
    /// A test from last year says how things were last year.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: test_result
    ///     url: https://wiki.example.com/rotation-test
    ///     collected_at: 2025-10-01
    /// ```
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: certificate
    ///     url: https://wiki.example.com/certificate
    ///     collected_at: 2026-01-10
    ///     valid_until: 2026-05-03
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: certificate
    ///     url: https://wiki.example.com/certificate
    ///     collected_at: 2026-01-10
    ///     valid_until: 2026-05-04
    ///   - id: E2
    ///     kind: policy
    ///     url: https://wiki.example.com/key-standard
    ///     collected_at: 2023-02-01
    /// ```
    RULE {
        name: "evidence/stale",
        summary: "The evidence is too old",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        suppressible: true,
        clock: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let today = subject.today();
    let evidence = subject.record.evidence();
    for (index, entry) in evidence.iter().enumerate() {
        if evidence.iter().any(|other| replaces(other, entry)) {
            continue;
        }
        let place = |field: &str| subject.at(&subject.record.evidence_pointer(index, field));
        let help = "collect it anew, and add an entry with the day on which you did";
        if let Some(until) = entry.valid_until.filter(|until| today > *until) {
            let message = format!("this evidence was valid until {until}, {} ago", ago(today, until));
            out.report(out.finding(place("valid_until"), message).help(help));
            continue;
        }
        let (Some(kind), Some(collected)) = (entry.kind, entry.collected_at) else { continue };
        let Some(most) = subject.policy.evidence.max_age_days.get(&kind) else { continue };
        if (today - collected).num_days() <= i64::from(*most) {
            continue;
        }
        let message = format!(
            "this evidence was collected on {collected}, {} ago; a `{kind}` counts for {most}",
            ago(today, collected)
        );
        let mut finding = out.finding(place("collected_at"), message).help(help);
        if let Some(policy) = subject.policy_place("evidence.toml", &format!("max_age_days.{kind}")) {
            finding = finding.related(policy, "the limit is set here");
        }
        out.report(finding);
    }
}

fn ago(today: Date, then: Date) -> String {
    days((today - then).num_days())
}

fn replaces(other: &Evidence<'_>, entry: &Evidence<'_>) -> bool {
    let same =
        (other.path.is_some() && other.path == entry.path) || (other.url.is_some() && other.url == entry.url);
    same && other.collected_at.is_some() && other.collected_at > entry.collected_at
}
