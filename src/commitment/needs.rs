//! What a text must contain for a pattern to match in it: pieces of text, all or any of them.
//!
//! It is read off the parsed pattern, so it holds by construction: a text without them has no match. Reading it takes
//! about as long as compiling, so that of the built-in patterns lies in a file (`built_in.rs`).

use std::collections::BTreeSet;
use std::fmt;

use regex_syntax::hir::{Capture, Class, Hir, HirKind, Look, Repetition};

use super::classes::CLASSES;
use super::words::{self, PLACE};

/// What a text must contain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Needs {
    /// Nothing that is known: every text may match.
    Nothing,
    /// These characters. A [`BOUND`] before or after them: a word begins or ends there.
    Text(String),
    /// A digit.
    Digit,
    /// A small letter.
    Letter,
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
pub(super) const fn is_mark(byte: u8) -> bool {
    matches!(byte, b'[' | b']' | b'<' | b'>' | b'{' | b'}' | b'|' | b'*' | b'#' | b'@' | b'\n')
}
/// Where no letter may stand. The ends of a clause are such places too: see `clause::BREAK`.
pub(super) const BOUND: char = '~';

impl Needs {
    /// What an ASCII text must contain for a pattern to match in it. Of a pattern that does not parse, nothing is
    /// known.
    pub(super) fn of(pattern: &str) -> Needs {
        if pattern.contains(PLACE) {
            return Needs::Nothing;
        }
        let parsed = words::with_places(pattern).ok().and_then(|text| regex_syntax::parse(&text).ok());
        parsed.map_or(Needs::Nothing, |hir| Found::of(&hir, false).needs())
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
        // Who has this and that, has that.
        let alone = flat.clone();
        flat.retain(
            |part| !matches!(part, Needs::All(parts) if parts.iter().any(|part| alone.contains(part))),
        );
        one_or(flat, Needs::Any).unwrap_or(Needs::Nothing)
    }

    fn text(&self) -> Option<&str> {
        match self {
            Needs::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// What stands alone, or several in their wrapping; `None` for none.
fn one_or(parts: BTreeSet<Needs>, wrap: fn(Vec<Needs>) -> Needs) -> Option<Needs> {
    let mut parts: Vec<Needs> = parts.into_iter().collect();
    if parts.len() > 1 { Some(wrap(parts)) } else { parts.pop() }
}

/// `will` is a text, `~will~` a word, `#` a digit, `@` a letter, `{future}` a class, `<a|b>` both, `[a|b]` either, `*` nothing.
impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, parts, close) = match self {
            Needs::Nothing => return f.write_str("*"),
            Needs::Digit => return f.write_str("#"),
            Needs::Letter => return f.write_str("@"),
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

/// The index of a class in the table.
pub(super) fn class_index(name: &str) -> Option<usize> {
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

    /// `bound`: where it begins is one.
    fn of(hir: &Hir, bound: bool) -> Found {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(Look::WordAsciiNegate | Look::WordUnicodeNegate) => {
                Found::text("")
            }
            HirKind::Look(_) => Found::text("~"),
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) if !text.contains(BOUND) => Found::text(text),
                _ => Found::Needs(Needs::Nothing),
            },
            HirKind::Class(class) => Found::one_of(class),
            HirKind::Capture(capture) => match place(capture) {
                Some(index) => Found::Needs(Needs::Class(index)),
                None => Found::of(&capture.sub, bound),
            },
            HirKind::Repetition(repetition) => Found::repeated(repetition, bound),
            HirKind::Concat(parts) => Found::joined(parts, bound),
            HirKind::Alternation(parts) => Found::either(parts, bound),
        }
    }

    fn text(text: &str) -> Found {
        Found::Texts(BTreeSet::from([text.to_owned()]))
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
            1..=MOST_CHARACTERS if !holds(&(BOUND as u8)) => {
                Found::Texts(bytes.into_iter().map(|byte| char::from(byte).to_string()).collect())
            }
            _ if bytes.iter().all(u8::is_ascii_digit) => Found::Needs(Needs::Digit),
            _ if bytes.iter().all(u8::is_ascii_lowercase) => Found::Needs(Needs::Letter),
            _ => Found::Needs(Needs::Nothing),
        }
    }

    fn repeated(repetition: &Repetition, bound: bool) -> Found {
        match (repetition.min, repetition.max, Found::of(&repetition.sub, bound)) {
            (1, Some(1), found) => found,
            (0, Some(1), Found::Texts(mut texts)) => {
                texts.insert(String::new());
                Found::Texts(texts)
            }
            (0, ..) => Found::Needs(Needs::Nothing),
            (_, _, found) => Found::Needs(found.needs()),
        }
    }

    fn either(parts: &[Hir], bound: bool) -> Found {
        let found: Vec<Found> = parts.iter().map(|part| Found::of(part, bound)).collect();
        if found.iter().all(|found| matches!(found, Found::Texts(_))) {
            let texts = |found| if let Found::Texts(texts) = found { texts } else { BTreeSet::new() };
            return Found::Texts(found.into_iter().flat_map(texts).collect());
        }
        Found::Needs(Needs::any(found.into_iter().map(Found::needs)))
    }

    fn joined(parts: &[Hir], bound: bool) -> Found {
        let mut needs = Vec::new();
        let mut run = BTreeSet::from([if bound { BOUND.to_string() } else { String::new() }]);
        for part in parts {
            // Of "\b(?:due.*|eta.*)" each alternative begins a word.
            let bound = run.iter().all(|text| !text.is_empty() && text.trim_matches(BOUND).is_empty());
            match Found::of(part, bound) {
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

/// The longest piece of a text that has no mark in it. Bounds count at its ends alone.
fn piece(text: &str) -> Needs {
    let bare = |piece: &str| piece.replace(BOUND, "");
    let is_mark = |character: char| u8::try_from(character).is_ok_and(is_mark);
    let longest = text.split(is_mark).max_by_key(|piece| bare(piece).len()).unwrap_or_default();
    let bound = |is: bool| if is { "~" } else { "" };
    let (start, end) = (bound(longest.starts_with(BOUND)), bound(longest.ends_with(BOUND)));
    match bare(longest) {
        text if text.len() >= SHORTEST => Needs::Text(format!("{start}{text}{end}")),
        _ => Needs::Nothing,
    }
}

/// The class in whose place a group stands.
fn place(capture: &Capture) -> Option<usize> {
    class_index(capture.name.as_deref()?.strip_prefix(PLACE)?.rsplit_once('_')?.0)
}
