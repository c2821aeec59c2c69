//! The trailers of a commit message, as git sees them.
//!
//! What git shows under `%(trailers)` is what people see and what other tools count, so this follows git line by line:
//! where the block begins, that a quarter of its lines is enough beside a `Signed-off-by`, what continues a line. A line
//! `---` ends no message: what is read here comes out of a commit (`git interpret-trailers --no-divider`).

use super::Identity;

/// A trailer: `token: value`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trailer {
    /// What stands before the colon.
    pub token: String,
    /// What stands behind it, on one line.
    pub value: String,
}

impl Trailer {
    /// Whether it is one of that token, whatever the case.
    #[must_use]
    pub fn is(&self, token: &str) -> bool {
        self.token.eq_ignore_ascii_case(token)
    }

    /// The value as `NAME <ADDRESS>`; `None` where it is none.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        let (name, rest) = self.value.split_once('<')?;
        let email = rest.trim_end().strip_suffix('>')?;
        let fine = !email.trim().is_empty() && !email.contains(['<', '>']);
        fine.then(|| Identity { name: name.trim().to_owned(), email: email.trim().to_owned() })
    }
}

/// What git itself adds to messages: beside one of these a block may hold other lines too.
const GENERATED: [&[u8]; 2] = [b"Signed-off-by: ", b"(cherry picked from commit "];

/// Below this line `git commit -v` shows the difference.
const SCISSORS: &[u8] = b"# ------------------------ >8 ------------------------\n";

/// The trailers of a message. Takes time in proportion to its length.
#[must_use]
pub fn trailers(message: &str) -> Vec<Trailer> {
    let bytes = message.as_bytes();
    // What git reads is a text of C.
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let mut text = bytes.to_vec();
    if text.last().is_some_and(|last| *last != b'\n') {
        text.push(b'\n');
    }
    let end = text.len() - ignored_at_end(&text);
    let text = text.get(..end).unwrap_or_default();
    let block = text.get(block_start(text)..).unwrap_or_default();
    // Lines with those that continue them.
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut open = false;
    for line in block.split_inclusive(|byte| *byte == b'\n') {
        match lines.last_mut() {
            Some(last) if open && is_space(line.first()) => last.extend_from_slice(line),
            _ => {
                open = separator(line).is_some_and(|at| at > 0);
                lines.push(line.to_vec());
            }
        }
    }
    lines.iter().filter(|line| line.first() != Some(&b'#')).filter_map(|line| read(line)).collect()
}

fn read(line: &[u8]) -> Option<Trailer> {
    let at = separator(line).filter(|at| *at > 0)?;
    let (token, value) = line.split_at_checked(at)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(trim(bytes)).into_owned();
    let value = unfold(trim(value.get(1..)?));
    Some(Trailer { token: text(token), value: text(&value) })
}

/// A line end and the space behind it are one space.
fn unfold(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut folded = false;
    for byte in value {
        if folded && is_space(Some(byte)) {
            continue;
        }
        folded = *byte == b'\n';
        out.push(if folded { b' ' } else { *byte });
    }
    out
}

/// Where the first colon stands, if only letters, digits, `-`, and blanks after them come before it.
fn separator(line: &[u8]) -> Option<usize> {
    let mut blank = false;
    for (at, byte) in line.iter().enumerate() {
        match byte {
            b':' => return Some(at),
            b'-' if !blank => {}
            b' ' | b'\t' if at > 0 => blank = true,
            byte if !blank && byte.is_ascii_alphanumeric() => {}
            _ => return None,
        }
    }
    None
}

/// Where the block of trailers begins; the end of the text where there is none.
fn block_start(text: &[u8]) -> usize {
    let title = title_end(text);
    let (mut trailers, mut others, mut continuations) = (0_usize, 0_usize, 0_usize);
    let (mut only_blank, mut generated) = (true, false);
    let mut end = text.len();
    for line in text.split_inclusive(|byte| *byte == b'\n').rev() {
        let start = end - line.len();
        if start < title {
            break;
        }
        let next = std::mem::replace(&mut end, start);
        if line.first() == Some(&b'#') {
            others += std::mem::take(&mut continuations);
        } else if is_blank(line) {
            if only_blank {
                continue;
            }
            others += continuations;
            let enough = if generated { trailers * 3 >= others } else { trailers > 0 && others == 0 };
            return if enough { next } else { text.len() };
        } else {
            only_blank = false;
            if GENERATED.iter().any(|prefix| line.starts_with(prefix)) {
                (trailers, continuations, generated) = (trailers + 1, 0, true);
            } else if is_space(line.first()) {
                continuations += 1;
            } else if separator(line).is_some_and(|at| at > 0) {
                (trailers, continuations) = (trailers + 1, 0);
            } else {
                others += 1 + std::mem::take(&mut continuations);
            }
        }
    }
    text.len()
}

/// Where the first paragraph ends: it is the title, and holds no trailers.
fn title_end(text: &[u8]) -> usize {
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line.first() != Some(&b'#') && is_blank(line) {
            break;
        }
        at += line.len();
    }
    at
}

/// How many bytes at the end are comments, blank lines and the list of conflicts that old versions of git wrote.
fn ignored_at_end(text: &[u8]) -> usize {
    let cutoff = scissors(text);
    // Zero is none: what is ignored from the very first byte on, git does not ignore.
    let (mut start, mut at) = (0, 0);
    let mut in_conflicts = false;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if at >= cutoff {
            break;
        }
        if matches!(line.first(), Some(b'#' | b'\n')) {
            if start == 0 {
                start = at;
            }
        } else if line == b"Conflicts:\n" {
            in_conflicts = true;
            if start == 0 {
                start = at;
            }
        } else if !(in_conflicts && line.first() == Some(&b'\t')) && start > 0 {
            (start, in_conflicts) = (0, false);
        }
        at += line.len();
    }
    text.len() - if start > 0 { start } else { cutoff }
}

fn scissors(text: &[u8]) -> usize {
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line == SCISSORS {
            return at;
        }
        at += line.len();
    }
    text.len()
}

/// What git takes for space.
fn is_space(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b' ' | b'\t' | b'\n' | b'\r'))
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| is_space(Some(byte)))
}

fn trim(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| !is_space(Some(byte))).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| !is_space(Some(byte))).map_or(start, |at| at + 1);
    bytes.get(start..end).unwrap_or_default()
}
