//! `schema/duplicate-id`

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::finding::Place;
use crate::rules::declare::rule;
use crate::rules::{Card, Out, Register};
use crate::schema::Kind;

rule! {
    /// Two records of one kind share an id.
    ///
    /// Ids are compared with case and leading zeros aside (`SEB-2026-7` is `seb-2026-0007`), and so are the names of
    /// the files. The finding stands on both records.
    ///
    /// ## Why
    /// A record is followed by its id. Two records of one id are two histories told as one.
    ///
    /// ## Fails
    /// ```yaml base=proposed count=2
    /// exception_id: SEB-2026-0042
    /// ```
    /// ```yaml base=proposed with path=exceptions/director/2026/SEB-2026-42.yaml
    /// exception_id: SEB-2026-42
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// exception_id: SEB-2026-0042
    /// ```
    /// ```yaml base=proposed with path=exceptions/director/2026/SEB-2026-0043.yaml
    /// exception_id: SEB-2026-0043
    /// ```
    RULE {
        name: "schema/duplicate-id",
        summary: "Two records of one kind share an id",
        scope: All,
        severity: Error,
        locked: true,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::All(check)
}

/// How many of the others a finding names.
const NAMED: usize = 3;

fn check(register: &Register<'_>, out: &mut Out<'_>) {
    let mut groups: BTreeMap<(Kind, String), BTreeSet<usize>> = BTreeMap::new();
    for (index, card) in register.cards.iter().enumerate() {
        for name in [card.id.as_deref().unwrap_or_default(), card.folder.stem()] {
            if !name.is_empty() {
                groups.entry((card.folder.kind, normal(name))).or_default().insert(index);
            }
        }
    }
    // Two files may meet under their ids and again under their names: one finding a record.
    let mut others: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for group in groups.values().filter(|group| group.len() > 1) {
        for index in group {
            let known = others.entry(*index).or_default();
            known.extend(group.iter().filter(|other| *other != index).take(NAMED + 1));
        }
    }
    for (index, others) in others {
        if let Some(card) = register.cards.get(index) {
            let others: Vec<&Card> = others.iter().filter_map(|other| register.cards.get(*other)).collect();
            report(card, &others, out);
        }
    }
}

fn report(card: &Card, others: &[&Card], out: &mut Out<'_>) {
    let id = card.name();
    let paths = others.iter().take(NAMED).map(|other| format!("`{}`", other.folder.path));
    let more = if others.len() > NAMED { " and others" } else { "" };
    let message = format!("the id `{id}` is also that of {}{more}", paths.collect::<Vec<_>>().join(", "));
    let mut finding = out
        .finding(place(card), message)
        .record(id)
        .help("give one of them the next free id, in the file and in its name");
    for other in others.iter().take(NAMED) {
        finding = finding.related(place(other), "the same id here");
    }
    out.report(finding);
}

fn place(card: &Card) -> Place {
    match card.id {
        Some(_) => card.at("/exception_id"),
        None => Place::file(Arc::clone(&card.folder.path)),
    }
}

/// An id without what does not tell two apart: case, and leading zeros of its numbers.
fn normal(id: &str) -> String {
    id.split('-')
        .map(|part| {
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            let significant = part.trim_start_matches('0');
            match (digits, significant.is_empty()) {
                (true, true) => "0".to_owned(),
                (true, false) => significant.to_owned(),
                (false, _) => part.to_lowercase(),
            }
        })
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn case_and_leading_zeros_do_not_tell_ids_apart() {
        assert_eq!(normal("SEB-2026-0042"), normal("seb-2026-42"));
        assert_eq!(normal("SEB-000"), normal("SEB-0"));
        assert_ne!(normal("SEB-2026-42"), normal("SEB-2026-420"));
    }
}
