//! A commit as data, read from the bytes of its object.

use std::collections::BTreeSet;

use super::Voter;
use super::trailers::trailers;
use crate::time::Instant;

/// A name and an address, as git has them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its full id, in lower-case hexadecimal digits.
    pub id: String,
    /// The id of its tree.
    pub tree: String,
    /// The ids of its parents; the first one is what it was made on.
    pub parents: Vec<String>,
    /// Who wrote it.
    pub author: Identity,
    /// When it was written; what the author's machine claimed.
    pub authored_at: Option<Instant>,
    /// Who made the object.
    pub committer: Identity,
    /// When the object was made; what the committer's machine claimed.
    pub committed_at: Option<Instant>,
    /// The message, as text; bytes that are not UTF-8 become U+FFFD.
    pub message: String,
    /// The signature, with its armour: the `gpgsig` header.
    pub signature: Option<Vec<u8>>,
    /// What is signed: the object without its signatures.
    pub signed: Vec<u8>,
}

impl Commit {
    /// Reads a commit from the bytes of its object; `None` where they are none.
    #[must_use]
    pub fn parse(id: &str, object: &[u8]) -> Option<Commit> {
        let (headers, message) = split_headers(object);
        let mut commit = Commit {
            id: id.to_owned(),
            tree: String::new(),
            parents: Vec::new(),
            author: Identity { name: String::new(), email: String::new() },
            authored_at: None,
            committer: Identity { name: String::new(), email: String::new() },
            committed_at: None,
            message: String::from_utf8_lossy(message).into_owned(),
            signature: None,
            signed: Vec::new(),
        };
        let mut signed: Vec<u8> = Vec::with_capacity(object.len());
        for header in headers {
            if header.name.starts_with(b"gpgsig") {
                // The first one, as git reads it; those of other hashes (`gpgsig-sha256`) git does not sign over either.
                if header.name == b"gpgsig" {
                    commit.signature.get_or_insert(header.value);
                }
                continue;
            }
            signed.extend_from_slice(header.raw);
            let text = String::from_utf8_lossy(&header.value);
            match header.name {
                b"tree" if commit.tree.is_empty() => commit.tree = text.into_owned(),
                b"parent" => commit.parents.push(text.into_owned()),
                b"author" => (commit.author, commit.authored_at) = person(&text),
                b"committer" => (commit.committer, commit.committed_at) = person(&text),
                _ => {}
            }
        }
        signed.extend_from_slice(object.get(signed_tail(object)..).unwrap_or_default());
        commit.signed = signed;
        (!commit.tree.is_empty()).then_some(commit)
    }

    /// Author, committer and co-authors, once each. A co-author without an address goes by the name alone.
    #[must_use]
    pub fn contributors(&self) -> Vec<Voter> {
        let co_authors = trailers(&self.message).into_iter().filter(|trailer| trailer.is("Co-authored-by"));
        let named = co_authors.map(|trailer| {
            trailer.identity().unwrap_or(Identity { name: trailer.value, email: String::new() })
        });
        let all = [self.author.clone(), self.committer.clone()].into_iter().chain(named);
        let mut seen = BTreeSet::new();
        all.map(|Identity { name, email }| Voter::Git { name, email })
            .filter(|voter| seen.insert(voter.clone()))
            .collect()
    }
}

struct Header<'a> {
    name: &'a [u8],
    /// With the lines that continue it, their leading space left out.
    value: Vec<u8>,
    /// As it stands, with its line ends.
    raw: &'a [u8],
}

/// Where the blank line before the message begins.
fn signed_tail(object: &[u8]) -> usize {
    if object.first() == Some(&b'\n') {
        return 0;
    }
    object.windows(2).position(|pair| pair == b"\n\n").map_or(object.len(), |at| at + 1)
}

