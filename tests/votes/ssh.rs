//! SSH signatures, against OpenSSH itself.

use std::fs;

use exboard::signature::{COMMITS, Fault, Keyring, RECEIPTS, SignError, sign};

use super::keys::Workshop;

const MESSAGE: &[u8] = b"Exboard-Receipt: 1\n\xff\x00\n";

/// All kinds of keys with which people sign, the options of `ssh-keygen -t`.
const KINDS: [&str; 6] =
    ["ed25519", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521", "rsa -b 2048", "rsa -b 3072"];

fn outcome(keys: &Keyring, armour: &str, namespace: &str, message: &[u8]) -> Result<String, Fault> {
    keys.verify(armour.as_bytes(), namespace, message).map(|signer| signer.owner.to_owned())
}

#[test]
fn what_openssh_signs_is_taken_and_what_we_sign_it_takes() {
    let workshop = Workshop::new();
    for (number, kind) in KINDS.into_iter().enumerate() {
        let key = workshop.key(&format!("key{number}"), kind);
        let keys = Keyring::new([(key.line.as_str(), "jd")]);
        for options in [&[][..], &["-O", "hashalg=sha256"]] {
            let theirs = workshop.sign(&key.file, RECEIPTS, MESSAGE, options);
            assert_eq!(outcome(&keys, &theirs, RECEIPTS, MESSAGE), Ok("jd".to_owned()), "{kind}");
            let namespace = Fault::Namespace { found: RECEIPTS.to_owned(), expected: COMMITS.to_owned() };
            assert_eq!(outcome(&keys, &theirs, COMMITS, MESSAGE), Err(namespace), "{kind}");
            assert_eq!(outcome(&keys, &theirs, RECEIPTS, b"Exboard"), Err(Fault::Tampered), "{kind}");
        }
        let ours = sign(&key.private(), RECEIPTS, MESSAGE).unwrap();
        assert!(workshop.verifies(&key.line, RECEIPTS, MESSAGE, &ours), "{kind}: {ours}");
        assert!(!workshop.verifies(&key.line, COMMITS, MESSAGE, &ours), "{kind}");
        assert_eq!(outcome(&keys, &ours, RECEIPTS, MESSAGE), Ok("jd".to_owned()), "{kind}");
        assert!(
            ours.starts_with("-----BEGIN SSH SIGNATURE-----\n")
                && ours.ends_with("-----END SSH SIGNATURE-----\n")
        );
    }
}

#[test]
fn many_signatures_of_random_messages_agree() {
    // Numbers with leading zeros, and ones that look negative, come up by chance.
    let workshop = Workshop::new();
    let keys =
        ["ed25519", "ecdsa -b 256", "ecdsa -b 521"].map(|kind| workshop.key(&kind.replace(' ', ""), kind));
    let ring = Keyring::new(keys.iter().map(|key| (key.line.as_str(), "jd")));
    for number in 0..24_u8 {
        for key in &keys {
            let message = [number, number.wrapping_mul(31), 7];
            let theirs = workshop.sign(&key.file, "git", &message, &[]);
            assert_eq!(outcome(&ring, &theirs, "git", &message), Ok("jd".to_owned()), "{theirs}");
            let ours = sign(&key.private(), "git", &message).unwrap();
            assert!(workshop.verifies(&key.line, "git", &message, &ours), "{ours}");
        }
    }
}

#[test]
fn every_flipped_bit_is_seen() {
    let workshop = Workshop::new();
    let key = workshop.key("key", "ed25519");
    let keys = Keyring::new([(key.line.as_str(), "jd")]);
    let armour = workshop.sign(&key.file, "git", MESSAGE, &[]);
    let body: String = armour.lines().filter(|line| !line.starts_with('-')).collect();
    for at in 0..body.trim_end_matches('=').len() {
        let mut bytes = body.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let body = String::from_utf8(bytes).unwrap();
        let forged = format!("-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----\n");
        assert!(outcome(&keys, &forged, "git", MESSAGE).is_err(), "{at}");
    }
}

#[test]
fn armour_is_taken_however_its_lines_are_broken() {
    let workshop = Workshop::new();
    let key = workshop.key("key", "rsa -b 2048");
    let keys = Keyring::new([(key.line.as_str(), "jd")]);
    let armour = workshop.sign(&key.file, "git", MESSAGE, &[]);
    let body: String = armour.lines().filter(|line| !line.starts_with('-')).collect();
    let (begin, end) = ("-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----");
    for good in [
        armour.replace('\n', "\r\n"),
        armour.trim_end().to_owned(),
        format!("\n{armour}\n"),
        format!("{begin}\n{body}\n{end}"),
        format!("{begin}\n{}\n\n{}\n{end}", &body[..76], &body[76..]),
    ] {
        assert_eq!(outcome(&keys, &good, "git", MESSAGE), Ok("jd".to_owned()), "{good}");
    }
    for (bad, fault) in [
        (String::new(), "it is empty"),
        ("hello".to_owned(), "does not begin and end"),
        (format!("x\n{armour}"), "does not begin and end"),
        (format!("{armour}x"), "does not begin and end"),
        (format!("{armour}{armour}"), "damaged"),
        (format!("{begin}\n{end}\n"), "damaged"),
        (format!("{begin}\n{body}!\n{end}"), "does not decode"),
        (format!("{begin}\n{}\n{end}", &body[..100]), "damaged"),
        (format!("{begin}\n{}\n{end}", "A".repeat(20_000)), "longer than 16 KiB"),
        (
            "-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----".to_owned(),
            "not an SSH signature (OpenPGP)",
        ),
        ("-----BEGIN SIGNED MESSAGE-----\nMII\n".to_owned(), "not an SSH signature (X.509)"),
    ] {
        let told = outcome(&keys, &bad, "git", MESSAGE).unwrap_err().to_string();
        assert!(told.contains(fault), "{told} for {bad}");
    }
    let bytes = keys.verify(b"\xff\xfe", "git", MESSAGE).unwrap_err();
    assert_eq!(bytes, Fault::Malformed("it is not text"));
}

#[test]
fn keys_that_count_nowhere_are_named() {
    let workshop = Workshop::new();
    let (jd, other) = (workshop.key("jd", "ed25519"), workshop.key("other", "ed25519"));
    let weak = workshop.key("weak", "rsa -b 1024");
    let keys = Keyring::new([(jd.line.as_str(), "jd")]);
    let unknown = outcome(&keys, &workshop.sign(&other.file, "git", MESSAGE, &[]), "git", MESSAGE);
    let fingerprint = workshop.must("ssh-keygen", &["-l", "-f", "other.pub"]);
    let fingerprint = fingerprint.split(' ').nth(1).unwrap().to_owned();
    assert_eq!(unknown, Err(Fault::UnknownKey(fingerprint)));
    let small = outcome(&keys, &workshop.sign(&weak.file, "git", MESSAGE, &[]), "git", MESSAGE);
    assert_eq!(small, Err(Fault::RsaSize(1024)));
    // A weak key cannot be in a roster, and so in no ring.
    assert!(Keyring::new([(weak.line.as_str(), "jd")]).is_empty());

    // A certificate over a known key, by an authority that is known too.
    workshop.must("ssh-keygen", &["-q", "-s", "other", "-I", "jd", "-n", "jd", "jd.pub"]);
    fs::copy(workshop.path("jd"), workshop.path("certified")).unwrap();
    fs::copy(workshop.path("jd-cert.pub"), workshop.path("certified-cert.pub")).unwrap();
    let certified = workshop.sign(&workshop.path("certified-cert.pub"), "git", MESSAGE, &[]);
    let both = Keyring::new([(jd.line.as_str(), "jd"), (other.line.as_str(), "other")]);
    assert_eq!(outcome(&both, &certified, "git", MESSAGE), Err(Fault::Certificate));
}

#[test]
fn a_key_that_should_not_sign_says_why() {
    let workshop = Workshop::new();
    let key = workshop.key("key", "ed25519");
    workshop.must("ssh-keygen", &["-q", "-t", "ed25519", "-N", "secret", "-f", "locked"]);
    workshop.must("ssh-keygen", &["-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", "old"]);
    let weak = workshop.key("weak", "rsa -b 1024");
    let read = |name: &str| fs::read_to_string(workshop.path(name)).unwrap();
    let private = key.private();
    assert_eq!(sign(&read("locked"), RECEIPTS, MESSAGE), Err(SignError::Encrypted));
    assert_eq!(sign(&read("old"), RECEIPTS, MESSAGE), Err(SignError::Format));
    assert_eq!(sign(&key.line, RECEIPTS, MESSAGE), Err(SignError::Format));
    assert_eq!(sign(&weak.private(), RECEIPTS, MESSAGE), Err(SignError::RsaSize(1024)));
    assert_eq!(sign(&private.replace("b3Blb", "AAAAA"), RECEIPTS, MESSAGE), Err(SignError::Damaged));
    // As a secret of CI hands it over.
    for same in [private.trim_end().to_owned(), private.replace('\n', "\r\n"), private.replace('\n', " ")] {
        assert!(sign(&same, RECEIPTS, MESSAGE).is_ok());
    }
}
