//! Signing.

use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey};

use super::armour;
use crate::policy::{RSA_BITS, rsa_bits};

/// Why a key does not sign. Nothing of the key is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Not a private key as OpenSSH writes them.
    #[error(
        "the private key is not in OpenSSH's format: it begins with `{BEGIN}`; `ssh-keygen -p -f FILE` converts others"
    )]
    Format,
    /// Not whole.
    #[error("the private key is damaged")]
    Damaged,
    /// It needs a passphrase, and nobody is there to type it.
    #[error(
        "the private key has a passphrase: a key for receipts has none (`ssh-keygen -p -f FILE` takes it off)"
    )]
    Encrypted,
    /// An algorithm with which nothing is signed here.
    #[error("a key of `{0}` does not sign here: make one with `ssh-keygen -t ed25519`")]
    Algorithm(String),
    /// An RSA key of a size whose signatures nobody would accept.
    #[error("an RSA key must have {min} to {max} bits, found {0}: make a key with `ssh-keygen -t ed25519`",
        min = RSA_BITS.start(), max = RSA_BITS.end())]
    RsaSize(usize),
}

const BEGIN: &str = "-----BEGIN OPENSSH PRIVATE KEY-----";
const END: &str = "-----END OPENSSH PRIVATE KEY-----";

/// Signs a message for a purpose (`namespace`) with a private key, given as the text of its file. Gives the armoured
/// signature, as `ssh-keygen -Y sign` would.
///
/// # Errors
///
/// Why the key does not sign.
pub fn sign(private_key: &str, namespace: &str, message: &[u8]) -> Result<String, SignError> {
    let text = armour::rewrap(private_key, BEGIN, END).ok_or(SignError::Format)?;
    let key = PrivateKey::from_openssh(text).map_err(|_| SignError::Damaged)?;
    if key.is_encrypted() {
        return Err(SignError::Encrypted);
    }
    match (rsa_bits(key.public_key().key_data()), key.algorithm()) {
        (Some(bits), _) if !RSA_BITS.contains(&bits) => return Err(SignError::RsaSize(bits)),
        (_, Algorithm::Ed25519 | Algorithm::Ecdsa { .. } | Algorithm::Rsa { .. }) => {}
        (_, other) => return Err(SignError::Algorithm(other.as_str().to_owned())),
    }
    let signature = key.sign(namespace, HashAlg::Sha512, message).map_err(|_| SignError::Damaged)?;
    signature.to_pem(LineEnding::LF).map_err(|_| SignError::Damaged)
}
