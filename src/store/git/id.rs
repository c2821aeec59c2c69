//! The name of an object: its SHA-1.

use std::fmt;
use std::str::FromStr;

/// The id of a commit, a tree or a blob.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id([u8; Id::LENGTH]);

impl Id {
    /// Bytes of an id.
    pub(super) const LENGTH: usize = 20;

    /// No object's id: of a file in the work tree that nobody hashed.
    pub const NONE: Id = Id([0; Id::LENGTH]);

    /// True for [`Id::NONE`].
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Id::NONE
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Id> {
        bytes.try_into().ok().map(Id)
    }

    pub(super) fn of(oid: git2::Oid) -> Id {
        Id::from_bytes(oid.as_bytes()).unwrap_or(Id::NONE)
    }

    pub(super) fn oid(self) -> git2::Oid {
        git2::Oid::from_bytes(&self.0).unwrap_or(git2::Oid::ZERO_SHA1)
    }

    /// The first twelve digits: enough for people.
    #[must_use]
    pub fn short(self) -> String {
        self.to_string().chars().take(12).collect()
    }
}

impl From<[u8; Id::LENGTH]> for Id {
    fn from(bytes: [u8; Id::LENGTH]) -> Self {
        Id(bytes)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no full id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a full object id: 40 lower-case hexadecimal digits")]
pub struct NotAnId;

impl FromStr for Id {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let bytes: Option<Vec<u8>> =
            pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
        bytes.filter(|_| rest.is_empty()).and_then(|bytes| Id::from_bytes(&bytes)).ok_or(NotAnId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_forty_digits_and_comes_back_as_it_went() {
        let text = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(text.parse::<Id>().unwrap().to_string(), text);
        assert_eq!(Id::of(text.parse::<Id>().unwrap().oid()).short(), "0123456789ab");
        for wrong in [
            "",
            "01",
            text.trim_start_matches('0'),
            &format!("{text}0"),
            &text.to_uppercase(),
            &"é".repeat(20),
        ] {
            assert_eq!(wrong.parse::<Id>(), Err(NotAnId), "{wrong}");
        }
    }
}
