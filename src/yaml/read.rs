//! Events of the YAML parser to the builder.
//!
//! Two things about the parser's events are not what one would expect: comments may arrive before or after the
//! nodes beside them, and an anchor arrives after its node. Its spans are put right in `places.rs`.

use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StructureStyle, YamlVersion};

use super::build::{Builder, Place};
use super::places::{self, BLANK};
use super::problem::{self, Parsed, Problem, shown};
use super::tree::{Comment, Data, Document, Style, child_pointer};
use super::{MAX_BYTES, MAX_DEPTH, MAX_KEY, mistakes, scalar};
use crate::source::{Source, Span};

/// Reads a text. Never fails: what is wrong is in [`Parsed::problems`].
#[must_use]
pub fn parse(source: Arc<Source>) -> Parsed {
    let text_source = Arc::clone(&source);
    let text = text_source.text();
    let mut builder = Builder::new(text, Document::empty(source));
    if text.len() > MAX_BYTES {
        let message = format!("the file has more than {MAX_BYTES} bytes");
        builder.syntax(Span::default(), message, "move attachments to the evidence folder");
    } else if let Some(at) = text_source.invalid_utf8() {
        let span = places::character(text, at);
        builder.syntax(span, "this byte is not UTF-8", "save the file as UTF-8");
    } else {
        let mut reader = Reader { text, builder, documents: 0, reached: 0, anchored: None };
        reader.read();
        builder = reader.builder;
    }
    builder.finish()
}

struct Reader<'t> {
    text: &'t str,
    builder: Builder<'t>,
    documents: usize,
    /// End of the last token that became an event: from here to the next event lies the gap of `places.rs`.
    reached: usize,
    /// The field of the node whose anchor comes next.
    anchored: Option<String>,
}

impl<'t> Reader<'t> {
    fn read(&mut self) {
        let options = granit_parser::options! {
            strict_indentation: true,
            emit_unresolved_aliases: true,
            emit_anchor_events: true,
            // The size of the file bounds them; the default of 96 would refuse a well-commented record.
            max_buffered_comment_events: MAX_BYTES,
            simple_key_max_lookahead: MAX_KEY,
            // Each kind alone; the builder counts both together.
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        };
        for next in Parser::new_from_str_with_options(self.text, options) {
            match next {
                Ok((event, span)) => self.event(event, span),
                Err(error) => self.scan_error(&error),
            }
            if self.builder.done {
                return;
            }
        }
    }

