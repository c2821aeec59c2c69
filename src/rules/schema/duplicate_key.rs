//! `schema/duplicate-key`

use crate::rules::declare::rule;
use crate::rules::{FileContext, Out};
use crate::yaml::ProblemKind;

rule! {
    /// A map has a key twice.
    ///
    /// Most YAML readers keep the last of the two and say nothing. Both places are shown; nothing else is judged in
    /// the file, since it is not known which value is meant.
    ///
    /// ## Why
    /// The reviewer reads the first value, the program uses the second: an approval of something nobody saw.
    ///
    /// ## Fails
    /// ```yaml base=none
    /// schema: security_exception_board_record_v1
    /// exception_id: SEB-2026-0042
    /// impact_score: 20
    /// impact_score: 90
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// account_name: Meridian Bank
    /// ```
    RULE {
        name: "schema/duplicate-key",
        summary: "A map has a key twice",
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
    file.report(ProblemKind::DuplicateKey, out);
}
