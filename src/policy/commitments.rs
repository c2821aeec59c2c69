//! `policies/commitments.toml`: what a buyer may not be promised, what may always be written, and what was approved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use super::part::built_in;
use super::patterns::read_key;
use super::reader::{Field, Table};
use super::registry::read_person;
use super::words::Word;
use crate::commitment::{Approved, Boundary, Kind, PromisePattern, Which};
use crate::time::Date;

/// `policies/commitments.toml`.
#[derive(Debug, Clone, Default)]
pub struct Commitments {
    /// The fields that a buyer reads: dotted paths, `*` for any entry of a list.
    pub outward: Vec<String>,
    /// The patterns and the approved language, compiled. Absent only if the built-in file were broken.
    pub boundary: Option<Arc<Boundary>>,
    /// What somebody approved, by its id.
    pub register: BTreeMap<String, Commitment>,
}

/// One `[commitment]`: a promise that somebody approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// What it promises.
    pub kind: Kind,
    /// The sentences in which it may be given.
    pub wording: Vec<String>,
    /// The day by which it is kept; no sentence may name an earlier one.
    pub by_date: Option<Date>,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub approved_at: Date,
    /// The last day on which it may be given.
    pub valid_until: Date,
    /// The buyers to whom it may be given; none means all.
    pub accounts: Vec<String>,
}

impl Word for Kind {
    const ALL: &'static [Self] = &Kind::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// The built-in file: nobody of the roster is named in it.
pub(super) static DEFAULT: LazyLock<Commitments> =
    LazyLock::new(|| built_in("commitments.toml", |root| read(root, None)));

/// Reads the file. `people` are the keys of the roster, where it can be read.
pub(super) fn read(root: &Field<'_>, people: Option<&BTreeSet<&str>>) -> Option<Commitments> {
    let root = root.table(&["outward", "promise", "approved", "commitment"])?;
    let outward = root.need("outward").and_then(|field| field.list_of(read_path));
    let boundary = read_boundary(&root);
    let register = match root.get("commitment") {
        Some(field) => read_register(&field, people),
        None => Some(BTreeMap::new()),
    };
    Some(Commitments { outward: outward?, boundary: Some(Arc::new(boundary?)), register: register? })
}

/// `recommended_compensating_controls.*.description`
fn read_path(field: &Field<'_>) -> Option<String> {
    let path = field.text()?;
    if path.split('.').all(|part| !part.trim().is_empty()) {
        return Some(path);
    }
    let help = "as in \"response\" or \"recommended_compensating_controls.*.description\"";
    field.tell(
        field.problem(format!("`{}` is not a path of fields: {}", field.key(), field.shown())).help(help),
    );
    None
}

fn read_boundary(root: &Table<'_>) -> Option<Boundary> {
    let promises = root.get("promise").map(|field| field.tables()).unwrap_or_default();
    let approved = root.get("approved").map(|field| field.tables()).unwrap_or_default();
    let read: Vec<Option<PromisePattern>> =
        promises.iter().enumerate().map(|(index, field)| read_promise(field, index)).collect();
    let written: Vec<Option<Approved>> = approved.iter().map(read_approved).collect();
    let read: Vec<PromisePattern> = read.into_iter().collect::<Option<_>>()?;
    let written: Vec<Approved> = written.into_iter().collect::<Option<_>>()?;
    let errors = match Boundary::new(read, written) {
        Ok(boundary) => return Some(boundary),
        Err(errors) => errors,
    };
    for error in errors {
        let list = if error.which == Which::Approved { &approved } else { &promises };
        let Some(field) = list.get(error.index) else { continue };
        let field = field.child_at("pattern");
        let help = "a regular expression in linear time: no look-around, no back-references";
        field.tell(field.problem(format!("`{}` cannot be used: {error}", field.key())).help(help));
    }
    None
}

fn read_promise(field: &Field<'_>, index: usize) -> Option<PromisePattern> {
    let table = field.table(&["kind", "name", "pattern", "message", "instead"])?;
    let kind = table.need("kind").and_then(|field| field.word());
    let name = table.get("name").map_or_else(|| Some(format!("promise {}", index + 1)), |field| field.text());
    let pattern = table.need("pattern").and_then(|field| field.text());
    let message = table.need("message").and_then(|field| field.text());
    let instead = table.need("instead").and_then(|field| field.text());
    Some(PromisePattern { kind: kind?, name: name?, pattern: pattern?, message: message?, instead: instead? })
}

fn read_approved(field: &Field<'_>) -> Option<Approved> {
    let table = field.table(&["text", "pattern"])?;
    match (table.get("text"), table.get("pattern")) {
        (Some(text), None) => text.text().map(Approved::Text),
        (None, Some(pattern)) => pattern.text().map(Approved::Pattern),
        _ => {
            let message = format!("`{}` must have exactly one of text and pattern", field.key());
            field.tell(field.problem(message).help("as in text = \"This is not a commitment.\""));
            None
        }
    }
}

fn read_register(field: &Field<'_>, people: Option<&BTreeSet<&str>>) -> Option<BTreeMap<String, Commitment>> {
    let mut fine = true;
    let mut register = BTreeMap::new();
    for (id, key, value) in field.map()? {
        match (read_key(&key, id, "cm-001"), read_commitment(&value, people)) {
            (Some(id), Some(commitment)) => {
                register.insert(id, commitment);
            }
            _ => fine = false,
        }
    }
    fine.then_some(register)
}

fn read_commitment(field: &Field<'_>, people: Option<&BTreeSet<&str>>) -> Option<Commitment> {
    let keys = ["kind", "wording", "by_date", "approved_by", "approved_at", "valid_until", "accounts"];
    let table = field.table(&keys)?;
    let kind = table.need("kind").and_then(|field| field.word());
    let wording = table.need("wording").and_then(|field| {
        let wording = field.list_of(Field::text)?;
        if wording.is_empty() {
            let help = "write the sentences in which it may be given";
            field.tell(field.problem(format!("`{}` is empty", field.key())).help(help));
            return None;
        }
        Some(wording)
    });
    let by_date = table.get("by_date").map_or(Some(None), |field| field.date().map(Some));
    let approved_by = table.need("approved_by").and_then(|field| read_person(&field, people));
    let approved_at = table.need("approved_at").and_then(|field| field.date());
    let valid_until = table.need("valid_until").and_then(|field| field.date());
    let accounts = table.get("accounts").map_or_else(|| Some(Vec::new()), |field| field.list_of(Field::text));
    let (approved_at, valid_until) = (approved_at?, valid_until?);
    if let Some(field) = table.get("valid_until").filter(|_| valid_until < approved_at) {
        let message = format!("`{}` ({valid_until}) comes before `approved_at` ({approved_at})", field.key());
        field.tell(field.problem(message).help("correct whichever of the two is wrong"));
        return None;
    }
    Some(Commitment {
        kind: kind?,
        wording: wording?,
        by_date: by_date?,
        approved_by: approved_by?,
        approved_at,
        valid_until,
        accounts: accounts?,
    })
}
