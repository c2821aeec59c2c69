//! Writing a receipt, and how it spells names.

use std::fmt::Write as _;

use super::{Receipt, ReceiptVote, VERSION};
use crate::change::{Identity, Stance};
use crate::time::format_instant;

impl Receipt {
    /// The text; whoever calls has checked that a receipt can say it.
    pub(super) fn write(&self) -> String {
        let mut out = String::new();
        let mut line = |key: &str, value: &str| {
            out.push_str(key);
            out.push_str(": ");
            out.push_str(value);
            out.push('\n');
        };
        line("Exboard-Receipt", VERSION);
        line("Pull-Request", &self.pull_request);
        if let Some(login) = &self.opened_by {
            line("Opened-by", login);
        }
        if !self.authors.is_empty() {
            let authors: Vec<String> = self.authors.iter().map(write_identity).collect();
            line("Authors", &authors.join(", "));
        }
        line("Covers", &format!("{}..{}", self.covers.0, self.covers.1));
        line("Merged-at", &format_instant(self.merged_at));
        for (id, digest) in &self.records {
            line("Record", &format!("{id} {digest}"));
        }
        for vote in &self.votes {
            let key = match vote.stance {
                Stance::Approves => "Approved-by",
                Stance::Objects => "Changes-requested-by",
            };
            line(key, &write_vote(vote, self.records.len() == 1));
        }
        out
    }
}

fn write_vote(vote: &ReceiptVote, only_one: bool) -> String {
    let mut out = write_identity(&vote.by);
    let mut part = |word: &str, value: &str| {
        // Writing into a string does not fail.
        let _ = write!(out, "; {word} {value}");
    };
    if let Some(commit) = &vote.commit {
        part("commit", commit);
    }
    for (id, digest) in &vote.digests {
        // Where there is one record, nobody has to be told which.
        if only_one { part("digest", digest) } else { part("digest", &format!("{id} {digest}")) }
    }
    if let Some(at) = vote.at {
        part("at", &format_instant(at));
    }
    if let Some(reference) = &vote.reference {
        let _ = write!(out, "; {reference}");
    }
    out
}

/// `NAME <ADDRESS>`
fn write_identity(identity: &Identity) -> String {
    let name = escape(&identity.name);
    let space = if name.is_empty() { "" } else { " " };
    format!("{name}{space}<{}>", escape(&identity.email))
}

/// Reads what [`write_identity`] writes, and gives the rest of the line.
pub(super) fn read_identity(text: &str) -> Option<(Identity, &str)> {
    let (name, rest) = text.split_once('<')?;
    let (email, rest) = rest.split_once('>')?;
    let name = if name.is_empty() { name } else { name.strip_suffix(' ')? };
    Some((Identity { name: unescape(name)?, email: unescape(email)? }, rest))
}

/// Whether a character cannot stand in a name as it is: it would end the name, the line, or turn the line around.
fn is_escaped(character: char) -> bool {
    character.is_control()
        || matches!(character, '<' | '>' | '\\' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn escape(text: &str) -> String {
    let last = text.char_indices().next_back().map(|(at, _)| at);
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        // Blanks at the ends would be lost on whoever trims.
        let at_end = at == 0 || Some(at) == last;
        if is_escaped(character) || at_end && character.is_whitespace() {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

/// `\u{a}`, and every other character for itself.
fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        let (digits, after) = escaped.strip_prefix("u{")?.split_once('}')?;
        out.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}
