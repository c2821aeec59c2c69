//! Governance repositories, made by the real git: a roster with keys, a record that is proposed, voted on and landed,
//! and the program over it. Needs `scratch` beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use exboard::time::parse_time;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::scratch::{Scratch, git_in};

/// The record that most of this is about, and where it lies.
pub(crate) const ID: &str = "SEB-2026-0042";
pub(crate) const RECORD: &str = "exceptions/director/2026/SEB-2026-0042.yaml";
/// A registry record.
pub(crate) const ANSWER: &str = "registry/2026/REG-2026-0107.yaml";
/// When all is judged, unless a test says otherwise: the record's decision is an hour old.
pub(crate) const NOW: &str = "2026-05-04T10:30:00Z";

/// The people of the roster with their addresses; `ci` signs receipts, and `eve` is nobody.
const PEOPLE: [(&str, &str, &str); 7] = [
    ("ana", "Ana Sorel", "ana@vendor.example"),
    ("ben", "Ben Okafor", "ben@vendor.example"),
    ("dan", "Dan Whitlock", "dan@vendor.example"),
    ("eva", "Eva Lindgren", "eva@vendor.example"),
    ("mia", "Mia Torres", "mia@vendor.example"),
    ("ci", "Receipts", "ci@vendor.example"),
    ("eve", "Eve Mallory", "eve@elsewhere.example"),
];

/// Name and address of somebody.
pub(crate) fn person(key: &str) -> (&'static str, &'static str) {
    let (_, name, email) = PEOPLE.into_iter().find(|(known, ..)| *known == key).expect("a known person");
    (name, email)
}

/// The private key file of somebody; made once for all tests.
pub(crate) fn key(person: &str) -> PathBuf {
    static KEYS: OnceLock<TempDir> = OnceLock::new();
    let folder = KEYS.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        for (key, ..) in PEOPLE {
            let mut command = Command::new("ssh-keygen");
            command.args(["-q", "-t", "ed25519", "-N", "", "-C", key, "-f"]).arg(folder.path().join(key));
            assert!(command.status().expect("ssh-keygen runs").success());
        }
        folder
    });
    folder.path().join(person)
}

/// `ssh-ed25519 AAAA…`
pub(crate) fn public(person: &str) -> String {
    let text = fs::read_to_string(key(person).with_extension("pub")).unwrap();
    text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// A record of `tests/rules/base`.
pub(crate) fn base(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/base").join(name)).unwrap()
}

/// A text with another text in it.
pub(crate) fn set(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "`{from}` is not in it");
    text.replacen(from, to, 1)
}

/// The record as it is before the board, and as the board approved it.
pub(crate) fn proposed() -> String {
    base("proposed.yaml")
}
pub(crate) fn approved() -> String {
    base("just-approved.yaml")
}

/// The roster of `tests/rules/base`, with keys.
pub(crate) fn roster() -> String {
    let mut text = base("board.toml");
    for (key, ..) in PEOPLE.into_iter().take(5) {
        text = set(
            &text,
            &format!("github = \"{key}-"),
            &format!("ssh_keys = [\"{}\"]\ngithub = \"{key}-", public(key)),
        );
    }
    format!("{text}\n[receipts]\nkeys = [\"{}\"]\n", public("ci"))
}

/// How a pull request lands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Landing {
    Merge,
    Squash,
    Rebase,
}

/// What the program said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) error: String,
}

