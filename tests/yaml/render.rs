//! Random trees, written in random styles of YAML.

use proptest::prelude::*;
use proptest::strategy::Union;
use serde_json::{Map, Number, Value, json};

/// A map, as a record is.
pub(crate) fn tree() -> impl Strategy<Value = Value> {
    map(node(), 0..6)
}

fn node() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
        2 => prop_oneof![any::<i64>().prop_map(Number::from), (-99_i64..99).prop_map(Number::from)].prop_map(Value::Number),
        1 => any::<u64>().prop_map(Value::from),
        1 => prop_oneof![-1e6..1e6_f64, proptest::num::f64::NORMAL].prop_map(|number| json!(number)),
        8 => text().prop_map(Value::String),
    ];
    scalar.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array), map(inner, 0..5),]
    })
}

fn map(inner: impl Strategy<Value = Value>, len: std::ops::Range<usize>) -> impl Strategy<Value = Value> {
    prop::collection::vec((key(), inner), len)
        .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>()))
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![6 => "[a-z_]{1,8}", 1 => text().prop_map(|text| text.chars().take(40).collect())]
}

#[rustfmt::skip]
const TRICKY: [&str; 72] = [
    "", " ", "  x", "x  ", "\t", "\n", "\n\n", "x\n", "x\n\n\n", "\nx", " \n x\n", "x\n \ny\n", "x\n\n y",
    "a: b", "a:b", "a #b", "# a", "- a", "-", "--- a", "...", "? a", "|", "> a", "%a", "@a", "`a", "&a", "*a",
    "!a", "'", "\"", "''", "\\", "[a", "a]", "{a", "a, b", "null", "~", "true", "no", "1", "-1.5", "0x1F",
    ".inf", "1e3", "2026-04-23", "<<", "=", "\u{a0}", "\u{a0}x\u{a0}", "\u{85}", "\u{2028}", "\u{feff}",
    "\u{feff}x", "\u{0}", "\u{7}", "\u{7f}", "\u{fffe}", "\r", "x\r\ny", "é", "日本語", "😀", "x\ty", "x \t",
    "one two three four", "one two\nthree four\n\nfive\n", "a\\\nb", "---", "--- x\n--- y\n",
];

/// Texts that are easy to get wrong, beside ordinary and wild ones.
pub(crate) fn text() -> impl Strategy<Value = String> {
    Union::new_weighted(vec![
        (4, "[A-Za-z]{1,6}( [a-z0-9,.:#'-]{1,7}){0,6}".boxed()),
        (3, prop::sample::select(TRICKY.to_vec()).prop_map(str::to_owned).boxed()),
        (2, "([a-zé]{0,4}[ ]{0,2}){0,4}(\n[ ]{0,2}[a-z:#-]{0,6}){0,5}\n{0,2}".boxed()),
        (1, any::<String>().boxed()),
    ])
}

/// A text for a tree; of equal seeds an equal one.
pub(crate) fn render(tree: &Value, seed: u64) -> String {
    rendered(tree, seed, true)
}

/// A text for a tree, of what the plain reader knows wherever the tree allows it.
pub(crate) fn tame(tree: &Value, seed: u64) -> String {
    rendered(tree, seed, false)
}

fn rendered(tree: &Value, seed: u64, wild: bool) -> String {
    let mut render = Render { out: String::new(), seed, room: usize::MAX, keep: false, wild };
    render.document(tree);
    render.out
}

struct Render {
    out: String,
    seed: u64,
    /// Comments must stand left of this column: further right they would belong to the block scalar above.
    room: usize,
    /// Blank lines would belong to the block scalar above.
    keep: bool,
    /// Writes what hardly anybody writes, too.
    wild: bool,
}

const COMMENTS: [&str; 6] =
    ["# plain", "#", "# a: | - ? > 'b \"c [d {e", "#- x", "# é 日本 😀", "#| &x *y !z"];

impl Render {
    /// Splitmix: one of `n` choices.
    fn pick(&mut self, n: usize) -> usize {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.pick(one_in) == 0
    }

    fn rare(&mut self, one_in: usize) -> bool {
        self.wild && self.chance(one_in)
    }

    fn pad(&mut self, columns: usize) {
        self.out.extend(std::iter::repeat_n(' ', columns));
    }

    fn blanks(&mut self, least: usize) {
        let columns = least + if self.chance(4) { self.pick(3) } else { 0 };
        self.pad(columns);
    }

