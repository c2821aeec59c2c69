//! Whether a line is an SSH public key with which somebody may sign. That it is one is checked where it is written
//! down, not on the day when a signature fails.

use ssh_key::encoding::Error as Encoding;
use ssh_key::public::KeyData;
use ssh_key::{Error, PublicKey};

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

/// Sizes of an RSA modulus that are accepted, in bits: smaller ones are broken, larger ones the library refuses.
pub(crate) const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A public key in the form of `authorized_keys` (`ssh-ed25519 AAAA… comment`); or what is wrong with it.
pub(crate) fn read_key(line: &str) -> Result<PublicKey, String> {
    let mut words = line.split_ascii_whitespace();
    let (Some(algorithm), Some(encoded)) = (words.next(), words.next()) else {
        return Err("a public key is an algorithm, a space, and the key".to_owned());
    };
    if algorithm.contains("-cert-v01@") {
        return Err("certificates are not accepted, only plain keys".to_owned());
    }
    if !ALGORITHMS.contains(&algorithm) {
        if std::iter::once(encoded).chain(words).any(|word| ALGORITHMS.contains(&word)) {
            // Said once, for all of them: what a key may sign and until when is what the policy says.
            let message = "nothing may stand before the algorithm, no options such as `valid-before` or \
                `cert-authority` and no names; when its owner goes, say `left`, and take a lost key out";
            return Err(message.to_owned());
        }
        return Err(format!("`{algorithm}` is none of the algorithms {}", ALGORITHMS.join(", ")));
    }
    let key = parse(algorithm, encoded).map_err(|error| match error {
        Error::AlgorithmUnknown => {
            let named = ALGORITHMS.iter().find(|named| parse(named, encoded).is_ok());
            let named = named.map_or_else(|| "another".to_owned(), |named| format!("`{named}`"));
            format!("the line says `{algorithm}`, the key in it {named}")
        }
        Error::Encoding(Encoding::Base64(_) | Encoding::CharacterEncoding) => {
            "the key is not whole: its base64 does not decode".to_owned()
        }
        _ => "the key is not whole".to_owned(),
    })?;
    match rsa_bits(key.key_data()) {
        Some(bits) if !RSA_BITS.contains(&bits) => {
            let bound = if bits < *RSA_BITS.start() {
                format!("at least {}", RSA_BITS.start())
            } else {
                format!("at most {}", RSA_BITS.end())
            };
            Err(format!("an RSA key must have {bound} bits, found {bits}"))
        }
        _ => Ok(key),
    }
}

fn parse(algorithm: &str, encoded: &str) -> Result<PublicKey, Error> {
    PublicKey::from_openssh(&format!("{algorithm} {encoded}"))
}

/// The length of an RSA modulus; the library's own `key_size` counts whole bytes.
pub(crate) fn rsa_bits(key: &KeyData) -> Option<usize> {
    let modulus = key.rsa()?.n().as_positive_bytes()?;
    let first = modulus.first()?;
    Some((modulus.len() * 8).saturating_sub(first.leading_zeros() as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f jd@example";

    #[test]
    fn a_key_is_what_its_line_says() {
        assert_eq!(read_key(ED25519).unwrap().to_bytes().unwrap().len(), 51);
        let bare = ED25519.strip_suffix(" jd@example").unwrap();
        for same in [format!("  {}\t laptop of jd ", bare.replace(' ', "  \t")), format!("{bare}\n")] {
            assert_eq!(read_key(&same).unwrap().key_data(), read_key(ED25519).unwrap().key_data(), "{same}");
        }
        for (line, reason) in [
            ("AAAAC3NzaC1lZDI1NTE5", "an algorithm, a space, and the key"),
            ("ssh-dss AAAA", "none of the algorithms"),
            ("ssh-ed25519-cert-v01@openssh.com AAAA", "certificates are not accepted"),
            ("ssh-ed25519 AAAA…", "base64 does not decode"),
            ("ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQABAAAAAQM=", "the key in it `ssh-rsa`"),
            ("ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQABAAAAAQN=", "base64 does not decode"),
            ("ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQABAAAAAQM", "base64 does not decode"),
            ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAAQE=", "not whole"),
            ("ssh-ed25519 =", "not whole"),
            ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQM=", "at least 2048 bits, found 2"),
            ("ssh-ed25519 AAAAB3NzaC1kc3MAAAABAwAAAAEDAAAAAQMAAAABAw==", "the key in it another"),
        ] {
            let error = read_key(line).unwrap_err();
            assert!(error.contains(reason), "{line}: {error}");
        }
    }

    #[test]
    fn options_and_names_before_a_key_are_refused_by_name() {
        for before in
            ["cert-authority", "valid-before=\"20300101\"", "jd@example.com", "* namespaces=\"git\"", "a b c"]
        {
            let error = read_key(&format!("{before} {ED25519}")).unwrap_err();
            assert!(error.contains("nothing may stand before the algorithm"), "{before}: {error}");
        }
    }
}
