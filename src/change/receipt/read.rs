//! Reading a receipt: line by line, and only as it would be written.

use super::line::read_identity;
use super::{MAX_RECEIPT_BYTES, Receipt, ReceiptError, ReceiptVote, Reference, VERSION};
use crate::change::{Identity, Stance};
use crate::time::{Instant, parse_time};

/// The lines that are left, with the number of the next one.
struct Lines<'a> {
    lines: std::iter::Peekable<std::str::Split<'a, char>>,
    number: usize,
}

type Read<T> = Result<T, ReceiptError>;

pub(super) fn read(text: &str) -> Read<Receipt> {
    if text.len() > MAX_RECEIPT_BYTES {
        let message = format!("a receipt has at most {} KiB, and this has more", MAX_RECEIPT_BYTES / 1024);
        return Err(ReceiptError::Whole(message));
    }
    let Some(body) = text.strip_suffix('\n') else {
        return Err(ReceiptError::Whole("the last line of a receipt has an end".to_owned()));
    };
    let mut lines = Lines { lines: body.split('\n').peekable(), number: 1 };
    match lines.need("Exboard-Receipt", Some)? {
        VERSION => {}
        other => {
            let message = format!("version `{}` is not known, only {VERSION}", other.escape_debug());
            return Err(ReceiptError::Line { line: 1, message });
        }
    }
    let pull_request = lines.need("Pull-Request", |value| Some(value.to_owned()))?;
    let opened_by = lines.have("Opened-by", |value| Some(value.to_owned()))?;
    let authors = lines.have("Authors", read_authors)?.unwrap_or_default();
    let covers = lines.need("Covers", |value| {
        value.split_once("..").map(|(base, head)| (base.to_owned(), head.to_owned()))
    })?;
    let merged_at = lines.need("Merged-at", read_time)?;
    let mut records = Vec::new();
    while let Some(record) = lines.have("Record", read_digest)? {
        records.push(record);
    }
    let only = match records.as_slice() {
        [(id, _)] => Some(id.as_str()),
        _ => None,
    };
    let mut votes = Vec::new();
    while lines.lines.peek().is_some() {
        votes.push(lines.vote(only)?);
    }
    Ok(Receipt { pull_request, opened_by, authors, covers, merged_at, records, votes })
}

impl<'a> Lines<'a> {
    /// The value of the next line, if it has that key.
    fn value(&mut self, key: &str) -> Option<&'a str> {
        let is_it = |line: &&str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(": "));
        let line = self.lines.next_if(is_it)?;
        self.number += 1;
        line.split_once(": ").map(|(_, value)| value)
    }

    fn have<T>(&mut self, key: &str, read: impl Fn(&'a str) -> Option<T>) -> Read<Option<T>> {
        let line = self.number;
        let Some(value) = self.value(key) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| ReceiptError::Line {
            line,
            message: format!("`{}` is no value of `{key}`", value.escape_debug()),
        })
    }

    fn need<T>(&mut self, key: &str, read: impl Fn(&'a str) -> Option<T>) -> Read<T> {
        match self.have(key, read)? {
            Some(value) => Ok(value),
            None => Err(self.unexpected(&format!("`{key}: …`"))),
        }
    }

    fn vote(&mut self, only: Option<&str>) -> Read<ReceiptVote> {
        for (key, stance) in [("Approved-by", Stance::Approves), ("Changes-requested-by", Stance::Objects)] {
            if let Some(vote) = self.have(key, |value| read_vote(value, stance, only))? {
                return Ok(vote);
            }
        }
        Err(self.unexpected("`Approved-by: …` or `Changes-requested-by: …`"))
    }

    fn unexpected(&mut self, expected: &str) -> ReceiptError {
        let message = match self.lines.peek() {
            Some(line) => format!("expected {expected}, found `{}`", line.escape_debug()),
            None => format!("expected {expected}, and the receipt is over"),
        };
        ReceiptError::Line { line: self.number, message }
    }
}

/// `NAME <ADDRESS>, NAME <ADDRESS>`
fn read_authors(text: &str) -> Option<Vec<Identity>> {
    let mut authors = Vec::new();
    let mut rest = text;
    loop {
        let (author, after) = read_identity(rest)?;
        authors.push(author);
        if after.is_empty() {
            return Some(authors);
        }
        rest = after.strip_prefix(", ")?;
    }
}

fn read_time(text: &str) -> Option<Instant> {
    parse_time(text).map(|time| time.to_utc())
}

/// `ID DIGEST`
fn read_digest(text: &str) -> Option<(String, String)> {
    text.split_once(' ').map(|(id, digest)| (id.to_owned(), digest.to_owned()))
}

/// `NAME <ADDRESS>; commit ID; digest DIGEST; at TIME; review NUMBER`, of which all but the first may be absent.
fn read_vote(text: &str, stance: Stance, only: Option<&str>) -> Option<ReceiptVote> {
    let (by, rest) = read_identity(text)?;
    let mut vote = ReceiptVote { by, stance, commit: None, digests: Vec::new(), at: None, reference: None };
    if rest.is_empty() {
        return Some(vote);
    }
    // In what order they stand, and which may be repeated, writing the receipt again shows.
    for part in rest.strip_prefix("; ")?.split("; ") {
        let (word, value) = part.split_once(' ')?;
        match word {
            "commit" => vote.commit = Some(value.to_owned()),
            "digest" => vote.digests.push(match only {
                Some(id) => (id.to_owned(), value.to_owned()),
                None => read_digest(value)?,
            }),
            "at" => vote.at = Some(read_time(value)?),
            "review" => vote.reference = Some(Reference::Review(value.parse().ok()?)),
            "signature" => vote.reference = Some(Reference::Signature(value.to_owned())),
            _ => return None,
        }
    }
    Some(vote)
}
