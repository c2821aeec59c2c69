//! The text form of signatures and keys.

use super::Fault;

/// Longer than any armoured signature: one with the largest RSA key has 3 KiB.
pub(super) const MAX_BYTES: usize = 16 * 1024;

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";

/// OpenSSH breaks lines here.
const WIDTH: usize = 70;

/// An armoured signature with its lines broken as OpenSSH breaks them. Other tools break them elsewhere, git puts them
/// into a header, secrets and web forms lose the last line end: OpenSSH takes all of that, the library none.
pub(super) fn normal(armour: &[u8]) -> Result<String, Fault> {
    let text = armour.trim_ascii();
    for (start, what) in [
        (&b"-----BEGIN PGP "[..], "OpenPGP"),
        (b"-----BEGIN SIGNED MESSAGE-----", "X.509"),
        (b"-----BEGIN CMS-----", "X.509"),
    ] {
        if text.starts_with(start) {
            return Err(Fault::Foreign(what));
        }
    }
    if text.is_empty() {
        return Err(Fault::Malformed("it is empty"));
    }
    if text.len() > MAX_BYTES {
        return Err(Fault::TooLarge);
    }
    let text = std::str::from_utf8(text).map_err(|_| Fault::Malformed("it is not text"))?;
    rewrap(text, BEGIN, END).ok_or(Fault::Malformed("it does not begin and end as an SSH signature does"))
}

/// The base64 between two lines, broken anew.
pub(super) fn rewrap(text: &str, begin: &str, end: &str) -> Option<String> {
    let body = text.trim().strip_prefix(begin)?.strip_suffix(end)?;
    let mut out = String::with_capacity(text.len() + text.len() / WIDTH + 8);
    out.push_str(begin);
    for (number, character) in body.chars().filter(|character| !character.is_ascii_whitespace()).enumerate() {
        if number % WIDTH == 0 {
            out.push('\n');
        }
        out.push(character);
    }
    out.push('\n');
    out.push_str(end);
    out.push('\n');
    Some(out)
}
