//! Where two trees differ.

use super::node::{Node, Value};
use super::tree::child_pointer;

/// JSON pointers of what differs between two trees, each as deep as both have it: a value that is another, a field or
/// a list entry that one has and the other has not. A list's entries are compared by their number, a map's order does
/// not count.
#[must_use]
pub fn changes(old: Node<'_>, new: Node<'_>) -> Vec<String> {
    let mut found = Vec::new();
    compare(old, new, String::new(), &mut found);
    found
}

/// As deep as the reader's own bound on nesting.
fn compare(old: Node<'_>, new: Node<'_>, at: String, found: &mut Vec<String>) {
    match (old.value(), new.value()) {
        (Value::Map, Value::Map) => {
            for entry in old.entries() {
                let field = child_pointer(&at, entry.key);
                match new.child(entry.key) {
                    Some(other) => compare(entry.value, other, field, found),
                    None => found.push(field),
                }
            }
            let added = new.entries().filter(|entry| old.child(entry.key).is_none());
            found.extend(added.map(|entry| child_pointer(&at, entry.key)));
        }
        (Value::Sequence, Value::Sequence) => {
            for (index, (one, two)) in old.items().zip(new.items()).enumerate() {
                compare(one, two, child_pointer(&at, &index.to_string()), found);
            }
            let (fewer, more) = (old.items().len(), new.items().len());
            let unmatched = fewer.min(more)..fewer.max(more);
            found.extend(unmatched.map(|index| child_pointer(&at, &index.to_string())));
        }
        (one, two) if one == two => {}
        _ => found.push(at),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::Source;
    use crate::yaml::parse;

    #[test]
    fn changes_are_told_as_deep_as_both_trees_go() {
        let document = |text: &str| parse(Arc::new(Source::new("a", text))).document;
        let old = document("a: 1\nb: {c: [1, 2], d: x}\ne: 5\n");
        for (new, expected) in [
            ("e: 5\nb:\n  d: 'x'\n  c:\n  - 1\n  - 2\na: 1\n", &[][..]),
            ("a: '1'\nb: {c: [1, 2], d: x}\ne: 5\n", &["/a"]),
            ("a: 1\nb: {c: [1, 3, 4], d: x, \"f/g\": 1}\n", &["/b/c/1", "/b/c/2", "/b/f~1g", "/e"]),
            ("a: 1\nb: [1]\ne: 5\n", &["/b"]),
        ] {
            let new = document(new);
            assert_eq!(changes(old.root().unwrap(), new.root().unwrap()), expected);
        }
    }
}
