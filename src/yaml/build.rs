//! Events of the YAML parser to the tree, with the parser's spans put right.
//!
//! The parser's spans differ from what a person would point at in five places, all mended here: a block scalar
//! starts after its `|`, a block collection ends at the next token, a list that is not indented starts after its
//! first dash, an absent value lies at the next token, and comments arrive after the node that they precede.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle};

use super::scalar;
use super::tree::{Comment, Data, Document, EntryData, NodeData, Style, Text, child_pointer, span};
use super::{MAX_BYTES, MAX_DEPTH, MAX_NODES};
use crate::source::{Source, Span};

/// What went wrong while reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// Not one plain YAML document with a map at the top.
    Syntax,
    /// A map has a key twice.
    DuplicateKey,
}

/// One thing that is wrong with the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What sort of problem.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// JSON pointer of the field, where it is inside one.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// A second place that matters.
    pub related: Option<(Span, String)>,
}

/// A document with all that is wrong with it. With any problem the tree may be incomplete.
#[derive(Debug)]
pub struct Parsed {
    /// The tree.
    pub document: Document,
    /// What is wrong, in the order of the text.
    pub problems: Vec<Problem>,
}

/// Reads a text. Never fails: what is wrong is in [`Parsed::problems`].
#[must_use]
pub fn parse(source: Arc<Source>) -> Parsed {
    let text_source = Arc::clone(&source);
    let text = text_source.text();
    let mut builder = Builder::new(text, Document::empty(source));
    if text.len() > MAX_BYTES {
        let message = format!("the file has {} bytes; a record has at most {MAX_BYTES}", text.len());
        builder.syntax(Span::default(), message, Some("move attachments to the evidence folder"));
    } else if let Some(at) = text_source.invalid_utf8() {
        let end = at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        builder.syntax(Span::new(at, end), "this byte is not UTF-8", Some("save the file as UTF-8"));
    } else {
        builder.read();
    }
    builder.finish()
}

struct Key {
    text: Text,
    span: (u32, u32),
}

enum Frame {
    Sequence { start: u32, style: Style, items: Vec<u32> },
    Map { start: u32, style: Style, entries: Vec<EntryData>, key: Option<Key> },
}

