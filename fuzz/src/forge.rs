//! What GitHub sends: events, and reviews of a pull request.

use std::collections::BTreeSet;

use exboard::change::Covers;
use exboard::forge::{Event, read_event, read_reviews};

/// The first line is the name of an event, and the payload follows; or all of it is a list of reviews.
pub fn run(bytes: &[u8]) {
    match read_reviews(bytes) {
        Ok(reviews) => {
            let logins: BTreeSet<String> =
                reviews.stances.iter().map(|review| review.login.to_lowercase()).collect();
            assert_eq!(logins.len(), reviews.stances.len(), "one stance each");
            for review in &reviews.stances {
                assert!(!review.login.is_empty());
                let _ = review.vote(Covers::Same);
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return };
    let (name, payload) = bytes.split_at_checked(end).unwrap_or_default();
    match read_event(&String::from_utf8_lossy(name), payload) {
        Ok(Event::Pull(pull)) => assert!(is_id(&pull.base) && is_id(&pull.head), "{pull:?}"),
        Ok(Event::Queue(queue)) => assert!(is_id(&queue.base) && is_id(&queue.head), "{queue:?}"),
        Ok(_) => {}
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn is_id(text: &str) -> bool {
    exboard::change::is_commit_id(text)
}
