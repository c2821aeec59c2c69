//! Keys of hardware, old algorithms, and bytes that mean harm.

use exboard::change::{Commit, Note, trailers};
use exboard::signature::{Fault, Keyring, sign};
use proptest::prelude::*;
use ssh_key::public::{KeyData, SkEcdsaSha2NistP256, SkEd25519};
use ssh_key::sha2::{Digest as _, Sha256};
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey, Signature, SigningKey, SshSig};

use super::keys::{Key, Workshop};

const MESSAGE: &[u8] = b"message";

fn raw<S: SigningKey>(key: &S, data: &[u8]) -> Vec<u8> {
    key.try_sign(data).unwrap().as_bytes().to_vec()
}

/// A key of hardware whose private half is that of a file, and a signature as the hardware makes it.
fn hardware(key: &Key) -> (String, String) {
    const APPLICATION: &str = "ssh:";
    let private = PrivateKey::from_openssh(key.private()).unwrap();
    let (data, algorithm) = match private.public_key().key_data() {
        KeyData::Ed25519(public) => {
            (KeyData::SkEd25519(SkEd25519::new(*public, APPLICATION)), Algorithm::SkEd25519)
        }
        KeyData::Ecdsa(ssh_key::public::EcdsaPublicKey::NistP256(point)) => {
            let key = SkEcdsaSha2NistP256::new(*point, APPLICATION);
            (KeyData::SkEcdsaSha2NistP256(key), Algorithm::SkEcdsaSha2NistP256)
        }
        other => panic!("{other:?}"),
    };
    let signed = SshSig::signed_data("git", HashAlg::Sha512, MESSAGE).unwrap();
    // Touched, and the seventh signature.
    let touched = [1, 0, 0, 0, 7];
    let device = [&Sha256::digest(APPLICATION)[..], &touched, &Sha256::digest(&signed)].concat();
    let bytes = [raw(&private, &device), touched.to_vec()].concat();
    let signature = Signature::new(algorithm, bytes).unwrap();
    let armour = SshSig::new(data.clone(), "git", HashAlg::Sha512, signature).unwrap();
    (PublicKey::from(data).to_openssh().unwrap(), armour.to_pem(LineEnding::LF).unwrap())
}

#[test]
fn keys_of_hardware_count_as_they_do_for_openssh() {
    let workshop = Workshop::new();
    for kind in ["ed25519", "ecdsa -b 256"] {
        let (line, armour) = hardware(&workshop.key(&kind.replace(' ', ""), kind));
        assert!(workshop.verifies(&line, "git", MESSAGE, &armour), "{kind}");
        let keys = Keyring::new([(line.as_str(), "jd")]);
        assert_eq!(keys.verify(armour.as_bytes(), "git", MESSAGE).unwrap().owner, "jd");
        assert_eq!(keys.verify(armour.as_bytes(), "git", b"x"), Err(Fault::Tampered));
    }
}

fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}

/// A signature of parts that need not fit together.
fn blob(key: &[u8], reserved: &str, hash: &str, algorithm: &str, signature: &[u8]) -> String {
    let signature = [string(algorithm.as_bytes()), string(signature)].concat();
    let parts = [
        string(key),
        string(b"git"),
        string(reserved.as_bytes()),
        string(hash.as_bytes()),
        string(&signature),
    ];
    let bytes = [&b"SSHSIG\0\0\0\x01"[..], &parts.concat()].concat();
    armour(&bytes)
}

fn armour(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut body = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().chain([&0, &0]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for at in 0..4 {
            let digit = usize::try_from(bits >> (18 - 6 * at) & 63).unwrap();
            body.push(if at <= chunk.len() { char::from(*DIGITS.get(digit).unwrap()) } else { '=' });
        }
    }
    format!("-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----\n")
}

#[test]
fn old_and_odd_algorithms_are_refused_by_name() {
    let workshop = Workshop::new();
    let (rsa, ed25519) = (workshop.key("rsa", "rsa -b 2048"), workshop.key("ed25519", "ed25519"));
    let keys = Keyring::new([(rsa.line.as_str(), "rsa"), (ed25519.line.as_str(), "ed25519")]);
    let data = |key: &Key| PublicKey::from_openssh(&key.line).unwrap().to_bytes().unwrap();
    let (rsa_data, data) = (data(&rsa), data(&ed25519));
    let sig = [7; 64];
    let dsa = [string(b"ssh-dss"), string(&[3]), string(&[3]), string(&[3]), string(&[3])].concat();
    let other = [string(b"post-quantum@example.com"), string(&[3])].concat();
    for (text, expected) in [
        (blob(&rsa_data, "", "sha512", "ssh-rsa", &[7; 256]), Fault::Sha1),
        (blob(&data, "", "sha1", "ssh-ed25519", &sig), Fault::Algorithm("sha1".to_owned())),
        (blob(&data, "", "md5\u{202e}", "ssh-ed25519", &sig), Fault::Algorithm("md5\\u{202e}".to_owned())),
        (blob(&dsa, "", "sha512", "ssh-dss", &[7; 40]), Fault::Algorithm("ssh-dss".to_owned())),
        (
            blob(&other, "", "sha512", "ssh-ed25519", &sig),
            Fault::Algorithm("post-quantum@example.com".to_owned()),
        ),
        (
            blob(&data, "", "sha512", "made-up@example.com", &sig),
            Fault::Algorithm("made-up@example.com".to_owned()),
        ),
        (blob(&data, "later", "sha512", "ssh-ed25519", &sig), Fault::Malformed("its version is not known")),
        (blob(&data, "", "sha512", "ssh-ed25519", &sig), Fault::Tampered),
        (blob(&data, "", "sha512", "rsa-sha2-512", &sig), Fault::Tampered),
        (blob(&rsa_data, "", "sha512", "ssh-ed25519", &sig), Fault::Tampered),
        (blob(&rsa_data, "", "sha512", "rsa-sha2-512", &[]), Fault::Tampered),
        (blob(&rsa_data, "", "sha512", "rsa-sha2-512", &[0xff; 256]), Fault::Tampered),
        (blob(&data, "", "sha512", "ssh-ed25519", &sig[1..]), Fault::Malformed("it is not whole")),
        (blob(&[], "", "sha512", "ssh-ed25519", &sig), Fault::Malformed("it is not whole")),
        (armour(b"SSHSIG\0\0\0\x02"), Fault::Malformed("its version is not known")),
        (armour(b"SSHSIG\0\0\0\x01\xff\xff\xff\xff"), Fault::Malformed("it is not whole")),
        (armour(b"hello"), Fault::Malformed("it is not whole")),
    ] {
        assert_eq!(keys.verify(text.as_bytes(), "git", MESSAGE), Err(expected), "{text}");
    }
}

