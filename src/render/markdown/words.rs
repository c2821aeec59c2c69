//! Untrusted words in GitHub's Markdown: they are read, and do nothing.
//!
//! A page on GitHub is made in two steps, and both act on text. The parser knows links, tables, HTML, mathematics; after
//! it, filters look through the finished text for `@name`, `#12`, `:name:` and addresses, escaped or not. So
//! what the parser would act on is written as an entity or behind a backslash, and what the filters look for is parted
//! by a character without width. In code spans the filters look for nothing, so what has nothing else in it stays as it
//! is, and can be copied.

use super::super::safe;
use super::super::text::clip;

/// A joiner of words: nothing to see, and no place to break a line. An entity, so that the bytes of the page hide nothing.
const GAP: &str = "&#8288;";
/// A space without width.
const BREAK: &str = "&#8203;";
/// Characters without a blank, beyond which a word is parted: it would push a table out of the page.
const LONGEST_WORD: usize = 60;
/// The same in code, where people copy digests from.
const LONGEST_CODE: usize = 80;

/// A text of ours with words of a record in it: what it has between backticks becomes code.
pub(super) fn prose(text: &str, most: usize) -> String {
    let text = safe(text);
    let text = clip(&text, most, "…");
    let parts: Vec<&str> = text.split('`').collect();
    let mut prose = String::with_capacity(text.len() + 32);
    for (index, part) in parts.iter().enumerate() {
        // The last part has no backtick after it.
        let closed = index + 1 < parts.len();
        match (index % 2 == 1, closed) {
            (true, true) if !part.trim().is_empty() => prose.push_str(&code(part)),
            (true, true) => prose.push_str(&format!("\\`{}\\`", escaped(part))),
            (true, false) => prose.push_str(&format!("\\`{}", escaped(part))),
            (false, _) => prose.push_str(&escaped(part)),
        }
    }
    prose
}

/// A text as code.
pub(in crate::render) fn code(text: &str) -> String {
    let text = safe(text);
    let as_it_is = !text.is_empty()
        && !text.contains(['`', '|', '\\'])
        && text.trim() == text
        && text.split(' ').all(|word| word.chars().count() <= LONGEST_CODE);
    if as_it_is { format!("`{text}`") } else { format!("<code>{}</code>", escaped(&text)) }
}

/// A text that is read as itself wherever it stands within a line of ours.
pub(in crate::render) fn escaped(text: &str) -> String {
    let text = safe(text);
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text.chars();
    let mut word = String::new();
    while let Some(character) = rest.next() {
        let next = rest.clone().next();
        if character.is_whitespace() {
            word.clear();
        } else if word.chars().count() >= LONGEST_WORD {
            out.push_str(BREAK);
            word.clear();
        }
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A backslash before a bar is no escape to every parser of tables.
            '|' => out.push_str("&#124;"),
            '\\' => out.push_str("&#92;"),
            // An element of its own, so that it stands beside no other text to be a formula with.
            '$' => out.push_str("<span>&#36;</span>"),
            '`' | '*' | '_' | '[' | ']' | '~' => out.extend(['\\', character]),
            // A person, a team, a mail address.
            '@' => out.extend(["@", GAP]),
            // An issue.
            '#' if next.is_some_and(char::is_alphanumeric) => out.extend(["#", GAP]),
            '-' if word.to_ascii_lowercase().ends_with("gh") => out.extend(["-", GAP]),
            // A picture by its name, an address.
            ':' if next.is_some_and(|next| !next.is_whitespace()) => out.extend([":", GAP]),
            '.' if word.to_ascii_lowercase().ends_with("www") => out.extend(["&#46;", GAP]),
            other => out.push(other),
        }
        word.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_parser_or_the_filters_would_act_on_is_parted() {
        for (text, wanted) in [
            ("a | b \\| c", "a &#124; b &#92;&#124; c"),
            ("<img src=x> &amp;", "&lt;img src=x&gt; &amp;amp;"),
            ("[a](javascript:b)", "\\[a\\](javascript:&#8288;b)"),
            ("@octocat a@b.example", "@&#8288;octocat a@&#8288;b.example"),
            ("see #12, GH-7: done", "see #&#8288;12, GH-&#8288;7: done"),
            ("https://x www.x", "https:&#8288;//x www&#46;&#8288;x"),
            (":boom: 10:30", ":&#8288;boom: 10:&#8288;30"),
            ("$x$", "<span>&#36;</span>x<span>&#36;</span>"),
            ("a\n<!-- b", "a&#92;n&lt;!-- b"),
        ] {
            assert_eq!(escaped(text), wanted);
        }
        assert_eq!(escaped(&"x".repeat(61)), format!("{}&#8203;x", "x".repeat(60)));
    }

    #[test]
    fn code_is_as_it_is_where_nothing_can_end_it() {
        assert_eq!(code("a @b #1 *c* <d>"), "`a @b #1 *c* <d>`");
        assert_eq!(code("a|b"), "<code>a&#124;b</code>");
        assert_eq!(code("a`b"), "<code>a\\`b</code>");
        assert_eq!(code("a\nb"), "<code>a&#92;nb</code>");
        assert_eq!(code(""), "<code></code>");
    }

    #[test]
    fn backticks_pair_up_or_stay_letters() {
        assert_eq!(prose("`a_b` is _c_", 99), "`a_b` is \\_c\\_");
        assert_eq!(prose("a ` b", 99), "a \\` b");
        assert_eq!(prose("`` and ` `", 99), "\\`\\` and \\` \\`");
        assert_eq!(prose("`a|b` x", 99), "<code>a&#124;b</code> x");
        assert_eq!(prose("`abc` and more", 3), "\\`ab…");
    }
}
