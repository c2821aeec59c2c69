//! Who somebody is in the roster.

use exboard::change::{Identities, Voter};
use exboard::time::parse_time;

use super::policy;

const ROSTER: &str = r#"
[people.jd]
name = "Jane Doe"
aliases = ["Janie"]
emails = ["jane@example.com", "jd@Work.example"]
github = "JDoe"
[people.ian]
name = "Ian Bell"
github = "ibell"
left = 2026-03-01
[people.jd2]
name = "Jane Doe"
"#;

fn git(name: &str, email: &str) -> Voter {
    Voter::Git { name: name.to_owned(), email: email.to_owned() }
}

#[test]
fn a_voter_is_known_by_login_address_or_key_and_never_by_name() {
    let policy = policy(ROSTER);
    let people = Identities::of(&policy);
    for (voter, expected) in [
        (Voter::Login("jdoe".to_owned()), Some("jd")),
        (Voter::Login("JDOE".to_owned()), Some("jd")),
        (Voter::Login("jane".to_owned()), None),
        (Voter::Login("web-flow".to_owned()), None),
        (Voter::Person("JD".to_owned()), Some("jd")),
        (Voter::Person("jane@example.com".to_owned()), None),
        (git("x", "JANE@example.com"), Some("jd")),
        (git("x", " jd@work.example "), Some("jd")),
        (git("x", "ｊane@example.com"), Some("jd")),
        (git("x", "ibell@users.noreply.github.com"), Some("ian")),
        (git("x", "123+IBell@users.noreply.github.com"), Some("ian")),
        (git("x", "123+ibell@users.noreply.github.com.example"), None),
        (git("Jane Doe", "jane@elsewhere.example"), None),
        // A letter that looks alike is another address.
        (git("x", "jаne@example.com"), None),
        (git("GitHub", "noreply@github.com"), None),
        (git("x", ""), None),
    ] {
        assert_eq!(people.voter(&voter), expected, "{voter:?}");
    }
}

#[test]
fn who_hides_an_address_has_a_hand_in_it_by_name() {
    let policy = policy(ROSTER);
    let people = Identities::of(&policy);
    let hands = |voter: Voter| people.hands(&voter).into_iter().collect::<Vec<_>>();
    assert_eq!(hands(git("Ian Bell", "jane@example.com")), ["jd"], "an address says more than a name");
    assert_eq!(hands(git("IAN BELL", "root@laptop")), ["ian"]);
    assert_eq!(hands(git("Jane Doe", "root@laptop")), ["jd", "jd2"], "either may be meant");
    assert_eq!(hands(git("Jane Doe", "noreply@github.com")), [] as [&str; 0]);
    assert_eq!(hands(Voter::Login("Jane Doe".to_owned())), [] as [&str; 0]);
}

#[test]
fn a_requester_is_recognised_through_any_disguise() {
    let policy = policy(ROSTER);
    let people = Identities::of(&policy);
    for (text, expected) in [
        ("jd", &["jd"][..]),
        ("janie", &["jd"]),
        ("  JANE\tDOE ", &["jd", "jd2"]),
        ("Jаnе Dое", &["jd", "jd2"]), // Cyrillic а, е, о
        ("ＪＡＮＥ ＤＯＥ", &["jd", "jd2"]),
        ("Jane\u{200b} Doe", &["jd", "jd2"]),
        ("lan Bell", &["ian"]),
        ("ІAN BELL", &["ian"]), // Ukrainian І
        ("Jane Doe <jane@example.com>", &["jd", "jd2"]),
        ("JD@work.example", &["jd"]),
        ("@jdoe", &["jd"]),
        ("Ian Bell (sales)", &["ian"]),
        ("Ian Bell, Acme", &["ian"]),
        ("Zoe Hart and Ian Bell", &["ian"]),
        ("Jane", &[]),
        ("Jane Doerr", &[]),
        ("", &[]),
        (" , ", &[]),
    ] {
        assert_eq!(people.named(text).into_iter().collect::<Vec<_>>(), expected, "{text:?}");
    }
}

#[test]
fn the_last_day_is_one_of_theirs() {
    let policy = policy(ROSTER);
    let people = Identities::of(&policy);
    let left = |key, at| people.left_by(key, parse_time(at).unwrap().to_utc()).is_some();
    assert!(!left("ian", "2026-03-01T23:59:59Z"));
    assert!(left("ian", "2026-03-02T00:00:00Z"));
    assert!(!left("jd", "2026-03-02T00:00:00Z") && !left("nobody", "2026-03-02T00:00:00Z"));
}
