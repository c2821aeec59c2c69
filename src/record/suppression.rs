//! Suppressions: comments in a record that hide one rule's findings on one field for a while.
//!
//! Only the syntax is read here, and the field that a comment stands above. Whether the rule is known, may be hidden
//! and until when is for the rules to say; what a vote covers needs to know none of that.

use crate::finding::closest;
use crate::source::Span;
use crate::time::{Date, parse_date};
use crate::yaml::{Comment, Document, Node, Style, child_pointer};

/// How a suppression is written.
pub const FORM: &str = "# exboard: allow(RULE) until=YYYY-MM-DD reason=\"…\"";

/// A comment that is a suppression, or was meant to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression<'a> {
    /// The comment.
    pub span: Span,
    /// JSON pointer of the field on the line below (or below the comments there); absent where there is none.
    pub field: Option<String>,
    /// What it says.
    pub says: Result<Allow<'a>, Slip>,
}

/// What a well-formed suppression says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allow<'a> {
    /// The rule that it hides.
    pub rule: &'a str,
    /// Where the rule's name stands.
    pub rule_span: Span,
    /// The last day on which it hides anything.
    pub until: Date,
    /// Where that day stands.
    pub until_span: Span,
    /// Why.
    pub reason: &'a str,
    /// Where the reason stands, with its quotes.
    pub reason_span: Span,
}

/// Why a comment that was meant to be a suppression is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
}

/// The suppressions of a record, in the order of the text.
#[must_use]
pub fn suppressions(document: &Document) -> Vec<Suppression<'_>> {
    let mut found = Vec::new();
    for (comment, below) in lines_below(document) {
        let text = document.source().slice(comment.span).trim_end();
        if !is_meant(text) {
            continue;
        }
        let span = Span::new(comment.span.start, comment.span.start + text.len());
        let field = below.and_then(|start| begins_at(document.root()?, "", start, 0));
        let says = match () {
            () if !comment.own_line => Err(Slip {
                span,
                message: "a suppression stands on a line of its own, above the field that it covers"
                    .to_owned(),
            }),
            () => parse(text, span.start),
        };
        found.push(Suppression { span, field, says });
    }
    found
}

/// True for a comment that speaks to this program, or nearly does: one that is misspelt must be told, not passed over.
fn is_meant(text: &str) -> bool {
    let text = text.trim_start_matches('#').trim().to_lowercase();
    let word = |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric()).collect() };
    let first = word(&text);
    let rest = text.get(first.len()..).unwrap_or_default();
    let second = word(rest.trim_start_matches(|c: char| !c.is_alphanumeric()));
    let orders = || closest(&second, ["allow", "ignore", "disable", "suppress"]).is_some();
    let named = || closest(&first, ["exboard"]).is_some();
    (first == "exboard" && rest.trim_start().starts_with([':', '：']))
        || (text.contains(['(', '/']) && named() && orders())
        || (text.contains("until=") && text.contains("reason="))
}

/// Reads the text of a comment that begins at an offset of its source.
fn parse(text: &str, at: usize) -> Result<Allow<'_>, Slip> {
    let mut rest = Rest { text, at };
    rest.take("#")?;
    rest.blanks();
    rest.take("exboard:")?;
    rest.blanks();
    rest.take("allow(")?;
    let (rule, rule_span) = rest.until(&[')'], "the name of a rule")?;
    rest.take(")")?;
    rest.some_blanks("until=")?;
    rest.take("until=")?;
    let (until, until_span) = rest.until(&[' ', '\t'], "a day")?;
    let until = parse_date(until).ok_or_else(|| Slip {
        span: until_span,
        message: format!("`{until}` is not a day of the calendar, written YYYY-MM-DD"),
    })?;
    rest.some_blanks("reason=\"…\"")?;
    rest.take("reason=\"")?;
    let (reason, inner) = rest.until(&['"'], "a reason")?;
    rest.take("\"")?;
    rest.blanks();
    let reason_span = Span::new(inner.start.saturating_sub(1), inner.end + 1);
    if !rest.text.is_empty() {
        return Err(rest.slip(format!("`{}` stands after the end of the suppression", rest.text)));
    }
    if reason.trim().is_empty() {
        return Err(Slip { span: reason_span, message: "the suppression gives no reason".to_owned() });
    }
    Ok(Allow { rule: rule.trim(), rule_span, until, until_span, reason: reason.trim(), reason_span })
}

