//! Why a forge gave no answer, in words that never hold the token.

/// Why the forge gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The address of the API cannot be asked.
    #[error("`{0}` cannot be the address of a forge's API: it needs `https://` and a host")]
    Address(String),
    /// A file of certificates that cannot be read as one.
    #[error("the certificates cannot be read: {0}")]
    Certificates(String),
    /// The forge's answer leads elsewhere.
    #[error("{what}: the answer leads to another place, `{target}`, and the token must not go there")]
    Elsewhere {
        /// What was asked.
        what: String,
        /// Where it leads.
        target: String,
    },
    /// The forge refused.
    #[error("{what}: the forge answered {status}{}", said(message))]
    Status {
        /// What was asked.
        what: String,
        /// The status.
        status: u16,
        /// What it said.
        message: String,
    },
    /// The forge asks to wait longer than anybody would.
    #[error("{what}: the forge's rate limit is used up{}", again(*.seconds))]
    RateLimited {
        /// What was asked.
        what: String,
        /// For how many more seconds, where the forge says so.
        seconds: Option<u64>,
    },
    /// No answer at all.
    #[error("{what}: no answer from the forge: {reason}")]
    Unreachable {
        /// What was asked.
        what: String,
        /// Why.
        reason: String,
    },
    /// An end of the connection that nobody vouches for, or none that speaks TLS.
    #[error("{what}: no safe connection to the forge: {reason}")]
    Tls {
        /// What was asked.
        what: String,
        /// Why.
        reason: String,
    },
    /// An answer longer than any that is read.
    #[error("{what}: the answer is longer than {limit} bytes")]
    TooLarge {
        /// What was asked.
        what: String,
        /// The bound.
        limit: u64,
    },
    /// A list with more pages than any that is read.
    #[error("{what}: the list has more than {limit} pages")]
    TooMany {
        /// What was asked.
        what: String,
        /// The bound.
        limit: usize,
    },
    /// An answer that cannot be understood.
    #[error("{what}: the answer cannot be understood: {reason}")]
    Unreadable {
        /// What was asked.
        what: String,
        /// Why.
        reason: String,
    },
}

fn said(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": `{message}`") }
}

fn again(seconds: Option<u64>) -> String {
    seconds.map(|seconds| format!(", for {seconds} more seconds")).unwrap_or_default()
}

impl HttpError {
    /// The status, where the forge refused.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            HttpError::Status { status, .. } => Some(*status),
            _ => None,
        }
    }
}
