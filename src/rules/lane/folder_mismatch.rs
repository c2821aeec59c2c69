//! `lane/folder-mismatch`

use chrono::Datelike;

use crate::finding::{Fix, Safety};
use crate::policy::{Layout, Tier};
use crate::record::{BoardRecord, Record, route};
use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// The file is not in the folder of its tier and year.
    ///
    /// Board records live in `exceptions/<tier>/<year>/` (in `exceptions/intake/<year>/` while they have no tier),
    /// registry records in `registry/<year>/`. The year is the local one in which the request was received. With
    /// `layout = "any"` in `exboard.toml` any folder below the two will do.
    ///
    /// ## Why
    /// A forge asks reviewers by path alone: only in its tier's folder does a record reach the right board.
    ///
    /// ## Fails
    /// ```yaml base=proposed path=exceptions/working/2026/SEB-2026-0042.yaml
    /// board_tier: director
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed path=exceptions/director/2026/SEB-2026-0042.yaml
    /// board_tier: director
    /// ```
    RULE {
        name: "lane/folder-mismatch",
        summary: "The file is not in the folder of its tier and year",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Deciding,
        fix: Some(Safety::Safe),
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    if subject.policy.exboard.paths.layout == Layout::Any {
        return;
    }
    let calendar = &subject.policy.lanes.calendar;
    let Some(year) = subject.record.received_at().map(|at| calendar.date_of(at).year()) else { return };
    let (field, wanted) = match subject.record {
        Record::Registry(_) => ("/received_at", format!("{year:04}")),
        Record::Board(record) => match (record.board_tier, subject.file.document.get("/board_tier")) {
            // The right tier comes first: its fix moves the file too.
            (Some(tier), _) if is_under_routed(record, tier, subject) => return,
            (Some(tier), _) => ("/board_tier", format!("{tier}/{year:04}")),
            (None, None) => ("/request_received_at", format!("intake/{year:04}")),
            // An invalid tier is `schema/invalid`'s to tell.
            (None, Some(_)) => return,
        },
    };
    let folder = &subject.file.folder;
    let found = folder.below_root();
    if found == wanted {
        return;
    }
    let target = folder.moved_to(&wanted);
    let reason = match subject.board().map(|record| record.board_tier) {
        Some(Some(tier)) => format!("`board_tier` is {tier} and the request is of {year:04}"),
        Some(None) => format!("it has no `board_tier` yet and the request is of {year:04}"),
        None => format!("the request is of {year:04}"),
    };
    let place = if found.is_empty() { folder.root.to_string() } else { format!("{}/{found}", folder.root) };
    let message =
        format!("the file is in `{place}/`, but {reason}: it belongs in `{}/{wanted}/`", folder.root);
    let fix = Fix { safety: Safety::Safe, edits: Vec::new(), move_to: Some(target.clone()) };
    let help = format!("move it: git mv {} {target}", folder.path);
    out.report(out.finding(subject.at(field), message).help(help).fix(fix));
}

fn is_under_routed(record: &BoardRecord<'_>, tier: Tier, subject: &Subject<'_>) -> bool {
    route(record, subject.policy, subject.now).is_some_and(|routing| tier < routing.lane.tier)
}
