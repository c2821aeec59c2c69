//! Scratch repositories, made by the real git: a fixed identity, dates that are the same in every run, and no settings
//! of the machine. Include it with
//! `#[path = "../support/scratch.rs"] mod scratch;` (`support/scratch.rs` in a test of one file).

use std::cell::Cell;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::rc::Rc;

use tempfile::TempDir;

/// The day on which every scratch repository begins: 2026-01-05T09:00:00Z.
pub(crate) const START: i64 = 1_767_603_600;

/// A repository in a folder of its own, with its own home.
pub(crate) struct Scratch {
    /// Dropped with the last repository that lies in it.
    home: Rc<TempDir>,
    root: PathBuf,
    /// Seconds since 1970 of the next commit; every commit is an hour later than the one before.
    clock: Cell<i64>,
}

/// An SSH key.
pub(crate) struct Key {
    /// The file of the private key.
    pub(crate) private: PathBuf,
    /// `ssh-ed25519 AAAA…`, as a roster has it.
    pub(crate) public: String,
}

/// git, deaf to the machine that the tests run on.
pub(crate) fn git_in(folder: &Path, home: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    command
}

impl Scratch {
    /// An empty repository on the branch `main`.
    pub(crate) fn new() -> Scratch {
        Scratch::with(&[])
    }

    /// An empty repository, with more options for `git init`.
    pub(crate) fn with(options: &[&str]) -> Scratch {
        let home = Rc::new(TempDir::new().unwrap());
        let root = home.path().join("repository");
        fs::create_dir(&root).unwrap();
        let scratch = Scratch { home, root, clock: Cell::new(START) };
        scratch.git(&[&["init", "--quiet", "--initial-branch=main"], options].concat());
        scratch
    }

    /// A clone of this one in a folder beside it, with more options for `git clone`.
    pub(crate) fn clone_to(&self, name: &str, options: &[&str]) -> Scratch {
        let url = format!("file://{}", self.root.display());
        let folder = self.home.path().join(name);
        self.git(&[&["clone", "--quiet"], options, &[&url, folder.to_str().unwrap()]].concat());
        self.beside(name)
    }

    /// A repository that lies beside this one already.
    pub(crate) fn beside(&self, name: &str) -> Scratch {
        let root = self.home.path().join(name);
        Scratch { home: Rc::clone(&self.home), root, clock: self.clock.clone() }
    }

    /// The top folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A folder outside of the repository that lasts as long.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// git in this repository, with the identity and the time of the next commit.
    pub(crate) fn command(&self, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = git_in(&self.root, self.home.path());
        let time = format!("{} +0000", self.clock.get());
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Sam Author");
            command.env(format!("GIT_{role}_EMAIL"), "sam@example.com");
            command.env(format!("GIT_{role}_DATE"), &time);
        }
        command.args(arguments);
        command
    }

    /// What git prints, without the line end after it.
    pub(crate) fn git(&self, arguments: &[impl AsRef<OsStr>]) -> String {
        String::from_utf8(self.raw(arguments)).unwrap().trim_end().to_owned()
    }

    /// The bytes that git prints.
    pub(crate) fn raw(&self, arguments: &[impl AsRef<OsStr>]) -> Vec<u8> {
        let output = self.command(arguments).output().expect("git runs");
        succeeded(&output, &arguments.iter().map(|part| part.as_ref().to_string_lossy()).collect::<Vec<_>>());
        output.stdout
    }

    /// What git prints when it reads some bytes.
    pub(crate) fn feed(&self, arguments: &[&str], input: &[u8]) -> String {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        succeeded(&output, arguments);
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Removes a file, or a folder with all in it.
    pub(crate) fn remove(&self, path: &str) -> &Self {
        let path = self.root.join(path);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
        self
    }

    /// Moves a file.
    pub(crate) fn rename(&self, from: &str, to: &str) -> &Self {
        let to = self.root.join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(self.root.join(from), to).unwrap();
        self
    }

    /// Commits all that lies in the folder, and gives the id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.committing(message).go()
    }

    /// A commit of all that lies in the folder, to be told more of.
    pub(crate) fn committing<'s>(&'s self, message: &'s str) -> Committing<'s> {
        let sam = || ("Sam Author".to_owned(), "sam@example.com".to_owned());
        let (author, committer, at) = (sam(), sam(), self.clock.get());
        Committing {
            scratch: self,
            message,
            author,
            committer,
            at,
            authored_at: None,
            key: None,
            staged: false,
        }
    }

    /// The time of the next commit.
    pub(crate) fn set_clock(&self, seconds: i64) -> &Self {
        self.clock.set(seconds);
        self
    }

    /// The time of the next commit, in seconds since 1970.
    pub(crate) fn clock(&self) -> i64 {
        self.clock.get()
    }

    /// Makes a branch where another one stands, and goes there.
    pub(crate) fn branch(&self, name: &str, from: &str) -> &Self {
        self.git(&["checkout", "--quiet", "-B", name, from]);
        self
    }

    /// Goes to a branch.
    pub(crate) fn checkout(&self, name: &str) -> &Self {
        self.git(&["checkout", "--quiet", name]);
        self
    }

    /// Merges branches into the one that is checked out, with a merge commit: two or more make an octopus.
    pub(crate) fn merge(&self, names: &[&str]) -> String {
        self.git(&[&["merge", "--quiet", "--no-ff", "--no-edit"], names].concat());
        self.landed()
    }

    /// All that a branch has as one commit.
    pub(crate) fn squash(&self, name: &str, message: &str) -> String {
        self.git(&["merge", "--quiet", "--squash", name]);
        self.git(&["commit", "--quiet", "--message", message]);
        self.landed()
    }

    /// The commits of a branch one by one onto the one that is checked out, as the forge's rebase does it.
    pub(crate) fn rebase(&self, name: &str) -> String {
        let range = format!("HEAD..{name}");
        for commit in self.git(&["rev-list", "--reverse", &range]).lines() {
            self.git(&["cherry-pick", "--allow-empty", commit]);
            self.landed();
        }
        self.head()
    }

    /// Undoes a commit.
    pub(crate) fn revert(&self, commit: &str) -> String {
        self.git(&["revert", "--no-edit", commit]);
        self.landed()
    }

    fn landed(&self) -> String {
        self.clock.set(self.clock.get() + 3600);
        self.head()
    }

    /// The id of what is checked out.
    pub(crate) fn head(&self) -> String {
        self.id("HEAD")
    }

    /// The id of a revision.
    pub(crate) fn id(&self, revision: &str) -> String {
        self.git(&["rev-parse", "--verify", "--end-of-options", revision])
    }

    /// Puts a note on a commit, below `refs/notes/exboard`.
    pub(crate) fn note(&self, commit: &str, text: &str) -> &Self {
        self.feed(&["notes", "--ref=exboard", "add", "--file=-", commit], text.as_bytes());
        self
    }

    /// Makes an SSH key of a kind (`ed25519`, `ecdsa`, `rsa`), once for each name.
    pub(crate) fn key(&self, name: &str, kind: &str) -> Key {
        let private = self.home.path().join(format!("{name}_{kind}"));
        if !private.exists() {
            let mut command = Command::new("ssh-keygen");
            command.args(["-q", "-t", kind, "-N", "", "-C", name, "-f"]).arg(&private);
            succeeded(&command.output().expect("ssh-keygen runs"), &["ssh-keygen"]);
        }
        let public = fs::read_to_string(private.with_extension("pub")).unwrap();
        let public = public.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        Key { private, public }
    }

    /// Signs a text as `ssh-keygen -Y sign` does, for a namespace; gives the armoured signature.
    pub(crate) fn sign(&self, text: &str, key: &Key, namespace: &str) -> String {
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-Y", "sign", "-n", namespace, "-f"]).arg(&key.private);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        succeeded(&output, &["ssh-keygen"]);
        String::from_utf8(output.stdout).unwrap()
    }
}