/// What is left of a comment, and the offset where that begins.
struct Rest<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Rest<'a> {
    fn advance(&mut self, by: usize) -> (&'a str, Span) {
        let (taken, rest) = self.text.split_at_checked(by).unwrap_or((self.text, ""));
        let span = Span::new(self.at, self.at + taken.len());
        self.text = rest;
        self.at = span.end;
        (taken, span)
    }

    fn slip(&self, message: String) -> Slip {
        Slip { span: Span::new(self.at, self.at + self.text.len()), message }
    }

    fn take(&mut self, wanted: &str) -> Result<(), Slip> {
        if self.text.starts_with(wanted) {
            self.advance(wanted.len());
            return Ok(());
        }
        let found = self.text.split(char::is_whitespace).next().unwrap_or_default();
        Err(Slip {
            span: Span::new(self.at, self.at + found.len()),
            message: match found.char_indices().nth(40) {
                _ if found.is_empty() => format!("the suppression ends where `{wanted}` should stand"),
                None => format!("`{wanted}` should stand where `{found}` does"),
                Some((at, _)) => {
                    let start = found.get(..at).unwrap_or_default();
                    format!("`{wanted}` should stand where `{start}…` does")
                }
            },
        })
    }

    fn blanks(&mut self) -> usize {
        let blanks = self.text.len() - self.text.trim_start_matches([' ', '\t']).len();
        self.advance(blanks);
        blanks
    }

    fn some_blanks(&mut self, before: &str) -> Result<(), Slip> {
        if self.blanks() > 0 || self.text.is_empty() {
            return Ok(());
        }
        Err(self.slip(format!("a space should stand before `{before}`")))
    }

    /// All up to one of some characters, which is left.
    fn until(&mut self, ends: &[char], what: &str) -> Result<(&'a str, Span), Slip> {
        let len = self.text.find(ends).unwrap_or(self.text.len());
        if len == 0 && !ends.contains(&'"') {
            return Err(self.slip(format!("{what} is missing")));
        }
        Ok(self.advance(len))
    }
}

/// Every comment, and for one on a line of its own where the line below it begins. Comments in between count for the
/// same line; a blank line parts them from it.
fn lines_below(document: &Document) -> Vec<(Comment, Option<usize>)> {
    let text = document.source().text();
    let mut lines: Vec<(Comment, Option<usize>)> = Vec::new();
    // From the end, so that each looks at one line only.
    for comment in document.comments().iter().rev() {
        let next = lines.last().filter(|(next, _)| next.own_line);
        let below = line_after(text, comment.span.end).filter(|_| comment.own_line);
        let below = match below.map(|start| (start, text.get(start..).and_then(|rest| rest.chars().next()))) {
            Some((start, Some('#'))) => {
                next.filter(|(next, _)| next.span.start == start).and_then(|next| next.1)
            }
            Some((start, Some(first))) if first != '\n' && first != '\r' => Some(start),
            _ => None,
        };
        lines.push((*comment, below));
    }
    lines.reverse();
    lines
}

/// Where the line after an offset begins, its indentation left out.
fn line_after(text: &str, from: usize) -> Option<usize> {
    let line = from + text.get(from..)?.find('\n')? + 1;
    let rest = text.get(line..)?;
    Some(line + rest.len() - rest.trim_start_matches([' ', '\t']).len())
}

