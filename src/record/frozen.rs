//! What a vote covers, and what a decision freezes.
//!
//! Both are made of the same lists: what a vote covers is frozen once the vote is a decision, and so is what the
//! decision itself wrote down.

use std::collections::BTreeSet;

use crate::schema::Kind;
use crate::yaml::{Node, unescape_token};

/// Fields of a board record that stay free after its decision, with all below them. `*` stands for any list entry.
const FREE: &[&str] = &[
    "next_review_due_at",
    "close_date_risk_days",
    "csf_functions",
    "reviews",
    "closure",
    "rollback_plan/triggered_at",
    "rollback_plan/executed_at",
    "recommended_compensating_controls/*/status",
    "recommended_compensating_controls/*/completed_at",
    "recommended_compensating_controls/*/evidence",
];

/// Fields that the decision writes down: no vote can cover them, and nobody may change them afterwards.
const WRITTEN: &[&str] = &["decision_notes", "decided_at", "decided_by"];

/// Fields of a registry record that a vote covers, with all below them: what leaves the house, and how risky it is.
/// Its kind and its id belong to them, so that no vote on one record can pass for one on another.
const VOTED_REGISTRY: &[&str] = &[
    "schema",
    "exception_id",
    "pattern",
    "risk_level",
    "compensating_control",
    "meets_baseline",
    "response",
    "escalation",
    "evidence_links",
];

/// True for a field that a vote covers, by its path. `progress` are the keys below `extensions` that it does not.
///
/// Of a field that a vote covers, parts below it may be free: ask for each.
#[must_use]
pub fn is_voted(kind: Kind, path: &[&str], progress: &BTreeSet<String>) -> bool {
    match (kind, path) {
        (_, []) => true,
        (Kind::Registry, [first, ..]) => VOTED_REGISTRY.contains(first),
        (Kind::Board, ["extensions", key, ..]) => !progress.contains(*key),
        (Kind::Board, path) => !is_below(FREE, path) && !is_below(WRITTEN, path),
    }
}

/// True for a top-level field that the decision itself writes down.
#[must_use]
pub fn is_written(kind: Kind, field: &str) -> bool {
    kind == Kind::Board && WRITTEN.contains(&field)
}

/// True for a path at or below one of a list.
fn is_below(list: &[&str], path: &[&str]) -> bool {
    list.iter().any(|listed| {
        let mut path = path.iter();
        listed.split('/').all(|part| path.next().is_some_and(|token| part == "*" || part == *token))
    })
}

/// True where a record's status says that its board has decided, or that its answer has left the house.
#[must_use]
pub fn is_decided(kind: Kind, record: Node<'_>) -> bool {
    let status = record.child(kind.status_field()).and_then(Node::as_str);
    match kind {
        Kind::Board => {
            matches!(status, Some("approved" | "rejected" | "revoked" | "expired" | "closed"))
        }
        Kind::Registry => matches!(status, Some("sent" | "accepted" | "closed")),
    }
}

/// True where a decided record may not differ from `before` in a field without a new decision. `progress` are the keys
/// below `extensions` that a vote does not cover.
#[must_use]
pub fn is_frozen(kind: Kind, before: Node<'_>, field: &str, progress: &BTreeSet<String>) -> bool {
    let path: Vec<String> = field.split('/').skip(1).map(unescape_token).collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match (kind, path.as_slice()) {
        (Kind::Registry, path) => path.first() == Some(&"response"),
        // An entry of evidence that is only added leaves what was voted on as it was.
        (Kind::Board, ["evidence_link", entry]) => {
            let list = before.child("evidence_link");
            list.is_none_or(|list| list.items().len() == 0 || list.child(entry).is_some())
        }
        (Kind::Board, ["extensions", key, ..]) => !progress.contains(*key),
        (Kind::Board, path) => !is_below(FREE, path),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::Source;
    use crate::yaml::parse;

    #[test]
    fn all_is_frozen_but_a_list() {
        let text = "decision_status: approved\nevidence_link:\n- id: E1\n- id: E2\n";
        let document = parse(Arc::new(Source::new("a", text))).document;
        let root = document.root().unwrap();
        assert!(is_decided(Kind::Board, root));
        let progress = BTreeSet::from(["ticket".to_owned()]);
        for (field, frozen) in [
            ("/next_review_due_at", false),
            ("/close_date_risk_days", false),
            ("/reviews/0/note", false),
            ("/closure", false),
            ("/rollback_plan/executed_at", false),
            ("/rollback_plan/owner", true),
            ("/rollback_plan", true),
            ("/recommended_compensating_controls/3/status", false),
            ("/recommended_compensating_controls/3/due", true),
            ("/recommended_compensating_controls/3", true),
            ("/evidence_link/2", false),
            ("/evidence_link/1", true),
            ("/evidence_link/1/sha256", true),
            ("/evidence_link", true),
            ("/extensions/ticket/state", false),
            ("/extensions/dpo", true),
            ("/extensions", true),
            ("/decision_notes", true),
            ("/decided_by/0", true),
            ("/board_tier", true),
            ("/combined_risk_score", true),
            ("/schema", true),
            ("", true),
        ] {
            assert_eq!(is_frozen(Kind::Board, root, field, &progress), frozen, "{field}");
        }
        assert!(is_frozen(Kind::Registry, root, "/response/risk_note", &progress));
        assert!(!is_frozen(Kind::Registry, root, "/due_at", &progress));
    }
}
