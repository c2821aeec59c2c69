//! What breaks around the program, and how it ends then: never with a panic, never without an end, and with a message
//! that names what is wrong. Everything here goes through the binary; what a system cannot do is said and skipped.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, says what it skips, and gives up what hangs"
)]

mod clock;
mod disk;
mod git;
mod kinds;
mod killed;
mod limits;
mod moving;
mod rights;
mod size;
mod streams;
mod surroundings;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// When all is judged.
const AT: &str = "2026-05-04T10:00:00Z";

/// Far more than anything here takes on the slowest machine: who is not ready by then never will be.
const NEVER: Duration = Duration::from_secs(300);

/// What the program said.
#[derive(Debug)]
struct Ran {
    status: ExitStatus,
    out: String,
    error: String,
}

impl Ran {
    /// The exit code of a program that ended by itself, and without a panic.
    #[track_caller]
    fn code(&self) -> i32 {
        let panicked = ["panicked", "overflowed", "allocation", "RUST_BACKTRACE"];
        let said = panicked.iter().find(|word| self.error.contains(**word));
        assert_eq!(said, None, "{self:?}");
        self.status.code().unwrap_or_else(|| panic!("no end of its own: {self:?}"))
    }

    /// Failed, and said so.
    #[track_caller]
    fn fails(&self, message: &str) -> &Self {
        assert_eq!(self.code(), 3, "{self:?}");
        assert!(self.error.contains(message), "no `{message}` in {self:?}");
        self
    }

    /// Ended with a code, and said nothing beside its result.
    #[track_caller]
    fn ends(&self, code: i32) -> &Self {
        assert_eq!((self.code(), self.error.as_str()), (code, ""), "{self:?}");
        self
    }
}

/// The program, deaf to the environment that the tests run in.
fn exboard(arguments: &[&str]) -> Command {
    let mut command = deaf(env!("CARGO_BIN_EXE_exboard"));
    command.args(arguments);
    command
}

/// A shell script that runs the program as `"$@"`, within whatever limits it sets before.
fn within(script: &str, arguments: &[&str]) -> Command {
    let mut command = deaf("bash");
    command.args(["-c", script, "bash", env!("CARGO_BIN_EXE_exboard")]).args(arguments);
    command
}

fn deaf(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["EXBOARD_", "GITHUB_", "GIT_", "RUST_"].iter().any(|prefix| text.starts_with(prefix))
            || ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LC_ALL"].contains(&&*text)
        {
            command.env_remove(&name);
        }
    }
    command.env("LANG", "C.UTF-8").env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.stdin(Stdio::null());
    command
}

/// Runs it to its end, however much it says, with whatever of its streams is not set yet; fails where it has none.
#[track_caller]
fn ran(command: &mut Command) -> Ran {
    let (mut out, mut error) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    command.stdout(out.try_clone().unwrap()).stderr(error.try_clone().unwrap());
    let status = ended(command);
    let text = |file: &mut File| {
        let mut bytes = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).expect("Unicode")
    };
    Ran { status, out: text(&mut out), error: text(&mut error) }
}

/// Runs it to its end.
#[track_caller]
fn ended(command: &mut Command) -> ExitStatus {
    let mut child = command.spawn().expect("it starts");
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > NEVER {
            let _ = child.kill();
            let _ = child.wait();
            panic!("it hangs: {command:?}");
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// A record of `tests/rules/base`.
fn base(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/base").join(name)).unwrap()
}

/// The file of a record of [`register`].
fn path_of(number: usize) -> String {
    format!("exceptions/director/2026/SEB-2026-{number:04}.yaml")
}

/// A register of so many records on which nothing is wrong.
fn register(records: usize) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("exceptions/director/2026")).unwrap();
    fs::create_dir_all(folder.path().join("policies")).unwrap();
    fs::write(folder.path().join("exboard.toml"), "version = 1\n").unwrap();
    fs::write(folder.path().join("policies/board.toml"), base("board.toml")).unwrap();
    for number in 0..records {
        fs::write(folder.path().join(path_of(number)), record(number)).unwrap();
    }
    folder
}

/// A record that is alone with its asset, its buyer and its deal.
fn record(number: usize) -> String {
    base("proposed.yaml")
        .replace("SEB-2026-0042", &format!("SEB-2026-{number:04}"))
        .replace("OPP-7741", &format!("OPP-{number:04}"))
        .replace("export-service", &format!("service-{number}"))
        .replace("Meridian Bank", &format!("Bank {number}"))
}

/// The same with a wrong sum in every second record, and in every other one scores that are the executives' business:
/// `check --fix` mends the one, and mends and moves the other.
fn broken(records: usize) -> TempDir {
    let folder = register(records);
    for number in 0..records {
        let text = match number % 2 {
            0 => record(number).replace("combined_risk_score: 60", "combined_risk_score: 61"),
            _ => record(number)
                .replace("exploitability_score: 60", "exploitability_score: 95")
                .replace("impact_score: 50", "impact_score: 95"),
        };
        fs::write(folder.path().join(path_of(number)), text).unwrap();
    }
    folder
}

/// All files below a folder with their texts, dotfiles too, by their paths from there.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    entries
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            (path, String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned())
        })
        .collect()
}

/// `exboard check` of a folder, at [`AT`].
fn check(folder: &Path, more: &[&str]) -> Ran {
    ran(exboard(&[&["check", "--now", AT], more].concat()).current_dir(folder))
}

/// A pipe at a path.
fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Says that something was not tried.
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// A folder beside the test's own, whose path no repository holds.
fn outside(secret: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("secret.yaml");
    fs::write(&file, format!("{secret}: 1\n")).unwrap();
    (folder, file)
}
