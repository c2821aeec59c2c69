//! SSH signatures: whose key signed these bytes, or why nobody's did; and signing with a key of one's own.
//!
//! The format is OpenSSH's SSHSIG, which `git` writes into commits and `ssh-keygen -Y` makes and checks. What OpenSSH
//! takes and this does not: certificates, RSA keys below 2048 bits, text around the armour. Nothing it refuses is taken.

mod armour;
mod sign;

pub use sign::{SignError, sign};

use std::collections::BTreeMap;

use ssh_key::encoding::Error as Encoding;
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, Error, HashAlg, PublicKey, SshSig};

use crate::policy::{Board, RSA_BITS, read_key, rsa_bits};

/// What a signature is made for: one for commits says nothing about receipts.
pub const COMMITS: &str = "git";

/// What receipts are signed for.
pub const RECEIPTS: &str = "exboard-receipt";

/// Public keys, and whose they are.
#[derive(Debug, Clone, Default)]
pub struct Keyring {
    owners: BTreeMap<KeyData, String>,
}

/// Why a signature is nobody's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not an SSH signature: what it is instead.
    #[error("not judged: not an SSH signature ({0})")]
    Foreign(&'static str),
    /// Longer than any signature.
    #[error("the signature is longer than {} KiB", armour::MAX_BYTES / 1024)]
    TooLarge,
    /// Not whole.
    #[error("the signature is damaged: {0}")]
    Malformed(&'static str),
    /// An algorithm of the key, of the signature, or a hash that is not accepted.
    #[error("the signature uses `{0}`, which is not accepted")]
    Algorithm(String),
    /// RSA with SHA-1.
    #[error("the signature uses RSA with SHA-1, which is not accepted: sign with a newer OpenSSH")]
    Sha1,
    /// Made with a certificate.
    #[error("the signature is made with a certificate, and only plain keys are accepted")]
    Certificate,
    /// Made with an RSA key of a size that is not accepted.
    #[error("the signature is made with an RSA key of {0} bits, and {min} to {max} are accepted",
        min = RSA_BITS.start(), max = RSA_BITS.end())]
    RsaSize(usize),
    /// Made for something else.
    #[error("the signature is made for `{found}`, not for `{expected}`")]
    Namespace {
        /// What it is made for.
        found: String,
        /// What it should be made for.
        expected: String,
    },
    /// Made with a key that is not among those that count.
    #[error("the key that signed ({0}) is not among those that count here")]
    UnknownKey(String),
    /// Not of these bytes.
    #[error("the signature is not of this text: the text, or the signature, was changed")]
    Tampered,
}

/// A signature that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signer<'k> {
    /// Whose key it is.
    pub owner: &'k str,
}

impl Keyring {
    /// The keys of all people of the roster; the owners are the people's own keys in it (`jd`).
    #[must_use]
    pub fn of_people(board: &Board) -> Keyring {
        let lines = board
            .people
            .iter()
            .flat_map(|(key, person)| person.ssh_keys.iter().map(move |line| (line.as_str(), key.as_str())));
        Keyring::new(lines)
    }

    /// The keys with which receipts are signed; each is its own owner, by its fingerprint.
    #[must_use]
    pub fn of_receipts(board: &Board) -> Keyring {
        let keys = board.receipt_keys.iter().filter_map(|line| read_key(line).ok());
        let owners = keys.map(|key| (key.key_data().clone(), fingerprint(key.key_data())));
        Keyring { owners: owners.collect() }
    }

    /// Keys as lines of `authorized_keys`, and their owners. A line that is no key is passed over: reading the policy
    /// has refused it.
    pub fn new<'a>(keys: impl IntoIterator<Item = (&'a str, &'a str)>) -> Keyring {
        let read =
            |(line, owner): (&str, &str)| Some((read_key(line).ok()?.key_data().clone(), owner.to_owned()));
        Keyring { owners: keys.into_iter().filter_map(read).collect() }
    }

    /// True where there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// Who signed a message for a purpose (`namespace`), by an armoured signature.
    ///
    /// # Errors
    ///
    /// Why nobody did.
    pub fn verify(&self, armour: &[u8], namespace: &str, message: &[u8]) -> Result<Signer<'_>, Fault> {
        let text = armour::normal(armour)?;
        let signature = SshSig::from_pem(text).map_err(|error| fault(&error))?;
        // Neither is signed over as it stands: OpenSSH takes no other reserved field, and writes no other version.
        if signature.version() != SshSig::VERSION || !signature.reserved().is_empty() {
            return Err(Fault::Malformed("its version is not known"));
        }
        let key = signature.public_key();
        check_algorithms(key, &signature.algorithm())?;
        if signature.namespace() != namespace {
            let found = signature.namespace().escape_debug().to_string();
            return Err(Fault::Namespace { found, expected: namespace.to_owned() });
        }
        let Some(owner) = self.owners.get(key) else { return Err(Fault::UnknownKey(fingerprint(key))) };
        PublicKey::from(key.clone()).verify(namespace, message, &signature).map_err(|_| Fault::Tampered)?;
        Ok(Signer { owner })
    }
}

/// Refuses what OpenSSH may take and we do not, and what both refuse, by name.
fn check_algorithms(key: &KeyData, algorithm: &Algorithm) -> Result<(), Fault> {
    match key {
        KeyData::Certificate(_) => return Err(Fault::Certificate),
        KeyData::Ecdsa(_)
        | KeyData::Ed25519(_)
        | KeyData::Rsa(_)
        | KeyData::SkEcdsaSha2NistP256(_)
        | KeyData::SkEd25519(_) => {}
        other => return Err(Fault::Algorithm(other.algorithm().as_str().escape_debug().to_string())),
    }
    match (rsa_bits(key), algorithm) {
        (Some(bits), _) if !RSA_BITS.contains(&bits) => Err(Fault::RsaSize(bits)),
        (_, Algorithm::Rsa { hash: None }) => Err(Fault::Sha1),
        (_, Algorithm::Dsa | Algorithm::Other(_)) => {
            Err(Fault::Algorithm(algorithm.as_str().escape_debug().to_string()))
        }
        _ => Ok(()),
    }
}

/// What the library says of a signature that it cannot read, in plain words.
fn fault(error: &Error) -> Fault {
    match error {
        // The name of an algorithm or a hash that it does not know.
        Error::Encoding(Encoding::Label(label)) => Fault::Algorithm(label.label().escape_debug().to_string()),
        Error::Encoding(Encoding::Base64(_) | Encoding::Pem(_)) => {
            Fault::Malformed("its base64 does not decode")
        }
        Error::Encoding(Encoding::TrailingData { .. }) | Error::TrailingData { .. } => {
            Fault::Malformed("something follows it")
        }
        Error::Namespace => Fault::Malformed("it does not say what it is made for"),
        Error::Version { .. } => Fault::Malformed("its version is not known"),
        _ => Fault::Malformed("it is not whole"),
    }
}

/// `SHA256:…`, as `ssh-keygen -l` shows it.
fn fingerprint(key: &KeyData) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}
