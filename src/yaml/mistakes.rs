//! The parser's errors in plain words.
//!
//! Its words are the grammar's ("did not find expected key"); these are for the person at the keyboard, say what to
//! do, and point at where the mistake was made rather than at where the parser noticed it. Errors that hardly
//! anybody meets keep the parser's words.

use granit_parser::ErrorKind;

use super::MAX_KEY;
use super::places::{self, BLANK, line_end, line_start, trimmed};
use super::problem::{Problem, key_too_long, shown, syntax, tab, too_deep};
use crate::source::Span;

/// An error of the parser at `at`; `from` is a token boundary before it, outside of any open quote or bracket.
pub(super) fn explain(kind: &ErrorKind, text: &str, from: usize, at: usize) -> Problem {
    let place = Place { text, from, at };
    quotes(kind, place)
        .or_else(|| brackets(kind, place))
        .or_else(|| layout(kind, place))
        .or_else(|| punctuation(kind, place))
        .unwrap_or_else(|| syntax(place.here(), kind.to_string(), ""))
}

const CHECK_INDENTATION: &str = "check the indentation of this line";
const QUOTE_IT: &str = "put the text in quotes";

fn quotes(kind: &ErrorKind, place: Place<'_>) -> Option<Problem> {
    Some(match kind {
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            place.not_closed(place.at, place.found().unwrap_or('"'))
        }
        ErrorKind::InvalidQuotedScalarIndent | ErrorKind::InvalidIndentation => place.outside(),
        ErrorKind::InvalidTrailingSingleQuotedScalar => {
            place.after_quotes("a `'` inside single quotes is written twice: `''`")
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            place.after_quotes("a `\"` inside double quotes is written `\\\"`")
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => {
            let Some(span) = places::bad_escape(place.text, place.at) else {
                // The file ends in the middle of it.
                return Some(place.not_closed(place.at, '"'));
            };
            let escape = shown(place.text.get(span.start..span.end).unwrap_or_default());
            syntax(
                span,
                format!("{escape} stands for no character"),
                "write `\\\\` for a backslash, or put the text in single quotes",
            )
        }
        _ => return None,
    })
}

fn brackets(kind: &ErrorKind, place: Place<'_>) -> Option<Problem> {
    let found = place.found().unwrap_or(' ');
    Some(match kind {
        ErrorKind::UnclosedFlowCollection { open } => place.not_closed(place.at, *open),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            let help = format!("close it with `{}`", closing(*open));
            syntax(place.here(), format!("this `{open}` is closed by a `{close}`"), &help)
        }
        ErrorKind::MisplacedFlowCollectionEnd => syntax(
            place.here(),
            format!("this `{found}` closes nothing"),
            "remove it, or put the text that it belongs to in quotes",
        ),
        ErrorKind::ExpectedFlowMappingSeparator => syntax(
            place.here(),
            "a `,` or a `}` was expected here",
            "check the commas, and put a text that contains `: ` in quotes",
        ),
        ErrorKind::ExpectedFlowSequenceSeparator => {
            syntax(place.here(), "a `,` or a `]` was expected here", "check the commas and the brackets")
        }
        ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            syntax(place.here(), "a value is missing here", "check the commas and the brackets")
        }
        ErrorKind::BlockEntryInFlowCollection => syntax(
            place.here(),
            "a `- ` cannot stand in brackets",
            "separate the entries with commas, or put the text in quotes",
        ),
        ErrorKind::UnexpectedCharacter { character: character @ ('|' | '>') } => {
            syntax(place.here(), format!("a `{character}` cannot start a text in brackets"), QUOTE_IT)
        }
        ErrorKind::FlowMappingValueAdjacentCollection => {
            syntax(place.here(), "a space is missing after this `:`", "write `key: value`")
        }
        ErrorKind::RecursionLimitExceeded => syntax(place.here(), too_deep(), ""),
        _ => return None,
    })
}

