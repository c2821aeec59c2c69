//! Texts that are nearly records: the corpus of the repository, and what random edits make of it.

use std::fs;
use std::path::Path;

/// All YAML of the repository: examples, base records, and what stands in the pages of the documentation.
pub(crate) fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for folder in ["examples", "tests/rules", "docs"] {
        collect(&root.join(folder), &mut texts);
    }
    assert!(texts.len() > 150, "{}", texts.len());
    texts
}

/// The YAML below a folder, and in the fences of its pages.
pub(crate) fn collect(folder: &Path, texts: &mut Vec<String>) {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    for file in files.filter(|file| file.file_type().is_file()) {
        match file.path().extension().and_then(|extension| extension.to_str()) {
            Some("yaml" | "yml") => texts.push(fs::read_to_string(file.path()).unwrap()),
            Some("md") => fences(&fs::read_to_string(file.path()).unwrap(), texts),
            _ => {}
        }
    }
}

fn fences(page: &str, texts: &mut Vec<String>) {
    let mut open: Option<String> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => texts.extend(open.take()),
            (Some(text), None) => text.extend([line, "\n"]),
            (None, Some(info)) if info.starts_with("yaml") => open = Some(String::new()),
            (None, _) => {}
        }
    }
}

/// Splitmix: random numbers of a seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn pick(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.pick(choices.len())]
    }

    /// A range of at most so many bytes.
    fn range(&mut self, len: usize, most: usize) -> std::ops::Range<usize> {
        let start = self.pick(len + 1);
        start..(start + self.pick(most + 1)).min(len)
    }
}

#[rustfmt::skip]
const TOKENS: [&[u8]; 92] = [
    b" ", b" ", b" ", b"  ", b"   ", b"\n", b"\n", b"\n", b"\n ", b"\n  ", b"\n    ", b"\n\n", b" \n", b"\t", b"\r",
    b"\r\n", b":", b": ", b":\n", b" :", b" : ", b"-", b"- ", b"-\n", b"\n- ", b"\n  - ", b"- - ", b"--", b"\n---\n",
    b"---", b"\n...\n", b"...", b"#", b" #", b" # c", b"# c\n", b"\n# c", b"\n  # c\n", b"'", b"''", b"\"", b"\\", b"\\n",
    b"\\x41", b"\\u00e9", b"''x", b"\"\"", b"'x'", b"\"y\"", b"[", b"]", b"{", b"}", b"[]", b"{}", b"[a, b]",
    b"{a: b}", b",", b", ", b"|", b">", b"|\n", b" |\n", b" >-\n", b" |+\n", b"|-", b"|2\n", b"? ", b"?", b"&a ", b"*a", b"!t ",
    b"!", b"%", b"@", b"`", b"<<: ", b"=", b"~", b"null", b"1", b"-1", b"0x1F", b".5", b".inf", b"1e9", b"a", b"a: b\n",
    b"\xc3\xa9", b"\xc2\x85", b"\xef\xbb\xbf", b"\xff",
];

/// A text with one to four random edits.
pub(crate) fn mutant(texts: &[String], dice: &mut Dice) -> Vec<u8> {
    let mut text = piece(texts, dice);
    for _ in 0..=dice.pick(4).min(dice.pick(4)) {
        edit(&mut text, texts, dice);
    }
    text
}

/// A whole text, or some lines in a row of one: most edits of a short text change what it means.
fn piece(texts: &[String], dice: &mut Dice) -> Vec<u8> {
    let text = &texts[dice.pick(texts.len())];
    if dice.pick(8) == 0 {
        return text.clone().into_bytes();
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let first = dice.pick(lines.len().max(1)).min(lines.len());
    let lines = &lines[first..];
    // To the left margin, and no further than what starts there.
    let spaces = |line: &str| line.bytes().take_while(|byte| *byte == b' ').count();
    let margin = lines.first().map_or(0, |line| spaces(line));
    let inside = |line: &&&str| line.trim().is_empty() || spaces(line) >= margin;
    let most = 1 + dice.pick(16);
    let lines = lines.iter().take_while(inside).take(most);
    lines.flat_map(|line| line.as_bytes()[margin.min(line.len() - 1)..].iter().copied()).collect()
}

fn edit(text: &mut Vec<u8>, texts: &[String], dice: &mut Dice) {
    let lines = lines(text);
    let line = lines[dice.pick(lines.len())].clone();
    match dice.pick(16) {
        0 => drop(text.drain(dice.range(text.len(), 12))),
        1..=3 => {
            let at = dice.pick(text.len() + 1);
            text.splice(at..at, dice.of(&TOKENS).iter().copied());
        }
        4 => {
            let range = dice.range(text.len(), 2);
            text.splice(range, dice.of(&TOKENS).iter().copied());
        }
        5 => {
            let range = dice.range(text.len(), 1);
            let byte = u8::try_from(dice.pick(256)).unwrap();
            text.splice(range, [byte]);
        }
        6 => {
            let copy = text[dice.range(text.len(), 40)].to_vec();
            let at = dice.pick(text.len() + 1);
            text.splice(at..at, copy);
        }
        7 => drop(text.drain(line)),
        8 => {
            let copy = text[line].to_vec();
            let at = lines[dice.pick(lines.len())].start;
            text.splice(at..at, copy);
        }
        9 => {
            let at = line.start + dice.pick(line.len() + 1);
            text.splice(at..at, *b"\n");
        }
        10 | 11 => indent(text, &lines, dice),
        12 => {
            // Where something is told by the blanks around it.
            let tokens: Vec<usize> =
                (0..text.len()).filter(|at| b":-#'\"|>[]{},\n".contains(&text[*at])).collect();
            if !tokens.is_empty() {
                let at = dice.of(&tokens) + dice.pick(2);
                text.splice(at..at, dice.of(&TOKENS).iter().copied());
            }
        }
        13 => {
            let tail = line.start;
            text.truncate(tail);
            let other = piece(texts, dice);
            let at = if dice.pick(2) == 0 { 0 } else { dice.pick(other.len() + 1) };
            text.extend_from_slice(&other[at..]);
        }
        14 => {
            let other = piece(texts, dice);
            let copy = other[dice.range(other.len(), 80)].to_vec();
            text.splice(line.start..line.start, copy);
        }
        _ => text.truncate(dice.pick(text.len() + 1)),
    }
}

/// Moves some lines in a row by a few columns.
fn indent(text: &mut Vec<u8>, lines: &[std::ops::Range<usize>], dice: &mut Dice) {
    let first = dice.pick(lines.len());
    let last = (first + 1 + dice.pick(4)).min(lines.len());
    let columns = 1 + dice.pick(3);
    let left = dice.pick(2) == 0;
    for line in lines[first..last].iter().rev() {
        if left {
            let spaces = text[line.clone()].iter().take_while(|byte| **byte == b' ').count();
            text.drain(line.start..line.start + spaces.min(columns));
        } else {
            text.splice(line.start..line.start, std::iter::repeat_n(b' ', columns));
        }
    }
}

/// The lines of a text with their ends; at least one.
fn lines(text: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        lines.push(start..start + line.len());
        start += line.len();
    }
    if lines.is_empty() {
        lines.push(0..0);
    }
    lines
}
