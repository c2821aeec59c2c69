//! GitHub, as a job of it may ask it: the address, the repository and the token from the environment.

use std::fs;
use std::path::Path;
use std::thread;

use super::console::{Console, Failure};
use crate::forge::{
    Event, Forge, ForgeError, Http, HttpError, Limits, MAX_EVENT_BYTES, Review, Token, read_event,
};

/// Where GitHub itself answers; a GitHub Enterprise server says its own address.
const API: &str = "https://api.github.com";

/// The forge, or why it cannot be asked.
pub(super) fn open(console: &Console<'_>) -> Result<Forge<'static>, Failure> {
    let token = console.variable("GITHUB_TOKEN").and_then(Token::new).ok_or_else(|| {
        Failure::new("there is no token to ask GitHub with")
            .help("give the step `env: GITHUB_TOKEN: ${{ github.token }}`, and the job `pull-requests: read`")
    })?;
    let base = console.variable("GITHUB_API_URL").filter(|url| !url.is_empty()).unwrap_or(API);
    let certificates = match console.variable("SSL_CERT_FILE").filter(|file| !file.is_empty()) {
        None => None,
        Some(file) => Some(fs::read(file).map_err(|error| {
            Failure::new(format_args!("cannot read the certificates in {file} (SSL_CERT_FILE): {error}"))
        })?),
    };
    let http = Http::new(base, token, certificates.as_deref(), Limits::default(), &thread::sleep)
        .map_err(Failure::new)?;
    Forge::new(http, &required(console, "GITHUB_REPOSITORY")?).map_err(Failure::new)
}

/// The event that started the job.
pub(super) fn event(console: &Console<'_>) -> Result<Event, Failure> {
    let name = required(console, "GITHUB_EVENT_NAME")?;
    let file = required(console, "GITHUB_EVENT_PATH")?;
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new(format_args!("the event cannot be read from {file} (GITHUB_EVENT_PATH): {error}"))
    };
    let path = Path::new(&file);
    let length = path.metadata().map_err(|error| failed(&error))?.len();
    if usize::try_from(length).is_ok_and(|length| length > MAX_EVENT_BYTES) {
        return Err(failed(&crate::forge::EventError::TooLarge));
    }
    let payload = fs::read(path).map_err(|error| failed(&error))?;
    read_event(&name, &payload).map_err(Failure::new)
}

/// The reviews of a pull request. Votes were asked for: where they cannot be read, nothing is judged.
pub(super) fn reviews(
    forge: &Forge<'_>,
    number: u64,
    console: &mut Console<'_>,
) -> Result<Vec<Review>, Failure> {
    let read = forge.reviews(number).map_err(|error| unread(&error))?;
    read.notes.iter().for_each(|note| console.note(&format!("note: {note}")));
    Ok(read.stances)
}

/// Why the forge gave nothing, with what to do.
pub(super) fn unread(error: &ForgeError) -> Failure {
    let failure = Failure::new(error);
    let status = match error {
        ForgeError::Http(HttpError::Tls { .. }) => {
            return failure.help("an authority that is no public one must stand in the PEM file that SSL_CERT_FILE names: it is read in place of the public ones");
        }
        ForgeError::Http(error) => error.status(),
        _ => None,
    };
    match status {
        Some(401) => failure.help("the token is not valid here, or not any more"),
        // GitHub says that what a token may not see is not there.
        Some(403 | 404) => {
            failure.help("the job needs `permissions: pull-requests: read`, and the token of this repository")
        }
        _ => failure,
    }
}

/// A variable that every job has.
pub(super) fn required(console: &Console<'_>, name: &str) -> Result<String, Failure> {
    console.variable(name).filter(|value| !value.is_empty()).map(str::to_owned).ok_or_else(|| {
        Failure::usage(format_args!("{name} is not set: this is no job of GitHub Actions"))
            .help("elsewhere: `exboard check --diff BASE --reviews FILE`")
    })
}
