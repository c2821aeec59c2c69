//! The two lifecycles as data, and the way through them that one change takes.
//!
//! A change may take several steps at once: one pull request can be a whole board meeting. What it may not do is to
//! pass over a decision, or over an answer that left the house: both are acts of their own, with a time and votes.

use std::collections::VecDeque;

use crate::schema::Kind;

/// One step of a lifecycle.
struct Step {
    from: &'static str,
    to: &'static str,
}

const fn step(from: &'static str, to: &'static str) -> Step {
    Step { from, to }
}

const BOARD: &[Step] = &[
    step("draft", "proposed"),
    step("draft", "withdrawn"),
    step("proposed", "draft"),
    step("proposed", "approved"),
    step("proposed", "rejected"),
    step("proposed", "withdrawn"),
    step("rejected", "proposed"),
    step("rejected", "closed"),
    step("approved", "approved"),
    step("approved", "revoked"),
    step("approved", "expired"),
    step("approved", "closed"),
    step("expired", "proposed"),
    step("expired", "closed"),
    step("revoked", "proposed"),
    step("revoked", "closed"),
];

const REGISTRY: &[Step] = &[
    step("new", "triaged"),
    step("new", "escalated"),
    step("new", "closed"),
    step("triaged", "drafted"),
    step("triaged", "escalated"),
    step("triaged", "closed"),
    step("drafted", "ready"),
    step("drafted", "escalated"),
    step("drafted", "closed"),
    step("ready", "drafted"),
    step("ready", "sent"),
    step("ready", "escalated"),
    step("ready", "closed"),
    step("sent", "accepted"),
    step("sent", "rejected"),
    step("sent", "escalated"),
    step("sent", "closed"),
    step("accepted", "closed"),
    step("rejected", "drafted"),
    step("rejected", "escalated"),
    step("rejected", "closed"),
    step("escalated", "drafted"),
    step("escalated", "closed"),
];

/// The steps that one change takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    /// Every status on the way, the first and the last included; one alone where there is no step. A new record
    /// starts at `draft`, or at `new`.
    pub path: Vec<&'static str>,
    /// True where the last step is a decision, which needs votes.
    pub decides: bool,
}

impl Steps {
    /// True where the change ends in a status that it did not begin in, or passes through it.
    #[must_use]
    pub fn reaches(&self, status: &str) -> bool {
        self.path.iter().skip(1).any(|passed| *passed == status)
    }
}

/// Why there is no way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoWay {
    /// The status before.
    pub from: String,
    /// The status after.
    pub to: String,
    /// The statuses that can come next; none where the first one is final, or is no status at all.
    pub next: Vec<&'static str>,
}

/// The steps from one status to another, the fewest that do; `from` is absent for a new record.
///
/// From a status to itself there is a step only where that is a decision made anew: a renewal, or a second refusal.
/// Everywhere else it is no step at all.
///
/// # Errors
///
/// Where the lifecycle has no such way.
pub fn steps(kind: Kind, from: Option<&str>, to: &str) -> Result<Steps, NoWay> {
    let start = from.unwrap_or_else(|| first_status(kind));
    let no_way = || NoWay { from: start.to_owned(), to: to.to_owned(), next: next(kind, start) };
    let (Some(first), Some(last)) = (known(kind, start), known(kind, to)) else { return Err(no_way()) };
    let anew = from.is_some() && first == last && is_decision(kind, last);
    if first == last && !anew {
        return Ok(Steps { path: vec![first], decides: false });
    }
    let mut ways = VecDeque::from([vec![first]]);
    let mut seen: Vec<&str> = Vec::new();
    while let Some(way) = ways.pop_front() {
        let at = way.last().copied().unwrap_or(first);
        for reached in next(kind, at) {
            let mut path = way.clone();
            path.push(reached);
            if reached == last {
                return Ok(Steps { path, decides: is_decision(kind, reached) });
            }
            let ends = is_decision(kind, reached) || (kind == Kind::Registry && reached == "sent");
            if !ends && !seen.contains(&reached) {
                seen.push(reached);
                ways.push_back(path);
            }
        }
    }
    Err(no_way())
}

/// The statuses that one step leads to.
#[must_use]
pub fn next(kind: Kind, from: &str) -> Vec<&'static str> {
    graph(kind).iter().filter(|step| step.from == from).map(|step| step.to).collect()
}