#[test]
fn a_signature_of_one_key_is_none_of_another_that_is_named() {
    // The blob names ann's key, and is signed with eve's.
    let workshop = Workshop::new();
    let (ann, eve) = (workshop.key("ann", "ed25519"), workshop.key("eve", "ed25519"));
    let signed = SshSig::signed_data("git", HashAlg::Sha512, MESSAGE).unwrap();
    let private = PrivateKey::from_openssh(eve.private()).unwrap();
    let data = PublicKey::from_openssh(&ann.line).unwrap().to_bytes().unwrap();
    let forged = blob(&data, "", "sha512", "ssh-ed25519", &raw(&private, &signed));
    let keys = Keyring::new([(ann.line.as_str(), "ann"), (eve.line.as_str(), "eve")]);
    assert_eq!(keys.verify(forged.as_bytes(), "git", MESSAGE), Err(Fault::Tampered));
    let data = PublicKey::from_openssh(&eve.line).unwrap().to_bytes().unwrap();
    let honest = blob(&data, "", "sha512", "ssh-ed25519", &raw(&private, &signed));
    assert_eq!(keys.verify(honest.as_bytes(), "git", MESSAGE).unwrap().owner, "eve");
}

const LINE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKLdsSg3+Ba+UMouvKp41UDHI4gRiipQeZn5MrnFEir9";
const GOOD: &str = "-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgsz6u836i33yqAQ3v3qNOJB9l8b
UppPQ+0UMn9cVKq2IAAAAHZXhhbXBsZQAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQy
NTUxOQAAAEBPEav+tMGNnox4MuzM7rlHyVBajCn8B0kAyiOWwPKprNsG3i6X+voz/WCSik
/FowYwqhgCABUJSvRX3AERVBUP
-----END SSH SIGNATURE-----
";

/// What begins like a key or a signature, and goes on in any way.
fn parts() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        Just("ssh-ed25519"),
        Just("ssh-rsa"),
        Just("ssh-dss"),
        Just("ecdsa-sha2-nistp256"),
        Just("nistp256"),
        Just("sk-ssh-ed25519@openssh.com"),
        Just("sk-ecdsa-sha2-nistp256@openssh.com"),
        Just("ssh-ed25519-cert-v01@openssh.com"),
        Just("rsa-sha2-512"),
        Just("git"),
        Just("sha512"),
        Just(""),
    ];
    let part = prop_oneof![
        word.prop_map(|word| string(word.as_bytes())),
        prop::collection::vec(any::<u8>(), 0..70).prop_map(|bytes| string(&bytes)),
        any::<[u8; 4]>().prop_map(|bytes| bytes.to_vec()),
        Just(string(&[7; 32])),
        Just(string(&[7; 64])),
        Just(string(&[7; 256])),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_signature_does_harm(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        (key, rest) in (parts(), parts()),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let keys = Keyring::new([(LINE, "jd")]);
        let whole = [&b"SSHSIG\0\0\0\x01"[..], &string(&key), &string(b"git"), &string(b""), &string(b"sha512"), &rest];
        let mut changed = GOOD.as_bytes().to_vec();
        *changed.get_mut(at.index(GOOD.len())).unwrap() = byte;
        for text in [bytes.clone(), armour(&bytes).into_bytes(), armour(&whole.concat()).into_bytes(), changed] {
            prop_assert!(keys.verify(&text, "git", &bytes).is_err());
        }
        // Keys of the roster are as hostile as the roster.
        let encoded = armour(&key);
        let encoded = encoded.lines().nth(1).unwrap_or_default();
        for algorithm in ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com"] {
            let line = format!("{algorithm} {encoded}");
            let keys = Keyring::new([(line.as_str(), "jd")]);
            prop_assert!(keys.verify(armour(&whole.concat()).as_bytes(), "git", b"x").is_err());
        }
        let _ = sign(&String::from_utf8_lossy(&bytes), "git", b"x");
    }

    #[test]
    fn no_commit_or_note_does_harm(bytes in prop::collection::vec(any::<u8>(), 0..300), text in any::<String>()) {
        let keys = Keyring::new([(LINE, "jd")]);
        if let Some(commit) = Commit::parse("id", &bytes) {
            let _ = trailers(&commit.message);
        }
        let _ = Commit::parse("id", format!("tree a\ngpgsig {text}\n\n{text}").as_bytes());
        prop_assert!(Note::read(&bytes, "id", &keys).is_err());
        prop_assert!(Note::read(text.as_bytes(), "id", &keys).is_err());
    }
}
