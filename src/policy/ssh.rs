//! Whether a line looks like an SSH public key. Nothing is verified with it here; that a key is one is checked
//! where it is written down, not on the day when a signature fails.

/// The algorithms whose signatures count, as OpenSSH names them.
const ALGORITHMS: [&str; 7] = [
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
];

/// Smallest RSA modulus that is accepted, in bits.
const MIN_RSA_BITS: usize = 2048;

/// The binary form of a public key in the form of `authorized_keys` (`ssh-ed25519 AAAA… comment`), by which two
/// lines are compared; or what is wrong with it.
pub(super) fn read_key(line: &str) -> Result<Vec<u8>, String> {
    let mut parts = line.split_ascii_whitespace();
    let (Some(algorithm), Some(encoded)) = (parts.next(), parts.next()) else {
        return Err("a public key is an algorithm, a space, and the key".to_owned());
    };
    if algorithm.contains("-cert-v01@") {
        return Err("certificates are not accepted, only plain keys".to_owned());
    }
    if !ALGORITHMS.contains(&algorithm) {
        return Err(format!("`{algorithm}` is none of the algorithms {}", ALGORITHMS.join(", ")));
    }
    let blob = decode_base64(encoded).ok_or("the key is not whole: its base64 does not decode")?;
    let (named, mut rest) = take_string(&blob).ok_or("the key is not whole")?;
    if named != algorithm.as_bytes() {
        let named = String::from_utf8_lossy(named);
        return Err(format!("the line says `{algorithm}`, the key in it `{}`", named.escape_debug()));
    }
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (part, more) = take_string(rest).ok_or("the key is not whole")?;
        parts.push(part);
        rest = more;
    }
    match (algorithm, parts.as_slice()) {
        ("ssh-ed25519", [point]) if point.len() == 32 => {}
        ("sk-ssh-ed25519@openssh.com", [point, _]) if point.len() == 32 => {}
        ("sk-ecdsa-sha2-nistp256@openssh.com", [_, _, _]) => {}
        ("ssh-rsa", [_, modulus]) => {
            let bits = bit_length(modulus);
            if bits < MIN_RSA_BITS {
                return Err(format!("an RSA key must have at least {MIN_RSA_BITS} bits, found {bits}"));
            }
        }
        (_, [_, _]) if algorithm.starts_with("ecdsa-") => {}
        _ => return Err("the key is not whole".to_owned()),
    }
    Ok(blob)
}

/// A length in four bytes, and as many bytes.
fn take_string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

fn bit_length(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let first = number.get(zeros).map_or(0, |byte| byte.leading_zeros());
    ((number.len() - zeros) * 8).saturating_sub(first as usize)
}

/// Standard base64; its padding must be right, so that one key has one spelling.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if !text.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        (bits, held) = ((bits << 6) | u32::from(value), held + 6);
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    (bits == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f jd@example";

    #[test]
    fn base64_decodes_to_the_byte() {
        assert_eq!(decode_base64("TWFu").unwrap(), b"Man");
        assert_eq!(decode_base64("TWE=").unwrap(), b"Ma");
        assert_eq!(decode_base64("TQ==").unwrap(), b"M");
        for wrong in ["TWF", "TW!u", "T===", "TQ=", "TR==", "TQ==TQ=="] {
            assert_eq!(decode_base64(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_is_what_its_line_says() {
        assert_eq!(read_key(ED25519).unwrap().len(), 51);
        for (line, reason) in [
            ("AAAAC3NzaC1lZDI1NTE5", "an algorithm, a space, and the key"),
            ("ssh-dss AAAA", "none of the algorithms"),
            ("ssh-ed25519-cert-v01@openssh.com AAAA", "certificates are not accepted"),
            ("ssh-ed25519 AAAA…", "base64 does not decode"),
            ("ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQABAAAAAQM=", "the key in it `ssh-rsa`"),
            ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAAQE=", "not whole"),
            ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQM=", "at least 2048 bits, found 2"),
        ] {
            let error = read_key(line).unwrap_err();
            assert!(error.contains(reason), "{line}: {error}");
        }
    }
}
