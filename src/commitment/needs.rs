//! What a text must contain for a pattern to match in it: pieces of text, all or any of them.
//!
//! It is read off the parsed pattern, so it holds by construction: a text without them has no match. Reading it takes
//! about as long as compiling, so that of the built-in patterns lies in a file (`built_in.rs`).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use regex_syntax::hir::{Capture, Class, Hir, HirKind, Repetition};

use super::classes::CLASSES;
use super::words::{self, PLACE};

/// What a text must contain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Needs {
    /// Nothing that is known: every text may match.
    Nothing,
    /// These characters.
    Text(Cow<'static, str>),
    /// A digit.
    Digit,
    /// What a word class needs, by its index in the table.
    Class(usize),
    /// All of these.
    All(Vec<Needs>),
    /// One of these at least.
    Any(Vec<Needs>),
}

/// Shortest text worth looking for, in bytes.
const SHORTEST: usize = 2;
/// Most texts that follow from putting alternatives next to each other.
const MOST: usize = 16;
/// Most characters of a class that are texts of their own.
const MOST_CHARACTERS: usize = 8;
/// Marks of the written form; a text has none of them.
const MARKS: [char; 10] = ['[', ']', '<', '>', '{', '}', '|', '*', '#', '\n'];

impl Needs {
    /// What an ASCII text must contain for a pattern to match in it. Of a pattern that does not parse, nothing is
    /// known.
    pub(super) fn of(pattern: &str) -> Needs {
        if pattern.contains(PLACE) {
            return Needs::Nothing;
        }
        let parsed = words::with_places(pattern).ok().and_then(|text| regex_syntax::parse(&text).ok());
        parsed.map_or(Needs::Nothing, |hir| Found::of(&hir).needs())
    }

    fn all(parts: impl IntoIterator<Item = Needs>) -> Needs {
        let parts: BTreeSet<Needs> = parts.into_iter().filter(|part| *part != Needs::Nothing).collect();
        one_or(parts, Needs::All).unwrap_or(Needs::Nothing)
    }

    fn any(parts: impl IntoIterator<Item = Needs>) -> Needs {
        let mut flat = BTreeSet::new();
        for part in parts {
            match part {
                Needs::Nothing => return Needs::Nothing,
                Needs::Any(parts) => flat.extend(parts),
                part => {
                    flat.insert(part);
                }
            }
        }
        // Who contains "certified" contains "certif".
        let texts: Vec<String> = flat.iter().filter_map(Needs::text).map(str::to_owned).collect();
        flat.retain(|part| {
            let longer =
                |text: &str| texts.iter().any(|other| other != text && text.contains(other.as_str()));
            !part.text().is_some_and(longer)
        });
        one_or(flat, Needs::Any).unwrap_or(Needs::Nothing)
    }

    fn text(&self) -> Option<&str> {
        match self {
            Needs::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Reads the written form.
    pub(super) fn parse(text: &'static str) -> Option<Needs> {
        let (needs, rest) = parse(text)?;
        rest.is_empty().then_some(needs)
    }
}

/// What stands alone, or several in their wrapping; `None` for none.
fn one_or(parts: BTreeSet<Needs>, wrap: fn(Vec<Needs>) -> Needs) -> Option<Needs> {
    let mut parts: Vec<Needs> = parts.into_iter().collect();
    if parts.len() > 1 { Some(wrap(parts)) } else { parts.pop() }
}

/// `will` is a text, `#` a digit, `{future}` a class, `<a|b>` both, `[a|b]` either, `*` nothing.
impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, parts, close) = match self {
            Needs::Nothing => return f.write_str("*"),
            Needs::Digit => return f.write_str("#"),
            Needs::Text(text) => return f.write_str(text),
            Needs::Class(index) => {
                let name = CLASSES.get(*index).map_or("", |(name, _)| name);
                return write!(f, "{{{name}}}");
            }
            Needs::All(parts) => ('<', parts, '>'),
            Needs::Any(parts) => ('[', parts, ']'),
        };
        for (index, part) in parts.iter().enumerate() {
            write!(f, "{}{part}", if index == 0 { open } else { '|' })?;
        }
        write!(f, "{close}")
    }
}

fn parse(text: &'static str) -> Option<(Needs, &'static str)> {
    let (open, inside) = (text.chars().next()?, text.get(1..).unwrap_or_default());
    let (close, wrap): (char, fn(Vec<Needs>) -> Needs) = match open {
        '*' => return Some((Needs::Nothing, inside)),
        '#' => return Some((Needs::Digit, inside)),
        '{' => {
            let (name, rest) = inside.split_once('}')?;
            return Some((Needs::Class(class_index(name)?), rest));
        }
        '<' => ('>', Needs::All),
        '[' => (']', Needs::Any),
        _ => {
            let end = text.find(MARKS).unwrap_or(text.len());
            let (piece, rest) = text.split_at_checked(end).filter(|(piece, _)| !piece.is_empty())?;
            return Some((Needs::Text(Cow::Borrowed(piece)), rest));
        }
    };
    let (mut parts, mut rest) = (Vec::new(), inside);
    loop {
        let (part, after) = parse(rest)?;
        parts.push(part);
        match after.strip_prefix('|') {
            Some(next) => rest = next,
            None => return Some((wrap(parts), after.strip_prefix(close)?)),
        }
    }
}

