//! The commands that take a record through its lifecycle, as people use them: in a git repository, step by step.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod files;
mod journeys;
mod refusals;
#[path = "../support/scratch.rs"]
#[expect(clippy::allow_attributes, reason = "no test uses all of it")]
#[allow(dead_code, reason = "no test uses all of it")]
mod scratch;
mod told;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use scratch::{Scratch, git_in};

pub(crate) const BOARD: &str = "exceptions/director/2026/SEB-2026-0042.yaml";
pub(crate) const REGISTRY: &str = "registry/2026/REG-2026-0107.yaml";

pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) error: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn ok(self) -> Ran {
        assert_eq!(self.code, 0, "{}{}", self.out, self.error);
        self
    }

    /// What the program said, and its exit code.
    pub(crate) fn refused(&self) -> (i32, &str) {
        (self.code, self.error.trim_end())
    }
}

/// A governance repository in git, whose user is `eva`.
pub(crate) struct House {
    pub(crate) scratch: Scratch,
}

pub(crate) fn base(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/base");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The text with replacements, each of which must be there to replace.
#[track_caller]
pub(crate) fn changed(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

/// A board record before its board, whose control is in place: it can go everywhere from there.
pub(crate) fn proposed() -> String {
    let text = changed(
        &base("approved.yaml"),
        &[
            ("decision_status: approved", "decision_status: proposed"),
            ("completed_at: 2026-04-29", "completed_at: 2026-04-20"),
        ],
    );
    let gone = ["decision_notes:", "decided_at:", "decided_by:", "approved_until:", "next_review_due_at:"];
    text.lines()
        .filter(|line| !gone.iter().any(|field| line.starts_with(field)))
        .map(|line| format!("{line}\n"))
        .collect()
}

impl House {
    pub(crate) fn new(records: &[(&str, &str)]) -> House {
        let scratch = Scratch::new();
        scratch.write("exboard.toml", "version = 1\n").write("policies/board.toml", base("board.toml"));
        scratch.write("policies/registry.toml", "approvers = [\"eva\"]\n[owners]\nlow = \"mia\"\n");
        for (path, text) in records {
            scratch.write(path, text);
        }
        scratch.git(&["config", "user.name", "Eva Lindgren"]);
        scratch.git(&["config", "user.email", "eva@vendor.example"]);
        scratch.git(&["add", "--all"]);
        scratch.git(&["commit", "--quiet", "--message", "Adopt"]);
        House { scratch }
    }

    pub(crate) fn root(&self) -> &Path {
        self.scratch.root()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn run_in(&self, folder: &Path, now: &str, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_exboard"));
        command.current_dir(folder).args(arguments).args(["--now", now]).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("EXBOARD_") || text.starts_with("GITHUB_") || text.starts_with("GIT_") {
                command.env_remove(&name);
            }
        }
        command.env("HOME", self.scratch.home()).env("XDG_CONFIG_HOME", self.scratch.home());
        command.env("LANG", "C.UTF-8").env_remove("LC_ALL");
        let output = command.output().unwrap();
        Ran {
            code: output.status.code().expect("no signal"),
            out: String::from_utf8(output.stdout).unwrap(),
            error: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn run(&self, now: &str, arguments: &[&str]) -> Ran {
        self.run_in(self.root(), now, arguments)
    }

    /// The gate lets the work tree pass.
    #[track_caller]
    pub(crate) fn check(&self, now: &str) {
        let ran = self.run(now, &["check"]);
        assert_eq!(ran.code, 0, "at {now}:\n{}{}", ran.out, ran.error);
    }

    /// Runs the commands that the program printed, in a shell, as somebody would who copies them.
    #[track_caller]
    pub(crate) fn follow(&self, told: &str) {
        self.follow_in(self.root(), told);
    }

    #[track_caller]
    pub(crate) fn follow_in(&self, folder: &Path, told: &str) {
        let (_, next) = told.split_once("\nNext:\n").unwrap_or_else(|| panic!("no next commands:\n{told}"));
        let script: String = next.lines().map(|line| format!("{}\n", line.trim_start())).collect();
        let mut shell = git_in(folder, self.scratch.home());
        // The same environment, and another program.
        let environment: Vec<_> =
            shell.get_envs().map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned))).collect();
        let mut command = Command::new("bash");
        command.current_dir(folder).args(["-euc", &script]);
        for (name, value) in environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
        shell.args(["status", "--porcelain"]);
        let left = shell.output().unwrap();
        assert_eq!(String::from_utf8_lossy(&left.stdout), "", "nothing is left to commit");
    }

    /// Everything below the record folders, by path.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = ["exceptions", "registry"]
            .iter()
            .flat_map(|folder| walkdir::WalkDir::new(self.path(folder)))
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let path = entry.path().strip_prefix(self.root()).unwrap().to_string_lossy().into_owned();
                (path, fs::read_to_string(entry.path()).unwrap())
            })
            .collect();
        files.sort();
        files
    }
}