impl Run {
    /// The findings of the JSON output.
    pub(crate) fn findings(&self) -> Vec<Value> {
        let json: Value = serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {self:#?}"));
        json["findings"].as_array().unwrap().clone()
    }

    /// The rules of the findings of a severity, each once.
    pub(crate) fn rules(&self, severity: &str) -> Vec<String> {
        let found = self.findings().into_iter().filter(|finding| finding["severity"] == severity);
        let mut rules: Vec<String> =
            found.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect();
        rules.sort();
        rules.dedup();
        rules
    }

    /// Red, with errors of exactly these rules.
    #[track_caller]
    pub(crate) fn red(&self, rules: &[&str]) -> &Self {
        assert_eq!(
            (self.code, self.rules("error")),
            (1, rules.iter().map(ToString::to_string).collect()),
            "{self:#?}"
        );
        self
    }

    /// Green, and nothing about votes was left unjudged.
    #[track_caller]
    pub(crate) fn green(&self) -> &Self {
        let json: Value = serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {self:#?}"));
        assert_eq!(json["unjudged"], json!([]), "{self:#?}");
        self.green_but_for_votes()
    }

    /// Green, where nobody read votes.
    #[track_caller]
    pub(crate) fn green_but_for_votes(&self) -> &Self {
        assert_eq!((self.code, self.rules("error")), (0, Vec::new()), "{self:#?}");
        self
    }

    /// A failure that says this.
    #[track_caller]
    pub(crate) fn fails(&self, message: &str) -> &Self {
        assert!(self.code == 3 && self.error.contains(message), "no `{message}` in {self:#?}");
        self
    }

    /// Some finding says this.
    #[track_caller]
    pub(crate) fn says(&self, message: &str) -> &Self {
        let says = |finding: &Value| finding["message"].as_str().unwrap().contains(message);
        assert!(self.findings().iter().any(says), "no `{message}` in {self:#?}");
        self
    }
}

/// A repository that adopted exboard.
pub(crate) struct Governed {
    pub(crate) git: Scratch,
    /// The governance root, from the top of the repository: empty, or with a slash at its end.
    root: String,
}

impl Governed {
    /// One whose first commit is the policy, at 07:00 of the day.
    pub(crate) fn new() -> Governed {
        Governed::with(|roster| roster)
    }

    /// The same, with another roster.
    pub(crate) fn with(roster_of: impl Fn(String) -> String) -> Governed {
        Governed::below("", roster_of)
    }

    /// The same in a folder of the repository.
    pub(crate) fn below(root: &str, roster_of: impl Fn(String) -> String) -> Governed {
        let governed = Governed { git: Scratch::new(), root: root.to_owned() };
        governed.write("exboard.toml", "version = 1\n");
        governed.write("policies/board.toml", roster_of(roster()));
        governed.commit("eva", "2026-05-04T07:00:00Z", "Adopt exboard");
        governed
    }

    /// Another repository in the same home, such as a clone.
    pub(crate) fn like(&self, git: Scratch) -> Governed {
        Governed { git, root: self.root.clone() }
    }

    /// Writes a file below the governance root.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        self.git.write(&format!("{}{path}", self.root), text);
        self
    }

    /// The time of the next commit.
    pub(crate) fn at(&self, time: &str) -> &Self {
        self.git.set_clock(parse_time(time).unwrap().to_utc().timestamp());
        self
    }

    /// Somebody commits all that lies there.
    pub(crate) fn commit(&self, who: &str, time: &str, message: &str) -> String {
        let ((name, email), at) = (person(who), parse_time(time).unwrap().to_utc().timestamp());
        self.git.committing(message).by(name, email).at(at).go()
    }

    /// A branch `change` in which Mia writes the record at 09:00.
    pub(crate) fn propose(&self, text: &str) -> &Self {
        self.propose_at("2026-05-04T09:00:00Z", text)
    }

    /// The same at another time.
    pub(crate) fn propose_at(&self, time: &str, text: &str) -> &Self {
        self.git.branch("change", "main");
        self.write(RECORD, text).commit("mia", time, "Write the record");
        self
    }

    /// Somebody votes with `exboard approve` on the branch that is checked out, at the time of the next commit.
    #[track_caller]
    pub(crate) fn vote(&self, who: &str, on: &str) -> &Self {
        let run = self.try_vote(who, &[on]);
        assert_eq!(run.code, 0, "{run:#?}");
        self
    }

    /// The same with any arguments.
    pub(crate) fn try_vote(&self, who: &str, arguments: &[&str]) -> Run {
        let (name, email) = person(who);
        self.git.git(&["config", "user.name", name]);
        self.git.git(&["config", "user.email", email]);
        let (private, time) = (key(who), self.git.clock());
        let mut command =
            self.command(&[&["approve"], arguments, &["--key", private.to_str().unwrap()]].concat());
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), name).env(format!("GIT_{role}_EMAIL"), email);
            command.env(format!("GIT_{role}_DATE"), format!("{time} +0000"));
        }
        run(command)
    }

    /// A ballot by hand: a commit that changes no file, with these trailers, signed with somebody's key.
    pub(crate) fn ballot(&self, who: &str, signed_by: Option<&str>, trailers: &str) -> String {
        let (name, email) = person(who);
        let key = signed_by.map(|signer| crate::scratch::Key { private: key(signer), public: String::new() });
        let message = format!("A vote\n\n{trailers}");
        let commit = self.git.committing(&message).by(name, email);
        match &key {
            Some(key) => commit.signed(key).go(),
            None => commit.go(),
        }
    }

    /// The digest of what is voted on, as `exboard approve --dry-run` has it.
    pub(crate) fn digest(&self, of: &str) -> String {
        let run = self.try_vote("dan", &[of, "--dry-run"]);
        let line = run.out.lines().find_map(|line| line.strip_prefix("Digest: "));
        line.unwrap_or_else(|| panic!("{run:#?}")).split_once(' ').unwrap().1.to_owned()
    }

    /// Lands the branch `change` on `main` at a time; gives the landed commit.
    pub(crate) fn land(&self, how: Landing, time: &str) -> String {
        self.git.checkout("main");
        self.at(time);
        match how {
            Landing::Merge => self.git.merge(&["change"]),
            Landing::Squash => self.git.squash("change", "Land the change"),
            Landing::Rebase => self.git.rebase("change"),
        }
    }

    /// Writes the receipt of what landed since `base`, as CI does: signed, from the branch `change`.
    #[track_caller]
    pub(crate) fn receipt(&self, base: &str, more: &[&str]) -> &Self {
        let run = self.try_receipt(base, more);
        assert_eq!(run.code, 0, "{run:#?}");
        self
    }

    /// The same, whatever comes of it.
    pub(crate) fn try_receipt(&self, base: &str, more: &[&str]) -> Run {
        let (covers, key) = (format!("{base}..HEAD"), key("ci"));
        let fixed = ["receipt", "--pull-request", "https://forge.example/pull/7", "--covers", &covers];
        let key = ["--head", "change", "--key", key.to_str().unwrap()];
        self.exboard(&[&fixed[..], &key[..], more].concat())
    }

    /// Reviews of the pull request as the forge returns them: login, state, commit, time. Gives the file.
    pub(crate) fn reviews(&self, reviews: &[(&str, &str, &str, &str)]) -> String {
        let review = |(number, (login, state, commit, at)): (usize, &(&str, &str, &str, &str))| json!({ "id": number + 1, "user": { "login": login }, "state": state, "commit_id": commit, "submitted_at": at });
        let all: Vec<Value> = reviews.iter().enumerate().map(review).collect();
        let file = self.git.home().join("reviews.json");
        fs::write(&file, Value::Array(all).to_string()).unwrap();
        file.to_str().unwrap().to_owned()
    }

    /// The pull request, judged.
    pub(crate) fn diff(&self) -> Run {
        self.diff_at(NOW, &[])
    }

    /// The same at another time, with more arguments.
    pub(crate) fn diff_at(&self, now: &str, more: &[&str]) -> Run {
        self.exboard(&[&["check", "--diff", "main..change", "--format", "json", "--now", now], more].concat())
    }

    /// History, judged.
    pub(crate) fn verify(&self) -> Run {
        self.verify_at(NOW, &[])
    }

    /// The same at another time, with more arguments.
    pub(crate) fn verify_at(&self, now: &str, more: &[&str]) -> Run {
        self.exboard(&[&["verify", "--format", "json", "--now", now], more].concat())
    }

    /// The work tree, judged.
    pub(crate) fn check(&self, now: &str) -> Run {
        self.exboard(&["check", "--format", "json", "--now", now])
    }

    /// The program, in the governance root.
    pub(crate) fn exboard(&self, arguments: &[&str]) -> Run {
        run(self.command(arguments))
    }

    /// The program, deaf to the machine, in the governance root.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_exboard"));
        let folder = self.git.root().join(&self.root);
        // What makes git deaf makes libgit2 deaf too.
        for (name, value) in git_in(&folder, self.git.home()).get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.current_dir(folder).args(arguments);
        command
    }
}

fn run(mut command: Command) -> Run {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: status.code().expect("no crash"), out: text(stdout), error: text(stderr) }
}