fn layout(kind: &ErrorKind, place: Place<'_>) -> Option<Problem> {
    Some(match kind {
        ErrorKind::TabInBlockIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => {
            tab(places::indenting_tab(place.text, place.at).unwrap_or(place.here()))
        }
        ErrorKind::InvalidBlockEntryWhitespace => {
            syntax(place.here(), "a tab stands before this `-`", "write a space after each `-`")
        }
        ErrorKind::SimpleKeyExpected => place.no_colon(),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => place.stray_colon(),
        ErrorKind::ExpectedBlockMappingKey => place.no_field(),
        ErrorKind::UnexpectedEofBlockSequence | ErrorKind::ExpectedBlockSequenceEntry
            if place.first_on_line() && place.found() != Some(',') =>
        {
            syntax(place.here(), "a list entry was expected here: a line with `- `", CHECK_INDENTATION)
        }
        ErrorKind::ExpectedBlockSequenceEntry => place.after_value(),
        ErrorKind::BlockSequenceEntryNotAllowed => syntax(
            place.here(),
            "a list cannot start on the line of its field",
            "put each `- ` on a line of its own; a text that starts with `- ` needs quotes",
        ),
        ErrorKind::ZeroBlockScalarIndent => {
            syntax(place.here(), "a text cannot be indented by 0", "remove the 0")
        }
        ErrorKind::InvalidBlockScalarHeader => {
            let found = place.found().unwrap_or('|');
            syntax(
                place.here(),
                format!("after a `{found}` the text starts on the next line"),
                "move the text to the lines below and indent it, or put it in quotes",
            )
        }
        ErrorKind::InvalidBlockScalarIndent => syntax(
            place.here(),
            "this text is indented less than the blank line above it, or than its `|` or `>` says",
            "indent the lines of the text alike, and leave blank lines empty",
        ),
        ErrorKind::ExpectedDocumentStart => match places::directive(place.text, place.from, place.at, "%") {
            Some(directive) => not_a_directive(directive),
            None => syntax(
                place.here(),
                "this stands after the end of the record",
                "a record is one map of fields: `field: value`",
            ),
        },
        ErrorKind::UnsupportedYamlMajorVersion => {
            syntax(place.line(), "the file says that it is not YAML 1.2", "remove the %YAML line")
        }
        ErrorKind::MissingDirectiveName
        | ErrorKind::InvalidDirectiveName
        | ErrorKind::MissingYamlVersion
        | ErrorKind::MissingYamlVersionSeparator
        | ErrorKind::YamlVersionTooLong
        | ErrorKind::InvalidDirectiveTerminator
        | ErrorKind::DuplicateVersionDirective
        | ErrorKind::MissingDocumentEndBeforeDirective
        | ErrorKind::DirectiveByteLimitExceeded { .. }
        | ErrorKind::TooManyReservedDirectiveParams { .. } => not_a_directive(place.line()),
        _ => return None,
    })
}

fn punctuation(kind: &ErrorKind, place: Place<'_>) -> Option<Problem> {
    let found = place.found().unwrap_or(' ');
    Some(match kind {
        ErrorKind::UnexpectedCharacter { character } if is_printable(*character) => {
            cannot_start(place, *character)
        }
        ErrorKind::UnexpectedCharacter { character } => {
            // Noticed at the start of the text that contains it.
            let at = place.at + place.rest().find(*character).unwrap_or_default();
            syntax(
                Span::new(at, at + character.len_utf8()),
                format!("the character U+{:04X} cannot stand in YAML", u32::from(*character)),
                "remove it",
            )
        }
        ErrorKind::PlainScalarStartsWithDashFlowIndicator
        | ErrorKind::MissingAnchorOrAliasName
        | ErrorKind::MappingKeyNotAllowed
        | ErrorKind::UnexpectedEofBlockMapping
        | ErrorKind::UnexpectedEofBlockSequence
        | ErrorKind::UnexpectedEndOfPlainScalar => cannot_start(place, found),
        ErrorKind::ExpectedTagBang
        | ErrorKind::InvalidGlobalTagCharacter
        | ErrorKind::InvalidTagTerminator
        | ErrorKind::MissingTagUri
        | ErrorKind::UnclosedVerbatimTag
        | ErrorKind::InvalidTagEscape
        | ErrorKind::InvalidTagUtf8LeadingByte
        | ErrorKind::InvalidTagUtf8TrailingByte
        | ErrorKind::InvalidTagUtf8
        | ErrorKind::UndeclaredTagHandle => cannot_start(place, '!'),
        ErrorKind::CommentInterceptedScalar => syntax(
            place.here(),
            "a comment cannot stand inside a text of several lines",
            "move the comment above the field; if it belongs to the text, put the text in quotes",
        ),
        ErrorKind::CommentNotSeparated => {
            syntax(place.here(), "a space is missing before this comment", "put a space before the `#`")
        }
        ErrorKind::BomInsideDocument => syntax(
            place.here(),
            "a byte order mark (U+FEFF) stands inside the file",
            "remove it; editors do not show it",
        ),
        _ => return None,
    })
}

fn cannot_start(place: Place<'_>, character: char) -> Problem {
    let character = if character == '`' { "a back quote".to_owned() } else { format!("`{character}`") };
    syntax(place.here(), format!("a text cannot start with {character}"), QUOTE_IT)
}

fn not_a_directive(line: Span) -> Problem {
    syntax(
        line,
        "a line that starts with `%` is not a field",
        "remove it; a text that starts with `%` needs quotes",
    )
}

