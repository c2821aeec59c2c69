//! What trailers and receipts name things by: records, commits, digests.

/// The votes on the policy part of a change set stand under this word where a record's id would; no id is one.
pub const POLICY: &str = "policy";

/// Whether a text is a record's id, as the JSON Schemas have it (`SEB-2026-0042`, `SEB-42`), or [`POLICY`].
pub(super) fn is_subject(text: &str) -> bool {
    text == POLICY || is_record_id(text)
}

fn is_record_id(text: &str) -> bool {
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut parts = text.split('-');
    let prefix = parts.next().unwrap_or_default();
    let is_prefix = (2..=10).contains(&prefix.len())
        && prefix.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && prefix.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase());
    let rest: Vec<&str> = parts.take(3).collect();
    is_prefix
        && match rest.as_slice() {
            [number] => digits(number, 6),
            [year, number] => year.len() == 4 && digits(year, 4) && digits(number, 6),
            _ => false,
        }
}

/// Whether a text is the full id of a commit: SHA-1 or SHA-256, in lower case.
#[must_use]
pub fn is_commit_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && is_hex(text)
}

/// Whether a text is a record's digest: `sha256:` and 64 digits, in lower case.
#[must_use]
pub fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|hex| hex.len() == 64 && is_hex(hex))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_schemas() {
        let schema = include_str!("../../schemas/security_exception_board_record_v1.json");
        assert!(schema.contains("^[A-Z][A-Z0-9]{1,9}(-[0-9]{4})?-[0-9]{1,6}$"));
        for id in ["SEB-2026-0042", "SEB-1", "A1-123456", "ABCDEFGHIJ-2026-1", "policy"] {
            assert!(is_subject(id), "{id}");
        }
        for id in [
            "",
            "SEB",
            "SEB-",
            "S-1",
            "1A-1",
            "seb-1",
            "SEB-026-1",
            "SEB-1-1-1",
            "SEB-1234567",
            "SEB-1\n",
            "é-1",
        ] {
            assert!(!is_subject(id), "{id}");
        }
        assert!(
            is_digest(&format!("sha256:{}", "0a".repeat(32)))
                && !is_digest(&format!("sha256:{}", "0A".repeat(32)))
        );
        assert!(is_commit_id(&"0a".repeat(20)) && !is_commit_id(&"0a".repeat(19)));
    }
}
