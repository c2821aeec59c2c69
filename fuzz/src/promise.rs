//! What a sentence promises: every span is a piece of the text, and the filter hides nothing.

use std::sync::{Arc, LazyLock};

use exboard::commitment::Boundary;
use exboard::policy::Part;
use exboard::source::{Source, Span};

use super::ground::{ROSTER, load, now, slice};

static BOUNDARY: LazyLock<Arc<Boundary>> = LazyLock::new(boundary);
static UNFILTERED: LazyLock<Boundary> = LazyLock::new(|| {
    let boundary = Arc::try_unwrap(boundary()).expect("nobody else has it");
    boundary.unfiltered()
});

/// The boundary of a policy that has a file of its own for it, and says nothing there.
fn boundary() -> Arc<Boundary> {
    let sources = [
        Arc::new(Source::new("exboard.toml", "version = 1\n")),
        Arc::new(Source::new("policies/board.toml", ROSTER)),
        Arc::new(Source::new("policies/commitments.toml", "")),
    ];
    let policy = load(&sources).expect("the policy of the target");
    let Part::Own(mut own) = policy.commitments else { panic!("the file is the policy's own") };
    own.boundary.take().expect("a boundary")
}

/// The target.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let today = now().date_naive();
    let promises = BOUNDARY.promises(&text, today);
    for promise in &promises {
        let (sentence, words) = (slice(&text, promise.sentence), slice(&text, promise.span));
        assert!(!words.is_empty() && sentence.trim() == sentence);
        assert!(inside(promise.span, promise.sentence));
        assert!(BOUNDARY.matches_wording(sentence, sentence, today), "{sentence:?} is not its own wording");
    }
    assert_eq!(promises, UNFILTERED.promises(&text, today));
    let _ = BOUNDARY.is_approved(&text);
}

fn inside(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