/// A commit that is about to be made.
#[must_use]
pub(crate) struct Committing<'s> {
    scratch: &'s Scratch,
    message: &'s str,
    author: (String, String),
    committer: (String, String),
    at: i64,
    authored_at: Option<i64>,
    key: Option<&'s Key>,
    staged: bool,
}

impl<'s> Committing<'s> {
    /// Who wrote it, and committed it.
    pub(crate) fn by(self, name: &str, email: &str) -> Self {
        self.author(name, email).committer(name, email)
    }

    /// Who wrote it.
    pub(crate) fn author(mut self, name: &str, email: &str) -> Self {
        self.author = (name.to_owned(), email.to_owned());
        self
    }

    /// Who committed it.
    pub(crate) fn committer(mut self, name: &str, email: &str) -> Self {
        self.committer = (name.to_owned(), email.to_owned());
        self
    }

    /// When it was committed, in seconds since 1970.
    pub(crate) fn at(mut self, seconds: i64) -> Self {
        self.at = seconds;
        self
    }

    /// When it was written, where that is another time.
    pub(crate) fn authored_at(mut self, seconds: i64) -> Self {
        self.authored_at = Some(seconds);
        self
    }

    /// Signed with an SSH key.
    pub(crate) fn signed(mut self, key: &'s Key) -> Self {
        self.key = Some(key);
        self
    }

    /// What is in the index alone: nothing is added.
    pub(crate) fn staged(mut self) -> Self {
        self.staged = true;
        self
    }

    /// Makes it, even where nothing changed, and gives its id.
    pub(crate) fn go(self) -> String {
        if !self.staged {
            self.scratch.git(&["add", "--all"]);
        }
        let mut arguments = vec!["-c".to_owned(), "gpg.format=ssh".to_owned()];
        if let Some(key) = self.key {
            arguments.extend(["-c".to_owned(), format!("user.signingkey={}", key.private.display())]);
        }
        let commit = ["commit", "--quiet", "--allow-empty", "--no-verify", "--message", self.message];
        arguments.extend(commit.map(str::to_owned));
        arguments.extend(self.key.map(|_| "--gpg-sign".to_owned()));
        let mut command = self.scratch.command(&arguments);
        for (role, (name, email), at) in [
            ("AUTHOR", &self.author, self.authored_at.unwrap_or(self.at)),
            ("COMMITTER", &self.committer, self.at),
        ] {
            command.env(format!("GIT_{role}_NAME"), name);
            command.env(format!("GIT_{role}_EMAIL"), email);
            command.env(format!("GIT_{role}_DATE"), format!("{at} +0000"));
        }
        succeeded(&command.output().expect("git runs"), &["commit"]);
        self.scratch.clock.set(self.at + 3600);
        self.scratch.head()
    }
}

fn succeeded(output: &Output, arguments: &[impl AsRef<str>]) {
    let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}: {out}{error}", arguments.join(" "));
}