#[derive(Clone, Copy)]
struct Place<'t> {
    text: &'t str,
    from: usize,
    at: usize,
}

impl<'t> Place<'t> {
    fn rest(self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn found(self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character at the place; nothing at the end of a line.
    fn here(self) -> Span {
        places::character(self.text, self.at)
    }

    /// The line of the place up to it.
    fn before(self) -> &'t str {
        self.text.get(line_start(self.text, self.at)..self.at).unwrap_or_default()
    }

    fn line(self) -> Span {
        trimmed(self.text, line_start(self.text, self.at), line_end(self.text, self.at))
    }

    fn first_on_line(self) -> bool {
        self.before().trim_matches(BLANK).is_empty()
    }

    fn not_closed(self, open: usize, opening: char) -> Problem {
        let span = Span::new(open, open + opening.len_utf8());
        if matches!(opening, '"' | '\'') {
            let help = format!(
                "add the closing `{opening}`; a text that goes on over several lines has them indented"
            );
            syntax(span, "the text in quotes that starts here is not closed", &help)
        } else {
            let close = closing(opening);
            let help = format!(
                "add the closing `{close}`; if it goes on over several lines, indent them, `{close}` too"
            );
            syntax(span, format!("this `{opening}` is not closed"), &help)
        }
    }

    /// A line that is not indented far enough to be inside the quotes or brackets that are open.
    fn outside(self) -> Problem {
        match places::scan(self.text, self.from, self.at).open {
            Some((_, opening))
                if !matches!(opening, '"' | '\'') && self.found() == Some(closing(opening)) =>
            {
                syntax(
                    self.here(),
                    format!("this `{}` stands too far left", closing(opening)),
                    "indent it further than the field that it belongs to",
                )
            }
            Some((open, opening)) => Problem {
                related: Some((self.here(), "this line is not indented far enough to be inside".to_owned())),
                ..self.not_closed(open, opening)
            },
            None => syntax(self.here(), "this line is not indented far enough", CHECK_INDENTATION),
        }
    }

    fn after_quotes(self, help: &str) -> Problem {
        let start = places::scan(self.text, self.from, self.at)
            .last_quote
            .filter(|open| line_start(self.text, *open) < line_start(self.text, self.at));
        Problem {
            related: start
                .map(|open| (Span::new(open, open + 1), "the text in quotes starts here".to_owned())),
            ..syntax(self.here(), "more text stands after the closing quote", help)
        }
    }

    fn after_value(self) -> Problem {
        syntax(self.here(), "this stands after the end of the value", QUOTE_IT)
    }

    fn no_colon(self) -> Problem {
        let end = line_end(self.text, self.at);
        let line = self.text.get(self.at..end).unwrap_or_default();
        let end = line.find(" #").map_or(end, |comment| self.at + comment);
        let line = trimmed(self.text, self.at, end);
        let text = self.text.get(line.start..line.end).unwrap_or_default();
        if text.chars().nth(MAX_KEY).is_some() && (text.contains(": ") || text.ends_with(':')) {
            return syntax(self.here(), key_too_long(), "");
        }
        syntax(
            line,
            "this line has no `:`",
            "a field is written `field: value`; if the line belongs to the text above, indent it",
        )
    }

    fn stray_colon(self) -> Problem {
        let before = self.before().trim_start_matches(BLANK);
        if before.contains(": ") {
            return syntax(
                self.here(),
                "a second `: ` stands on this line",
                "put a text that contains `: ` in quotes",
            );
        }
        if before.chars().nth(MAX_KEY).is_some() {
            return syntax(self.here(), key_too_long(), "");
        }
        syntax(
            self.here(),
            "a `:` cannot stand here: this line goes on with the text above",
            "check the indentation of this line, and that the line above has its `: `",
        )
    }

    fn no_field(self) -> Problem {
        let before = self.before();
        let dash = before.trim_matches(BLANK) == "-";
        if dash {
            let at = self.at - before.len() + before.find('-').unwrap_or_default();
            return syntax(
                Span::new(at, at + 1),
                "a list entry cannot stand among the fields of a map",
                "a list stands below its own field: `field:`",
            );
        }
        if !self.first_on_line() {
            return self.after_value();
        }
        syntax(
            self.here(),
            "this line is indented like no line that it could belong to",
            "line it up with the fields or entries beside it",
        )
    }
}

fn closing(opening: char) -> char {
    match opening {
        '[' => ']',
        '{' => '}',
        quote => quote,
    }
}

fn is_printable(character: char) -> bool {
    !character.is_control() && !matches!(character, '\u{FFFE}' | '\u{FFFF}')
}