fn split_headers(object: &[u8]) -> (Vec<Header<'_>>, &[u8]) {
    let tail = signed_tail(object);
    let (head, rest) = object.split_at_checked(tail).unwrap_or((object, &[]));
    let mut headers: Vec<Header<'_>> = Vec::new();
    let mut start = 0;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        let end = start + line.len();
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        match (bare.strip_prefix(b" "), headers.last_mut()) {
            (Some(more), Some(last)) => {
                last.value.push(b'\n');
                last.value.extend_from_slice(more);
                let from = start - last.raw.len();
                last.raw = head.get(from..end).unwrap_or_default();
            }
            _ => {
                let at = bare.iter().position(|byte| *byte == b' ').unwrap_or(bare.len());
                let (name, value) = bare.split_at_checked(at).unwrap_or((bare, &[]));
                let value = value.strip_prefix(b" ").unwrap_or(value).to_vec();
                headers.push(Header { name, value, raw: line });
            }
        }
        start = end;
    }
    (headers, rest.strip_prefix(b"\n").unwrap_or(rest))
}

/// `NAME <ADDRESS> SECONDS OFFSET`
fn person(text: &str) -> (Identity, Option<Instant>) {
    let (name, rest) = text.split_once('<').unwrap_or((text, ""));
    let (email, time) = rest.rsplit_once('>').unwrap_or((rest, ""));
    let seconds = time.split_whitespace().next().and_then(|seconds| seconds.parse::<i64>().ok());
    let at = seconds.and_then(|seconds| Instant::from_timestamp(seconds, 0));
    (Identity { name: name.trim().to_owned(), email: email.trim().to_owned() }, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_read_and_its_signature_cut_out() {
        let object = b"tree aa\nparent bb\nparent cc\nauthor Jane Doe <jane@example.com> 1700000000 +0100\n\
            committer CI <ci@example.com> 1700000060 +0000\ngpgsig -----BEGIN SSH SIGNATURE-----\n abc\n def\n \
            -----END SSH SIGNATURE-----\nencoding UTF-8\n\nSubject\n\nBody\n";
        let commit = Commit::parse("id", object).unwrap();
        assert_eq!(commit.parents, ["bb", "cc"]);
        assert_eq!(commit.author.email, "jane@example.com");
        assert_eq!(commit.committed_at.unwrap().timestamp(), 1_700_000_060);
        assert_eq!(commit.message, "Subject\n\nBody\n");
        let armour = b"-----BEGIN SSH SIGNATURE-----\nabc\ndef\n-----END SSH SIGNATURE-----";
        assert_eq!(commit.signature.as_deref(), Some(&armour[..]));
        let signed = String::from_utf8(commit.signed).unwrap();
        assert!(!signed.contains("gpgsig") && signed.contains("encoding UTF-8\n\nSubject"), "{signed}");
    }

    #[test]
    fn co_authors_contribute_too() {
        let object = b"tree aa\nauthor Ann <ann@x> 9 +0000\ncommitter Ann <ann@x> 9 +0000\n\nTitle\n\n\
            Co-Authored-By: Bob <bob@x>\nCo-authored-by: Cat\nCo-authored-by: Bob <bob@x>\nReviewed-by: Dan <dan@x>\n";
        let contributors = Commit::parse("id", object).unwrap().contributors();
        let shown = contributors.iter().map(|voter| match voter {
            Voter::Git { name, email } => format!("{name} {email}"),
            other => format!("{other:?}"),
        });
        assert_eq!(shown.collect::<Vec<_>>(), ["Ann ann@x", "Bob bob@x", "Cat "]);
    }

    #[test]
    fn nonsense_is_no_commit_and_does_no_harm() {
        for object in [&b""[..], b"\n", b"\n\n", b" x", b"tree", b"author <\n\n", b"\xff\xfe\n\n\xff"] {
            assert_eq!(Commit::parse("id", object), None, "{object:?}");
        }
        assert!(Commit::parse("id", b"tree a\nauthor x> 9 <\n").is_some());
    }
}
