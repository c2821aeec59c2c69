//! For people in a terminal: each finding with its place in the source.
//!
//! miette draws; nothing else in the crate knows it. Three of its habits are worked round: its header has a byte
//! column (ours stands above the drawing), it prints control characters of the source as they are, and it scans a
//! source from the start for every label (it gets an [`Excerpt`], whole and at once). The handler is made here in
//! full, because its defaults read the environment.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use super::excerpt::{Excerpt, columns, room_beside_numbers};
use super::text::{clip, write_lines};
use super::{Paint, Report, Terminal, count, location, safe, version};
use crate::finding::{Finding, Related, Severity};
use crate::source::{Range, Source, Span};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents, ThemeStyles,
};

/// Findings of one file that are shown in full.
const MOST_IN_FILE: usize = 50;
/// Related places that get an excerpt of their own; the rest are listed.
const MOST_NOTES: usize = 3;
/// Related places that are listed.
const MOST_LISTED: usize = 12;
/// Lines between a finding and a related place that is shown in the same excerpt.
const CLOSE: usize = 4;
/// Columns beside its arrow that a label needs before it is wrapped.
const LABEL: usize = 24;
/// Characters of a message, beyond which it quotes more than anybody reads.
const LONGEST: usize = 400;
/// Columns of prose, beyond which the eye loses the line.
const WIDEST: usize = 100;
/// Columns below which wrapping does more harm than the terminal's own, and above which nobody's terminal goes.
const SANE: (usize, usize) = (40, 1000);

pub(super) fn render(report: &Report<'_>, terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
    let terminal = Terminal { width: terminal.width.clamp(SANE.0, SANE.1), ..terminal };
    let page = Page { terminal, paint: Paint { color: terminal.color }, report };
    for file in report.findings.chunk_by(|a, b| a.place.path == b.place.path) {
        let mut last: Option<(&Finding, Option<Arc<Source>>)> = None;
        for finding in gravest(file) {
            let source = match last.take() {
                Some((before, source)) if same_version(before, finding) => source,
                _ => (report.sources)(finding, &finding.place.path),
            };
            write_lines(out, &page.finding(finding, source.as_deref()))?;
            last = Some((finding, source));
        }
        if let Some(more @ 1..) = file.len().checked_sub(MOST_IN_FILE) {
            writeln!(out, "{} and {more} more in this file: see --format concise\n", terminal.ellipsis())?;
        }
    }
    write_lines(out, &page.suppressed())?;
    write_lines(out, &page.unjudged())?;
    write_lines(out, &page.verdict())
}

/// The findings of a file that are shown, in their order. Where there are too many, a warning yields to an error.
fn gravest(file: &[Finding]) -> Vec<&Finding> {
    let mut shown: Vec<(usize, &Finding)> = file.iter().enumerate().collect();
    shown.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
    shown.truncate(MOST_IN_FILE);
    shown.sort_by_key(|(index, _)| *index);
    shown.into_iter().map(|(_, finding)| finding).collect()
}

fn same_version(one: &Finding, other: &Finding) -> bool {
    (one.side, &one.commit) == (other.side, &other.commit)
}

struct Page<'a> {
    terminal: Terminal,
    paint: Paint,
    report: &'a Report<'a>,
}

