//! Every problem is found, in its place, and said in words that help.

use std::sync::Arc;

use exboard::source::{Source, Span};
use exboard::yaml::{MAX_BYTES, MAX_DEPTH, MAX_KEY, MAX_NODES, MAX_PROBLEMS, Problem, ProblemKind, parse};

use super::{document, read, slice};

/// Slice, field and message of each problem.
fn found(text: &str) -> Vec<(&str, Option<String>, String)> {
    let problems = read(text).problems;
    problems.into_iter().map(|problem| (slice(text, problem.span), problem.field, problem.message)).collect()
}

fn only(text: &str) -> Problem {
    let mut problems = read(text).problems;
    assert_eq!(problems.len(), 1, "{text:?}: {problems:#?}");
    problems.remove(0)
}

#[test]
fn all_that_records_may_not_use_is_reported_at_once() {
    let text = "\
a: &x 1
b: &y
  - &z 2
  - !!int 3
  - *z
  - !mine {c: &w []}
<<: *x
1: .inf
~: -.INF
true: .NaN
big: 1e999
? [k]
: v
? {k: v}
: w
*x : 1
: q
a: 5
d/e~f: {g: 1, g: 2, \"g\": 3}
";
    let expected = [
        ("&x", "/a", "an anchor stands here; records are plain data"),
        ("&y", "/b", "an anchor stands here; records are plain data"),
        ("&z", "/b/0", "an anchor stands here; records are plain data"),
        ("!!int", "/b/1", "a tag stands here; records are plain data"),
        ("*z", "/b/2", "an alias stands here; records are plain data"),
        ("!mine", "/b/3", "a tag stands here; records are plain data"),
        ("&w", "/b/3/c", "an anchor stands here; records are plain data"),
        ("<<", "/<<", "a merge key stands here; records are plain data"),
        ("*x", "/<<", "an alias stands here; records are plain data"),
        ("1", "/1", "the key `1` is not a string"),
        (".inf", "/1", "`.inf` is not a finite number"),
        ("~", "/~0", "the key `~` is not a string"),
        ("-.INF", "/~0", "`-.INF` is not a finite number"),
        ("true", "/true", "the key `true` is not a string"),
        (".NaN", "/true", "`.NaN` is not a finite number"),
        ("1e999", "/big", "`1e999` is too large a number"),
        ("[", "", "a list or a map cannot be a key"),
        ("{", "", "a list or a map cannot be a key"),
        ("*x", "", "an alias stands here; records are plain data"),
        (":", "", "a key is missing here"),
        ("a", "/a", "the key `a` stands here a second time"),
        ("g", "/d~1e~0f/g", "the key `g` stands here a second time"),
        ("\"g\"", "/d~1e~0f/g", "the key `g` stands here a second time"),
    ];
    let found = found(text);
    let found: Vec<_> = found
        .iter()
        .map(|(at, field, message)| (*at, field.as_deref().unwrap_or(""), message.as_str()))
        .collect();
    assert_eq!(found, expected);
    assert!(read(text).problems.iter().all(|problem| problem.help.is_some()));
    assert!(read(text).problems.is_sorted_by_key(|problem| problem.span));
}

#[test]
fn a_duplicate_key_shows_both_places() {
    let text = "a: 1\nb:\n- c: 1\n  \"c\": 2\n'a': 3\na: 4\n";
    let problems = read(text).problems;
    let places: Vec<_> = problems
        .iter()
        .map(|problem| {
            assert_eq!(problem.kind, ProblemKind::DuplicateKey);
            let (first, label) = problem.related.as_ref().unwrap();
            assert_eq!(label, "first here");
            (problem.span.start, slice(text, problem.span), first.start, problem.field.as_deref().unwrap())
        })
        .collect();
    assert_eq!(places, [(17, "\"c\"", 10, "/b/0/c"), (24, "'a'", 0, "/a"), (31, "a", 0, "/a")]);
    // As in a larger map, where the keys are sorted.
    let many: String = (0..100).map(|n| format!("k{}: {n}\n", n % 99)).collect();
    let problem = only(&many);
    assert_eq!((slice(&many, problem.span), problem.related.unwrap().0.start), ("k0", 0));
    // Keys that are equal only once decoded; keys that differ.
    assert_eq!(only("\"\\u0061\": 1\na: 2\n").kind, ProblemKind::DuplicateKey);
    document("a: 1\nA: 2\n\"a \": 3\n");
}

#[test]
fn anchors_and_tags_of_keys_and_of_the_top() {
    assert_eq!(
        found("!!map # c\n&top\n&k a: 1\n!!str b: 2\n"),
        [
            ("!!map", None, "a tag stands here; records are plain data".to_owned()),
            ("&top", None, "an anchor stands here; records are plain data".to_owned()),
            ("&k", None, "an anchor stands here; records are plain data".to_owned()),
            ("!!str", None, "a tag stands here; records are plain data".to_owned()),
        ]
    );
    assert_eq!(
        found("a: # !no\n  !yes x\nb: !<tag:x> 1\nc: &x !y\n- z\n")
            .iter()
            .map(|row| (row.0, row.1.as_deref()))
            .collect::<Vec<_>>(),
        [("!yes", Some("/a")), ("!<tag:x>", Some("/b")), ("&x", Some("/c")), ("!y", Some("/c"))]
    );
}

#[test]
fn the_top_is_one_map() {
    for (text, at, message) in [
        ("", "", "the file is empty"),
        ("\n\n", "", "the file is empty"),
        ("\u{feff}", "", "the file is empty"),
        ("# only\n# comments\n", "", "the file is empty"),
        ("---\n", "", "the file is empty"),
        ("---\n# c\n...\n", "", "the file is empty"),
        ("null\n", "null", "the top of the file is null, not a map"),
        ("~", "~", "the top of the file is null, not a map"),
        ("# c\n- a\n- b\n", "- a\n- b", "the top of the file is a list, not a map"),
        ("[a]", "[a]", "the top of the file is a list, not a map"),
        ("some words\n", "some words", "the top of the file is a string, not a map"),
        ("|\n  x\n", "|\n  x", "the top of the file is a string, not a map"),
        ("42", "42", "the top of the file is a number, not a map"),
        ("false", "false", "the top of the file is a truth value, not a map"),
    ] {
        let problem = only(text);
        assert_eq!((slice(text, problem.span), problem.message.as_str()), (at, message), "{text:?}");
        assert!(problem.help.is_some() && problem.field.is_none());
    }
    // Beside another problem, too; but an alias alone is problem enough.
    assert_eq!(found("- &a 1\n").len(), 2);
    assert_eq!(found("*a").len(), 1);
}

#[test]
fn one_document_of_yaml_1_2() {
    for (text, at, message) in [
        ("a: 1\n---\nb: 2\n", "---", "a second document starts here"),
        ("a: 1\n...\n---\nb: 2\n", "---", "a second document starts here"),
        ("a: 1\n...\nb: 2\n", "b", "a second document starts here"),
        ("%YAML 1.1 # old\n---\na: 1\n", "%YAML 1.1", "the file says YAML 1.1; records are YAML 1.2"),
        ("# c\n%YAML 1.3\n--- {a: 1}\n", "%YAML 1.3", "the file says YAML 1.3; records are YAML 1.2"),
        ("%YAML 2.0\n---\na: 1\n", "%YAML 2.0", "the file says that it is not YAML 1.2"),
        ("%YAML 1.1\na: 1\n", "%YAML 1.1", "a line that starts with `%` is not a field"),
        ("%done: 1\n", "%done: 1", "a line that starts with `%` is not a field"),
    ] {
        let problem = only(text);
        assert_eq!((slice(text, problem.span), problem.message.as_str()), (at, message), "{text:?}");
    }
    document("%YAML 1.2\n---\na: 1\n...\n# end\n");
    assert_eq!(read("a: 1\n---\nb: 2\n").document.get("/a").unwrap().raw(), "1");
    // What is wrong before the second document is not forgotten.
    assert_eq!(found("a: 1\na: 2\n---\nb: 2\n").len(), 2);
}

#[test]
fn bytes_that_are_not_utf_8() {
    let parse_bytes = |bytes: &[u8]| parse(Arc::new(Source::from_bytes("x.yaml", bytes.to_vec())));
    let parsed = parse_bytes(b"a: 1\nb: \xe9t\xe9\n");
    assert_eq!(parsed.problems.len(), 1);
    let problem = &parsed.problems[0];
    assert_eq!((problem.span.start, problem.message.as_str()), (8, "this byte is not UTF-8"));
    assert!(parsed.document.root().is_none());
    let utf_16: Vec<u8> = "\u{feff}a: 1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(parse_bytes(&utf_16).problems[0].span.start, 0);
    assert!(parse_bytes("é: 1\n".as_bytes()).problems.is_empty());
}

#[test]
fn limits_of_size() {
    let fitting = format!("a: {}\n", "x".repeat(MAX_BYTES - 4));
    assert_eq!(fitting.len(), MAX_BYTES);
    document(&fitting);
    let problem = only(&format!("{fitting}\n"));
    assert!(problem.message.contains("more than 262144 bytes"), "{problem:?}");

    let list = |entries: usize| format!("a:\n{}", "- 1\n".repeat(entries));
    document(&list(MAX_NODES - 2));
    let text = list(MAX_NODES - 1);
    assert_eq!(only(&text).message, "the file has more than 50000 values");

    let comments =
        |lines: usize| format!("a: 1\n{}b:\n{}  - 1\n", "# c\n".repeat(lines), "  # d\n".repeat(lines));
    for lines in [200, 2_000, 20_000] {
        assert_eq!(document(&comments(lines)).comments().len(), 2 * lines);
    }

    let problems = read(&"a: 1\n".repeat(MAX_PROBLEMS + 1)).problems;
    assert_eq!(problems.len(), MAX_PROBLEMS);
    let problems = read(&"a: 1\n".repeat(MAX_PROBLEMS + 2)).problems;
    assert_eq!(problems.len(), MAX_PROBLEMS + 1);
    assert!(problems.iter().any(|problem| problem.message.contains("reading stops here")));
    assert_eq!(found(&format!("a: [{}]", "*a, ".repeat(10_000))).len(), MAX_PROBLEMS + 1);
}

#[test]
fn limits_of_depth() {
    let flow = |depth: usize| format!("a: {}{}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    let flow_maps = |depth: usize| format!("{}1{}", "{a: ".repeat(depth), "}".repeat(depth));
    let lists = |depth: usize| format!("a:\n  {}1\n", "- ".repeat(depth - 1));
    let block = |depth: usize| (0..depth).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>();
    let mixed = |depth: usize| {
        let half = depth / 2;
        let closing = "]".repeat(depth - half - 1);
        format!("{}{}a: {}1{closing}\n", block(half), " ".repeat(half), "[".repeat(depth - half - 1))
    };
    let flow_in_block_lists = |depth: usize| {
        format!("a:\n  {}{}1{}", "- ".repeat(40), "{b: ".repeat(depth - 41), "}".repeat(depth - 41))
    };
    let pairs =
        |depth: usize| format!("a: {}1{}", "[b: ".repeat((depth - 1) / 2), "]".repeat((depth - 1) / 2));
    document(&flow(MAX_DEPTH));
    document(&flow_maps(MAX_DEPTH));
    document(&lists(MAX_DEPTH));
    document(&block(MAX_DEPTH));
    document(&mixed(MAX_DEPTH));
    document(&flow_in_block_lists(MAX_DEPTH));
    document(&pairs(MAX_DEPTH - 1));
    for text in [
        flow(MAX_DEPTH + 1),
        flow_maps(MAX_DEPTH + 1),
        lists(MAX_DEPTH + 1),
        block(MAX_DEPTH + 1),
        mixed(MAX_DEPTH + 1),
        flow_in_block_lists(MAX_DEPTH + 1),
        pairs(MAX_DEPTH + 1),
    ] {
        assert_eq!(only(&text).message, "lists and maps are nested deeper than 64", "{text}");
    }
    // The collection that is one too deep.
    assert_eq!(only(&lists(MAX_DEPTH + 1)).span.start, "a:\n  ".len() + 2 * (MAX_DEPTH - 1));
    assert_eq!(only(&flow_maps(MAX_DEPTH + 1)).span.start, 4 * MAX_DEPTH);
}

#[test]
fn limits_of_keys() {
    let key = "k".repeat(MAX_KEY);
    document(&format!("{key}: 1\n? \"{key}\"\n: 2\n").replace("k\"", "l\""));
    for text in [
        format!("{key}k: 1\n"),
        format!("a: 1\n{key}k: 1\n"),
        format!("a:\n  {key}k: 1\n  b: 2\n"),
        format!("\"{key}\": 1\n"),
        format!("? {key}k\n: 1\n"),
        format!("a: {{? {key}k : 1}}\n"),
    ] {
        assert_eq!(only(&text).message, "this key has more than 1024 characters", "{text}");
    }
    // Characters, not bytes.
    document(&format!("{}: 1\n", "é".repeat(MAX_KEY)));
    let long = "9".repeat(3_000);
    let problems = read(&format!("? {long}\n: 1\n")).problems;
    assert!(problems[0].message.chars().count() < 100, "{problems:?}");
}

#[test]
fn tabs() {
    for (text, at) in [
        ("a:\n\tb: 1\n", 3),
        ("a:\n\t- b\n", 3),
        ("a:\n  \tb: 1\n", 5),
        ("a:\n  b: 1\n\tc: 2\n", 10),
        ("a:\n  b: 1\n \tc: 2\n", 11),
        ("a:\n  - b\n\t- c\n", 9),
        ("a:\n  one\n\ttwo\n", 9),
        ("a: one\n\n\n\ttwo\n", 9),
        ("a: \"one\n\ttwo\"\n", 8),
        ("a: |\n\tone\n", 5),
        ("a:\n  -\tb: 1\n", 6),
        ("\ta: 1\n", 0),
    ] {
        let problem = only(text);
        assert_eq!(
            (problem.span.start, problem.message.as_str()),
            (at, "a tab indents this line"),
            "{text:?}"
        );
        assert_eq!(slice(text, problem.span), "\t");
        assert_eq!(problem.help.as_deref(), Some("YAML is indented with spaces"));
    }
    // Tabs that indent nothing.
    document("a:\t1\t# c\n\t\nb: [\t2,\n \t3]\nc: |\n  \tx\n\t# d\n");
}

/// A text, where its only problem is shown, its message, a piece of its help, and the second place.
type Mistake = (&'static str, &'static str, &'static str, &'static str, Option<&'static str>);

#[rustfmt::skip]
const MISTAKES: &[Mistake] = &[
    // Quotes.
    ("a: \"one\nb: two\n", "\"one", "the text in quotes that starts here is not closed", "add the closing `\"`", Some("b: two")),
    ("a: 'one\nb: \"two\"\n", "'one", "the text in quotes that starts here is not closed", "add the closing `'`", Some("b: \"two")),
    ("b: don't\na: \"one", "\"one", "the text in quotes that starts here is not closed", "add the closing `\"`", None),
    ("a: [\"one\nb: 1\n", "\"one", "the text in quotes that starts here is not closed", "add the closing `\"`", Some("b: 1")),
    ("a: {b: don't, c: 'one\nd: 1\n", "'one", "the text in quotes that starts here is not closed", "add the closing `'`", Some("d: 1")),
    ("a: 'don't'\n", "t'\n", "more text stands after the closing quote", "written twice: `''`", None),
    ("a: \"b\" c\n", "c\n", "more text stands after the closing quote", "`\\\"`", None),
    ("a: \"one\n  b: \"two\"\n", "two", "more text stands after the closing quote", "`\\\"`", Some("\"one")),
    ("a: \"C:\\path\"\n", "\\p", "`\\p` stands for no character", "`\\\\` for a backslash", None),
    ("a: \"ok \\n \\x4\"\n", "\\x4", "`\\x4` stands for no character", "single quotes", None),
    ("a: \"\\ud83d\\ude00 \\ud800\"\n", "\\ud800", "`\\ud800` stands for no character", "single quotes", None),
    ("a: \"b\\", "\"b", "the text in quotes that starts here is not closed", "add the closing `\"`", None),
    ("a: \"\\UFFFFFFFF\"\n", "\\UFFFFFFFF", "`\\UFFFFFFFF` stands for no character", "single quotes", None),
    ("a: \"b\"# c\n", "# c", "a space is missing before this comment", "before the `#`", None),
    // Brackets.
    ("a: [1, 2\nb: 3\n", "[1", "this `[` is not closed", "add the closing `]`", Some("b: 3")),
    ("a: {b: [1, {c: 2}\nd: 3\n", "[1", "this `[` is not closed", "add the closing `]`", Some("d: 3")),
    ("a: {b: 1, c: ']'\n", "{b", "this `{` is not closed", "add the closing `}`", None),
    ("a: [1, 2}\n", "[1", "this `[` is closed by a `}`", "close it with `]`", None),
    ("a: [1]]\n", "]\n", "this `]` closes nothing", "remove it", None),
    ("a: x\nb: ] y\n", "] y", "this `]` closes nothing", "in quotes", None),
    ("a: [\n  1,\n]\n", "]\n", "this `]` stands too far left", "indent it further", None),
    ("a: {\n  b: 1\n}\n", "}\n", "this `}` stands too far left", "indent it further", None),
    ("a: {b: 1 c: 2}\n", ": 2", "a `,` or a `}` was expected here", "commas", None),
    ("a: [\"x\" \"y\"]\n", "\"y", "more text stands after the closing quote", "", None),
    ("a: [[1] [2]]\n", "[2]", "a `,` or a `]` was expected here", "commas", None),
    ("a: [1,, 2]\n", ", 2", "a value is missing here", "commas", None),
    ("a: [- b]\n", "- b", "a `- ` cannot stand in brackets", "commas", None),
    ("a: [> b]\n", "> b", "a `>` cannot start a text in brackets", "in quotes", None),
    ("{a:[1]}\n", ":[", "a space is missing after this `:`", "`key: value`", None),
    // Colons.
    ("a: b: c\n", ": c", "a second `: ` stands on this line", "in quotes", None),
    ("title: Re: this\n", ": this", "a second `: ` stands on this line", "in quotes", None),
    ("a: 1\nb\nc: 2\n", "b\nc", "this line has no `:`", "`field: value`", None),
    ("a: 1\nb # c\n", "b # c", "this line has no `:`", "indent it", None),
    ("a:b\nc: d\n", ": d", "a `:` cannot stand here: this line goes on with the text above", "above has its `: `", None),
    ("a: 1\n  b: 2\n", ": 2", "a `:` cannot stand here: this line goes on with the text above", "indentation", None),
    ("- a\n b: 1\n", ": 1", "a `:` cannot stand here: this line goes on with the text above", "indentation", None),
    // Indentation.
    ("a:\n    b: 1\n  c: 2\n", "c: 2", "this line is indented like no line that it could belong to", "line it up", None),
    ("a:\n  - b\n - c\n", "- c", "this line is indented like no line that it could belong to", "line it up", None),
    ("a:\n  - b: 1\n   c: 2\n", "c: 2", "a list entry was expected here: a line with `- `", "indentation", None),
    ("a:\n- b\nc: 1\n- d\n", "- d", "a list entry cannot stand among the fields of a map", "below its own field", None),
    ("a: - b\n", "- b", "a list cannot start on the line of its field", "line of its own", None),
    ("a: >-\nb\n", "b\n", "this line has no `:`", "indent it", None),
    ("a: | b\n  c\n", "| b", "after a `|` the text starts on the next line", "lines below", None),
    ("a: >0\n  c\n", ">0", "a text cannot be indented by 0", "remove the 0", None),
    ("a:\n  -\n  b: 1\n", "b: 1", "a list entry was expected here: a line with `- `", "indentation", None),
    ("a: |\n     \n  b\n", "b\n", "this text is indented less than the blank line above it, or than its `|` or `>` says", "alike", None),
    ("a: one # c\n  two\n", "# c", "a comment cannot stand inside a text of several lines", "above the field", None),
    ("a: [1] x\n", "x\n", "this stands after the end of the value", "in quotes", None),
    ("a:\n- [1] x\n", "x\n", "this stands after the end of the value", "in quotes", None),
    ("{a: 1}\nb: 2\n", "b: 2", "this stands after the end of the record", "one map", None),
    // Characters.
    ("a: @b\n", "@b", "a text cannot start with `@`", "in quotes", None),
    ("a: `b`\n", "`b", "a text cannot start with a back quote", "in quotes", None),
    ("a: %b\n", "%b", "a text cannot start with `%`", "in quotes", None),
    ("a: , b\n", ", b", "a text cannot start with `,`", "in quotes", None),
    ("a: * b\n", "* b", "a text cannot start with `*`", "in quotes", None),
    ("a: & b\n", "& b", "a text cannot start with `&`", "in quotes", None),
    ("a: ? b\n", "? b", "a text cannot start with `?`", "in quotes", None),
    ("a: !x!y\n", "!x", "a text cannot start with `!`", "in quotes", None),
    ("a: **b**\n", "**b**", "an alias stands here; records are plain data", "starts with `*` needs quotes", None),
    ("a: !important\n", "!important", "a tag stands here; records are plain data", "starts with `!` needs quotes", None),
    ("a: [-]\n", "-]", "a text cannot start with `-`", "in quotes", None),
    ("a: x\u{7}y\n", "\u{7}", "the character U+0007 cannot stand in YAML", "remove it", None),
    ("a: |\n  x\n  y\u{0}z\n", "\u{0}", "the character U+0000 cannot stand in YAML", "remove it", None),
    ("a: 1 # \u{1b}[31m\n", "\u{1b}", "the character U+001B cannot stand in YAML", "remove it", None),
    ("a: 1\n\u{feff}b: 2\n", "\u{feff}", "a byte order mark (U+FEFF) stands inside the file", "remove it", None),
];

#[test]
fn mistakes_are_explained() {
    for (text, at, message, help, related) in MISTAKES {
        let problem = only(text);
        assert_eq!(problem.message, *message, "{text:?}");
        let shown = slice(text, Span::new(problem.span.start, text.len()));
        assert!(shown.starts_with(at), "{text:?}: {shown:?}");
        assert!(!problem.span.is_empty(), "{text:?}");
        assert!(problem.help.as_deref().unwrap_or_default().contains(help), "{text:?}: {:?}", problem.help);
        let second = problem.related.map(|(span, _)| slice(text, Span::new(span.start, text.len())));
        assert!(second.is_none_or(|second| second.starts_with(related.unwrap())), "{text:?}: {second:?}");
        assert_eq!(second.is_some(), related.is_some(), "{text:?}: {second:?}");
    }
}

#[test]
fn a_problem_says_its_field() {
    for (text, field) in [
        ("a: [1, 2\nb: 3\n", Some("/a")),
        ("a:\n  b: \"one\n  c: 1\n", Some("/a/b")),
        ("a:\n- b\n- c: 'x\n", Some("/a/1/c")),
        ("a:\n- b\n- c: @x\n", Some("/a/1/c")),
        // The parser reads ahead in brackets: the field is one around it.
        ("a: {b: [x, {c: %y}]}\n", Some("/a/b/1")),
        ("a: 1\nb\n", None),
    ] {
        assert_eq!(only(text).field.as_deref(), field, "{text:?}");
    }
}