fn class_index(name: &str) -> Option<usize> {
    CLASSES.binary_search_by_key(&name, |(known, _)| known).ok()
}

/// What is known of the texts that a part of a pattern matches.
enum Found {
    /// All of them.
    Texts(BTreeSet<String>),
    /// What each of them contains.
    Needs(Needs),
}

impl Found {
    fn needs(self) -> Needs {
        match self {
            Found::Needs(needs) => needs,
            Found::Texts(texts) => Needs::any(texts.iter().map(|text| piece(text))),
        }
    }

    fn of(hir: &Hir) -> Found {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Found::empty(),
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) => Found::Texts(BTreeSet::from([text.to_owned()])),
                Err(_) => Found::Needs(Needs::Nothing),
            },
            HirKind::Class(class) => Found::one_of(class),
            HirKind::Capture(capture) => match place(capture) {
                Some(index) => Found::Needs(Needs::Class(index)),
                None => Found::of(&capture.sub),
            },
            HirKind::Repetition(repetition) => Found::repeated(repetition),
            HirKind::Concat(parts) => Found::joined(parts),
            HirKind::Alternation(parts) => Found::either(parts),
        }
    }

    fn empty() -> Found {
        Found::Texts(BTreeSet::from([String::new()]))
    }

    /// One character of the class, and an ASCII one.
    fn one_of(class: &Class) -> Found {
        let ranges: Vec<(u32, u32)> = match class {
            Class::Unicode(class) => {
                class.iter().map(|range| (range.start().into(), range.end().into())).collect()
            }
            Class::Bytes(class) => {
                class.iter().map(|range| (range.start().into(), range.end().into())).collect()
            }
        };
        let holds = |byte: &u8| ranges.iter().any(|(start, end)| (*start..=*end).contains(&u32::from(*byte)));
        let bytes: Vec<u8> = (0..=0x7F).filter(holds).collect();
        match bytes.len() {
            0 => Found::Needs(Needs::Nothing),
            1..=MOST_CHARACTERS => {
                Found::Texts(bytes.into_iter().map(|byte| char::from(byte).to_string()).collect())
            }
            _ if bytes.iter().all(u8::is_ascii_digit) => Found::Needs(Needs::Digit),
            _ => Found::Needs(Needs::Nothing),
        }
    }

    fn repeated(repetition: &Repetition) -> Found {
        match (repetition.min, repetition.max, Found::of(&repetition.sub)) {
            (1, Some(1), found) => found,
            (0, Some(1), Found::Texts(mut texts)) => {
                texts.insert(String::new());
                Found::Texts(texts)
            }
            (0, ..) => Found::Needs(Needs::Nothing),
            (_, _, found) => Found::Needs(found.needs()),
        }
    }

    fn either(parts: &[Hir]) -> Found {
        let found: Vec<Found> = parts.iter().map(Found::of).collect();
        if found.iter().all(|found| matches!(found, Found::Texts(_))) {
            let texts = |found| if let Found::Texts(texts) = found { texts } else { BTreeSet::new() };
            return Found::Texts(found.into_iter().flat_map(texts).collect());
        }
        Found::Needs(Needs::any(found.into_iter().map(Found::needs)))
    }

    fn joined(parts: &[Hir]) -> Found {
        let mut needs = Vec::new();
        let mut run = BTreeSet::from([String::new()]);
        for part in parts {
            match Found::of(part) {
                Found::Texts(texts)
                    if run.len() == 1 || texts.len() == 1 || run.len() * texts.len() <= MOST =>
                {
                    run = run.iter().flat_map(|a| texts.iter().map(move |b| format!("{a}{b}"))).collect();
                }
                Found::Texts(texts) => {
                    needs.push(Found::Texts(std::mem::replace(&mut run, texts)).needs());
                }
                Found::Needs(part) => {
                    let before = std::mem::replace(&mut run, BTreeSet::from([String::new()]));
                    needs.extend([Found::Texts(before).needs(), part]);
                }
            }
        }
        if needs.is_empty() {
            return Found::Texts(run);
        }
        needs.push(Found::Texts(run).needs());
        Found::Needs(Needs::all(needs))
    }
}

/// The longest piece of a text that has no mark in it.
fn piece(text: &str) -> Needs {
    let longest = text.split(MARKS).max_by_key(|piece| piece.len()).unwrap_or_default();
    match longest.len() >= SHORTEST {
        true => Needs::Text(Cow::Owned(longest.to_owned())),
        false => Needs::Nothing,
    }
}

/// The class in whose place a group stands.
fn place(capture: &Capture) -> Option<usize> {
    class_index(capture.name.as_deref()?.strip_prefix(PLACE)?.rsplit_once('_')?.0)
}
