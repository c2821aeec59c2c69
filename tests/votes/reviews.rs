//! Reviews of the forge.

use exboard::change::{Covers, Stance, Voter};
use exboard::forge::{Reviews, read_reviews};
use exboard::policy::VoteSource;
use proptest::prelude::*;
use serde_json::{Value, json};

fn review(id: u64, login: &str, state: &str) -> Value {
    json!({
        "id": id,
        "node_id": "PRR_x",
        "user": { "login": login, "id": 7, "type": "User" },
        "body": "…",
        "state": state,
        "html_url": "https://example.com",
        "submitted_at": "2026-04-21T15:04:05Z",
        "commit_id": "c".repeat(40),
        "author_association": "MEMBER",
    })
}

fn with(mut review: Value, key: &str, value: Value) -> Value {
    review.as_object_mut().unwrap().insert(key.to_owned(), value);
    review
}

fn read(reviews: &Value) -> Reviews {
    read_reviews(reviews.to_string().as_bytes()).unwrap()
}

/// `login stance id`, one after the other.
fn shown(reviews: &Value) -> String {
    let line = |review: &exboard::forge::Review| {
        let stance = if review.stance == Stance::Approves { '+' } else { '-' };
        format!("{stance}{}#{}", review.login, review.id)
    };
    read(reviews).stances.iter().map(line).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_last_review_that_is_not_a_comment_is_the_stance() {
    let all = |states: &[(&str, &str)]| {
        let reviews = states.iter().zip(1..).map(|((login, state), id)| review(id, login, state)).collect();
        shown(&Value::Array(reviews))
    };
    assert_eq!(all(&[]), "");
    assert_eq!(all(&[("ann", "APPROVED"), ("bob", "CHANGES_REQUESTED")]), "+ann#1 -bob#2");
    assert_eq!(all(&[("ann", "APPROVED"), ("bob", "APPROVED"), ("ANN", "APPROVED")]), "+bob#2 +ANN#3");
    assert_eq!(all(&[("ann", "APPROVED"), ("ann", "COMMENTED"), ("ann", "PENDING")]), "+ann#1");
    assert_eq!(all(&[("ann", "APPROVED"), ("ann", "DISMISSED")]), "");
    assert_eq!(all(&[("ann", "CHANGES_REQUESTED"), ("ann", "DISMISSED")]), "");
    assert_eq!(all(&[("ann", "DISMISSED"), ("ann", "APPROVED")]), "+ann#2");
    assert_eq!(all(&[("ann", "APPROVED"), ("ann", "CHANGES_REQUESTED")]), "-ann#2");
    assert_eq!(all(&[("ann", "approved"), ("bob", "changes_requested"), ("ann", "dismissed")]), "-bob#2");
    // What nobody has heard of yet is no approval, and does not bring back an older one.
    assert_eq!(all(&[("ann", "APPROVED"), ("ann", "ENDORSED")]), "");
}

#[test]
fn pages_may_be_put_together_in_any_way() {
    let (one, two) = (review(1, "ann", "APPROVED"), review(2, "ann", "CHANGES_REQUESTED"));
    assert_eq!(shown(&json!([one, two])), "-ann#2");
    assert_eq!(shown(&json!([[one], [], [two]])), "-ann#2");
    let after = format!("[{one}]\n[{two}]");
    assert_eq!(read_reviews(after.as_bytes()).unwrap(), read(&json!([one, two])));
}

#[test]
fn a_review_is_a_vote() {
    let reviews = read(&json!([review(123_456, "ann", "APPROVED")]));
    let vote = reviews.stances[0].vote(Covers::Same);
    assert_eq!((vote.by, vote.source), (Voter::Login("ann".to_owned()), VoteSource::Review));
    assert_eq!((vote.on, vote.reference.as_str()), (Some("c".repeat(40)), "review 123456"));
    assert_eq!((vote.stance, vote.void, vote.covers), (Stance::Approves, None, Covers::Same));
    assert_eq!(vote.at.unwrap().timestamp(), 1_776_783_845);
}

#[test]
fn what_is_passed_over_is_told() {
    let gone = with(review(1, "", "APPROVED"), "user", Value::Null);
    let unseen = with(review(3, "ann", "APPROVED"), "commit_id", Value::Null);
    let reviews = read(&json!([gone, review(2, "ann", "APPROVED"), unseen, review(4, "bob", "ODD")]));
    assert_eq!(reviews.stances, [], "an approval of nothing takes the place of an older one");
    assert_eq!(
        reviews.notes,
        [
            "review 1 is by an account that is gone, and counts for nobody",
            "review 3 by `ann` approves a commit that the forge no longer names, and does not count",
            "review 4 by `bob` has the unknown state `ODD`, and does not count",
        ]
    );
    // An objection stands, whatever it was about; a comment is not worth a word.
    let objection = with(review(1, "ann", "CHANGES_REQUESTED"), "commit_id", Value::Null);
    let comment = with(review(2, "", "COMMENTED"), "user", Value::Null);
    let reviews = read(&json!([objection, comment]));
    assert_eq!(
        (reviews.stances.len(), reviews.stances[0].commit_id.as_ref(), reviews.notes.len()),
        (1, None, 0)
    );
    let undated = read(&json!([with(review(1, "ann", "APPROVED"), "submitted_at", Value::Null)]));
    assert_eq!(undated.stances[0].submitted_at, None);
}

#[test]
fn what_is_no_list_of_reviews_is_said_with_its_place() {
    let good = review(7, "ann", "APPROVED");
    for (text, expected) in [
        (String::new(), "line 1, column 1: expected a list of reviews, and there is nothing"),
        ("[".to_owned(), "line 1, column 1: EOF while parsing a list"),
        ("[\n  {\"id\": 1,\n".to_owned(), "line 3, column 1"),
        ("7".to_owned(), "line 1, column 1: invalid type: integer `7`, expected a list of reviews"),
        (
            json!({ "message": "Not Found", "status": "404" }).to_string(),
            "expected a list of reviews, found one map: `Not Found`",
        ),
        (good.to_string(), "expected a list of reviews, found one map"),
        ("[7]".to_owned(), "line 1, column 2: invalid type: integer `7`, expected a review"),
        (json!([[[good]]]).to_string(), "invalid type"),
        (json!([with(good.clone(), "id", json!("7"))]).to_string(), "expected u64"),
        (json!([with(good.clone(), "state", Value::Null)]).to_string(), "expected a string"),
        (json!([{ "id": 7, "user": null }]).to_string(), "missing field `state`"),
        (r#"[{"id": 7, "id": 8}]"#.to_owned(), "line 1, column 15: duplicate field `id`"),
        (
            json!([with(good.clone(), "commit_id", json!("HEAD"))]).to_string(),
            "review 7: `commit_id` must be the full id",
        ),
        (
            json!([with(good.clone(), "submitted_at", json!("today"))]).to_string(),
            "review 7: `submitted_at` must be a time",
        ),
        (format!("{}x", json!([good])), "column"),
        ("[".repeat(100_000), "line 1"),
    ] {
        let told = read_reviews(text.as_bytes()).unwrap_err().to_string();
        assert!(told.contains(expected), "{told}");
        assert!(!told.contains(" at line "), "{told}");
    }
    assert!(read_reviews(b"\xff\xfe").is_err());
    let large = " ".repeat(65 * 1024 * 1024);
    assert_eq!(read_reviews(large.as_bytes()).unwrap_err().to_string(), "the reviews have more than 64 MiB");
}

proptest! {
    #[test]
    fn no_answer_is_too_odd(bytes in any::<Vec<u8>>(), text in "[\\[\\]{}\",:a-z0-9 ]{0,40}") {
        let _ = read_reviews(&bytes);
        let _ = read_reviews(text.as_bytes());
    }

    #[test]
    fn each_login_has_at_most_one_stance(
        states in prop::collection::vec((0..4_u8, prop::sample::select(vec![
            "APPROVED", "CHANGES_REQUESTED", "DISMISSED", "COMMENTED", "PENDING", "ODD",
        ])), 0..20),
    ) {
        let all: Vec<Value> =
            states.iter().zip(0..).map(|((login, state), id)| review(id, &format!("u{login}"), state)).collect();
        let reviews = read(&Value::Array(all));
        prop_assert!(reviews.stances.is_sorted_by(|one, two| one.id < two.id));
        for login in 0..4_u8 {
            let words = states.iter().zip(0_u64..).filter(|((by, state), _)| {
                *by == login && !matches!(*state, "COMMENTED" | "PENDING")
            });
            let last = words.last();
            let expected = last.filter(|((_, state), _)| matches!(*state, "APPROVED" | "CHANGES_REQUESTED"));
            let found: Vec<u64> = reviews.stances.iter()
                .filter(|review| review.login == format!("u{login}")).map(|review| review.id).collect();
            prop_assert_eq!(found, expected.map(|(_, id)| id).into_iter().collect::<Vec<_>>());
        }
    }
}
