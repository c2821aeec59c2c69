//! The TOML of the built-in files, which is plain: no escapes, no dotted keys but in headers, nothing set twice.
//!
//! They are read at every start, and the parser that finds every mistake of everybody's file takes most of it. This
//! reader gives the same tree, which a test compares file by file, or none at all.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::tree::{Data, Entry, Node, Origin};
use crate::source::{Source, Span};
use crate::time::parse_date;

/// Reads a built-in file; `None` where it is not plain.
pub(super) fn parse(source: &Arc<Source>) -> Option<Node> {
    let mut reader = Reader { text: source.text(), at: 0 };
    let mut root = BTreeMap::new();
    let top = reader.entries()?;
    place(&mut root, &[], false, Span::default(), top)?;
    while !reader.rest().is_empty() {
        let start = reader.at;
        let list = reader.eat("[[");
        if !list && !reader.eat("[") {
            return None;
        }
        let mut keys = vec![reader.key()?];
        while reader.eat(".") {
            keys.push(reader.key()?);
        }
        if !reader.eat(if list { "]]" } else { "]" }) {
            return None;
        }
        let header = Span::new(start, reader.at);
        let entries = reader.entries()?;
        place(&mut root, &keys, list, header, entries)?;
    }
    Some(node(Data::Table(root), Span::default()))
}

type Entries = BTreeMap<String, Entry>;
type Key<'t> = (&'t str, Span);

fn node(data: Data, span: Span) -> Node {
    Node { data, span, origin: Origin::BuiltIn }
}

