//! Patterns as people write them, compiled: word classes written out, line breaks taken out.

use regex::{Regex, RegexBuilder};

use super::classes::CLASSES;

/// Bytes that one compiled pattern may take. Far above what the default patterns need.
const SIZE_LIMIT: usize = 4 << 20;
/// Classes that hold classes that hold classes; a bound, so that a table entry can't loop.
const DEPTH: usize = 5;
/// How a class's place is called in a pattern where it is not written out.
pub(super) const PLACE: &str = "class_";

/// Compiles a pattern after writing its word classes out.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    let written_out = written_out(pattern)?;
    RegexBuilder::new(&written_out).size_limit(SIZE_LIMIT).build().map_err(|error| {
        // The library shows the pattern as written out, which nobody wrote, and the reason on the last line.
        let message = error.to_string();
        message.rsplit("error: ").next().unwrap_or(&message).trim().to_owned()
    })
}

/// The pattern with each class as an empty group that has its name and a number. Short classes are written out: what
/// follows in the pattern ends their words.
pub(super) fn with_places(pattern: &str) -> Result<String, String> {
    const SHORT: usize = 256;
    let mut count = 0;
    let expanded = expand(pattern, &mut |name| {
        count += 1;
        match class(name)? {
            text if text.len() < SHORT && !text.contains('{') => Ok(format!("(?:{text})")),
            _ => Ok(format!("(?<{PLACE}{name}_{count}>)")),
        }
    });
    Ok(unbroken(&expanded?))
}

/// The pattern in one line, with its word classes written out.
pub(super) fn written_out(pattern: &str) -> Result<String, String> {
    Ok(unbroken(&expand(pattern, &mut |name| write_out(name, 0))?))
}

fn write_out(name: &str, depth: usize) -> Result<String, String> {
    if depth >= DEPTH {
        return Err(format!("the word class `{{{name}}}` is nested too deep"));
    }
    Ok(format!("(?:{})", expand(class(name)?, &mut |name| write_out(name, depth + 1))?))
}

/// A pattern in one line: the indentation after a line break is for the eye.
fn unbroken(pattern: &str) -> String {
    pattern.lines().map(str::trim_start).collect()
}

/// The pattern with something in the place of each class.
fn expand(pattern: &str, write: &mut dyn FnMut(&str) -> Result<String, String>) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let name = after.split_once('}').map(|(name, _)| name).filter(|name| is_name(name));
        match name {
            Some(name) if !is_own(before, name) => {
                out.push_str(&write(name)?);
                rest = after.get(name.len() + 1..).unwrap_or_default();
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// True for the braces of the regex language itself: `\p{Greek}`, `\x{20}`, `\b{start}`, `\{`.
fn is_own(before: &str, name: &str) -> bool {
    let escapes = ["\\p", "\\P", "\\x", "\\u", "\\U", "\\"];
    escapes.iter().any(|escape| before.ends_with(escape))
        || ((before.ends_with("\\b") || before.ends_with("\\B")) && matches!(name, "start" | "end"))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase())
}

fn class(name: &str) -> Result<&'static str, String> {
    CLASSES.iter().find(|(known, _)| *known == name).map(|(_, pattern)| *pattern).ok_or_else(|| {
        let known: Vec<String> = CLASSES.iter().map(|(known, _)| format!("{{{known}}}")).collect();
        format!("there is no word class `{{{name}}}`; the classes are {}", known.join(", "))
    })
}
