//! The one connection to the outside: GitHub's API over HTTP.
//!
//! The token goes to the one address that the client was made for, and nowhere else: a link or a redirect that leads
//! to another origin is refused, not followed without the token, because votes read elsewhere are nobody's. Nothing
//! here sleeps or reads the clock; how to wait is handed down.

use std::fmt;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::http::{Method, Request, Response, StatusCode, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use super::http_error::HttpError;
use super::link::{next, same_origin, wait_of};

/// What the client puts up with.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For one request and its answer.
    pub timeout: Duration,
    /// How often one request is sent, the first time included.
    pub attempts: u32,
    /// The first pause between two attempts; each later one is twice as long.
    pub pause: Duration,
    /// The longest pause that the server may ask for.
    pub longest_wait: Duration,
    /// Bytes of one answer.
    pub body: u64,
    /// Pages of one list.
    pub pages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            timeout: Duration::from_secs(30),
            attempts: 4,
            pause: Duration::from_secs(1),
            longest_wait: Duration::from_secs(90),
            body: 8 * 1024 * 1024,
            pages: 100,
        }
    }
}

/// A token. It has no text form, so that no output can hold it by mistake.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// The token, where the text can be one.
    #[must_use]
    pub fn new(text: &str) -> Option<Token> {
        let text = text.trim();
        let is_token =
            !text.is_empty() && text.len() <= 4096 && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_token.then(|| Token(text.to_owned()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

/// How to wait.
pub type Sleep<'a> = dyn Fn(Duration) + 'a;

/// A forge's API, as one program may ask it.
pub struct Http<'a> {
    agent: Agent,
    /// Without a slash at the end.
    base: String,
    token: Token,
    limits: Limits,
    sleep: &'a Sleep<'a>,
}

impl fmt::Debug for Http<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Http({})", self.base)
    }
}

/// What an attempt came to.
enum Attempt {
    Answer(Response<Body>),
    /// Not now: for how long, where the server says so; and what to say at last.
    Later(Option<u64>, HttpError),
}