struct Builder<'t> {
    text: &'t str,
    document: Document,
    problems: Vec<Problem>,
    stack: Vec<Frame>,
    documents: usize,
    /// End of the furthest event so far: between here and the next one stand only punctuation and comments.
    reached: usize,
    done: bool,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str, document: Document) -> Self {
        Builder {
            text,
            document,
            problems: Vec::new(),
            stack: Vec::new(),
            documents: 0,
            reached: 0,
            done: false,
        }
    }

    fn read(&mut self) {
        let options = granit_parser::options! {
            strict_indentation: true,
            emit_unresolved_aliases: true,
            emit_anchor_events: true,
            // The size of the file bounds them; the default of 96 would refuse a well-commented record.
            max_buffered_comment_events: MAX_BYTES,
            // Both above MAX_DEPTH, which counts the two kinds together and says so in our words.
            flow_nesting_limit: MAX_DEPTH + 16,
            block_nesting_limit: MAX_DEPTH + 16,
        };
        for next in Parser::new_from_str_with_options(self.text, options) {
            match next {
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or_default();
                    self.event(event, Span::new(range.start, range.end));
                }
                Err(error) => return self.scan_error(&error),
            }
            if self.done {
                return;
            }
        }
    }

    fn event(&mut self, event: Event<'t>, span: Span) {
        match &event {
            Event::Scalar(.., Some(_))
            | Event::SequenceStart(.., Some(_))
            | Event::MappingStart(.., Some(_)) => {
                let span = self.tag_before(span);
                self.syntax(span, "a tag stands here; records are plain data", Some("remove the tag"));
            }
            _ => {}
        }
        match event {
            Event::DocumentStart(_, version) => self.document_start(span, version),
            Event::Comment(..) => self.comment(span),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.syntax(
                    span,
                    "an alias stands here; records are plain data",
                    Some("write the value out"),
                );
                self.scalar(Cow::Borrowed(""), Style::Plain, span);
            }
            Event::Anchor(..) => {
                self.syntax(span, "an anchor stands here; records are plain data", Some("remove the anchor"));
            }
            Event::Scalar(text, style, ..) => {
                let (style, span) = self.scalar_place(style, span, &text);
                self.scalar(text, style, span);
            }
            Event::SequenceStart(style, ..) => {
                let start = self.sequence_start(style, span);
                self.open(Frame::Sequence { start, style: collection(style), items: Vec::new() }, span);
            }
            Event::MappingStart(style, ..) => {
                let frame = Frame::Map {
                    start: offset(span.start),
                    style: collection(style),
                    entries: Vec::new(),
                    key: None,
                };
                self.open(frame, span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            // Starts and ends of the stream and of the document carry nothing.
            _ => {}
        }
        self.reached = self.reached.max(span.end);
    }

    fn document_start(&mut self, span: Span, version: Option<granit_parser::YamlVersion>) {
        self.documents += 1;
        if self.documents > 1 {
            self.syntax(span, "a second document starts here", Some("one file holds one record"));
            self.done = true;
        } else if let Some(version) = version.filter(|version| (version.major, version.minor) != (1, 2)) {
            let message =
                format!("the file says YAML {}.{}; records are YAML 1.2", version.major, version.minor);
            self.syntax(span, message, Some("remove the %YAML line"));
        }
    }

    fn comment(&mut self, span: Span) {
        let before = self.text.get(..span.start).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let own_line = line.trim_start_matches('\u{FEFF}').trim().is_empty();
        self.document.comments.push(Comment { span, own_line });
    }

    fn scalar_place(&self, style: ScalarStyle, span: Span, value: &str) -> (Style, Span) {
        match style {
            ScalarStyle::Plain if span.is_empty() => (Style::Plain, self.absent_place(span)),
            ScalarStyle::Plain => (Style::Plain, span),
            ScalarStyle::SingleQuoted => (Style::SingleQuoted, span),
            ScalarStyle::DoubleQuoted => (Style::DoubleQuoted, span),
            ScalarStyle::Literal => (Style::Literal, self.block_scalar_place(span, value)),
            ScalarStyle::Folded => (Style::Folded, self.block_scalar_place(span, value)),
        }
    }

    /// Just after the `:` of an absent value; elsewhere as the parser has it.
    fn absent_place(&self, span: Span) -> Span {
        let Some(Frame::Map { key: Some(key), .. }) = self.stack.last() else { return span };
        let end = key.span.1 as usize;
        let rest = self.text.get(end..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let after =
            if rest.get(blanks..).is_some_and(|rest| rest.starts_with(':')) { end + blanks + 1 } else { end };
        Span::new(after, after)
    }

    /// From the `|` or `>` to the end of the last line that is not blank.
    fn block_scalar_place(&self, span: Span, value: &str) -> Span {
        let start = self.find_outside_comments(span.start, &['|', '>']).unwrap_or(span.start);
        let header = self.text.get(start..).unwrap_or_default();
        let header_end = start
            + header
                .find(|c: char| !matches!(c, '|' | '>' | '+' | '-') && !c.is_ascii_digit())
                .unwrap_or(header.len());
        if value.trim().is_empty() {
            return Span::new(start, header_end);
        }
        let content = self.text.get(span.start..span.end).unwrap_or_default();
        Span::new(start, (span.start + content.trim_end().len()).max(header_end))
    }

    fn sequence_start(&self, style: StructureStyle, span: Span) -> u32 {
        let awaits_value = matches!(self.stack.last(), Some(Frame::Map { key: Some(_), .. }));
        let dash = (style == StructureStyle::Block && awaits_value)
            .then(|| self.find_outside_comments(span.start, &['-']))
            .flatten();
        offset(dash.unwrap_or(span.start))
    }

    /// The first of some characters between the last event and `until`, comments left out.
    fn find_outside_comments(&self, until: usize, wanted: &[char]) -> Option<usize> {
        let between = self.text.get(self.reached..until)?;
        let mut in_comment = false;
        let mut before = ' ';
        for (at, character) in between.char_indices() {
            match character {
                '\n' => in_comment = false,
                '#' if before.is_whitespace() => in_comment = true,
                _ if !in_comment && wanted.contains(&character) => return Some(self.reached + at),
                _ => {}
            }
            before = character;
        }
        None
    }

    /// The tag token before a node, by scanning back over the line; the node itself where there is none to see.
    fn tag_before(&self, span: Span) -> Span {
        let between = self.text.get(self.reached..span.start).unwrap_or_default();
        between.rfind('!').map_or(span, |_| {
            let at = between.find('!').unwrap_or_default();
            let token = between.get(at..).unwrap_or_default();
            let len = token.find(char::is_whitespace).unwrap_or(token.len());
            Span::new(self.reached + at, self.reached + at + len)
        })
    }

    fn awaits_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame::Map { key: None, .. }))
    }

    fn scalar(&mut self, text: Cow<'t, str>, style: Style, span: Span) {
        let resolved = if style == Style::Plain { scalar::resolve(&text) } else { None };
        if self.awaits_key() {
            return self.key(text, style, span, resolved.is_some());
        }
        let data = match resolved {
            Some(Data::Float(number)) if !number.is_finite() => {
                self.syntax(span, format!("`{text}` is not a finite number"), None);
                Data::Null
            }
            // An empty quoted string is a string; an empty plain scalar is null.
            Some(data) => data,
            None => Data::String(self.store(text, style, span)),
        };
        self.add(data, style, span);
    }

    fn key(&mut self, text: Cow<'t, str>, style: Style, span: Span, not_a_string: bool) {
        if style == Style::Plain && text == "<<" {
            self.syntax(
                span,
                "a merge key stands here; records are plain data",
                Some("write the fields out"),
            );
        } else if not_a_string {
            let help = format!("put it in quotes: \"{text}\":");
            self.syntax(span, format!("the key `{text}` is not a string"), Some(&help));
        }
        let text = self.store(text, style, span);
        if let Some(Frame::Map { key, .. }) = self.stack.last_mut() {
            *key = Some(Key { text, span: (offset(span.start), offset(span.end)) });
        }
    }

    /// Keeps a decoded text as a span of the source where it stands there literally.
    fn store(&mut self, text: Cow<'t, str>, style: Style, span: Span) -> Text {
        let inner = match style {
            Style::SingleQuoted | Style::DoubleQuoted => {
                Span::new(span.start + 1, span.end.saturating_sub(1))
            }
            _ => span,
        };
        if self.text.get(inner.start..inner.end) == Some(text.as_ref()) {
            return Text::Source(offset(inner.start), offset(inner.end));
        }
        let index = offset(self.document.decoded.len());
        self.document.decoded.push(text.into_owned().into_boxed_str());
        Text::Decoded(index)
    }

    fn open(&mut self, frame: Frame, at: Span) {
        if self.awaits_key() {
            self.syntax(at, "a list or a map cannot be a key", Some("keys are strings"));
        }
        if self.stack.len() >= MAX_DEPTH {
            self.syntax(at, format!("lists and maps are nested deeper than {MAX_DEPTH}"), None);
            self.done = true;
            return;
        }
        self.stack.push(frame);
    }

    fn close(&mut self, at: Span) {
        let end_of_event = offset(at.end);
        match self.stack.pop() {
            Some(Frame::Sequence { start, style, items }) => {
                let end = match (style, items.last().and_then(|id| self.document.nodes.get(*id as usize))) {
                    (Style::Block, Some(last)) => last.span.1,
                    _ => end_of_event,
                };
                let first = offset(self.document.items.len());
                let len = offset(items.len());
                self.document.items.extend(items);
                self.add(Data::Sequence { first, len }, style, Span::new(start as usize, end as usize));
            }
            Some(Frame::Map { start, style, entries, .. }) => {
                self.duplicates(&entries);
                let last = entries.last().and_then(|entry| self.document.nodes.get(entry.value as usize));
                let end = match (style, last) {
                    (Style::Block, Some(last)) => last.span.1,
                    _ => end_of_event,
                };
                let first = offset(self.document.entries.len());
                let len = offset(entries.len());
                self.document.entries.extend(entries);
                self.add(Data::Map { first, len }, style, Span::new(start as usize, end as usize));
            }
            None => {}
        }
    }

    fn add(&mut self, data: Data, style: Style, at: Span) {
        let id = offset(self.document.nodes.len());
        if self.document.nodes.len() >= MAX_NODES {
            self.syntax(at, format!("the file has more than {MAX_NODES} values"), None);
            self.done = true;
            return;
        }
        self.document.nodes.push(NodeData { data, span: (offset(at.start), offset(at.end)), style });
        match self.stack.last_mut() {
            None if self.documents == 1 => self.document.root = Some(id),
            None => {}
            Some(Frame::Sequence { items, .. }) => items.push(id),
            Some(Frame::Map { entries, key, .. }) => match key.take() {
                Some(key) => entries.push(EntryData { key: key.text, key_span: key.span, value: id }),
                // A collection as a key: reported when it opened; stands in for the key so that pairs stay pairs.
                None => {
                    *key = Some(Key { text: Text::Source(0, 0), span: (offset(at.start), offset(at.end)) });
                }
            },
        }
    }

    fn duplicates(&mut self, entries: &[EntryData]) {
        let mut seen = BTreeMap::new();
        let mut problems = Vec::new();
        let parent = self.pointer();
        for entry in entries {
            let key = self.document.resolve(entry.key);
            let Some(first) = seen.insert(key, entry.key_span) else { continue };
            seen.insert(key, first);
            problems.push(Problem {
                kind: ProblemKind::DuplicateKey,
                span: span(entry.key_span),
                field: Some(child_pointer(&parent, key)),
                message: format!("the key `{key}` stands here a second time"),
                help: Some("keep one of the two: which value holds is for you to say".to_owned()),
                related: Some((span(first), "first here".to_owned())),
            });
        }
        self.problems.extend(problems);
    }

    /// JSON pointer of the place that is being built.
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for frame in &self.stack {
            match frame {
                Frame::Sequence { items, .. } => pointer = child_pointer(&pointer, &items.len().to_string()),
                Frame::Map { key: Some(key), .. } => {
                    pointer = child_pointer(&pointer, self.document.resolve(key.text));
                }
                Frame::Map { .. } => {}
            }
        }
        pointer
    }

    fn syntax(&mut self, span: Span, message: impl Into<String>, help: Option<&str>) {
        let field = Some(self.pointer()).filter(|pointer| !pointer.is_empty());
        self.problems.push(Problem {
            kind: ProblemKind::Syntax,
            span,
            field,
            message: message.into(),
            help: help.map(str::to_owned),
            related: None,
        });
    }

    fn scan_error(&mut self, error: &ScanError) {
        let at = error.marker().byte_offset().unwrap_or_default().min(self.text.len());
        let found = self.text.get(at..).and_then(|rest| rest.chars().next());
        let width = found.filter(|character| !character.is_control()).map_or(0, char::len_utf8);
        let (message, help) = in_plain_words(error.kind());
        self.syntax(Span::new(at, at + width), message, help);
        self.document.root = None;
    }

    fn finish(mut self) -> Parsed {
        let root = self.document.root();
        if self.problems.is_empty() {
            match root.map(|root| (root.value(), root.span())) {
                Some((super::Value::Map, _)) => {}
                None => {
                    self.syntax(Span::default(), "the file holds no YAML", Some("see `exboard new board`"));
                }
                Some((super::Value::Null, span)) if span.is_empty() => {
                    self.syntax(span, "the file holds no YAML", Some("see `exboard new board`"));
                }
                Some((other, span)) => {
                    let message = format!("the top of the file is {}, not a map", other.noun());
                    self.syntax(span, message, Some("a record is a map of fields: `field: value`"));
                }
            }
        }
        self.document.comments.sort_by_key(|comment| comment.span);
        self.problems.sort_by_key(|problem| problem.span);
        Parsed { document: self.document, problems: self.problems }
    }
}

fn collection(style: StructureStyle) -> Style {
    match style {
        StructureStyle::Block => Style::Block,
        StructureStyle::Flow => Style::Flow,
    }
}

/// Offsets fit: [`MAX_BYTES`] is far below 2³².
fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The parser's word for its commonest errors is the grammar's; these are for the person at the keyboard.
fn in_plain_words(kind: &ErrorKind) -> (String, Option<&'static str>) {
    match kind {
        ErrorKind::TabInBlockIndentation => {
            ("a tab indents this line".to_owned(), Some("YAML is indented with spaces"))
        }
        ErrorKind::MappingValueNotAllowed => (
            "a `:` cannot stand here".to_owned(),
            Some("put a text that contains `: ` in quotes, or check the indentation of this line"),
        ),
        ErrorKind::UnexpectedCharacter { character } => {
            (format!("a text cannot start with {}", visible(*character)), Some("put the text in quotes"))
        }
        other => (other.to_string(), None),
    }
}

fn visible(character: char) -> String {
    if character.is_control() { format!("U+{:04X}", u32::from(character)) } else { format!("`{character}`") }
}
