//! A server on this machine that answers as a test says, and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::contract;

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// With its query.
    pub(crate) path: String,
    /// Header lines as they came.
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

impl Asked {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Accepts, and never says a word.
    pub(crate) silent: bool,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Answer {
        let json = ("content-type".to_owned(), "application/json; charset=utf-8".to_owned());
        Answer { status, headers: vec![json], body: body.into(), silent: false }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Answer {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

type Script = dyn FnMut(&Asked) -> Answer + Send;

/// A connection that is open: plain, or within TLS.
trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

pub(crate) struct Server {
    scheme: &'static str,
    address: SocketAddr,
    /// What was asked, and what was answered.
    exchanges: Arc<Mutex<Vec<(Asked, Answer)>>>,
    is_github: bool,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// A server that stands for GitHub: what it is asked and what it answers are held against GitHub's description.
    pub(crate) fn github(script: impl FnMut(&Asked) -> Answer + Send + 'static) -> Server {
        let mut server = Server::new(script);
        server.is_github = true;
        server
    }

    /// A server that may be asked, and answer, anything.
    pub(crate) fn new(script: impl FnMut(&Asked) -> Answer + Send + 'static) -> Server {
        Server::listening(None, script)
    }

    /// The same within TLS, under the name `localhost`.
    pub(crate) fn tls(tls: ServerConfig, script: impl FnMut(&Asked) -> Answer + Send + 'static) -> Server {
        Server::listening(Some(Arc::new(tls)), script)
    }

    fn listening(
        tls: Option<Arc<ServerConfig>>,
        script: impl FnMut(&Asked) -> Answer + Send + 'static,
    ) -> Server {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let exchanges = Arc::new(Mutex::new(Vec::new()));
        let ends = Arc::new(AtomicBool::new(false));
        let (log, end) = (Arc::clone(&exchanges), Arc::clone(&ends));
        let mut script: Box<Script> = Box::new(script);
        let thread = thread::spawn(move || {
            // Kept until the end, so that a silent answer is no closed connection.
            let mut silent = Vec::new();
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    break;
                }
                let stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                let mut stream: Box<dyn Stream> = match &tls {
                    Some(tls) => {
                        let end = ServerConnection::new(Arc::clone(tls)).unwrap();
                        Box::new(StreamOwned::new(end, stream))
                    }
                    None => Box::new(stream),
                };
                let Some(asked) = read(&mut stream) else { continue };
                let answer = script(&asked);
                log.lock().unwrap().push((asked, answer.clone()));
                if answer.silent {
                    silent.push(stream);
                } else {
                    // A client may have gone away before a huge answer is through.
                    let _ = write(&mut stream, &answer);
                }
            }
        });
        Server { scheme, address, exchanges, is_github: false, ends, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        // A certificate is made out to a name.
        let host = if self.scheme == "https" { "localhost" } else { "127.0.0.1" };
        format!("{}://{host}:{}", self.scheme, self.address.port())
    }

    /// All that was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.exchanges.lock().unwrap().iter().map(|(asked, _)| asked.clone()).collect()
    }

    /// `METHOD path` of all that was asked.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().iter().map(|asked| format!("{} {}", asked.method, asked.path)).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let joined = thread.join();
            assert!(joined.is_ok() || thread::panicking(), "the server's script panicked");
        }
        if self.is_github && !thread::panicking() {
            self.exchanges.lock().unwrap().iter().for_each(|(asked, answer)| contract::hold(asked, answer));
        }
    }
}

pub(crate) fn read(stream: &mut impl Read) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        Some(line.trim_end().to_owned())
    };
    let first = line()?;
    let mut parts = first.split(' ');
    let (method, path) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        match line()? {
            empty if empty.is_empty() => break,
            header => headers.push(header),
        }
    }
    let mut asked = Asked { method, path, headers, body: String::new() };
    let length: usize = asked.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    asked.body = String::from_utf8(body).unwrap();
    Some(asked)
}

pub(crate) fn write(stream: &mut impl Write, answer: &Answer) -> std::io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {} -\r\nconnection: close\r\ncontent-length: {}\r\n",
        answer.status,
        answer.body.len()
    )?;
    for (name, value) in &answer.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(&answer.body)?;
    stream.flush()
}
