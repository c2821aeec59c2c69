//! A record's text + what some of its fields should be → a new text.
//!
//! Edits go by byte span: comments, the order of fields, quotes, brackets, indentation and line endings of the file
//! stay what they are. A field that is new stands where the schema's order puts it. Every step is read back: the tree
//! is the old one with this field changed and no other, and no comment is lost, or there is no new text.

mod data;
mod lines;
mod proof;
mod site;
mod write;

use std::fmt;
use std::sync::Arc;

pub use data::Data;
pub use proof::edited;

use crate::schema::{Kind, field_name};
use crate::source::Source;
use crate::yaml::{self, Parsed, unescape_token};
use site::Site;

/// What becomes of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// JSON pointer of the field.
    pub field: String,
    /// What is done to it.
    pub act: Act,
}

/// What is done to a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// It has this value from now on; maps on the way to it come with it.
    Set(Data),
    /// The list gets one more entry at its end; an absent list is made.
    Append(Data),
    /// It goes; where it is absent already nothing happens.
    Remove,
}

impl Assignment {
    /// A field and its value.
    #[must_use]
    pub fn set(field: impl Into<String>, value: Data) -> Self {
        Assignment { field: field.into(), act: Act::Set(value) }
    }

    /// A list and one more entry.
    #[must_use]
    pub fn append(field: impl Into<String>, value: Data) -> Self {
        Assignment { field: field.into(), act: Act::Append(value) }
    }

    /// A field that goes.
    #[must_use]
    pub fn remove(field: impl Into<String>) -> Self {
        Assignment { field: field.into(), act: Act::Remove }
    }
}

/// Why a field cannot be given a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// JSON pointer of the field.
    pub field: String,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be set: {}", field_name(&self.field), self.reason)
    }
}

/// The text after some assignments, one after the other.
///
/// # Errors
/// The first assignment that could not be carried out, and why.
pub fn assign(kind: Kind, source: &Arc<Source>, assignments: &[Assignment]) -> Result<Arc<Source>, Refusal> {
    assignments.iter().try_fold(Arc::clone(source), |source, assignment| {
        one(kind, &source, assignment).map_err(|reason| Refusal { field: assignment.field.clone(), reason })
    })
}

fn one(kind: Kind, source: &Arc<Source>, assignment: &Assignment) -> Result<Arc<Source>, String> {
    let parsed = yaml::parse(Arc::clone(source));
    let Some(root) = parsed.document.root().filter(|_| parsed.problems.is_empty()) else {
        return Err("the file cannot be read as YAML".to_owned());
    };
    let tokens: Vec<String> = assignment.field.split('/').skip(1).map(unescape_token).collect();
    if tokens.is_empty() {
        return Err("it is the record as a whole".to_owned());
    }
    let site = Site::new(kind, &parsed.document, root);
    let edits = match &assignment.act {
        Act::Set(value) => site.set(&assignment.field, &tokens, value)?,
        Act::Append(value) => site.append(&assignment.field, &tokens, value)?,
        Act::Remove => site.remove(&assignment.field)?,
    };
    if edits.is_empty() {
        return Ok(Arc::clone(source));
    }
    let text = edited(&parsed, &edits)?;
    let after = Arc::new(Source::new(source.path(), text));
    let Parsed { document, .. } = yaml::parse(Arc::clone(&after));
    let mut wanted = Data::of(root);
    let is_wanted =
        apply(&mut wanted, &tokens, &assignment.act) && document.root().is_some_and(|root| wanted.is(root));
    // It would be a fault of ours, on a file that nobody has thought of; the file stays as it is.
    if is_wanted {
        Ok(after)
    } else {
        Err("in this file it cannot be edited without changing more; edit it by hand".to_owned())
    }
}

/// Carries an assignment out on plain data; false where it makes no sense there.
fn apply(data: &mut Data, tokens: &[String], act: &Act) -> bool {
    let Some((last, parents)) = tokens.split_last() else { return false };
    match act {
        Act::Remove => {
            let Some(Data::Map(entries)) = data.at(parents) else { return false };
            entries.retain(|(key, _)| key != last);
            true
        }
        Act::Set(value) => {
            if let Some(place) = data.at(tokens) {
                *place = value.clone();
                return true;
            }
            let known = (0..=parents.len())
                .rev()
                .find(|known| data.at(tokens.get(..*known).unwrap_or_default()).is_some());
            let (on_the_way, missing) = tokens.split_at(known.unwrap_or(0));
            let Some((key, rest)) = missing.split_first() else { return false };
            let nested = nested(rest, value.clone());
            match data.at(on_the_way) {
                Some(Data::Map(entries)) => entries.push((key.clone(), nested)),
                Some(absent @ Data::Null) => *absent = Data::Map(vec![(key.clone(), nested)]),
                _ => return false,
            }
            true
        }
        Act::Append(value) => match data.at(tokens) {
            Some(Data::List(items)) => {
                items.push(value.clone());
                true
            }
            None | Some(Data::Null) => apply(data, tokens, &Act::Set(Data::List(vec![value.clone()]))),
            _ => false,
        },
    }
}

/// A value below maps that have nothing else.
fn nested(tokens: &[String], value: Data) -> Data {
    tokens.iter().rev().fold(value, |value, key| Data::Map(vec![(key.clone(), value)]))
}
