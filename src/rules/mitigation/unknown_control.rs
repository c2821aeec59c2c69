//! `mitigation/unknown-control`

use crate::catalogue::{self, Control};
use crate::finding::{Fix, Safety};
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};
use crate::yaml::Style;

rule! {
    /// A control of SP 800-53 is none.
    ///
    /// Each id in a control's `nist` is one of NIST SP 800-53 Rev. 5, written as there (`AC-2`, `AC-2(1)`), and not
    /// withdrawn. `exboard explain AC-2(10)` tells of a control, and where a withdrawn one went.
    ///
    /// ## Why
    /// Whoever maps the exception to a framework later finds nothing under that id.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// recommended_compensating_controls:
    ///   - id: key-rotation
    ///     description: The export key is rotated every 30 days by a job that the platform team watches.
    ///     owner: mia
    ///     due: 2026-06-01
    ///     test: The job's log shows a rotation in each of the last 30 days.
    ///     nist: [SC-12, SC-12(4)]
    ///     status: planned
    /// ```
    /// ```yaml base=proposed
    /// recommended_compensating_controls:
    ///   - id: key-rotation
    ///     description: The export key is rotated every 30 days by a job that the platform team watches.
    ///     owner: mia
    ///     due: 2026-06-01
    ///     test: The job's log shows a rotation in each of the last 30 days.
    ///     nist: [SC-08, SC-12]
    ///     status: planned
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// recommended_compensating_controls:
    ///   - id: key-rotation
    ///     description: The export key is rotated every 30 days by a job that the platform team watches.
    ///     owner: mia
    ///     due: 2026-06-01
    ///     test: The job's log shows a rotation in each of the last 30 days.
    ///     nist: [SC-12, SC-12(2)]
    ///     status: planned
    /// ```
    RULE {
        name: "mitigation/unknown-control",
        summary: "A control of SP 800-53 is unknown, or withdrawn",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        suppressible: true,
        fix: Some(Safety::Unsafe),
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board() else { return };
    for (index, control) in record.recommended_compensating_controls.iter().enumerate() {
        for (number, id) in control.nist.iter().enumerate() {
            // What is not even written like an id, the schema refuses.
            let Some(id) = id.filter(|id| looks_like_one(id)) else { continue };
            let known = catalogue::find(id);
            if known.is_some_and(|known| known.withdrawn.is_none()) {
                continue;
            }
            let field = format!("/recommended_compensating_controls/{index}/nist/{number}");
            let (message, help, guess) = match known {
                Some(withdrawn) => tell_withdrawn(withdrawn),
                None => tell_unknown(id),
            };
            let mut finding = out.finding(subject.at(&field), message).help(help);
            finding.fix = guess
                .filter(|guess| !control.nist.contains(&Some(guess.id)))
                .and_then(|guess| replace(subject, &field, guess.id));
            out.report(finding);
        }
    }
}

type Told = (String, String, Option<&'static Control>);

fn tell_withdrawn(control: &'static Control) -> Told {
    let fate = control.withdrawn.unwrap_or_default();
    let message = format!("`{}` ({}) was withdrawn from SP 800-53 Rev. 5: {fate}", control.id, control.title);
    let next = control.successors();
    let named: Vec<String> = next.iter().map(|next| format!("`{}` ({})", next.id, next.title)).collect();
    match next.as_slice() {
        [] => (message, "take it out, or name the control that does the work".to_owned(), None),
        [only] => (message, format!("write {}", named.join("")), Some(only)),
        _ => (message, format!("write whichever fits: {}", named.join(", ")), None),
    }
}

fn tell_unknown(id: &str) -> Told {
    let message = format!("`{id}` is not a control of SP 800-53 Rev. 5");
    let guess = catalogue::closest(id);
    let help = match guess {
        Some(near) => format!("did you mean `{}` ({})?", near.id, near.title),
        None => "write the family, a dash and the number, as in `AC-2(1)`".to_owned(),
    };
    (message, help, guess.filter(|guess| guess.withdrawn.is_none()))
}

fn replace(subject: &Subject<'_>, field: &str, id: &str) -> Option<Fix> {
    let node = subject.file.document.get(field)?;
    let plain = matches!(node.style(), Style::Plain | Style::SingleQuoted | Style::DoubleQuoted);
    plain.then(|| subject.file.replace(Safety::Unsafe, node.span(), id))
}

/// True for what the schema lets pass: two letters, and one number or two of at most two digits.
fn looks_like_one(id: &str) -> bool {
    let number =
        |digits: &str| matches!(digits.len(), 1 | 2) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let Some((family, rest)) = id.split_once('-') else { return false };
    let (control, enhancement) = match rest.split_once('(') {
        Some((control, rest)) => (control, rest.strip_suffix(')')),
        None => (rest, Some("1")),
    };
    family.len() == 2
        && family.bytes().all(|byte| byte.is_ascii_uppercase())
        && number(control)
        && enhancement.is_some_and(number)
}
