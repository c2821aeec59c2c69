//! SSH signatures, the keys of a roster, and private keys: no bytes verify but those that were signed.

use exboard::signature::{COMMITS, Keyring, sign};

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";

/// The parts are a key as a roster has it, an armoured signature, and what is signed. A part that begins with `!` has
/// its bytes put into base64 first: few changes of a text in base64 are another text in base64.
pub fn run(bytes: &[u8]) {
    let parts = super::ground::parts(bytes);
    let part = |index: usize| parts.get(index).copied().unwrap_or_default();
    let key = match part(0).strip_prefix(b"!") {
        Some(raw) => format!("{} {}", algorithm(raw), base64(raw)),
        None => String::from_utf8_lossy(part(0)).into_owned(),
    };
    let armour = match part(1).strip_prefix(b"!") {
        Some(raw) => format!("{BEGIN}\n{}\n{END}\n", base64(raw)).into_bytes(),
        None => part(1).to_vec(),
    };
    let message = part(2);
    let keys = Keyring::new([(key.as_str(), "jd")]);
    if let Ok(signer) = keys.verify(&armour, COMMITS, message) {
        assert_eq!(signer.owner, "jd");
        assert!(keys.verify(&armour, COMMITS, &[message, b"."].concat()).is_err());
        assert!(keys.verify(&armour, "file", message).is_err());
        assert!(Keyring::default().verify(&armour, COMMITS, message).is_err());
    }
    if let Ok(armour) = sign(&String::from_utf8_lossy(part(0)), COMMITS, message) {
        assert!(armour.starts_with(BEGIN));
    }
}

/// The name of the algorithm that the bytes of a key begin with.
fn algorithm(raw: &[u8]) -> String {
    let length = raw.get(..4).and_then(|length| length.try_into().ok()).map_or(0, u32::from_be_bytes);
    let name = raw.get(4..).and_then(|rest| rest.get(..usize::try_from(length).ok()?));
    String::from_utf8_lossy(name.unwrap_or_default()).into_owned()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let padded = chunk.iter().chain([&0, &0]).take(3);
        let bits = padded.fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for at in 0..4 {
            let digit = DIGITS.get((bits >> (18 - 6 * at) & 63) as usize).copied().unwrap_or_default();
            text.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}
