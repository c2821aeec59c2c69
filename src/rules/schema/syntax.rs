//! `schema/syntax`

use crate::rules::declare::rule;
use crate::rules::{FileContext, Out};
use crate::yaml::ProblemKind;

rule! {
    /// The file is not one plain YAML 1.2 document with a map at the top.
    ///
    /// A record is read by people, by this program, by editors and by the auditor's scripts. It is therefore plain
    /// data: UTF-8, one document, a map at the top, indented with spaces, with strings as keys and finite numbers.
    /// Anchors, aliases, tags and merge keys are refused, since two readers could understand them differently. A
    /// file holds at most 256 KiB and 64 levels.
    ///
    /// Nothing else is judged in a file that cannot be read.
    ///
    /// ## Why
    /// A record that only one program understands is no record.
    ///
    /// ## Fails
    /// ```yaml base=none
    /// schema: security_exception_board_record_v1
    /// exception_id: SEB-2026-0042
    /// account_name: &buyer Meridian Bank
    /// requester_name: *buyer
    /// ```
    /// ```yaml base=none
    /// schema: security_exception_board_record_v1
    /// requested_exception: accept this: the export bucket is not encrypted
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// requested_exception: "accept this: the export bucket is not encrypted"
    /// ```
    RULE {
        name: "schema/syntax",
        summary: "The file is not one plain YAML 1.2 document with a map at the top",
        scope: Record,
        severity: Error,
        locked: true,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::File(check)
}

fn check(file: &FileContext<'_>, out: &mut Out<'_>) {
    file.report(ProblemKind::Syntax, out);
}