    fn document(&mut self, tree: &Value) {
        let mut head = String::new();
        if self.rare(8) {
            head.push('\u{feff}');
        }
        std::mem::swap(&mut head, &mut self.out);
        self.lines_between();
        if self.chance(6) {
            self.out.push_str("---");
            self.line_end();
        }
        let Value::Object(map) = tree else { panic!("the top is a map") };
        if map.is_empty() || self.rare(8) {
            self.flow(tree, 0);
            self.line_end();
        } else {
            let indent = if self.rare(6) { self.pick(3) } else { 0 };
            self.block_map(map, indent, false);
        }
        if self.rare(6) {
            self.out.push_str("...\n");
        } else if self.room == usize::MAX && self.chance(6) {
            self.out.pop();
        }
        if self.rare(8) {
            self.out = self.out.replace('\n', "\r\n");
        }
        head.push_str(&self.out);
        self.out = head;
    }

    fn comment(&mut self) {
        let at = self.pick(COMMENTS.len());
        self.out.push_str(COMMENTS[at]);
    }

    fn line_end(&mut self) {
        if self.chance(6) {
            self.blanks(1);
            self.comment();
        } else if self.chance(8) {
            self.blanks(1);
        }
        self.out.push('\n');
        self.room = usize::MAX;
        self.keep = false;
    }

    /// Comment lines and blank lines, at the start of a line.
    fn lines_between(&mut self) {
        while self.chance(5) {
            let columns = self.pick(7).min(self.room.saturating_sub(1));
            if self.chance(2) {
                self.pad(columns);
                self.comment();
                self.out.push('\n');
                // A comment ends the scalar above: blank lines are its own no more.
                self.keep = false;
            } else if !self.keep {
                self.pad(columns);
                self.out.push('\n');
            } else {
                break;
            }
        }
    }

    fn block_map(&mut self, map: &Map<String, Value>, indent: usize, mut inline: bool) {
        for (key, value) in map {
            if !std::mem::take(&mut inline) {
                self.lines_between();
                self.pad(indent);
            }
            if self.rare(10) {
                self.out.push('?');
                self.blanks(1);
                self.key(key, false);
                self.line_end();
                if *value == Value::Null && self.chance(2) {
                    continue;
                }
                self.lines_between();
                self.pad(indent);
            } else {
                self.key(key, false);
                if self.rare(8) {
                    self.blanks(1);
                }
            }
            self.out.push(':');
            self.value(value, indent, true);
        }
    }

    fn block_list(&mut self, items: &[Value], indent: usize, mut inline: bool) {
        for item in items {
            if !std::mem::take(&mut inline) {
                self.lines_between();
                self.pad(indent);
            }
            self.out.push('-');
            if !is_empty(item) && self.chance(2) {
                let columns = 1 + if self.chance(3) { self.pick(3) } else { 0 };
                match item {
                    Value::Array(items) => {
                        self.pad(columns);
                        self.block_list(items, indent + 1 + columns, true);
                        continue;
                    }
                    Value::Object(map) => {
                        self.pad(columns);
                        self.block_map(map, indent + 1 + columns, true);
                        continue;
                    }
                    _ => {}
                }
            }
            self.value(item, indent, false);
        }
    }

    /// What follows a `:` or a `-`, to the end of its last line.
    fn value(&mut self, value: &Value, indent: usize, in_map: bool) {
        let deeper = indent + 1 + self.pick(4);
        match value {
            Value::Null if self.chance(2) => self.line_end(),
            Value::Object(map) if !map.is_empty() && !self.chance(5) => {
                self.line_end();
                self.block_map(map, deeper, false);
            }
            Value::Array(items) if !items.is_empty() && !self.chance(4) => {
                self.line_end();
                let column = if in_map && self.chance(2) { indent } else { deeper };
                self.block_list(items, column, false);
            }
            _ => {
                if self.chance(8) {
                    self.line_end();
                    self.lines_between();
                    self.pad(deeper);
                } else {
                    self.blanks(1);
                }
                match value {
                    Value::String(text) if self.chance(2) && self.block_scalar(text, indent) => {}
                    Value::String(text) => {
                        self.string(text, Some(deeper), false);
                        self.line_end();
                    }
                    other => {
                        self.flow(other, deeper);
                        self.line_end();
                    }
                }
            }
        }
    }