impl Page<'_> {
    /// A finding with all its places, and an empty line.
    fn finding(&self, finding: &Finding, source: Option<&Source>) -> String {
        let source = source.filter(|source| finding.place.quotes(source));
        let (beside, elsewhere): (Vec<_>, Vec<_>) = match source.zip(finding.place.range) {
            Some((source, range)) => self.part(finding, source, range),
            None => (Vec::new(), finding.related.iter().collect()),
        };
        let (noted, listed) = elsewhere.split_at(elsewhere.len().min(MOST_NOTES));
        let mut drawings = vec![self.drawing(finding, source, &beside)];
        drawings.extend(noted.iter().map(|related| self.note(finding, related)));
        // Help closes a finding, so it goes under the last of its drawings, or under the list.
        let mut help = finding.help.as_deref().map(|help| self.prose(help));
        if let (Some(last), true) = (drawings.last_mut(), listed.is_empty()) {
            last.help = help.take();
        }
        let mut text = String::new();
        for drawing in &drawings {
            self.draw(drawing, &mut text);
        }
        self.list(listed, &mut text);
        if let Some(help) = help {
            self.wrap(&format!("{} {help}", self.paint.paint("36", "help:")), 2, 8, &mut text);
        }
        text.push('\n');
        text
    }

    fn drawing(&self, finding: &Finding, source: Option<&Source>, beside: &[(Range, String)]) -> Drawing {
        let version = version(finding).map(|version| self.paint.faint(&format!(" ({version})")));
        let excerpt = source.zip(finding.place.range).map(|(source, range)| {
            let ranges: Vec<Range> =
                std::iter::once(range).chain(beside.iter().map(|(range, _)| *range)).collect();
            Excerpt::new(source, &ranges, self.terminal)
        });
        let left_out = excerpt.as_ref().map_or(0, |excerpt| excerpt.lines_left_out);
        let rest = (left_out > 0)
            .then(|| format!("{} and {}", self.terminal.ellipsis(), count(left_out, "more line")));
        Drawing {
            place: format!("{}{}", self.paint.strong(&location(&finding.place)), version.unwrap_or_default()),
            word: format!("{}[{}]:", finding.severity, safe(&finding.rule)),
            severity: Some(finding.severity),
            message: self.prose(&finding.message),
            help: None,
            excerpt,
            labels: std::iter::once(rest).chain(beside.iter().map(|(_, text)| Some(text.clone()))).collect(),
        }
    }

    fn note(&self, finding: &Finding, related: &Related) -> Drawing {
        let source = (self.report.sources)(finding, &related.place.path);
        let source = source.filter(|source| related.place.quotes(source));
        let excerpt = source.zip(related.place.range);
        Drawing {
            place: format!("  {}", self.paint.strong(&location(&related.place))),
            word: "note:".to_owned(),
            severity: None,
            message: self.prose(&related.message),
            help: None,
            excerpt: excerpt.map(|(source, range)| Excerpt::new(&source, &[range], self.terminal)),
            labels: Vec::new(),
        }
    }

    /// Parts the related places into labels for the excerpt of the finding, and those that need their own.
    fn part<'f>(
        &self,
        finding: &'f Finding,
        source: &Source,
        main: Range,
    ) -> (Vec<(Range, String)>, Vec<&'f Related>) {
        let (mut beside, mut elsewhere) = (Vec::new(), Vec::new());
        let mut taken = vec![main];
        for related in &finding.related {
            let here = related.place.path == finding.place.path && related.place.quotes(source);
            let range = related.place.range.filter(|range| here && is_clear(*range, main, &taken));
            let label =
                range.and_then(|range| Some((range, self.label(source, range, main, &related.message)?)));
            match label {
                Some(label) => {
                    taken.push(label.0);
                    beside.push(label);
                }
                None => elsewhere.push(related),
            }
        }
        (beside, elsewhere)
    }

    /// The text of a label, wrapped into the room beside its arrow; none where there is too little, or where the
    /// line would be cut.
    fn label(&self, source: &Source, range: Range, main: Range, message: &str) -> Option<String> {
        let same_line = range.start.line == main.start.line;
        let end = if same_line { range.end.offset.max(main.end.offset) } else { range.end.offset };
        let before = source.slice(Span::new(source.line(range.start.line).start, end));
        let room = room_beside_numbers(main.end.line.max(range.end.line) + 1, 1, self.terminal);
        if before.len() > 4 * room {
            return None;
        }
        let room = room.checked_sub(columns(before) + 6)?;
        let message = self.prose(message);
        let fits = room >= LABEL || columns(&message) <= room;
        fits.then(|| textwrap::wrap(&message, wrapping(room)).join("\n"))
    }

    fn list(&self, places: &[&Related], text: &mut String) {
        for related in places.iter().take(MOST_LISTED) {
            self.wrap(&format!("{}: {}", location(&related.place), self.prose(&related.message)), 2, 4, text);
        }
        if let Some(more @ 1..) = places.len().checked_sub(MOST_LISTED) {
            text.push_str(&format!("  {} and {}\n", self.terminal.ellipsis(), count(more, "more place")));
        }
    }

    fn draw(&self, drawing: &Drawing, text: &mut String) {
        text.push_str(&drawing.place);
        text.push('\n');
        let mut drawn = String::new();
        if self.handler(drawing).render_report(&mut drawn, drawing).is_err() {
            drawn = format!("  {} {}\n", drawing.word, drawing.message);
        }
        for line in drawn.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }

    fn handler(&self, drawing: &Drawing) -> GraphicalReportHandler {
        let mut theme = match (self.terminal.unicode, self.terminal.color) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        };
        // miette heads a message with an icon; ours is the word of the severity, and the rule.
        theme.characters.error.clone_from(&drawing.word);
        if self.terminal.color {
            let plain = || ThemeStyles::none().error;
            let main = match drawing.severity {
                Some(Severity::Error) => plain().red().bold(),
                Some(Severity::Warning) => plain().yellow().bold(),
                Some(Severity::Info) => plain().blue().bold(),
                None => plain().cyan().bold(),
            };
            theme.styles.error = main;
            theme.styles.highlights = vec![plain().cyan(); drawing.spans().len().max(1)];
            // miette gives styles to labels in the order of their offsets.
            let first = drawing.spans().first().map_or(0, |span| span.start);
            let index = drawing.spans().iter().filter(|span| span.start < first).count();
            if let Some(style) = theme.styles.highlights.get_mut(index) {
                *style = main;
            }
        }
        GraphicalReportHandler::new_themed(theme)
            .with_width(self.terminal.width.min(WIDEST))
            .with_word_separator(textwrap::WordSeparator::AsciiSpace)
            .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
            .without_primary_span_start()
            .without_syntax_highlighting()
            .without_cause_chain()
            .with_urls(false)
    }

    fn suppressed(&self) -> String {
        let mut text = String::new();
        for hidden in self.report.suppressed {
            if text.is_empty() {
                text.push_str(&self.paint.strong("Suppressed"));
                text.push('\n');
            }
            text.push_str(&format!("  {}\n", location(&hidden.place)));
            let (rule, reason) = (safe(&hidden.rule), self.prose(&hidden.reason));
            self.wrap(&format!("{rule} until {}: {reason}", hidden.until), 4, 4, &mut text);
        }
        closed(text)
    }

    fn unjudged(&self) -> String {
        let mut text = String::new();
        for (rules, reason) in self.report.unjudged_by_reason() {
            if text.is_empty() {
                text.push_str(&self.paint.strong("Not judged here"));
                text.push('\n');
            }
            self.wrap(&format!("{rules}: {reason}"), 2, 4, &mut text);
        }
        closed(text)
    }

    fn verdict(&self) -> String {
        let verdict = textwrap::fill(&self.report.verdict(), self.paragraph());
        let failed = self.report.failure.map(|_| Severity::Error);
        let mut text = match self.report.worst().or(failed) {
            Some(severity) => self.paint.severity(severity, &verdict),
            None => self.paint.good(&verdict),
        };
        text.push('\n');
        if let Some(mendable) = self.report.mendable() {
            self.wrap(&mendable, 0, 0, &mut text);
        }
        text
    }

    fn prose(&self, text: &str) -> String {
        clip(&safe(text), LONGEST, self.terminal.ellipsis()).into_owned()
    }

    /// Appends a paragraph, its first line indented by `first` and the others by `rest`.
    fn wrap(&self, paragraph: &str, first: usize, rest: usize, text: &mut String) {
        let (first, rest) = (" ".repeat(first), " ".repeat(rest));
        let options = self.paragraph().initial_indent(&first).subsequent_indent(&rest);
        text.push_str(&textwrap::fill(paragraph, options));
        text.push('\n');
    }

    fn paragraph(&self) -> textwrap::Options<'static> {
        wrapping(self.terminal.width.min(WIDEST) - 2)
    }
}

