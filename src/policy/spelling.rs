//! Texts as they are compared: what tells them apart is not case, not the form of a character, not the space around.

use unicode_normalization::UnicodeNormalization;

/// A text in the form in which names, assets and phrases are compared: NFKC, case folded, trimmed.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.trim().to_ascii_lowercase();
    }
    // Upper case first: so `ß` meets `SS`, and every sigma the other.
    text.nfkc()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// The words of a folded text, letters and digits only. Where a sentence ends stands an empty word, which no phrase
/// has: so no phrase runs over it. `TLS 1.2` is three words, and `add-on` is two.
pub(super) fn words(folded: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for chunk in folded.split_whitespace() {
        words.extend(chunk.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty()));
        if chunk.trim_end_matches(['"', '\'', ')', ']', '”', '’', '»']).ends_with(['.', ';', ':', '!', '?'])
        {
            words.push("");
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{fold, words};

    #[test]
    fn spelling_does_not_tell_texts_apart() {
        assert_eq!(fold("  Straße "), fold("STRASSE"));
        assert_eq!(fold("ﬁle ＡＢＣ"), "file abc");
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
    }

    #[test]
    fn a_sentence_ends_a_phrase() {
        assert_eq!(words("tls 1.2, add-on"), ["tls", "1", "2", "add", "on"]);
        assert_eq!(words("an audit. at any time"), ["an", "audit", "", "at", "any", "time"]);
    }
}