    fn flow_blanks(&mut self, indent: usize, least: usize) {
        match self.pick(8) {
            0 if self.wild => {
                self.line_end();
                if self.chance(3) {
                    self.lines_between();
                }
                self.pad(indent.max(1));
            }
            1 => self.blanks(least.max(1)),
            _ => self.blanks(least),
        }
    }

    /// A value in one line, or over several lines that are indented by `indent`.
    fn flow(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Array(items) => {
                self.out.push('[');
                for (at, item) in items.iter().enumerate() {
                    self.flow_blanks(indent, 0);
                    match item {
                        Value::Object(map) if map.len() == 1 && self.rare(2) => {
                            let (key, value) = map.iter().next().unwrap();
                            if self.chance(3) {
                                self.out.push_str("? ");
                            }
                            self.key(key, true);
                            self.out.push_str(": ");
                            self.flow(value, indent);
                        }
                        item => self.flow(item, indent),
                    }
                    self.flow_blanks(indent, 0);
                    if at + 1 < items.len() || self.rare(4) {
                        self.out.push(',');
                    }
                }
                self.flow_blanks(indent, 0);
                self.out.push(']');
            }
            Value::Object(map) => {
                self.out.push('{');
                for (at, (key, value)) in map.iter().enumerate() {
                    self.flow_blanks(indent, 0);
                    if self.rare(10) {
                        self.out.push_str("? ");
                    }
                    let quoted = self.key(key, true);
                    if *value != Value::Null || !self.wild || self.chance(2) {
                        if self.rare(6) {
                            self.blanks(1);
                        }
                        self.out.push(':');
                        if *value != Value::Null || !self.wild || self.chance(2) {
                            let least = usize::from(!quoted || !self.rare(4) || self.out.ends_with(" :"));
                            self.flow_blanks(indent, least);
                            self.flow(value, indent);
                        }
                    }
                    self.flow_blanks(indent, 0);
                    if at + 1 < map.len() || self.rare(4) {
                        self.out.push(',');
                    }
                }
                self.flow_blanks(indent, 0);
                self.out.push('}');
            }
            Value::Null => {
                let at = self.pick(3);
                self.out.push_str(["null", "~", "NULL"][at]);
            }
            Value::Bool(value) => {
                let at = self.pick(2);
                self.out.push_str(if *value { ["true", "TRUE"][at] } else { ["false", "False"][at] });
            }
            Value::Number(number) => {
                let short = number.as_u64().filter(|_| self.chance(4));
                self.out
                    .push_str(&short.map_or_else(|| number.to_string(), |number| format!("0x{number:X}")));
            }
            Value::String(text) => {
                self.string(text, (indent > 0).then_some(indent), true);
            }
        }
    }

    fn key(&mut self, text: &str, in_flow: bool) -> bool {
        self.string(text, None, in_flow)
    }

    /// A scalar without a header; over several lines where `indent` says how far they are indented. True where it
    /// is in quotes.
    fn string(&mut self, text: &str, indent: Option<usize>, in_flow: bool) -> bool {
        let fold = indent.filter(|_| self.rare(3));
        match self.pick(5) {
            0..=2 if is_plain(text, in_flow) => {
                self.folded(text, fold, '\0');
                return false;
            }
            3 if !text.chars().any(|c| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')) => {
                self.out.push('\'');
                self.folded(&text.replace('\'', "''"), fold, '\'');
                self.out.push('\'');
            }
            _ if self.rare(3) => self.escaped(text, fold),
            _ => self.out.push_str(&exboard::yaml::quote(text)),
        }
        true
    }

    /// With some of its single spaces as line breaks.
    fn folded(&mut self, text: &str, indent: Option<usize>, quote: char) {
        let words: Vec<&str> = text.split(' ').collect();
        for (at, word) in words.iter().enumerate() {
            if at > 0 {
                // Space at the start or end of a line would be lost, and a plain line may not start like a comment,
                // a key, an entry or an end of the document.
                let solid = |word: &str| !word.is_empty() && !word.starts_with('\t') && !word.ends_with('\t');
                let safe = quote != '\0' || word.starts_with(char::is_alphabetic);
                match indent {
                    Some(indent) if solid(word) && solid(words[at - 1]) && safe && self.chance(2) => {
                        self.out.push('\n');
                        let further = self.pick(2);
                        self.pad(indent.max(1) + further);
                    }
                    _ => self.out.push(' '),
                }
            }
            self.out.push_str(word);
        }
    }

    fn escaped(&mut self, text: &str, indent: Option<usize>) {
        self.out.push('"');
        for character in text.chars() {
            let code = u32::from(character);
            match self.pick(6) {
                0 if code < 0x100 => self.out.push_str(&format!("\\x{code:02x}")),
                0 | 1 if code < 0x10000 => self.out.push_str(&format!("\\u{code:04X}")),
                0..=2 => self.out.push_str(&format!("\\U{code:08x}")),
                _ => {
                    let quoted = exboard::yaml::quote(&character.to_string());
                    if let Some(indent) = indent.filter(|_| character != ' ' && self.chance(6)) {
                        // An escaped line break is nothing.
                        self.out.push_str("\\\n");
                        self.pad(indent.max(1));
                    }
                    self.out.push_str(&quoted[1..quoted.len() - 1]);
                }
            }
        }
        self.out.push('"');
    }

    /// A literal or folded scalar with the end of its last line; false where the text cannot be written so.
    fn block_scalar(&mut self, text: &str, indent: usize) -> bool {
        let printable = |c: char| {
            c == '\n' || c == '\t' || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{feff}'))
        };
        if !text.chars().all(printable) {
            return false;
        }
        let body = text.trim_end_matches('\n');
        let breaks = text.len() - body.len();
        let lines: Vec<&str> = if body.is_empty() { Vec::new() } else { body.split('\n').collect() };
        let blank = |line: &&str| line.trim_matches(' ').is_empty();
        // Only spaces, or spaces before the first text: the indentation must be said.
        let first = lines.iter().find(|line| !line.is_empty()).copied().unwrap_or_default();
        let explicit = first.starts_with([' ', '\t']) || self.rare(4);
        let foldable = !lines.is_empty()
            && lines.iter().all(|line| line.is_empty() || !line.starts_with([' ', '\t']))
            && !lines.iter().any(|line| blank(line) && !line.is_empty());
        let fold = foldable && self.chance(2);
        let step = 1 + self.pick(4);
        let chomp = match (lines.is_empty(), breaks) {
            (true, 0) => ["-", ""][self.pick(2)],
            (_, 0) => "-",
            (false, 1) => ["", "+"][self.pick(2)],
            _ => "+",
        };
        self.out.push(if fold { '>' } else { '|' });
        let step_first = self.chance(2);
        if step_first && explicit {
            self.out.push_str(&step.to_string());
        }
        self.out.push_str(chomp);
        if !step_first && explicit {
            self.out.push_str(&step.to_string());
        }
        self.line_end();
        let column = indent + step;
        for (at, line) in lines.iter().enumerate() {
            if fold && at > 0 && !line.is_empty() && !lines[at - 1].is_empty() {
                self.out.push('\n');
            } else if fold && at > 0 && line.is_empty() && !lines[at - 1].is_empty() {
                // Between two paragraphs one line break more than the text has.
                self.out.push('\n');
            }
            if line.is_empty() {
                self.out.push('\n');
                continue;
            }
            self.pad(column);
            if fold {
                self.folded_words(line, column);
            } else {
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
        let blank_lines = if lines.is_empty() { breaks } else { breaks.saturating_sub(1) };
        self.out.extend(std::iter::repeat_n('\n', blank_lines));
        self.room = indent + 1;
        self.keep = chomp == "+";
        true
    }

    fn folded_words(&mut self, line: &str, column: usize) {
        let words: Vec<&str> = line.split(' ').collect();
        for (at, word) in words.iter().enumerate() {
            if at > 0 {
                let solid = |word: &str| !word.is_empty() && !word.starts_with('\t');
                if solid(word) && solid(words[at - 1]) && self.chance(3) {
                    self.out.push('\n');
                    self.pad(column);
                } else {
                    self.out.push(' ');
                }
            }
            self.out.push_str(word);
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => true,
    }
}

/// Deliberately stricter than YAML.
fn is_plain(text: &str, in_flow: bool) -> bool {
    let inside = |c: char| {
        let outside_flow = !in_flow && ",[]{}:".contains(c);
        c.is_alphanumeric() || outside_flow || " _./()$+*&!?'\"%@=|<>~-#".contains(c)
    };
    let words = ["null", "true", "false", "inf", "nan"];
    let ends = text.ends_with([' ', ':']) || text.contains(": ") || text.contains(" #");
    text.starts_with(char::is_alphabetic)
        && !ends
        && text.chars().all(inside)
        && !words.contains(&text.to_lowercase().as_str())
}
