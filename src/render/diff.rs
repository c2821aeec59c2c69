//! What fixes would change, as git writes a difference: `git apply` takes it.

use std::borrow::Cow;
use std::io::{self, Write};

use similar::{ChangeTag, TextDiff};

use super::text::{LEGACY_COMMAND, no_command};
use super::{Paint, Terminal, safe};

/// A file before and after.
#[derive(Debug, Clone, Copy)]
pub struct Changed<'a> {
    /// Its path.
    pub from: &'a str,
    /// The path that it moves to, or its own.
    pub to: &'a str,
    /// Its text.
    pub before: &'a str,
    /// The text that it will have.
    pub after: &'a str,
}

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// Writes changes as a unified diff. For people, what a terminal would act on is written out; for programs the bytes
/// are those of the files.
///
/// # Errors
/// What `out` answers.
pub fn diff(
    changes: &[Changed<'_>],
    terminal: Terminal,
    for_people: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = Paint { color: terminal.color };
    changes.iter().try_for_each(|change| one(change, paint, for_people, out))
}

fn one(change: &Changed<'_>, paint: Paint, for_people: bool, out: &mut dyn Write) -> io::Result<()> {
    let (from, to) = (path("a/", change.from), path("b/", change.to));
    let mut head = vec![format!("diff --git {from} {to}")];
    if change.from != change.to {
        if change.before == change.after {
            head.push("similarity index 100%".to_owned());
        }
        head.push(format!("rename from {}", path("", change.from)));
        head.push(format!("rename to {}", path("", change.to)));
    }
    if change.before != change.after {
        head.push(format!("--- {}", ended(&from)));
        head.push(format!("+++ {}", ended(&to)));
    }
    for line in head {
        writeln!(out, "{}", paint.strong(&line))?;
    }
    // A carriage return alone ends no line, to git.
    let lines = |text: &'_ str| -> Vec<String> { text.split_inclusive('\n').map(str::to_owned).collect() };
    let (before, after) = (lines(change.before), lines(change.after));
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let after: Vec<&str> = after.iter().map(String::as_str).collect();
    let differences = TextDiff::configure().newline_terminated(true).diff_slices(&before, &after);
    for hunk in differences.unified_diff().context_radius(CONTEXT).iter_hunks() {
        writeln!(out, "{}", hunk.header())?;
        for difference in hunk.iter_changes() {
            let line = difference.value();
            let content = line.strip_suffix('\n').unwrap_or(line);
            let content =
                if for_people { safe(content.trim_end_matches('\r')) } else { Cow::Borrowed(content) };
            let line_of_diff = match difference.tag() {
                ChangeTag::Equal if for_people => no_command(&format!(" {content}")).into_owned(),
                ChangeTag::Equal => format!(" {content}"),
                ChangeTag::Delete => paint.removed(&format!("-{content}")),
                ChangeTag::Insert => paint.added(&format!("+{content}")),
            };
            writeln!(out, "{line_of_diff}")?;
            if !line.ends_with('\n') {
                writeln!(out, "\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}

/// A path as git writes it in a diff: in quotes where it would not be read back as it is, or where GitHub's runner would
/// obey it.
fn path(side: &str, path: &str) -> String {
    let plain = |c: char| !c.is_control() && c != '"' && c != '\\' && !super::is_hidden(c);
    if path.chars().all(plain) && !path.contains(LEGACY_COMMAND) {
        return format!("{side}{path}");
    }
    let mut quoted = format!("\"{side}");
    for character in path.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '[' if quoted.ends_with("##") => quoted.push_str("\\133"),
            plain_one if plain(plain_one) => quoted.push(plain_one),
            other => {
                let mut bytes = [0; 4];
                quoted.extend(other.encode_utf8(&mut bytes).bytes().map(|byte| format!("\\{byte:03o}")));
            }
        }
    }
    quoted.push('"');
    quoted
}

/// After a path with a blank, git ends the name with a tab.
fn ended(path: &str) -> String {
    if path.contains(' ') && !path.starts_with('"') { format!("{path}\t") } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(from: &str, to: &str, before: &str, after: &str, for_people: bool) -> String {
        let terminal = Terminal { color: false, width: 80, unicode: true };
        let mut out = Vec::new();
        diff(&[Changed { from, to, before, after }], terminal, for_people, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn line_endings_and_names_are_what_they_are() {
        let text = shown("x y/é.yaml", "x y/é.yaml", "a: 1\r\nb: \u{202e}2", "a: 2\r\nb: \u{202e}2", false);
        let wanted = "diff --git a/x y/é.yaml b/x y/é.yaml\n--- a/x y/é.yaml\t\n+++ b/x y/é.yaml\t\n\
                      @@ -1,2 +1,2 @@\n-a: 1\r\n+a: 2\r\n b: \u{202e}2\n\\ No newline at end of file\n";
        assert_eq!(text, wanted);
        let text = shown("x", "x", "a: 1\r\nb: \u{202e}2", "a: 2\r\nb: \u{202e}2", true);
        assert!(text.contains("-a: 1\n+a: 2\n b: \\u{202e}2\n"), "{text}");
        let command = shown("x", "x", "a: 1\n::error::x\n", "a: 2\n::error::x\n", true);
        assert!(command.contains("\n \\u{3a}:error::x\n"), "{command}");
        let text = shown("##[error]x", "##[error]x", "a: 1\n", "a: 2\n", false);
        assert!(text.starts_with("diff --git \"a/##\\133error]x\" \"b/##\\133error]x\"\n"), "{text}");
        let text = shown("a\n\"b", "c", "a: 1\n", "a: 1\n", false);
        let wanted = "diff --git \"a/a\\012\\\"b\" b/c\nsimilarity index 100%\nrename from \"a\\012\\\"b\"\nrename to c\n";
        assert_eq!(text, wanted);
    }
}
