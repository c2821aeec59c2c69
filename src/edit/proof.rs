//! Nothing is taken on trust: a text is read again after its edits.

use std::sync::Arc;

use crate::schema::field_name;
use crate::source::{self, Source, Span};
use crate::yaml::{self, Document, Parsed};

/// The text after some replacements of its spans, proved to be YAML still, to differ from the old tree nowhere but
/// where it was edited, and to have kept every comment. Line breaks of the new parts become those of the file.
///
/// # Errors
/// Why there is no such text.
pub fn edited(old: &Parsed, edits: &[(Span, String)]) -> Result<String, String> {
    let document = &old.document;
    if !old.problems.is_empty() {
        return Err("the file cannot be read as YAML".to_owned());
    }
    let text = document.source().text();
    let windows = text.find('\n').is_some_and(|end| text.get(..end).is_some_and(|line| line.ends_with('\r')));
    let mut edits: Vec<(Span, String)> = edits
        .iter()
        .map(|(span, text)| (*span, if windows { text.replace('\n', "\r\n") } else { text.clone() }))
        .collect();
    edits.sort_by_key(|(span, _)| *span);
    let new = source::replaced(text, edits.iter().map(|(span, text)| (*span, text.as_str())))
        .ok_or_else(|| "its edits overlap".to_owned())?;
    let Parsed { document: after, problems } =
        yaml::parse(Arc::new(Source::new(document.source().path(), &*new)));
    if let Some(problem) = problems.first() {
        return Err(format!("the file could not be read any more: {}", problem.message));
    }
    let (Some(root), Some(new_root)) = (document.root(), after.root()) else {
        return Err("the file would be empty".to_owned());
    };
    let removed: Vec<Span> = edits.iter().map(|(span, _)| *span).collect();
    let inserted = inserted(&edits);
    let stray = yaml::changes(root, new_root).into_iter().find(|field| {
        let edited = |place| touches(place, &removed);
        match (document.get(field), after.get(field)) {
            // A field that is in both has another value; one that is in one of them came or went with its key.
            (Some(value), Some(_)) => !edited(value.span()),
            (Some(_), None) => !places(document, field).any(edited),
            _ => !places(&after, field).any(|place| touches(place, &inserted)),
        }
    });
    if let Some(field) = stray {
        return Err(format!("it would change `{}` too", field_name(&field)));
    }
    if comments(document).ne(comments(&after)) {
        return Err("a comment would be lost".to_owned());
    }
    Ok(new)
}

fn comments(document: &Document) -> impl Iterator<Item = &str> {
    document.comments().iter().map(|comment| document.source().slice(comment.span))
}

/// Where the edits' texts stand in the edited text.
fn inserted(edits: &[(Span, String)]) -> Vec<Span> {
    let (mut grown, mut shrunk) = (0, 0);
    let mut spans = Vec::new();
    for (span, text) in edits {
        let start = span.start + grown - shrunk;
        spans.push(Span::new(start, start + text.len()));
        grown += text.len();
        shrunk += span.len();
    }
    spans
}

/// The key and the value of a field.
fn places(document: &Document, field: &str) -> impl Iterator<Item = Span> {
    let value = document.get(field).map(yaml::Node::span);
    document.key_span(field).into_iter().chain(value)
}

/// True where a place touches one of some spans, which are in order and do not overlap.
fn touches(place: Span, spans: &[Span]) -> bool {
    let next = spans.partition_point(|span| span.end < place.start);
    spans.get(next).is_some_and(|span| span.start <= place.end)
}
