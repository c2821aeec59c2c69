//! `policies/statements.toml`: the library of control statements.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::exboard::MAX_DAYS;
use super::part::built_in;
use super::patterns::read_key;
use super::reader::Field;
use super::registry::read_person;
use super::words::Domain;
use crate::time::Date;

/// `policies/statements.toml`: the statements by their ids.
pub type Statements = BTreeMap<String, Statement>;

/// One `[statement]`: a sentence for answers to buyers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it is about.
    pub domain: Domain,
    /// The sentence.
    pub text: String,
    /// Who vouches for it; somebody wherever `verified_at` is set.
    pub owner: Option<String>,
    /// The day on which the owner last looked; absent where nobody ever did.
    pub verified_at: Option<Date>,
    /// How many days later somebody has to look again.
    pub verify_every_days: u32,
    /// Files of the repository that show it.
    pub evidence: BTreeSet<String>,
}

/// Days after which a statement needs a fresh look, where it does not say.
const VERIFY_EVERY_DAYS: u32 = 90;

/// The built-in library: nobody of the roster is named in it.
pub(super) static DEFAULT: LazyLock<Statements> =
    LazyLock::new(|| built_in("statements.toml", |root| read(root, None)));

/// Reads the file. `people` are the keys of the roster, where it can be read.
pub(super) fn read(root: &Field<'_>, people: Option<&BTreeSet<&str>>) -> Option<Statements> {
    let mut fine = true;
    let mut statements = Statements::new();
    for (id, key, value) in root.table(&["statement"])?.need("statement")?.map()? {
        match (read_key(&key, id, "cs-001"), read_statement(&value, people)) {
            (Some(id), Some(statement)) => {
                statements.insert(id, statement);
            }
            _ => fine = false,
        }
    }
    fine.then_some(statements)
}

fn read_statement(field: &Field<'_>, people: Option<&BTreeSet<&str>>) -> Option<Statement> {
    let table = field.table(&["domain", "text", "owner", "verified_at", "verify_every_days", "evidence"])?;
    let domain = table.need("domain").and_then(|field| field.word());
    let text = table.need("text").and_then(|field| field.text());
    let owner = table.get("owner").map_or(Some(None), |field| read_person(&field, people).map(Some));
    let verified_at = table.get("verified_at").map_or(Some(None), |field| field.date().map(Some));
    let every =
        table.get("verify_every_days").map_or(Some(VERIFY_EVERY_DAYS), |field| field.integer(1..=MAX_DAYS));
    let evidence =
        table.get("evidence").map_or_else(|| Some(BTreeSet::new()), |field| field.distinct(Field::text));
    if let (Some(verified), None) = (table.get("verified_at"), table.get("owner")) {
        let message = format!("`{}` stands without an `owner`", verified.key());
        let help = "name the person who looked: nobody else can vouch for the sentence";
        verified.tell(verified.problem(message).help(help));
        return None;
    }
    Some(Statement {
        domain: domain?,
        text: text?,
        owner: owner?,
        verified_at: verified_at?,
        verify_every_days: every?,
        evidence: evidence?,
    })
}
