//! Versions before and after to changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Ballots, Change, Version};
use crate::schema::Kind;

/// Pairs the versions of records on both sides of a change set, by kind and id, and gives the changes in that order.
/// What lies on both sides at the same path with the same bytes has not changed and is left out.
///
/// A file that moved is one record; an id that was edited in place is one record gone and another new. Where an id is
/// there twice on a side, each version is compared with one of the other: none of them gets away as new, or unseen.
#[must_use]
pub fn pair(before: Vec<Version>, after: Vec<Version>) -> Vec<Change> {
    let mut records: BTreeMap<(Kind, Arc<str>), Both> = BTreeMap::new();
    let key = |version: &Version| (version.folder.kind, Arc::from(version.id()));
    for version in before {
        records.entry(key(&version)).or_default().0.push(version);
    }
    for version in after {
        records.entry(key(&version)).or_default().1.push(version);
    }
    let mut changes = Vec::new();
    for ((kind, id), (before, after)) in records {
        let change = |before: Option<Version>, after: Option<Version>| Change {
            kind,
            id: Arc::clone(&id),
            before,
            after,
            authors: Vec::new(),
            ballots: Ballots::default(),
            past: None,
        };
        changes.extend(
            sides(before, after)
                .into_iter()
                .map(|(before, after)| change(before, after))
                .filter(|change| !is_same(change)),
        );
    }
    changes
}

/// The versions of one record before, and after.
type Both = (Vec<Version>, Vec<Version>);
type Sides = (Option<Version>, Option<Version>);

fn sides(before: Vec<Version>, mut after: Vec<Version>) -> Vec<Sides> {
    let spare_before = before.first().cloned();
    let spare_after = after.first().cloned();
    let mut pairs: Vec<Sides> = Vec::new();
    let mut moved = Vec::new();
    // Files that stayed where they were first, so that what is left moved.
    for version in before {
        match after.iter().position(|other| other.folder.path == version.folder.path) {
            Some(at) => pairs.push((Some(version), Some(after.remove(at)))),
            None => moved.push(version),
        }
    }
    let mut left = after.into_iter();
    for version in moved {
        pairs.push((Some(version), left.next().or_else(|| spare_after.clone())));
    }
    pairs.extend(left.map(|version| (spare_before.clone(), Some(version))));
    pairs
}

fn is_same(change: &Change) -> bool {
    let (Some(before), Some(after)) = (&change.before, &change.after) else { return false };
    before.folder.path == after.folder.path
        && before.document.source().invalid_utf8() == after.document.source().invalid_utf8()
        && before.document.source().text() == after.document.source().text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Folder;

    fn version(path: &str, text: &str) -> Version {
        let root = path.split('/').next().unwrap();
        let kind = if root == "registry" { Kind::Registry } else { Kind::Board };
        let folder = Folder { kind, root: Arc::from(root), path: Arc::from(path) };
        Version::read(folder, text.as_bytes().to_vec())
    }

    fn board(path: &str, id: &str, more: &str) -> Version {
        version(
            &format!("exceptions/{path}"),
            &format!("schema: security_exception_board_record_v1\nexception_id: {id}\n{more}"),
        )
    }

    /// Each change as `id before → after`, by the names of the files.
    fn told(before: Vec<Version>, after: Vec<Version>) -> Vec<String> {
        let path = |version: &Option<Version>| {
            version.as_ref().map_or("-".to_owned(), |version| version.folder.path.replace("exceptions/", ""))
        };
        let told =
            |change: &Change| format!("{} {} {}", change.id, path(&change.before), path(&change.after));
        pair(before, after).iter().map(told).collect()
    }

    #[test]
    fn a_record_is_followed_by_its_id() {
        let before = || vec![board("a/A-1.yaml", "A-1", ""), board("a/A-2.yaml", "A-2", "")];
        assert_eq!(told(before(), before()), [""; 0]);
        let moved = vec![board("b/A-1.yaml", "A-1", ""), board("a/A-2.yaml", "A-2", "x: 1\n")];
        assert_eq!(told(before(), moved), ["A-1 a/A-1.yaml b/A-1.yaml", "A-2 a/A-2.yaml a/A-2.yaml"]);
        let edited = vec![board("a/A-1.yaml", "A-3", ""), board("a/A-2.yaml", "A-2", "")];
        assert_eq!(told(before(), edited), ["A-1 a/A-1.yaml -", "A-3 - a/A-1.yaml"]);
        assert_eq!(told(Vec::new(), before()), ["A-1 - a/A-1.yaml", "A-2 - a/A-2.yaml"]);
        assert_eq!(told(before(), Vec::new()), ["A-1 a/A-1.yaml -", "A-2 a/A-2.yaml -"]);
    }

    #[test]
    fn what_cannot_be_read_has_the_id_of_its_file() {
        let broken = version("exceptions/a/A-1.yaml", "schema: [\n");
        assert!(!broken.readable);
        assert_eq!(told(vec![board("b/A-1.yaml", "A-1", "")], vec![broken]), ["A-1 b/A-1.yaml a/A-1.yaml"]);
    }

    #[test]
    fn kinds_are_told_apart() {
        let registry =
            version("registry/A-1.yaml", "schema: security_exception_registry_v1\nexception_id: A-1\n");
        let found = pair(vec![board("A-1.yaml", "A-1", "")], vec![registry]);
        assert_eq!(found.len(), 2);
        assert!(found[0].after.is_none() && found[1].before.is_none());
    }

    #[test]
    fn an_id_that_is_there_twice_hides_nothing() {
        let one = || board("a/A-1.yaml", "A-1", "");
        let other = || board("b/A-1.yaml", "A-1", "x: 1\n");
        // A copy is compared with what it copies, and an original that went away with the copy that stays.
        assert_eq!(told(vec![one()], vec![one(), other()]), ["A-1 a/A-1.yaml b/A-1.yaml"]);
        assert_eq!(told(vec![one(), other()], vec![other()]), ["A-1 a/A-1.yaml b/A-1.yaml"]);
    }
}
