//! The macro by which a rule's file declares its rule.

/// Declares `RULE`: the doc comment is the rule's page, the fields are its metadata, the last line its check.
macro_rules! rule {
    (
        $(#[doc = $doc:literal])*
        RULE {
            name: $name:literal,
            summary: $summary:literal,
            scope: $scope:ident,
            severity: $severity:ident,
            locked: $locked:literal,
            judges: $judges:ident,
            $(gate: $gate:literal,)?
            $(suppressible: $suppressible:literal,)?
            $(votes: $votes:literal,)?
            $(clock: $clock:literal,)?
            fix: $fix:expr,
            since: $since:literal $(,)?
        }
        Check::$check:ident($($function:ident),+)
    ) => {
        $(#[doc = $doc])*
        pub(crate) const RULE: $crate::rules::Rule = $crate::rules::Rule {
            info: $crate::finding::RuleInfo {
                name: $name,
                summary: $summary,
                scope: $crate::finding::Scope::$scope,
                severity: $crate::finding::Severity::$severity,
                locked: $locked,
                judges: $crate::finding::Judges::$judges,
                gate: false $(|| $gate)?,
                suppressible: false $(|| $suppressible)?,
                votes: false $(|| $votes)?,
                clock: false $(|| $clock)?,
                fix: $fix,
                since: $since,
                docs: concat!($($doc, "\n"),*),
            },
            check: $crate::rules::Check::$check($($function),+),
        };
    };
}

pub(crate) use rule;