/// The outermost field that begins at an offset: its key does, or its dash in a list, or else itself. `from` is where
/// a node's own signs (the dashes of a list) may begin at the earliest.
fn begins_at(node: Node<'_>, pointer: &str, at: usize, from: usize) -> Option<String> {
    for entry in node.entries() {
        let child = || child_pointer(pointer, entry.key);
        if entry.key_span.start == at {
            return Some(child());
        }
        if entry.key_span.end <= at && at <= entry.value.span().end {
            return begins_at(entry.value, &child(), at, entry.key_span.end);
        }
    }
    let mut from = from;
    for (index, item) in node.items().enumerate() {
        let span = item.span();
        let child = || child_pointer(pointer, &index.to_string());
        let dashed = node.style() == Style::Block && from <= at && at < span.start;
        if dashed || (span.start == at && item.entries().len() == 0 && item.items().len() == 0) {
            return Some(child());
        }
        if span.start <= at && at <= span.end {
            return begins_at(item, &child(), at, span.start);
        }
        from = span.end;
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::Source;
    use crate::yaml;

    fn read(text: &str) -> Vec<(Option<String>, Result<String, String>)> {
        let parsed = yaml::parse(Arc::new(Source::new("a.yaml", text)));
        assert_eq!(parsed.problems, []);
        suppressions(&parsed.document)
            .into_iter()
            .map(|one| {
                let says = one.says.map(|allow| format!("{} {} {}", allow.rule, allow.until, allow.reason));
                (one.field, says.map_err(|slip| slip.message))
            })
            .collect()
    }

    const ALLOW: &str = "# exboard: allow(a/b) until=2026-05-20 reason=\"why not\"";

    #[test]
    fn a_suppression_covers_the_field_on_the_line_below() {
        for (text, field) in [
            ("a: 1\n@\nb: 2\n", Some("/b")),
            ("@\na: 1\n", Some("/a")),
            ("a: 1\n@\n# more\n# and more\nb: 2\n", Some("/b")),
            ("a: 1\n@\n\nb: 2\n", None),
            ("a:\n@\n\n- b: 2\n", None),
            ("a: 1\n@\n", None),
            ("a: 1\n@", None),
            ("a: 1\r\n@\r\nb: 2\r\n", Some("/b")),
            ("a:\n  @\n  b: 2\n", Some("/a/b")),
            ("a:\n  @\n  - b: 2\n    c: 3\n  - d: 4\n", Some("/a/0")),
            ("a:\n- b: 2\n  @\n  c: 3\n- d: 4\n", Some("/a/0/c")),
            ("a:\n- b: 2\n  c: 3\n@\n- d: 4\n", Some("/a/1")),
            ("a:\n  - one\n  @\n  - two\n", Some("/a/1")),
            ("a:\n  - - one\n  @\n  - - two\n", Some("/a/1")),
            ("a:\n  -\n    @\n    b: 2\n", Some("/a/0/b")),
            ("a: [\n  one\n  @\n  , two\n  ]\n", None),
            ("a: [\n  one,\n  @\n  two,\n  ]\n", Some("/a/1")),
            ("a: {b: 1,\n  @\n  c: 2}\n", Some("/a/c")),
            ("a/b:\n  @\n  \"c~d\": 3\n", Some("/a~1b/c~0d")),
        ] {
            let found = read(&text.replace('@', ALLOW));
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].0.as_deref(), field, "{text}");
            assert_eq!(found[0].1, Ok("a/b 2026-05-20 why not".to_owned()), "{text}");
        }
        let stacked = read(&format!("{ALLOW}\n{ALLOW}\na: 1\n"));
        assert_eq!(stacked.len(), 2);
        assert!(stacked.iter().all(|(field, _)| field.as_deref() == Some("/a")));
    }

    #[test]
    fn what_was_meant_as_one_is_told_with_what_is_wrong() {
        for (comment, message) in [
            (
                "# exboard allow(a/b) until=2026-05-20 reason=\"x\"",
                "`exboard:` should stand where `exboard` does",
            ),
            (
                "#exboard: alow(a/b) until=2026-05-20 reason=\"x\"",
                "`allow(` should stand where `alow(a/b)` does",
            ),
            ("# Exboard: allow(a/b)", "`exboard:` should stand where `Exboard:` does"),
            ("# exbord: allow(a/b)", "`exboard:` should stand where `exbord:` does"),
            ("# exboard: ignore a/b", "`allow(` should stand where `ignore` does"),
            ("# allow(a/b) until=2026-05-20 reason=\"x\"", "`exboard:` should stand where `allow(a/b)` does"),
            ("# exboard: allow()", "the name of a rule is missing"),
            ("# exboard: allow(a/b)", "the suppression ends where `until=` should stand"),
            ("# exboard: allow(a/b)until=2026-05-20", "a space should stand before `until=`"),
            ("# exboard: allow(a/b) reason=\"x\"", "`until=` should stand where `reason=\"x\"` does"),
            (
                "# exboard: allow(a/b) until=2026-02-30 reason=\"x\"",
                "`2026-02-30` is not a day of the calendar, written YYYY-MM-DD",
            ),
            ("# exboard: allow(a/b) until=2026-05-20", "the suppression ends where `reason=\"` should stand"),
            (
                "# exboard: allow(a/b) until=2026-05-20 reason=x",
                "`reason=\"` should stand where `reason=x` does",
            ),
            (
                "# exboard: allow(a/b) until=2026-05-20 reason=\"x",
                "the suppression ends where `\"` should stand",
            ),
            ("# exboard: allow(a/b) until=2026-05-20 reason=\" \"", "the suppression gives no reason"),
            ("# exboard: allow(a/b) until=2026-05-20 reason=\"\"", "the suppression gives no reason"),
            (
                "# exboard: allow(a/b) until=2026-05-20 reason=\"x\" and so on",
                "`and so on` stands after the end of the suppression",
            ),
        ] {
            let found = read(&format!("{comment}\na: 1\n"));
            assert_eq!(found, [(Some("/a".to_owned()), Err(message.to_owned()))], "{comment}");
        }
        for (comment, wrong) in [
            ("# exboard: ignore a/b", "ignore"),
            ("# exboard: allow(a/b) until=2026-02-30 reason=\"x\"", "2026-02-30"),
            ("# exboard: allow(a/b) until=2026-05-20 reason=x", "reason=x"),
            ("# exboard: allow(a/b) until=2026-05-20 reason=\" \"", "\" \""),
            ("# exboard: allow(a/b) until=2026-05-20 reason=\"x\" and so on", "and so on"),
        ] {
            let parsed = yaml::parse(Arc::new(Source::new("a.yaml", format!("{comment}\na: 1\n"))));
            let says = suppressions(&parsed.document).remove(0).says;
            assert_eq!(parsed.document.source().slice(says.unwrap_err().span), wrong, "{comment}");
        }
        let trailing = read(&format!("a: 1 {ALLOW}\nb: 2\n"));
        assert!(
            trailing[0].0.is_none()
                && trailing[0].1.as_ref().is_err_and(|slip| slip.contains("line of its own"))
        );
    }

    #[test]
    fn prose_is_prose() {
        for comment in [
            "# exboard is what judges this",
            "# the board allows (for now) what the policy forbids",
            "# wrong: exboard: allow(x) is quoted here",
            "# yaml-language-server: $schema=exboard.json",
            "# expires: allow 3 days (or 4)",
            "# exboard ignores what is free",
            "# see (allow) below",
            "#",
        ] {
            assert_eq!(read(&format!("{comment}\na: 1\n")), [], "{comment}");
        }
    }
}