impl<'a> Http<'a> {
    /// A client of the API at `base`: `https://api.github.com`, `https://github.example.com/api/v3`. `certificates` are
    /// those of authorities, as PEM, in place of the public ones.
    ///
    /// # Errors
    /// Where `base` is not https: a token must not be read on its way. The machine itself is no way.
    pub fn new(
        base: &str,
        token: Token,
        certificates: Option<&[u8]>,
        limits: Limits,
        sleep: &'a Sleep<'a>,
    ) -> Result<Http<'a>, HttpError> {
        let base = base.trim().trim_end_matches('/');
        let refused = || HttpError::Address(base.escape_debug().to_string());
        let uri: Uri = base.parse().map_err(|_| refused())?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(refused)?;
        let is_here = matches!(host, "127.0.0.1" | "[::1]" | "localhost");
        let is_safe = uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && is_here);
        let is_plain =
            uri.query().is_none() && uri.authority().is_some_and(|host| !host.as_str().contains('@'));
        if !is_safe || !is_plain {
            return Err(refused());
        }
        let mut tls = TlsConfig::builder();
        if let Some(pem) = certificates {
            tls = tls.root_certs(RootCerts::new_with_certs(&read_certificates(pem)?));
        }
        // Redirects are looked at here. The proxy of the environment stays: some runners have no other way out.
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(limits.timeout))
            .timeout_connect(Some(limits.timeout.min(Duration::from_secs(10))))
            .tls_config(tls.build())
            .user_agent(concat!("exboard/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Http { agent: config.new_agent(), base: base.to_owned(), token, limits, sleep })
    }

    /// Reads one thing. `path` begins with a slash.
    ///
    /// # Errors
    /// Where there is no answer, a refusal, or one that is not what was asked for.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, HttpError> {
        let what = format!("GET {path}");
        let answer = self.ask(&what, &Method::GET, &format!("{}{path}", self.base), None)?;
        let bytes = self.read(&what, answer)?;
        serde_json::from_slice(&bytes).map_err(|error| self.unreadable(&what, &error))
    }

    /// Reads a list, all pages of it: the bytes of one after the other.
    ///
    /// # Errors
    /// As for [`Http::get`], and where a page's `next` leads elsewhere or there is no end of them.
    pub fn pages(&self, path: &str) -> Result<Vec<u8>, HttpError> {
        let what = format!("GET {path}");
        let mut url = format!("{}{path}", self.base);
        let mut bytes = Vec::new();
        for _ in 0..self.limits.pages {
            let answer = self.ask(&what, &Method::GET, &url, None)?;
            let links = header(&answer, "link").and_then(|links| next(&links));
            bytes.extend(self.read(&what, answer)?);
            bytes.push(b'\n');
            match links {
                None => return Ok(bytes),
                Some(link) => url = self.at_home(&what, &link)?,
            }
        }
        Err(HttpError::TooMany { what, limit: self.limits.pages })
    }

    /// Sends something, and reads the answer.
    ///
    /// # Errors
    /// As for [`Http::get`].
    pub fn send<T: DeserializeOwned>(&self, method: &str, path: &str, body: &Value) -> Result<T, HttpError> {
        let what = format!("{method} {path}");
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| self.unreadable(&what, &error))?;
        let answer = self.ask(&what, &method, &format!("{}{path}", self.base), Some(body))?;
        let bytes = self.read(&what, answer)?;
        serde_json::from_slice(&bytes).map_err(|error| self.unreadable(&what, &error))
    }

    /// An address, where it is one of this API.
    fn at_home(&self, what: &str, target: &str) -> Result<String, HttpError> {
        if same_origin(&self.base, target) {
            return Ok(target.to_owned());
        }
        Err(HttpError::Elsewhere { what: what.to_owned(), target: self.told(target) })
    }

    /// Asks until there is an answer, a refusal, or no patience left. A redirect within the API is followed.
    fn ask(
        &self,
        what: &str,
        method: &Method,
        url: &str,
        body: Option<&Value>,
    ) -> Result<Response<Body>, HttpError> {
        let mut url = url.to_owned();
        let mut redirects = 0;
        let mut attempt = 1;
        let mut pause = self.limits.pause;
        loop {
            let (asked, error) = match self.attempt(what, method, &url, body)? {
                Attempt::Later(asked, error) => (asked, error),
                Attempt::Answer(answer) if answer.status().is_redirection() && redirects < 3 => {
                    let target = header(&answer, "location").unwrap_or_default();
                    url = self.at_home(what, &target)?;
                    redirects += 1;
                    continue;
                }
                Attempt::Answer(answer) if answer.status().is_success() => return Ok(answer),
                Attempt::Answer(answer) => return Err(self.refusal(what, answer)),
            };
            let wait = asked.map_or(pause, Duration::from_secs);
            if wait > self.limits.longest_wait || attempt >= self.limits.attempts {
                return Err(error);
            }
            (self.sleep)(wait);
            attempt += 1;
            pause = pause.saturating_mul(2);
        }
    }

    fn attempt(
        &self,
        what: &str,
        method: &Method,
        url: &str,
        body: Option<&Value>,
    ) -> Result<Attempt, HttpError> {
        let request = Request::builder()
            .method(method)
            .uri(url)
            .header("accept", "application/vnd.github+json, application/json;q=0.9")
            .header("x-github-api-version", "2022-11-28")
            .header("authorization", format!("Bearer {}", self.token.0));
        let sent = match body {
            None => request.body(()).map(|request| self.agent.run(request)),
            Some(body) => request
                .header("content-type", "application/json")
                .body(body.to_string())
                .map(|request| self.agent.run(request)),
        };
        let unreachable =
            |reason: String| HttpError::Unreachable { what: what.to_owned(), reason: self.told(&reason) };
        let answer = match sent.map_err(|error| unreachable(error.to_string()))? {
            Ok(answer) => answer,
            // What a second try cannot mend.
            Err(error @ ureq::Error::BadUri(_)) => return Err(unreachable(error.to_string())),
            Err(error) if is_tls(&error) => {
                let reason = self.told(error.to_string().trim_start_matches("io: "));
                return Err(HttpError::Tls { what: what.to_owned(), reason });
            }
            Err(error) => return Ok(Attempt::Later(None, unreachable(error.to_string()))),
        };
        let wait = wait_of(answer.status().as_u16(), &|name| header(&answer, name));
        let status = answer.status();
        if let Some(seconds) = wait {
            return Ok(Attempt::Later(seconds, HttpError::RateLimited { what: what.to_owned(), seconds }));
        }
        if status.is_server_error() {
            return Ok(Attempt::Later(None, self.refusal(what, answer)));
        }
        if status == StatusCode::FORBIDDEN {
            // The secondary limit has no header of its own.
            let refusal = self.refusal(what, answer);
            let is_limit = |message: &str| message.to_ascii_lowercase().contains("secondary rate limit");
            return match &refusal {
                HttpError::Status { message, .. } if is_limit(message) => {
                    Ok(Attempt::Later(Some(60), refusal))
                }
                _ => Err(refusal),
            };
        }
        Ok(Attempt::Answer(answer))
    }

    fn read(&self, what: &str, mut answer: Response<Body>) -> Result<Vec<u8>, HttpError> {
        let limit = self.limits.body;
        answer.body_mut().with_config().limit(limit).read_to_vec().map_err(|error| match error {
            ureq::Error::BodyExceedsLimit(_) => HttpError::TooLarge { what: what.to_owned(), limit },
            other => HttpError::Unreachable { what: what.to_owned(), reason: self.told(&other.to_string()) },
        })
    }

    /// What the forge says to its refusal.
    fn refusal(&self, what: &str, answer: Response<Body>) -> HttpError {
        #[derive(serde::Deserialize)]
        struct Said {
            message: String,
        }
        let status = answer.status().as_u16();
        let said = self.read(what, answer).ok().and_then(|bytes| serde_json::from_slice::<Said>(&bytes).ok());
        let message = said.map(|said| self.told(&said.message)).unwrap_or_default();
        HttpError::Status { what: what.to_owned(), status, message }
    }

    pub(super) fn unreadable(&self, what: &str, reason: &dyn fmt::Display) -> HttpError {
        HttpError::Unreadable { what: what.to_owned(), reason: self.told(&reason.to_string()) }
    }

    /// Somebody else's words: short, with nothing hidden, and never with the token.
    fn told(&self, text: &str) -> String {
        let short: String = text.chars().take(300).collect();
        short.replace(&self.token.0, "…").escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\"")
    }
}

/// True where the other end is not whom it must be, or speaks no TLS: a second try finds it no better.
fn is_tls(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => true,
        // What rustls says in the middle of a connection comes as this kind, and nothing else does.
        ureq::Error::Io(error) => error.kind() == std::io::ErrorKind::InvalidData,
        _ => false,
    }
}

fn header<T>(answer: &Response<T>, name: &str) -> Option<String> {
    answer.headers().get(name)?.to_str().ok().map(str::to_owned)
}

fn read_certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, HttpError> {
    let mut certificates = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(HttpError::Certificates(error.to_string())),
        }
    }
    if certificates.is_empty() {
        return Err(HttpError::Certificates("there is none in the file".to_owned()));
    }
    Ok(certificates)
}