    fn event(&mut self, event: Event<'t>, parser_span: granit_parser::Span) {
        let span = byte_span(parser_span);
        self.properties(&event, parser_span);
        let mut reached = span.end;
        match event {
            Event::DocumentStart(explicit, version) => {
                self.document_start(span, version);
                // An implicit start spans the token that starts it, which is yet to come.
                reached = if explicit { span.end } else { 0 };
            }
            Event::Comment(..) => {
                self.comment(span);
                // Comments do not keep the order of the text; the gap may hold them.
                reached = 0;
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => self.alias(span),
            Event::Anchor(..) => {
                let message = "an anchor stands here; records are plain data";
                let help = "remove the anchor; a text that starts with `&` needs quotes";
                let field = self.anchored.take();
                self.builder.report(Problem { field, ..problem::syntax(span, message, help) });
            }
            Event::Scalar(text, style, ..) => self.scalar(&text, style, span),
            Event::SequenceStart(style, ..) => {
                let start = self.sequence_start(style, span);
                reached = start;
                self.tab_before(style, start);
                self.builder.open_sequence(collection(style), Span::new(start, span.end));
            }
            Event::MappingStart(style, ..) => {
                self.tab_before(style, span.start);
                self.builder.open_map(collection(style), span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.builder.close(span),
            // Starts and ends of the stream and of the document carry nothing.
            _ => {}
        }
        self.reached = self.reached.max(reached);
    }

    /// Tag and anchor of a node, before the node itself.
    fn properties(&mut self, event: &Event<'t>, parser_span: granit_parser::Span) {
        let (Event::Scalar(_, _, anchor, tag)
        | Event::SequenceStart(_, anchor, tag)
        | Event::MappingStart(_, anchor, tag)) = event
        else {
            return;
        };
        if *anchor > 0 {
            self.anchored = self.builder.field(usize::MAX);
        }
        if tag.is_some() {
            let span = byte_span(parser_span.tag_span().unwrap_or(parser_span));
            let help = "remove the tag; a text that starts with `!` needs quotes";
            self.builder.syntax(span, "a tag stands here; records are plain data", help);
        }
    }

    fn document_start(&mut self, span: Span, version: Option<YamlVersion>) {
        self.documents += 1;
        if self.documents > 1 {
            let span = if span.is_empty() { places::character(self.text, span.start) } else { span };
            self.builder.syntax(span, "a second document starts here", "one file holds one record");
            self.builder.done = true;
        } else if let Some(version) = version.filter(|version| (version.major, version.minor) != (1, 2)) {
            let message =
                format!("the file says YAML {}.{}; records are YAML 1.2", version.major, version.minor);
            let directive = places::directive(self.text, 0, span.start, "%YAML").unwrap_or(span);
            self.builder.syntax(directive, message, "remove the %YAML line");
        }
    }

    fn comment(&mut self, span: Span) {
        let line = self.text.get(places::line_start(self.text, span.start)..span.start).unwrap_or_default();
        let own_line = line.trim_start_matches('\u{FEFF}').trim_matches(BLANK).is_empty();
        self.builder.comment(Comment { span, own_line });
    }

    fn alias(&mut self, span: Span) {
        let help = "write the value out; a text that starts with `*` needs quotes";
        self.builder.syntax(span, "an alias stands here; records are plain data", help);
        match self.builder.place() {
            Place::Key => self.builder.key(None, span),
            _ => self.builder.add(Data::Null, Style::Plain, span),
        }
    }

    /// A list that is not indented starts at its first dash, which the parser has left behind.
    fn sequence_start(&self, style: StructureStyle, span: Span) -> usize {
        let dash = match (style, self.builder.place()) {
            (StructureStyle::Block, Place::Key | Place::Value(_)) => {
                places::find_outside_comments(self.text, self.reached, span.start, &['-'])
            }
            _ => None,
        };
        dash.unwrap_or(span.start)
    }

    /// The parser lets a tab pass that stands behind the spaces or the `-` before a collection.
    fn tab_before(&mut self, style: StructureStyle, start: usize) {
        let before = self.text.get(..start).unwrap_or_default();
        let blanks = before.get(before.trim_end_matches([' ', '\t']).len()..).unwrap_or_default();
        if let (StructureStyle::Block, Some(tab)) = (style, blanks.find('\t')) {
            let at = start - blanks.len() + tab;
            let field = self.builder.field(usize::MAX);
            self.builder.report(Problem { field, ..problem::tab(Span::new(at, at + 1)) });
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span) {
        let block = || places::block_scalar(self.text, self.reached, span, text);
        let (style, span) = match style {
            ScalarStyle::Plain if span.is_empty() => return self.absent(span),
            ScalarStyle::Plain => (Style::Plain, span),
            ScalarStyle::SingleQuoted => (Style::SingleQuoted, span),
            ScalarStyle::DoubleQuoted => (Style::DoubleQuoted, span),
            ScalarStyle::Literal => (Style::Literal, block()),
            ScalarStyle::Folded => (Style::Folded, block()),
        };
        let resolved = if style == Style::Plain { scalar::resolve(text) } else { None };
        if self.builder.place() == Place::Key {
            return self.key(text, style, span, resolved.is_some());
        }
        match resolved {
            Some(Data::Float(number)) if !number.is_finite() => {
                let digits = text.contains(|character: char| character.is_ascii_digit());
                let reason = if digits { "too large a number" } else { "not a finite number" };
                let message = format!("{} is {reason}", shown(text));
                self.builder.syntax(span, message, "if it is a text, put it in quotes");
                self.builder.add(Data::Null, style, span);
            }
            Some(data) => self.builder.add(data, style, span),
            None => self.builder.string(text, style, span),
        }
    }

    /// A key or value of which nothing is written.
    fn absent(&mut self, span: Span) {
        let after = match self.builder.place() {
            Place::Key => {
                let at = places::character(self.text, span.start);
                self.builder.syntax(at, "a key is missing here", "a field is written `field: value`");
                return self.builder.key(None, span);
            }
            Place::Value(key_end) => Some(places::after_colon(self.text, key_end)),
            Place::Item(Style::Block) => {
                places::find_outside_comments(self.text, self.reached, span.start, &['-'])
                    .map(|dash| dash + 1)
            }
            Place::Item(_) | Place::Top => None,
        };
        let span = after.map_or(span, |after| Span::new(after, after));
        self.builder.add(Data::Null, Style::Plain, span);
    }

    fn key(&mut self, text: &str, style: Style, span: Span, not_a_string: bool) {
        let found = if style == Style::Plain && text == "<<" {
            let help = "write the fields out; a key that is really `<<` needs quotes";
            Some(problem::syntax(span, "a merge key stands here; records are plain data", help))
        } else if not_a_string {
            let message = format!("the key {} is not a string", shown(text));
            Some(problem::syntax(span, message, "put it in quotes"))
        } else if text.len() > MAX_KEY && text.chars().nth(MAX_KEY).is_some() {
            Some(problem::syntax(span, problem::key_too_long(), ""))
        } else {
            None
        };
        if let Some(found) = found {
            let field = Some(child_pointer(&self.builder.pointer(usize::MAX), text));
            self.builder.report(Problem { field, ..found });
        }
        self.builder.key(Some((text, style)), span);
    }

    fn scan_error(&mut self, error: &ScanError) {
        let at = error.marker().byte_offset().unwrap_or_default().min(self.text.len());
        let from = self.builder.open_bracket().unwrap_or(self.reached).min(at);
        let found = mistakes::explain(error.kind(), self.text, from, at);
        let field = self.builder.field(found.span.start);
        self.builder.report(Problem { field, ..found });
        self.builder.give_up();
    }
}

fn collection(style: StructureStyle) -> Style {
    match style {
        StructureStyle::Block => Style::Block,
        StructureStyle::Flow => Style::Flow,
    }
}

fn byte_span(span: granit_parser::Span) -> Span {
    span.byte_range().map(|range| Span::new(range.start, range.end)).unwrap_or_default()
}
