//! Files made to break the reader: it answers with problems, in bounded time and space.

use std::sync::Arc;

use exboard::policy::{MAX_BYTES, Policy, Problem, folder};
use exboard::source::Source;
use proptest::prelude::*;

use super::{RULES, problems, show};

fn of_expiry(text: &str) -> Vec<Problem> {
    problems(&[("policies/expiry.toml", text)])
}

#[test]
fn nesting_without_end_is_refused() {
    for text in [
        format!("a={}", "[".repeat(100_000)),
        format!("a={}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("a={}", "{a=".repeat(100_000)),
        format!("a{} = 1", ".a".repeat(100_000)),
        format!("[a{}]", ".a".repeat(100_000)),
        format!("[[a{}]]", ".a".repeat(100_000)),
        // The parser allows 80 inline tables, and 80 keys in each: dropping that tree would overflow the stack.
        format!("a=1\na={}1{}", format!("{{a{}=", ".a".repeat(78)).repeat(78), "}".repeat(78)),
        format!("a=1\na={}1{}", format!("{{a{}=", ".a".repeat(6)).repeat(78), "}".repeat(78)),
        format!("a={}{}", "[".repeat(20), "]".repeat(20)),
    ] {
        assert!(!of_expiry(&text).is_empty());
    }
}

#[test]
fn sixteen_levels_are_one_too_many() {
    let deep = |text: &str| show(&of_expiry(text)).contains("nested deeper than 16 levels");
    let lists = |levels| format!("a = {}{}", "[".repeat(levels), "]".repeat(levels));
    let tables = |levels| format!("a = {}1{}", "{a = ".repeat(levels), "}".repeat(levels));
    assert!(!deep(&lists(15)) && deep(&lists(16)));
    assert!(!deep(&tables(15)) && deep(&tables(16)));
}

#[test]
fn a_key_has_few_dots_and_a_text_as_many_as_it_likes() {
    let found = show(&of_expiry("max_days = 90\n a.b . c.\"d\".e.f.g.h = 1"));
    assert_eq!(found, "policies/expiry.toml:2:19 -: a key has more than 6 dots\n");
    let text = "[people.jd]\nname = \"J. R. R. T. D. E. F. G. H.\" # a.b.c.d.e.f.g.h.i\n";
    assert!(super::try_load(&[("policies/board.toml", text)]).is_ok());
}

#[test]
fn a_file_has_its_size() {
    let found = of_expiry(&format!("max_days = 90\n#{}", "x".repeat(MAX_BYTES)));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "the file has more than 1048576 bytes");
    let full = format!("max_days = 60\n#{}", "x".repeat(MAX_BYTES - 15));
    assert_eq!(full.len(), MAX_BYTES);
    assert!(super::try_load(&[("policies/expiry.toml", &full)]).is_ok());
}

#[test]
fn a_file_that_is_not_text_says_where() {
    let bytes = Source::from_bytes("policies/expiry.toml", b"max_days = 90\n# \xff\n".to_vec());
    let exboard = Source::new("exboard.toml", "");
    let found = Policy::load(&[Arc::new(bytes), Arc::new(exboard)], &RULES).expect_err("a problem");
    assert_eq!(
        show(&found),
        "policies/expiry.toml:2:3 -: not UTF-8: the byte at offset 16 belongs to no character \
         (save the file as UTF-8)\n"
    );
}

#[test]
fn a_flood_of_mistakes_is_told_up_to_a_thousand() {
    // A tenth of what is read: the parser itself takes seconds for more where it is not optimized.
    let long = MAX_BYTES / 10;
    for text in [
        "=\n".repeat(long / 2),
        "a=1\n".repeat(long / 4),
        "[a]\n".repeat(long / 4),
        "[[a]]\n".repeat(long / 6),
        format!("a=\"{}\"", "\\q".repeat(long / 2)),
        (0..10_000).map(|key| format!("k{key} = 1\n")).collect(),
        "\u{1}".repeat(long),
    ] {
        let count = of_expiry(&text).len();
        // Some of it is one mistake; of the rest, the last one says that there are more.
        assert!(matches!(count, 1 | 2 | 1001), "{count}");
    }
    let members = format!("[tiers.working]\nmembers = [{}]\n", "\"a\",".repeat(5_000));
    assert_eq!(problems(&[("policies/board.toml", &members)]).len(), 1001);
    let people: String = (0..5_000).map(|key| format!("[people.p{key}]\nemails = [\"a@b\"]\n")).collect();
    let roster = format!("{people}[legal]\nmembers = [{}]\n", "\"pp1\",".repeat(5_000));
    assert_eq!(problems(&[("policies/board.toml", &roster)]).len(), 1001);
}

#[test]
fn two_hundred_custom_rules_are_read_and_no_more() {
    let rules = |count: usize| -> String {
        let rule = |number| {
            format!(
                "[[rule]]\nid = \"custom/r{number}\"\nscope = \"record\"\n\
                 kind = \"security_exception_board_record_v1\"\nseverity = \"info\"\nassert = \"true\"\n\
                 field = \"/impact_score\"\nmessage = \"No.\"\n"
            )
        };
        format!("version = 1\n{}", (0..count).map(rule).collect::<String>())
    };
    assert_eq!(super::load(&[("exboard.toml", &rules(200))]).exboard.custom.len(), 200);
    let told = problems(&[("exboard.toml", &rules(201))]);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].message, "there are 201 custom rules, and at most 200 are read");
}