/// Commands, ids and paths are never broken at their hyphens and slashes, so that they can be copied.
fn wrapping(width: usize) -> textwrap::Options<'static> {
    textwrap::Options::new(width)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// A part of the page, and an empty line if it is there at all.
fn closed(mut text: String) -> String {
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// True where a place can be marked in the excerpt of the finding: near, on one line, and clear of what is marked
/// already (miette shifts an underline that touches another).
fn is_clear(range: Range, main: Range, taken: &[Range]) -> bool {
    let near = main.start.line.saturating_sub(CLOSE)..=main.end.line.saturating_add(CLOSE);
    range.start.line == range.end.line
        && main.end.line - main.start.line <= CLOSE
        && near.contains(&range.start.line)
        && taken
            .iter()
            .all(|other| range.end.offset < other.start.offset || other.end.offset < range.start.offset)
}

/// What miette sees of a finding, or of a related place: finished text, safe to print.
#[derive(Debug)]
struct Drawing {
    /// The line above: `path:line:col`.
    place: String,
    /// `error[group/name]:`, or `note:`.
    word: String,
    severity: Option<Severity>,
    message: String,
    help: Option<String>,
    excerpt: Option<Excerpt>,
    /// The texts beside the spans of the excerpt.
    labels: Vec<Option<String>>,
}

impl Drawing {
    /// Where the labels lie in the excerpt; the first is the place itself.
    fn spans(&self) -> &[Span] {
        self.excerpt.as_ref().map(|excerpt| excerpt.spans.as_slice()).unwrap_or_default()
    }
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let texts = self.labels.iter().cloned().chain(std::iter::repeat(None));
        let spans = self.spans().iter().zip(texts);
        Some(Box::new(spans.map(|(span, text)| LabeledSpan::new(text, span.start, span.len()))))
    }
}

impl SourceCode for Excerpt {
    /// Always the whole: what is to be seen was chosen when the excerpt was made.
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        Ok(Box::new(MietteSpanContents::new(
            self.text.as_bytes(),
            (0, self.text.len()).into(),
            self.first_line - 1,
            0,
            self.line_count,
        )))
    }
}