/// Puts the entries below a header where they belong. `None` where something else is there.
fn place(table: &mut Entries, keys: &[Key<'_>], list: bool, header: Span, entries: Entries) -> Option<()> {
    let Some(((key, key_span), rest)) = keys.split_first() else {
        for (key, entry) in entries {
            if table.insert(key, entry).is_some() {
                return None;
            }
        }
        return Some(());
    };
    let last = rest.is_empty();
    let new = || {
        let data = if list && last { Data::List(Vec::new()) } else { Data::Table(Entries::new()) };
        Entry { key_span: *key_span, node: node(data, if last { header } else { *key_span }) }
    };
    let below = table.entry((*key).to_owned()).or_insert_with(new);
    match &mut below.node.data {
        Data::List(items) if list && last => {
            items.push(node(Data::Table(entries), header));
            Some(())
        }
        Data::Table(table) if !(list && last) => place(table, rest, list, header, entries),
        _ => None,
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn eat(&mut self, token: &str) -> bool {
        let is = self.rest().starts_with(token);
        if is {
            self.at += token.len();
        }
        is
    }

    /// Over what is allowed by `pass`; what that was.
    fn take(&mut self, pass: impl Fn(u8) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.bytes().position(|byte| !pass(byte)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn blanks(&mut self) {
        self.take(|byte| byte == b' ');
    }

    /// White space, line breaks and comments.
    fn gap(&mut self) {
        loop {
            self.take(|byte| matches!(byte, b' ' | b'\n'));
            if !self.eat("#") {
                return;
            }
            self.take(|byte| byte != b'\n');
        }
    }

    fn key(&mut self) -> Option<Key<'t>> {
        let start = self.at;
        let key = self.take(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        (!key.is_empty()).then(|| (key, Span::new(start, self.at)))
    }

    /// `key = value`, up to the next header or the end.
    fn entries(&mut self) -> Option<Entries> {
        let mut entries = Entries::new();
        loop {
            self.gap();
            if matches!(self.rest().bytes().next(), None | Some(b'[')) {
                return Some(entries);
            }
            self.entry(&mut entries)?;
            self.blanks();
            if !matches!(self.rest().bytes().next(), None | Some(b'\n' | b'#')) {
                return None;
            }
        }
    }

    fn entry(&mut self, entries: &mut Entries) -> Option<()> {
        let (key, key_span) = self.key()?;
        self.blanks();
        if !self.eat("=") {
            return None;
        }
        self.blanks();
        let node = self.value()?;
        entries.insert(key.to_owned(), Entry { key_span, node }).is_none().then_some(())
    }

    fn value(&mut self) -> Option<Node> {
        let start = self.at;
        let data = if self.eat("'''") {
            self.eat("\n");
            Data::Text(self.until("'''")?.to_owned())
        } else if self.eat("\"\"\"") {
            return None;
        } else if self.eat("\"") {
            let text = self.until("\"")?;
            if text.contains(['\\', '\n']) {
                return None;
            }
            Data::Text(text.to_owned())
        } else if self.eat("[") {
            self.list()?
        } else if self.eat("{") {
            self.inline_table()?
        } else {
            scalar(self.take(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+' | b':')
            }))?
        };
        Some(node(data, Span::new(start, self.at)))
    }

    fn until(&mut self, quotes: &str) -> Option<&'t str> {
        // A fourth quotation mark would belong to the text; here it is what nothing may begin with.
        let (text, _) = self.rest().split_once(quotes)?;
        self.at += text.len() + quotes.len();
        Some(text)
    }

    fn list(&mut self) -> Option<Data> {
        let mut items = Vec::new();
        loop {
            self.gap();
            if self.eat("]") {
                return Some(Data::List(items));
            }
            items.push(self.value()?);
            self.gap();
            if !self.eat(",") && !self.rest().starts_with(']') {
                return None;
            }
        }
    }

    fn inline_table(&mut self) -> Option<Data> {
        let mut entries = Entries::new();
        self.blanks();
        if self.eat("}") {
            return Some(Data::Table(entries));
        }
        loop {
            self.blanks();
            self.entry(&mut entries)?;
            self.blanks();
            if self.eat("}") {
                return Some(Data::Table(entries));
            }
            if !self.eat(",") {
                return None;
            }
        }
    }
}

fn scalar(word: &str) -> Option<Data> {
    match word {
        "true" => return Some(Data::Bool(true)),
        "false" => return Some(Data::Bool(false)),
        _ => {}
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let leading = word.len() > 1 && word.starts_with('0');
    if digits(word) && !leading {
        return word.parse().ok().map(Data::Integer);
    }
    if let Some((whole, decimals)) = word.split_once('.') {
        return (digits(whole) && digits(decimals) && (whole == "0" || !leading)).then_some(Data::Float);
    }
    Some(Data::Moment { date: Some(parse_date(word)?), time: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::problem::Problems;
    use crate::policy::{BUILT_IN, syntax};

    fn both(text: &str) -> (Option<String>, Option<String>) {
        let source = Arc::new(Source::new("x.toml", text));
        let shown = |node: Option<Node>| node.map(|node| format!("{node:#?}"));
        let parsed = syntax::parse(&source, Origin::BuiltIn, &Problems::default());
        (shown(parse(&source)), shown(parsed))
    }

    #[test]
    fn every_built_in_file_reads_the_same() {
        for (name, text) in BUILT_IN {
            let (plain, parsed) = both(text);
            assert!(plain.is_some(), "{name} is not plain");
            for (ours, theirs) in
                plain.iter().flat_map(|text| text.lines()).zip(parsed.iter().flat_map(|text| text.lines()))
            {
                assert_eq!(ours, theirs, "{name}");
            }
            assert_eq!(plain, parsed, "{name}");
        }
    }

    #[test]
    fn what_is_not_plain_is_not_read() {
        for text in [
            "a = 'x'",
            "a = \"\\n\"",
            "a.b = 1",
            "a = 1\na = 2",
            "[a]\n[a]\nb = 1\n[a]\nb = 2",
            "a = 01",
            "a = 1_000",
            "a = 2026-02-30",
            "a = [1 2]",
            "a = 1 b = 2",
            "a = \"x",
            "a = {,}",
            "[a",
            "= 1",
            "a = 0x1",
            "a = '''x''''",
            "a = 1\n[a]\nb = 1",
            "\ta = 1",
            "a = \"\"\"x\"\"\"",
            "\u{FEFF}a = 1",
            "\"a\" = 1",
            "a = inf",
            "a = 00.5",
            "a = 01.5",
            "a = 1.",
            "a = .5",
            "a = 1.5.2",
            "a = +2026-1-02",
            "[[a]]\n[a]\nb = 1",
            "[a]\nb = 1\n[[a]]\nc = 1",
            "[[a]]\n[a.b]",
        ] {
            assert_eq!(both(text).0, None, "{text}");
        }
        let text = "a = [0, 34, 1.5] # x\n\n[b.c-d]\ne = { f = 0.5, g = true }\n[[h]]\ni = '''\nj\n'''\n[[h]]\n[b.k]\nl = 2026-01-02\n";
        let (plain, parsed) = both(text);
        assert!(plain.is_some());
        assert_eq!(plain, parsed);
    }
}
