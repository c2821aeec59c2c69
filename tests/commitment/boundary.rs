//! What the boundary promises its callers.

use exboard::commitment::{Approved, Boundary, Kind, PromisePattern, Which};

use super::policy::{boundary, day, default_patterns, today, verdict};

fn pattern(kind: Kind, pattern: &str) -> PromisePattern {
    let own = |text: &str| text.to_owned();
    PromisePattern { kind, name: own("p"), pattern: own(pattern), message: own("m"), instead: own("i") }
}

#[test]
fn a_promise_shows_its_words_its_sentence_and_its_day() {
    let text = "SSO is available. We\u{2019}ll add SCIM\nby 31 March 2027, we think! Ask us.";
    let promises = boundary().promises(text, today());
    assert_eq!(promises.len(), 1);
    let promise = &promises[0];
    assert_eq!(promise.pattern.kind, Kind::Timeline);
    assert_eq!(promise.pattern.name, "deliver-by");
    let slice = |span: exboard::source::Span| &text[span.start..span.end];
    assert_eq!(slice(promise.sentence), "We\u{2019}ll add SCIM\nby 31 March 2027, we think!");
    assert_eq!(slice(promise.span), "We\u{2019}ll add SCIM\nby 31 March 2027");
    assert_eq!(promise.date, Some(day("2027-03-31")));
}

#[test]
fn one_promise_a_sentence_and_kind_in_the_order_of_the_text() {
    let text = "Buyer may audit us at any time, and we will indemnify Buyer against all claims. \
                We will ship SAML by Q1 2027, SCIM by Q2 2027 and passkeys by Q3 2027.";
    let found: Vec<_> = boundary()
        .promises(text, today())
        .iter()
        .map(|promise| (promise.pattern.kind, promise.date))
        .collect();
    assert_eq!(
        found,
        [(Kind::AuditRights, None), (Kind::Liability, None), (Kind::Timeline, Some(day("2027-09-30")))]
    );
}

#[test]
fn a_date_that_is_over_promises_nothing_unless_a_verb_does() {
    let at = |today| {
        let promises = boundary().promises("SOC 2 report: expected in March 2026.", day(today));
        promises.len()
    };
    assert_eq!((at("2026-01-01"), at("2026-03-31"), at("2026-04-01")), (1, 1, 0));
    assert_eq!(boundary().promises("We will have our report in March 2026.", today()).len(), 1);
}

#[test]
fn approved_language_passes_in_any_dress_and_only_as_a_whole() {
    let approved = vec![
        Approved::Text("We will notify you of a breach within 72 hours. We will support TLS 1.3.".to_owned()),
        Approved::Pattern("we will delete your data within [0-9]+ days".to_owned()),
    ];
    let boundary = Boundary::new(default_patterns(), approved).unwrap();
    for sentence in [
        "We will notify you of a breach within 72 hours.",
        "“We\u{2019}ll notify   you of\na breach within 72 HOURS”",
        "- We will support TLS 1.3",
        "Ｗｅ will delete your data within 30 days.",
    ] {
        assert_eq!(verdict(&boundary, sentence), "ok", "{sentence}");
    }
    assert!(boundary.is_approved("We'll support TLS 1.3!"));
    assert!(!boundary.is_approved(""));
    for sentence in [
        "We will notify you of a breach within 72 hours and pay your costs.",
        "We will notify you of a breach within 48 hours.",
        "We will delete your data within 30 days, and the backups within 60 days.",
    ] {
        assert_ne!(verdict(&boundary, sentence), "ok", "{sentence}");
    }
}

#[test]
fn a_sentence_matches_a_wording_unless_it_says_more_or_sooner() {
    let matches = |sentence, wording| boundary().matches_wording(sentence, wording, today());
    let wording = "SAML will be available by 31 December 2026.";
    assert!(matches("SAML will be available by 31 December 2026", wording));
    assert!(matches("\"SAML\u{a0}will be AVAILABLE by 31 December 2026!\"", wording));
    assert!(matches("SAML will be available by 31 March 2027.", wording));
    assert!(!matches("SAML will be available by 30 November 2026.", wording));
    assert!(!matches("SAML and SCIM will be available by 31 December 2026.", wording));
    assert!(!matches("SAML will be available.", wording));
    assert!(matches("SAML will be available in Q1 2027", "SAML will be available in Q4 2026"));
    assert!(matches("We will respond within 24 hours", "We'll respond within 24 hours."));
    assert!(!matches("We will respond within 12 hours", "We will respond within 24 hours"));
    assert!(matches("SAML will come by 2028", "SAML will come by 2027"));
    assert!(!matches("SAML will come in 2028", "SAML will come by 2027"));
    assert!(!matches("", ""));
}

#[test]
fn every_broken_pattern_is_reported_in_its_own_words() {
    let patterns = vec![
        pattern(Kind::Roadmap, "{future} ship"),
        pattern(Kind::Roadmap, "(open"),
        pattern(Kind::Roadmap, "{soon} ship"),
        pattern(Kind::Roadmap, r"\w{1000}{1000}"),
        pattern(Kind::Roadmap, r"x{2,3}\p{Greek}\x{20}"),
    ];
    let errors = Boundary::new(patterns, vec![Approved::Pattern("[".to_owned())]).unwrap_err();
    let places: Vec<_> = errors.iter().map(|error| (error.which, error.index)).collect();
    assert_eq!(places, [(Which::Promise, 1), (Which::Promise, 2), (Which::Promise, 3), (Which::Approved, 0)]);
    assert_eq!(errors[0].to_string(), "unclosed group");
    assert!(
        errors[1].to_string().starts_with("there is no word class `{soon}`; the classes are {adverbs}, ")
    );
    assert!(errors[2].to_string().contains("size limit"), "{}", errors[2]);
}

#[test]
fn a_policy_may_have_patterns_of_its_own_in_any_script() {
    let patterns = vec![
        pattern(Kind::Guarantee, "zusicher(?:n|ung)"),
        pattern(Kind::Absolute, "\\bné jamais\\b"),
        pattern(Kind::Guarantee, "\n  gold\n  |platinum"),
    ];
    let boundary = Boundary::new(patterns, Vec::new()).unwrap();
    assert_eq!(verdict(&boundary, "Wir zusichern das für Ü."), "guarantee");
    assert_eq!(verdict(&boundary, "C\u{2019}est NÉ JAMAIS été."), "absolute");
    assert_eq!(verdict(&boundary, "Platinum for all."), "guarantee");
    assert_eq!(verdict(&boundary, "We will ship it by Q3."), "ok");
}

#[test]
fn kinds_are_words() {
    for kind in Kind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
        assert_eq!(kind.to_string(), kind.as_str());
    }
    let error = "promise".parse::<Kind>().unwrap_err();
    assert!(error.to_string().contains("`promise`") && error.to_string().contains("audit-rights"));
}
