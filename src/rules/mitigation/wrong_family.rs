//! `mitigation/wrong-family`

use std::collections::BTreeSet;

use crate::catalogue;
use crate::policy::ControlFamily;
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// No compensating control is of the kind that is missing.
    ///
    /// Where controls name ids of SP 800-53 (`nist`), at least one of them is of a family that `[families]` in
    /// `policies/controls.toml` gives for the record's `control_family`.
    ///
    /// ## Why
    /// A backup does not compensate for a missing lock. It may be a good control, and still leave the gap as it is.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// recommended_compensating_controls:
    ///   - id: log-review
    ///     description: The use of the export key is read once a week.
    ///     owner: mia
    ///     due: 2026-06-01
    ///     test: The ticket of the week has the reader's name.
    ///     nist: [AU-6, AU-12]
    ///     status: planned
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// recommended_compensating_controls:
    ///   - id: log-review
    ///     description: The use of the export key is read once a week.
    ///     owner: mia
    ///     due: 2026-06-01
    ///     test: The ticket of the week has the reader's name.
    ///     nist: [AU-6, SC-12]
    ///     status: planned
    /// ```
    RULE {
        name: "mitigation/wrong-family",
        summary: "No compensating control is of the kind that is missing",
        scope: Record,
        severity: Warning,
        locked: false,
        judges: Deciding,
        suppressible: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board() else { return };
    let word = record.control_family.unwrap_or_default();
    let Some(family) = ControlFamily::ALL.iter().find(|family| family.as_str() == word) else { return };
    let wanted = &subject.policy.controls.family(*family).nist;
    let controls = &record.recommended_compensating_controls;
    // An id that cannot be read, or is unknown, may be meant for one of the right family.
    let ids = || controls.iter().flat_map(|control| &control.nist);
    let found: Option<BTreeSet<&str>> =
        ids().map(|id| id.and_then(catalogue::find).map(catalogue::Control::family)).collect();
    let Some(found) = found else { return };
    if wanted.is_empty() || found.is_empty() || found.iter().any(|letters| wanted.contains(*letters)) {
        return;
    }
    let first = controls.iter().position(|control| !control.nist.is_empty()).unwrap_or_default();
    let wanted: Vec<String> = wanted
        .iter()
        .map(|letters| format!("{letters} ({})", catalogue::family(letters).unwrap_or_default()))
        .collect();
    let message = format!(
        "the controls serve {}; none is of {}, which `{family}` is about",
        found.into_iter().collect::<Vec<_>>().join(" and "),
        wanted.join(" or ")
    );
    let mut finding = out
        .finding(subject.at(&format!("/recommended_compensating_controls/{first}/nist")), message)
        .help("name a control that narrows the gap itself, or correct `control_family`")
        .related(subject.at("/control_family"), "the family of the missing control");
    if let Some(policy) = subject.policy_place("controls.toml", &format!("families.{family}.nist")) {
        finding = finding.related(policy, "the families are set here");
    }
    out.report(finding);
}
