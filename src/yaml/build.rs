//! The tree while it is being built, with all that is wrong collected on the way.

use std::mem;

use super::problem::{self, Parsed, Problem, ProblemKind, shown};
use super::tree::{
    Data, Document, EntryData, NodeData, Style, Text, child_pointer, offset, push_token, span,
};
use super::{MAX_DEPTH, MAX_NODES, MAX_PROBLEMS};
use crate::source::Span;

/// A key that still wants its value.
struct Key {
    text: Text,
    span: Span,
}

/// A collection that is open. Its entries so far lie on the builder's stacks, from `first` up.
struct Frame {
    start: usize,
    style: Style,
    first: usize,
    kind: Kind,
}

enum Kind {
    Sequence,
    Map(Option<Key>),
}

/// What the place that is being built is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The top of the document.
    Top,
    /// The next entry of a list.
    Item(Style),
    /// The next key of a map.
    Key,
    /// The value of the key that ends here.
    Value(usize),
}

pub(super) struct Builder<'t> {
    text: &'t str,
    document: Document,
    problems: Vec<Problem>,
    frames: Vec<Frame>,
    items: Vec<u32>,
    entries: Vec<EntryData>,
    /// Of each key of the map that closes its start and its number; empty but for the room that it keeps.
    ranks: Vec<(u128, u32)>,
    pub(super) done: bool,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str, document: Document) -> Self {
        Builder {
            text,
            document,
            problems: Vec::new(),
            frames: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            ranks: Vec::new(),
            done: false,
        }
    }

    /// A builder with room for what a text of this length usually holds.
    pub(super) fn sized(text: &'t str, document: Document) -> Self {
        let mut builder = Builder::new(text, document);
        let document = &mut builder.document;
        document.nodes.reserve(text.len() / 24);
        document.entries.reserve(text.len() / 32);
        document.order.reserve(text.len() / 32);
        document.items.reserve(16);
        builder.entries.reserve(32);
        builder.ranks.reserve(32);
        builder.items.reserve(16);
        builder.frames.reserve(8);
        builder
    }

    pub(super) fn place(&self) -> Place {
        match self.frames.last() {
            None => Place::Top,
            Some(Frame { kind: Kind::Sequence, style, .. }) => Place::Item(*style),
            Some(Frame { kind: Kind::Map(None), .. }) => Place::Key,
            Some(Frame { kind: Kind::Map(Some(key)), .. }) => Place::Value(key.span.end),
        }
    }

    /// Where the outermost collection in brackets starts that is open.
    pub(super) fn open_bracket(&self) -> Option<usize> {
        self.frames.iter().find(|frame| frame.style == Style::Flow).map(|frame| frame.start)
    }

    pub(super) fn open_sequence(&mut self, style: Style, at: Span) {
        self.open(Frame { start: at.start, style, first: self.items.len(), kind: Kind::Sequence }, at);
    }

    pub(super) fn open_map(&mut self, style: Style, at: Span) {
        self.open(Frame { start: at.start, style, first: self.entries.len(), kind: Kind::Map(None) }, at);
    }

    fn open(&mut self, frame: Frame, at: Span) {
        if self.place() == Place::Key {
            self.syntax(at, "a list or a map cannot be a key", "keys are strings");
        }
        if self.frames.len() >= MAX_DEPTH {
            self.syntax(at, problem::too_deep(), "");
            self.done = true;
            return;
        }
        self.frames.push(frame);
    }

    pub(super) fn close(&mut self, at: Span) {
        let Some(frame) = self.frames.pop() else { return };
        let (data, last) = match frame.kind {
            Kind::Sequence => self.sequence(frame.first),
            Kind::Map(_) => self.map(frame.first),
        };
        // Only a closing bracket says where a collection ends; the pair in `[key: value]` has none.
        let in_brackets = frame.style == Style::Flow && !at.is_empty();
        let last = last.filter(|_| !in_brackets).and_then(|id| self.document.nodes.get(id as usize));
        let end = last.map_or(at.end, |last| last.span.1 as usize);
        self.add(data, frame.style, Span::new(frame.start, end));
    }

    fn sequence(&mut self, first: usize) -> (Data, Option<u32>) {
        let last = self.items.last().copied();
        let start = self.document.items.len();
        self.document.items.extend(self.items.drain(first..));
        let len = offset(self.document.items.len() - start);
        (Data::Sequence { first: offset(start), len }, last)
    }

    fn map(&mut self, first: usize) -> (Data, Option<u32>) {
        let last = self.entries.last().map(|entry| entry.value);
        let start = self.document.entries.len();
        self.document.entries.extend(self.entries.drain(first..));
        self.sort_keys(start);
        let len = offset(self.document.entries.len() - start);
        (Data::Map { first: offset(start), len }, last)
    }

    /// Keeps the order of the keys of the map whose entries start at `first`, and reports those that it has twice.
    fn sort_keys(&mut self, first: usize) {
        let mut ranks = mem::take(&mut self.ranks);
        let entries = self.document.entries.get(first..).unwrap_or_default();
        let key = |at: u32| entries.get(at as usize).map(|entry| self.document.resolve(entry.key));
        ranks.clear();
        ranks.extend((0..).zip(entries).map(|(at, entry)| (self.document.head(entry.key), at)));
        ranks.sort_unstable_by(|(one_head, one), (other_head, other)| {
            one_head.cmp(other_head).then_with(|| (key(*one), one).cmp(&(key(*other), other)))
        });
        let mut duplicates = Vec::new();
        for equal in ranks.chunk_by(|one, other| one.0 == other.0 && key(one.1) == key(other.1)) {
            if let [first, again @ ..] = equal {
                let entry = |(_, at): &(u128, u32)| entries.get(*at as usize).copied();
                duplicates.extend(again.iter().filter_map(|again| Some((entry(first)?, entry(again)?))));
            }
        }
        self.document.order.extend(ranks.iter().map(|(_, at)| *at));
        self.ranks = ranks;
        for (first, again) in duplicates {
            if self.done {
                break;
            }
            if first.key != Text::Nameless && again.key != Text::Nameless {
                self.duplicate(first, again);
            }
        }
    }

    fn duplicate(&mut self, first: EntryData, again: EntryData) {
        let key = self.document.resolve(again.key);
        let problem = Problem {
            kind: ProblemKind::DuplicateKey,
            span: span(again.key_span),
            field: Some(child_pointer(&self.pointer(usize::MAX), key)),
            message: format!("the key {} stands here a second time", shown(key)),
            help: Some("keep one of the two: which value holds is for you to say".to_owned()),
            related: Some((span(first.key_span), "first here".to_owned())),
        };
        self.report(problem);
    }

    /// A key; without a text it has none that could be named, and is reported.
    pub(super) fn key(&mut self, text: Option<(&str, Style)>, at: Span) {
        let text = text.map_or(Text::Nameless, |(text, style)| self.store(text, style, at));
        self.named(text, at);
    }

    /// A key whose text is stored.
    pub(super) fn named(&mut self, text: Text, at: Span) {
        if let Some(Frame { kind: Kind::Map(key), .. }) = self.frames.last_mut() {
            *key = Some(Key { text, span: at });
        }
    }

    pub(super) fn string(&mut self, text: &str, style: Style, at: Span) {
        let text = self.store(text, style, at);
        self.add(Data::String(text), style, at);
    }

    /// Keeps a decoded text as a span of the source where it stands there literally.
    fn store(&mut self, text: &str, style: Style, at: Span) -> Text {
        let inner = match style {
            Style::SingleQuoted | Style::DoubleQuoted => Span::new(at.start + 1, at.end.saturating_sub(1)),
            _ => at,
        };
        if self.text.get(inner.start..inner.end) == Some(text) {
            return Text::source(inner);
        }
        let start = self.document.decoded.len();
        self.document.decoded.push_str(text);
        Text::decoded(Span::new(start, self.document.decoded.len()))
    }

    /// Where texts are stored that the source writes differently.
    pub(super) fn decoded(&mut self) -> &mut String {
        &mut self.document.decoded
    }

    pub(super) fn add(&mut self, data: Data, style: Style, at: Span) {
        let id = offset(self.document.nodes.len());
        if self.document.nodes.len() >= MAX_NODES {
            self.syntax(at, format!("the file has more than {MAX_NODES} values"), "");
            self.done = true;
            return;
        }
        self.document.nodes.push(NodeData { data, span: (offset(at.start), offset(at.end)), style });
        match self.frames.last_mut() {
            None => self.document.root = Some(id),
            Some(Frame { kind: Kind::Sequence, .. }) => self.items.push(id),
            Some(Frame { kind: Kind::Map(key), .. }) => match key.take() {
                Some(Key { text, span }) => {
                    let key_span = (offset(span.start), offset(span.end));
                    self.entries.push(EntryData { key: text, key_span, value: id });
                }
                // A collection as a key: reported when it opened; stands in for the key so that pairs stay pairs.
                None => self.key(None, at),
            },
        }
    }

    pub(super) fn comment(&mut self, comment: super::Comment) {
        self.document.comments.push(comment);
    }

    /// JSON pointer of the place that is being built; of those around it the innermost that starts before `limit`.
    pub(super) fn pointer(&self, limit: usize) -> String {
        let mut items = self.items.len();
        let mut indices = Vec::new();
        // On the stack of the items lie those of all open lists, the innermost on top.
        for frame in self.frames.iter().rev().filter(|frame| matches!(frame.kind, Kind::Sequence)) {
            indices.push(items - frame.first);
            items = frame.first;
        }
        let mut pointer = String::new();
        for frame in self.frames.iter().take_while(|frame| frame.start < limit) {
            match &frame.kind {
                Kind::Sequence => push_token(&mut pointer, &indices.pop().unwrap_or_default().to_string()),
                Kind::Map(Some(key)) => push_token(&mut pointer, self.document.resolve(key.text)),
                Kind::Map(None) => {}
            }
        }
        pointer
    }

    /// The pointer, where it is not that of the document.
    pub(super) fn field(&self, limit: usize) -> Option<String> {
        Some(self.pointer(limit)).filter(|pointer| !pointer.is_empty())
    }

    /// A problem of the place that is being built.
    pub(super) fn syntax(&mut self, at: Span, message: impl Into<String>, help: &str) {
        let field = self.field(usize::MAX);
        self.report(Problem { field, ..problem::syntax(at, message, help) });
    }

    pub(super) fn report(&mut self, found: Problem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(found);
        } else if !self.done {
            let message = format!("the file has more than {MAX_PROBLEMS} problems; reading stops here");
            self.problems.push(problem::syntax(found.span, message, ""));
            self.done = true;
        }
    }

    /// Nothing more can be read, and what was read is not the whole.
    pub(super) fn give_up(&mut self) {
        self.document.root = None;
        self.done = true;
    }

    pub(super) fn finish(mut self) -> Parsed {
        use super::Value;
        const EMPTY: (&str, &str) =
            ("the file is empty", "`exboard schema board` prints what a record holds");
        let top = self.document.root().map(|root| (root.value(), root.span()));
        let refused = !self.problems.is_empty();
        match top {
            Some((Value::Map, _)) => {}
            // What is wrong above may be why there is no top, or none but null.
            None | Some((Value::Null, _)) if refused => {}
            None => self.syntax(Span::default(), EMPTY.0, EMPTY.1),
            Some((Value::Null, span)) if span.is_empty() => self.syntax(span, EMPTY.0, EMPTY.1),
            Some((other, span)) => {
                let message = format!("the top of the file is {}, not a map", other.noun());
                self.syntax(span, message, "a record is a map of fields: `field: value`");
            }
        }
        self.document.comments.sort_by_key(|comment| comment.span);
        self.problems.sort_by_key(|problem| problem.span);
        Parsed { document: self.document, problems: self.problems }
    }
}
