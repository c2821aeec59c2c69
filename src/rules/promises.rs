//! The promises of one record: what the outward texts say that nobody approved. Read once for all the rules of the
//! group `commitment`.

use super::{Out, Subject};
use crate::commitment::{Boundary, Kind, Promise};
use crate::finding::Place;
use crate::policy::{Commitment, fold};
use crate::record::{ControlStatement, RegistryRecord};
use crate::source::Span;
use crate::time::Date;
use crate::yaml::{Node, child_pointer};

/// A promise that nothing covers.
#[derive(Debug, Clone)]
pub(super) struct Uncovered {
    kind: Kind,
    place: Place,
    message: String,
    help: String,
}

/// Reports the uncovered promises of one kind.
pub(super) fn report(kind: Kind, subject: &Subject<'_>, out: &mut Out<'_>) {
    for promise in subject.promises().iter().filter(|promise| promise.kind == kind) {
        let finding = out.finding(promise.place.clone(), promise.message.as_str());
        out.report(finding.help(promise.help.as_str()));
    }
}

/// All promises of the outward texts that no commitment covers.
pub(super) fn uncovered(subject: &Subject<'_>) -> Vec<Uncovered> {
    let commitments = &subject.policy.commitments;
    let Some(boundary) = commitments.boundary.as_deref() else { return Vec::new() };
    let today = subject.policy.lanes.calendar.date_of(subject.now);
    let mut found = Vec::new();
    for path in &commitments.outward {
        for (field, node) in outward(subject, path) {
            let Some(text) = node.as_str() else { continue };
            for promise in boundary.promises(text, today) {
                if !is_covered(subject, boundary, &field, text, &promise, today) {
                    found.push(told(subject, &field, node, text, &promise));
                }
            }
        }
    }
    found
}

fn told(subject: &Subject<'_>, field: &str, node: Node<'_>, text: &str, promise: &Promise<'_>) -> Uncovered {
    let words = text.get(promise.span.start..promise.span.end).unwrap_or_default();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut help = promise.pattern.instead.clone();
    if field.starts_with("/response/control_statements/") && !help.contains("commitment") {
        help.push_str(
            "; or cite a commitment of `policies/commitments.toml` that says so, under `commitments`",
        );
    }
    Uncovered {
        kind: promise.pattern.kind,
        place: subject.file.at_span(in_source(node, text, promise.span), Some(field)),
        message: format!("{}: “{words}”", promise.pattern.message),
        help,
    }
}

/// Where a part of a decoded text stands in the source. Where it does not stand there letter by letter (it is folded
/// over two lines, or written with escapes), the whole value.
fn in_source(node: Node<'_>, text: &str, part: Span) -> Span {
    let (whole, raw) = (node.span(), node.raw());
    let words = text.get(part.start..part.end).unwrap_or_default();
    let before = text.get(..part.start).unwrap_or_default();
    let nth = before.matches(words).count();
    match raw.match_indices(words).nth(nth).filter(|_| !words.is_empty()) {
        Some((at, _)) => Span::new(whole.start + at, whole.start + at + words.len()),
        None => whole,
    }
}

/// The strings at an outward path, with their fields. `evidence.excerpt` stands for the excerpts of what is cited.
fn outward<'a>(subject: &Subject<'a>, path: &str) -> Vec<(String, Node<'a>)> {
    let mut found = Vec::new();
    let Some(root) = subject.file.document.root() else { return found };
    if path == "evidence.excerpt" {
        let cited: Vec<&str> =
            subject.record.citations().into_iter().filter_map(|citation| citation.id).collect();
        for (index, entry) in subject.record.evidence().iter().enumerate() {
            if entry.id.is_some_and(|id| cited.contains(&id)) {
                let field = format!("{}/{index}/excerpt", subject.record.evidence_field());
                found.extend(subject.file.document.get(&field).map(|node| (field, node)));
            }
        }
        return found;
    }
    let mut places = vec![(String::new(), root)];
    for part in path.split('.') {
        places = places
            .into_iter()
            .flat_map(|(field, node)| match part {
                "*" => children(&field, node),
                part => {
                    node.child(part).map(|child| (child_pointer(&field, part), child)).into_iter().collect()
                }
            })
            .collect();
    }
    // All texts below: an answer is read as a whole.
    while let Some((field, node)) = places.pop() {
        places.extend(children(&field, node));
        if node.as_str().is_some() {
            found.push((field, node));
        }
    }
    found
}

fn children<'a>(field: &str, node: Node<'a>) -> Vec<(String, Node<'a>)> {
    let entries = node.entries().map(|entry| (child_pointer(field, entry.key), entry.value));
    let items =
        node.items().enumerate().map(|(index, item)| (child_pointer(field, &index.to_string()), item));
    entries.chain(items).collect()
}

/// True where the statement that promises cites a live commitment that says the same.
fn is_covered(
    subject: &Subject<'_>,
    boundary: &Boundary,
    field: &str,
    text: &str,
    promise: &Promise<'_>,
    today: Date,
) -> bool {
    let Some(record) = subject.registry() else { return false };
    let Some(statement) = statement_of(record, field) else { return false };
    let sentence = text.get(promise.sentence.start..promise.sentence.end).unwrap_or_default();
    let buyer = record.buyer_account.map(fold);
    statement.commitments.iter().flatten().filter_map(|id| subject.policy.commitments.register.get(*id)).any(
        |commitment| {
            let for_buyer = commitment.accounts.is_empty()
                || commitment.accounts.iter().any(|account| Some(fold(account)) == buyer);
            for_buyer && covers(commitment, boundary, sentence, promise, today)
        },
    )
}

/// True where a commitment of the promise's kind is live, and the sentence says no more than it.
pub(super) fn covers(
    commitment: &Commitment,
    boundary: &Boundary,
    sentence: &str,
    promise: &Promise<'_>,
    today: Date,
) -> bool {
    let beats = matches!((promise.date, commitment.by_date), (Some(said), Some(agreed)) if said < agreed);
    commitment.kind == promise.pattern.kind
        && (commitment.approved_at..=commitment.valid_until).contains(&today)
        && !beats
        && commitment.wording.iter().any(|wording| boundary.matches_wording(sentence, wording, today))
}

fn statement_of<'r, 'a>(record: &'r RegistryRecord<'a>, field: &str) -> Option<&'r ControlStatement<'a>> {
    let index =
        field.strip_prefix("/response/control_statements/")?.split('/').next()?.parse::<usize>().ok()?;
    record.response.as_ref()?.control_statements.get(index)
}

/// The commitments that control statements cite, with the fields that cite them.
pub(super) fn cited<'a>(subject: &Subject<'a>) -> Vec<(String, &'a str)> {
    let statements = subject.registry().and_then(|record| record.response.as_ref());
    let statements = statements.map(|response| response.control_statements.as_slice()).unwrap_or_default();
    let mut found = Vec::new();
    for (index, statement) in statements.iter().enumerate() {
        for (at, id) in statement.commitments.iter().enumerate() {
            found.extend(id.map(|id| (format!("/response/control_statements/{index}/commitments/{at}"), id)));
        }
    }
    found
}
