//! The fixes that nobody may apply: of a text that is not YAML, and of what a decision froze.

use std::sync::Arc;

use super::Before;
use crate::change::Version;
use crate::finding::{Finding, Fix, Safety};
use crate::policy::Policy;
use crate::record::{is_decided, is_frozen};
use crate::rules::FileContext;
use crate::source::{self, Source};
use crate::yaml;

/// Takes away the fixes that nobody may apply.
pub(super) fn withhold_fixes(
    file: &FileContext<'_>,
    before: Before<'_>,
    policy: &Policy,
    findings: &mut [Finding],
) {
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        if !file.problems.is_empty() {
            finding.fix = None;
        } else if thaws(file, before, policy, fix) {
            finding.fix = None;
            let advice = "the record is decided, so this takes a new decision, not `--fix`";
            finding.help = Some(match finding.help.take() {
                Some(help) => format!("{help} ({advice})"),
                None => advice.to_owned(),
            });
        }
    }
}

/// True for a fix that changes a frozen field of a decided record. A record is free until the change that decides it
/// has landed; where nobody knows what was before, one that is decided counts as decided before.
fn thaws(file: &FileContext<'_>, before: Before<'_>, policy: &Policy, fix: &Fix) -> bool {
    let kind = file.folder.kind;
    let Some(now) = file.document.root() else { return true };
    let is_bound = is_decided(kind, now)
        && match before {
            Before::Unknown | Before::Same => true,
            Before::Changed(change) => {
                change.before.as_ref().is_some_and(Version::is_decided) && !change.decides()
            }
        };
    // A guess may be about the status itself.
    if fix.edits.is_empty() || !(is_bound || fix.safety == Safety::Unsafe) {
        return false;
    }
    let edits = fix.edits.iter().map(|edit| (edit.span, edit.text.as_str()));
    let Some(text) = source::replaced(file.source().text(), edits) else { return true };
    let after = yaml::parse(Arc::new(Source::new(file.source().path(), text)));
    let Some(after) = after.document.root() else { return true };
    let decides = !is_decided(kind, now) && is_decided(kind, after);
    (is_bound || decides)
        && yaml::changes(now, after)
            .iter()
            .any(|field| is_frozen(kind, now, field, &policy.exboard.extensions.progress))
}
