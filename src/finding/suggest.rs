//! "Did you mean": the nearest of the words that would have been right.

/// How alike two words must be. Below this, a guess confuses more than it helps.
const ALIKE: f64 = 0.8;

/// Most candidates that are looked at: a roster of thousands, each of them misspelt, must not take minutes.
const MOST: usize = 1000;

/// The candidate that is most like a word, case aside; absent where none is like it.
#[must_use]
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody mistypes a word this long, and the comparison is quadratic.
    if word.len() > 100 {
        return None;
    }
    let word = word.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates.into_iter().take(MOST) {
        let likeness = strsim::jaro_winkler(&word, &candidate.to_lowercase());
        if likeness >= ALIKE && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_its_word_and_a_stranger_none() {
        let keys = ["max_days", "max_days_by_tier", "warn_days"];
        assert_eq!(closest("max_dys", keys), Some("max_days"));
        assert_eq!(closest("MAX_DAYS", keys), Some("max_days"));
        assert_eq!(closest("colour", keys), None);
        assert_eq!(closest(&"x".repeat(1000), keys), None);
    }
}