#[test]
fn a_byte_order_mark_and_carriage_returns_are_no_mistake() {
    let policy = super::load(&[("policies/expiry.toml", "\u{FEFF}max_days = 60\r\nwarn_days = 7\r\n")]);
    let (source, span) = policy.place("expiry.toml", "warn_days").expect("a place");
    assert_eq!((source.slice(span), source.position(span.start).line), ("7", 2));
}

#[test]
fn a_place_within_a_text_of_lines_does_not_depend_on_how_they_end() {
    for end in ["\n", "\r\n"] {
        let lines = [
            "[[rule]]",
            "id = \"custom/a\"",
            "scope = \"record\"",
            "kind = \"security_exception_board_record_v1\"",
            "severity = \"info\"",
            "assert = '''",
            "record.impact_scor < 5'''",
            "field = \"/impact_score\"",
            "message = \"No.\"",
        ];
        let told = problems(&[("exboard.toml", &lines.join(end))]);
        assert_eq!(told.len(), 1, "{}", show(&told));
        assert_eq!(told[0].source.slice(told[0].span), "impact_scor");
        assert_eq!(told[0].source.position(told[0].span.start).line, 7);
    }
}

proptest! {
    /// Whatever stands in the files, the answer is a policy or problems that lie within them.
    #[test]
    fn any_text_has_an_answer(
        text in "([a-z_]{1,9}( = |\\.|\\]\n)|\
                  \\[{1,2}|\\]{1,2}\n|\\{|\\}|\"[a-z.]*\"|[0-9.:-]{1,10}|,|\n|#.{0,5}|.){0,60}",
        file in proptest::sample::select(&["exboard.toml", "policies/lanes.toml", "policies/board.toml"][..]),
    ) {
        let source = Arc::new(Source::new(file, text.as_str()));
        let _ = folder(&source);
        for problem in super::try_load(&[(file, &text)]).err().unwrap_or_default() {
            prop_assert!(problem.span.end <= problem.source.text().len());
            prop_assert!(!problem.message.is_empty() && problem.message.lines().count() == 1);
        }
    }

    /// One character of the built-in policy changed, dropped or doubled.
    #[test]
    fn a_slip_of_the_pen_has_an_answer(
        at in 0..10_000_usize,
        with in "[\\[\\]{}=.\"',#0-9a-z\n ]{0,2}",
        file in 0..exboard::policy::BUILT_IN.len(),
    ) {
        let (name, text) = exboard::policy::BUILT_IN[file];
        let at = at % text.len();
        if let (Some(before), Some(after)) = (text.get(..at), text.get(at + 1..)) {
            let text = format!("{before}{with}{after}");
            let path = if name == "exboard.toml" { name.to_owned() } else { format!("policies/{name}") };
            for problem in super::try_load(&[(&path, &text)]).err().unwrap_or_default() {
                prop_assert!(problem.span.end <= problem.source.text().len());
                prop_assert_eq!(problem.path.as_ref(), path.as_str());
            }
        }
    }
}
