//! A field gets a value, and nothing else changes.

use std::sync::Arc;

use exboard::edit::{Act, Assignment, Data, assign};
use exboard::source::Source;
use exboard::yaml::{Document, changes, child_pointer, parse, unescape_token};

use super::ground::{folder, parts};

/// The first part is a pointer, after a sign for what is done (`=`, `+` or `-`); the second the value, as the field `v`
/// of a document; the third the record.
pub fn run(bytes: &[u8]) {
    let parts = parts(bytes);
    let [action, value, record] = parts.as_slice() else { return };
    let value = parse(Arc::new(Source::from_bytes("value.yaml", value.to_vec())));
    let value = value.document.get("/v").map(Data::of);
    // As our own pointers are: with no tilde that escapes nothing.
    let pointer = String::from_utf8_lossy(action.get(1..).unwrap_or_default());
    let tokens = pointer.split('/').skip(1).map(unescape_token);
    let pointer = tokens.fold(String::new(), |parent, token| child_pointer(&parent, &token));
    let assignment = match (action.first(), value) {
        (Some(b'='), Some(value)) => Assignment::set(pointer, value),
        (Some(b'+'), Some(value)) => Assignment::append(pointer, value),
        (Some(b'-'), _) => Assignment::remove(pointer),
        _ => return,
    };
    let source = Arc::new(Source::from_bytes("fuzz.yaml", record.to_vec()));
    let kind = folder(record).kind;
    match assign(kind, &source, std::slice::from_ref(&assignment)) {
        Ok(after) => {
            holds(&assignment, &source, &after);
            if !matches!(assignment.act, Act::Append(_)) {
                let again = assign(kind, &after, &[assignment]).expect("what was done can be done again");
                assert_eq!(again.text(), after.text(), "the second time changes nothing");
            }
        }
        Err(refusal) => assert!(!refusal.reason.is_empty()),
    }
}

fn holds(assignment: &Assignment, before: &Arc<Source>, after: &Arc<Source>) {
    let (before, after) = (read(before), read(after));
    match (&assignment.act, after.get(&assignment.field)) {
        (Act::Set(value), found) => assert!(found.is_some_and(|node| value.is(node))),
        (Act::Append(value), found) => {
            assert!(found.and_then(|list| list.items().last()).is_some_and(|last| value.is(last)));
        }
        (Act::Remove, found) => assert!(found.is_none()),
    }
    let (old, new) = (before.root().expect("a root"), after.root().expect("a root"));
    let field = &assignment.field;
    for changed in changes(old, new) {
        // Maps on the way to a field come with it; list entries behind one that goes move up.
        let related =
            |a: &str, b: &str| a == b || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('/'));
        let list = field.rsplit_once('/').map_or("", |(list, _)| list);
        let moved = matches!(assignment.act, Act::Remove) && related(&changed, list);
        assert!(related(&changed, field) || related(field, &changed) || moved, "{changed} for {field}");
    }
    let comments = |document: &Document| {
        let texts =
            document.comments().iter().map(|comment| document.source().slice(comment.span).to_owned());
        texts.collect::<Vec<_>>()
    };
    assert_eq!(comments(&before), comments(&after));
}

fn read(source: &Arc<Source>) -> Document {
    let parsed = parse(Arc::clone(source));
    assert!(parsed.problems.is_empty(), "{:?}\n{}", parsed.problems, source.text());
    parsed.document
}