/// Where a new record starts.
#[must_use]
pub fn first_status(kind: Kind) -> &'static str {
    match kind {
        Kind::Board => "draft",
        Kind::Registry => "new",
    }
}

/// True for a status that only a decision gives: the step to it needs votes.
#[must_use]
pub fn is_decision(kind: Kind, status: &str) -> bool {
    kind == Kind::Board && matches!(status, "approved" | "rejected")
}

fn graph(kind: Kind) -> &'static [Step] {
    match kind {
        Kind::Board => BOARD,
        Kind::Registry => REGISTRY,
    }
}

/// A status as the lifecycle has it.
pub(super) fn known(kind: Kind, status: &str) -> Option<&'static str> {
    graph(kind).iter().flat_map(|step| [step.from, step.to]).find(|known| *known == status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{BoardStatus, RegistryStatus};

    /// Rows: before; columns: after. `.` no way, `-` no step, `o` steps, `D` a decision at the end.
    const BOARD_TABLE: [(&str, &str); 9] = [
        // after:     draft proposed approved rejected withdrawn revoked expired closed
        ("", "-oDDo..."),
        ("draft", "-oDDo..."),
        ("proposed", "o-DDo..."),
        ("approved", "ooDDoooo"),
        ("rejected", "ooDDo..o"),
        ("withdrawn", "....-..."),
        ("revoked", "ooDDo-.o"),
        ("expired", "ooDDo.-o"),
        ("closed", ".......-"),
    ];

    const REGISTRY_TABLE: [(&str, &str); 10] = [
        // after: new triaged drafted ready sent accepted rejected escalated closed
        ("", "-oooo..oo"),
        ("new", "-oooo..oo"),
        ("triaged", ".-ooo..oo"),
        ("drafted", "..-oo..oo"),
        ("ready", "..o-o..oo"),
        ("sent", "..oo-oooo"),
        ("accepted", ".....-..o"),
        ("rejected", "..ooo.-oo"),
        ("escalated", "..ooo..-o"),
        ("closed", "........-"),
    ];

    fn compare<const N: usize>(kind: Kind, table: &[(&str, &str)], statuses: [&str; N]) {
        for (from, row) in table {
            assert_eq!(row.len(), N, "{from}");
            for (to, expected) in statuses.iter().zip(row.chars()) {
                let found = match steps(kind, Some(*from).filter(|from| !from.is_empty()), to) {
                    Err(_) => '.',
                    Ok(steps) if steps.path.len() == 1 => '-',
                    Ok(Steps { decides: false, .. }) => 'o',
                    Ok(_) => 'D',
                };
                assert_eq!(found, expected, "{from} to {to}");
            }
        }
    }

    #[test]
    fn each_way_is_one_of_the_design_and_no_other() {
        compare(Kind::Board, &BOARD_TABLE, BoardStatus::ALL.map(BoardStatus::as_str));
        compare(Kind::Registry, &REGISTRY_TABLE, RegistryStatus::ALL.map(RegistryStatus::as_str));
    }

    #[test]
    fn a_way_is_the_shortest_and_names_all_it_passes() {
        for (from, to, path) in [
            (None, "approved", &["draft", "proposed", "approved"][..]),
            (None, "draft", &["draft"]),
            (Some("approved"), "approved", &["approved", "approved"]),
            (Some("rejected"), "rejected", &["rejected", "proposed", "rejected"]),
            (Some("expired"), "approved", &["expired", "proposed", "approved"]),
            (Some("proposed"), "proposed", &["proposed"]),
        ] {
            assert_eq!(steps(Kind::Board, from, to).unwrap().path, path);
        }
        let sent = steps(Kind::Registry, Some("rejected"), "sent").unwrap();
        assert_eq!(sent.path, ["rejected", "drafted", "ready", "sent"]);
        assert!(sent.reaches("ready") && !sent.reaches("rejected"));
    }

    #[test]
    fn where_there_is_no_way_the_next_ones_are_named() {
        let next = |kind, from, to| steps(kind, Some(from), to).unwrap_err().next;
        assert_eq!(next(Kind::Board, "proposed", "closed"), ["draft", "approved", "rejected", "withdrawn"]);
        assert_eq!(next(Kind::Board, "closed", "draft"), [""; 0]);
        assert_eq!(next(Kind::Board, "aproved", "closed"), [""; 0]);
        assert_eq!(next(Kind::Registry, "ready", "accepted"), ["drafted", "sent", "escalated", "closed"]);
    }
}
