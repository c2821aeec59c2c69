//! `history/illegal-transition`

use crate::change::NoWay;
use crate::rules::declare::rule;
use crate::rules::{ChangeSubject, Out};

rule! {
    /// A status change for which the lifecycle has no path.
    ///
    /// A change may take several steps at once, if at most one of them is a decision, and it is the last; in the registry,
    /// if none of them passes over `sent`. A new record starts at `draft`, or at `new`.
    ///
    /// | board record | may become |
    /// |---|---|
    /// | `draft` | `proposed`, `withdrawn` |
    /// | `proposed` | `draft`, `approved`, `rejected`, `withdrawn` |
    /// | `approved` | `approved` again, `revoked`, `expired`, `closed` |
    /// | `rejected`, `expired`, `revoked` | `proposed`, `closed` |
    /// | `withdrawn`, `closed` | nothing: they are final |
    ///
    /// | registry record | may become |
    /// |---|---|
    /// | `new` | `triaged` |
    /// | `triaged` | `drafted` |
    /// | `drafted` | `ready` |
    /// | `ready` | `drafted`, `sent` |
    /// | `sent` | `accepted`, `rejected` |
    /// | `rejected` | `drafted` |
    /// | `escalated` | `drafted` |
    /// | `accepted` | `closed` |
    /// | any of them but `accepted` and `closed` | `escalated`, `closed` |
    ///
    /// ## Why
    /// The steps are where somebody has to look. A record that jumps over one has been looked at by nobody.
    ///
    /// ## Fails
    /// ```yaml before base=proposed
    /// decision_status: withdrawn
    /// closure:
    ///   at: 2026-05-04T09:00:00Z
    ///   by: mia
    ///   reason: not_needed
    /// ```
    /// ```yaml after base=proposed
    /// decision_status: proposed
    /// ```
    /// ```yaml before base=new
    /// status: new
    /// ```
    /// ```yaml after base=ready
    /// status: accepted
    /// board_exception_id: SEB-2026-0042
    /// ```
    /// ```yaml with base=approved
    /// decision_status: approved
    /// ```
    ///
    /// ## Passes
    /// ```yaml before base=new
    /// status: new
    /// ```
    /// ```yaml after base=ready
    /// status: ready
    /// ```
    RULE {
        name: "history/illegal-transition",
        summary: "A status change for which the lifecycle has no path",
        scope: Change,
        severity: Error,
        locked: true,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::Change(check)
}

fn check(subject: &ChangeSubject<'_>, out: &mut Out<'_>) {
    let Some(Err(NoWay { from, to, next })) = &subject.steps else { return };
    let (kind, id) = (subject.change.kind, &subject.change.id);
    let field = format!("/{}", kind.status_field());
    let is_new = subject.change.readable_before().is_none();
    let message = match is_new {
        true => format!(
            "a new record cannot be `{to}`: it starts at `{from}`, and no way leads there in one change"
        ),
        false if next.is_empty() => format!("a record that is `{from}` is final and cannot become `{to}`"),
        false => format!("a record that is `{from}` cannot become `{to}` in one change"),
    };
    let list: Vec<String> = next.iter().map(|status| format!("`{status}`")).collect();
    let help = match next.first() {
        None => "leave it as it was, and open a new record if the matter comes up again".to_owned(),
        Some(first) => {
            format!(
                "from `{from}` the next step leads to {}, as in `exboard move {id} {first}`",
                list.join(", ")
            )
        }
    };
    let finding = out.finding(subject.at(&field), message).help(help);
    out.report(subject.and_before(finding, &field, "the status before"));
}
