//! Sentences of texts: how they are found, and that no text does harm.

use proptest::prelude::*;

use super::policy::{boundary, today, verdict};

/// The promising sentences of a text.
fn promising(text: &str) -> Vec<&str> {
    let promises = boundary().promises(text, today());
    promises.iter().map(|promise| &text[promise.sentence.start..promise.sentence.end]).collect()
}

#[test]
fn sentences_end_where_readers_end_them() {
    for (text, expected) in [
        ("We use MFA, e.g. keys. We will ship v2.1 by Q3 2027. Done.", vec!["We will ship v2.1 by Q3 2027."]),
        ("Acme Inc. will ship it by Q3 2027.", vec!["Acme Inc. will ship it by Q3 2027."]),
        ("It is by Acme Inc. We will ship it by Q3 2027.", vec!["We will ship it by Q3 2027."]),
        ("It costs $2.5. We will\nship it\nby Q3 2027", vec!["We will\nship it\nby Q3 2027"]),
        ("See https://example.com/a.b?c=d. We will ship by Q3 2027.", vec!["We will ship by Q3 2027."]),
        (
            "# Plan\nWe have:\n- SSO\n- SCIM (we will ship it by Q3 2027)\n- logs",
            vec!["SCIM (we will ship it by Q3 2027)"],
        ),
        ("1. SSO works.\n2. We will add SCIM by Q3 2027\n3. Logs", vec!["We will add SCIM by Q3 2027"]),
        ("> We will add it\n> by Q3 2027.\n\nOk.", vec!["We will add it\n> by Q3 2027."]),
        ("\u{201C}Ok.\u{201D} We will add it by Q3 2027.", vec!["We will add it by Q3 2027."]),
        (
            "| SSO | we will ship it by Q3 2027 |\n| Logs | kept 90 days |",
            vec!["| SSO | we will ship it by Q3 2027 |"],
        ),
        ("Ok。We will add it by Q3 2027。Ok。", vec!["We will add it by Q3 2027。"]),
        ("Data older than 30 days is deleted. We will not change this.", vec![]),
        ("We will\n\nby Q3 2027", vec![]),
    ] {
        assert_eq!(promising(text), expected, "{text:?}");
    }
}

/// Typography is the dress of a sentence, not its meaning.
#[test]
fn no_dress_hides_a_promise() {
    for text in [
        "We\u{2019}ll deliver it by Q3 2027.",
        "WE WILL DELIVER IT BY Q3 2027.",
        "We w\u{AD}ill del\u{200B}iver it by Q3\u{A0}2027.",
        "Ｗｅ　ｗｉｌｌ　ｄｅｌｉｖｅｒ　ｉｔ　ｂｙ　Ｑ３　２０２７．",
        "𝗪𝗲 𝘄𝗶𝗹𝗹 𝗱𝗲𝗹𝗶𝘃𝗲𝗿 𝗶𝘁 𝗯𝘆 𝗤𝟯 𝟮𝟬𝟮𝟳.",
        "We **will** `deliver` it\r\n   by\tQ3 2027",
        "<b>We will deliver it by Q3 2027</b>",
    ] {
        assert_eq!(verdict(boundary(), text), "timeline", "{text}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test is about the time that hostile texts take")]
fn hostile_texts_take_linear_time() {
    // Unoptimized, the regular expressions are some thirty times slower.
    let (length, bound) = if cfg!(debug_assertions) { (32 << 10, 30) } else { (250_000, 1) };
    for unit in [
        "we will deliver ",
        "within within 3 days will ",
        "customer, a, and its b (c), ",
        "never data always 100% ",
        "right to to to of ",
        "limitation nothing shall ",
        "will; will but ",
        "e.g. 1. ",
        "a; ",
        "It is. ",
        "\n\nab",
        "- a\n",
        "мы 合 é ",
        "e\u{301}\u{316}",
        "\u{301}",
        "a",
        " \n",
    ] {
        let text = unit.repeat(length / unit.len());
        let start = std::time::Instant::now();
        let found = boundary().promises(&text, today());
        assert!(found.len() <= length);
        assert!(start.elapsed().as_secs() < bound, "{unit:?} took {:?}", start.elapsed());
    }
}

/// Words that the grammar knows, in no order.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "we",
        "will",
        "not",
        "the customer",
        "may",
        "audit",
        "our",
        "records",
        "within",
        "30 days",
        "by",
        "Q3 2027",
        "never",
        "always",
        "secure",
        "data",
        "limit",
        "liability",
        "nothing",
        "guarantee",
        "99.9%",
        "uptime",
        "and",
        "but",
        "if",
        "ship",
        "SCIM",
        "e.g.",
        "Inc.",
        "v2.1",
        "roadmap",
        "planned",
        "expected",
        "is",
        "kept",
        "We",
        "It",
        "notify",
        "you",
        "for",
        "shall",
        "indemnify",
        "subject to change",
        "(see",
        "below)",
        "it.",
        "so!",
        "ok?",
        "now;",
    ]);
    prop::collection::vec(word, 1..40).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_read_and_every_span_is_a_piece_of_it(text in "\\PC{0,200}|[\\s\\S]{0,200}") {
        check_spans(&text)?;
    }

    #[test]
    fn any_order_of_words_is_read(text in words()) {
        check_spans(&text)?;
    }

    #[test]
    fn wrapping_lines_anew_changes_nothing(text in words(), breaks in prop::collection::vec(any::<bool>(), 80)) {
        let mut breaks = breaks.into_iter().cycle();
        let wrapped: String =
            text.chars().map(|c| if c == ' ' && breaks.next().unwrap() { '\n' } else { c }).collect();
        let spans = |text: &str| {
            let promises = boundary().promises(text, today());
            promises
                .iter()
                .map(|promise| (promise.pattern.name.clone(), promise.span, promise.sentence, promise.date))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(spans(&wrapped), spans(&text));
    }

    #[test]
    fn a_sentence_matches_itself(text in words()) {
        prop_assert!(boundary().matches_wording(&text, &text.to_uppercase(), today()));
    }
}

fn check_spans(text: &str) -> Result<(), TestCaseError> {
    for promise in boundary().promises(text, today()) {
        let sentence = text.get(promise.sentence.start..promise.sentence.end);
        let words = text.get(promise.span.start..promise.span.end);
        prop_assert!(sentence.is_some_and(|sentence| !sentence.is_empty() && sentence.trim() == sentence));
        prop_assert!(words.is_some_and(|words| !words.is_empty()));
        prop_assert!(
            promise.sentence.start <= promise.span.start && promise.span.end <= promise.sentence.end
        );
    }
    Ok(())
}
