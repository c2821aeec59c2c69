//! `exboard new` in a real pseudo-terminal of 60 columns: what the screen shows, what is answered, what is written.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use exboard::policy::{Band, CatalogueControl, ControlFamily, Policy};
use exboard::source::Source;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

const NOW: &str = "2026-05-04T10:00:00Z";
const ROWS: NonZero<u16> = NonZero::new(40).unwrap();
const COLUMNS: NonZero<u16> = NonZero::new(60).unwrap();
const ENTER: &str = "\r";
const TAB: &str = "\t";
const ESCAPE: &str = "\x1b";
const CONTROL_C: &str = "\x03";
/// Only a test that fails waits this long.
const PATIENCE: Duration = Duration::from_secs(120);

/// A repository with a roster and a record of each kind, and a home without settings of git.
fn repository() -> TempDir {
    let folder = TempDir::new().unwrap();
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/base");
    for (from, to) in [
        ("board.toml", "register/policies/board.toml"),
        ("proposed.yaml", "register/exceptions/director/2026/SEB-2026-0042.yaml"),
        ("triaged.yaml", "register/registry/2026/REG-2026-0107.yaml"),
    ] {
        let to = folder.path().join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(base.join(from), to).unwrap();
    }
    fs::create_dir_all(folder.path().join("register/evidence")).unwrap();
    fs::write(folder.path().join("register/evidence/scan.txt"), "proof\n").unwrap();
    fs::write(folder.path().join("register/exboard.toml"), "version = 1\n").unwrap();
    folder
}

/// All files of the register with their texts.
fn files(folder: &TempDir) -> Vec<(String, String)> {
    let walk = walkdir::WalkDir::new(folder.path().join("register")).sort_by_file_name();
    let files = walk.into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    files.map(|file| (file.path().display().to_string(), fs::read_to_string(file.path()).unwrap())).collect()
}

/// A terminal in which the program runs.
struct Terminal {
    screen: vt100::Parser,
    printed: Receiver<Vec<u8>>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// `exboard new ARGUMENTS`, in a shell that writes down how the terminal was set before and after, and how the
    /// program ended.
    fn asking(folder: &TempDir, arguments: &str) -> Terminal {
        let size = PtySize { rows: ROWS.get(), cols: COLUMNS.get(), pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", &format!("stty -g > ../before; \"$PROGRAM\" new {arguments} --now {NOW}; echo $? > ../code; stty -g > ../after")]);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("EXBOARD_") || text.starts_with("GIT_") || text.starts_with("XDG_") {
                command.env_remove(&name);
            }
        }
        command.env("PROGRAM", env!("CARGO_BIN_EXE_exboard"));
        command.env("HOME", folder.path());
        command.env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("TERM", "xterm-256color");
        command.cwd(folder.path().join("register"));
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let (sender, printed) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes.iter().copied().take(count).collect()).is_err() {
                    break;
                }
            }
        });
        Terminal {
            screen: vt100::Parser::new(ROWS, COLUMNS, 200),
            printed,
            keyboard,
            child,
            _master: pair.master,
        }
    }

    /// What the screen shows; what goes on in the next row because the terminal is narrow is one line.
    fn shown(&self) -> String {
        self.screen.screen().contents()
    }

    /// Waits until the screen shows this.
    #[track_caller]
    fn sees(&mut self, text: &str) -> &mut Self {
        while !self.shown().contains(text) {
            match self.printed.recv_timeout(PATIENCE) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(_) => panic!("`{text}` is not to be seen:\n{}", self.shown()),
            }
        }
        self
    }

    /// Waits until a row has this, as it is: a help that is cut in two by the edge is hard to read.
    #[track_caller]
    fn has_row(&mut self, text: &str) -> &mut Self {
        self.sees(text);
        let is_whole = self.screen.screen().rows(0, COLUMNS.get()).any(|row| row.contains(text));
        assert!(is_whole, "`{text}` goes over the edge:\n{}", self.shown());
        self
    }

    fn types(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
        self
    }

    /// Waits for a question, and answers it.
    #[track_caller]
    fn answers(&mut self, question: &str, answer: &str) -> &mut Self {
        self.sees(question).types(answer).types(ENTER)
    }

    /// Waits for the end; gives the exit code, and what was printed last.
    fn ends(mut self, folder: &TempDir) -> (String, String) {
        while let Ok(bytes) = self.printed.recv_timeout(PATIENCE) {
            self.screen.process(&bytes);
        }
        self.child.wait().unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("before"), read("after"), "the terminal is not as it was");
        assert!(!self.screen.screen().hide_cursor(), "the cursor stays hidden");
        (read("code").trim().to_owned(), self.shown())
    }
}

/// The control in the first line of the choice: the catalogue's first one for logging in the moderate band.
fn first_control() -> String {
    let source = Arc::new(Source::new("exboard.toml", "version = 1\n"));
    let policy = Policy::load(&[source], &[]).unwrap();
    let mut catalogue = policy.controls.catalogue.iter();
    let fits = |control: &CatalogueControl| {
        control.family == ControlFamily::Logging && control.bands.contains(&Band::Moderate)
    };
    catalogue.find(|(_, control)| fits(control)).unwrap().0.clone()
}

#[test]
fn a_proposal_from_answers_is_the_one_from_flags() {
    let folder = repository();
    let before = files(&folder).len();
    let mut terminal = Terminal::asking(&folder, "board");
    // An account that the register knows, from a part of its name.
    terminal.sees("Account:").types("dian b").sees("Meridian Bank").types(TAB).sees("Account: Meridian Bank");
    terminal.types(ENTER);
    terminal.has_row("[the deal's id in the CRM; `none` where there is no deal]").answers("Opportunity:", "");
    terminal
        .has_row("[who asked; their vote does not count; Tab completes]")
        .answers("Requester:", "Dana Reyes");
    terminal.sees("Requester's team:").sees("procurement").types("sal").types(ENTER);
    terminal
        .has_row("[starts every clock: 2026-04-21T15:04:05Z, or a date]")
        .answers("Request received at:", "");
    terminal.sees("Control family:").sees("what is written down").types("logg").types(ENTER);
    terminal.has_row("[what the buyer or the policy demands, in its own words]");
    terminal.answers("Original requirement:", "Logs are kept for a year.");
    terminal.answers("Requested exception:", "Logs of two hosts are kept for 90 days.");
    terminal.answers("Business justification:", "Their disks are too small until July.");
    terminal.answers("Propose it now, with scores, controls, evidence? (y/N)", "y");
    terminal.sees("Most sensitive data").sees("adds 5 to the score").types("confid").types(ENTER);
    // What an answer leads to is there before it is given.
    terminal.sees("Exploitability:").types("101").types(ENTER).sees("a whole number, 0 to 100");
    terminal.types("\x7f\x7f\x7f20").sees("score 15–65").types(ENTER);
    terminal.sees("Impact:").types("80").sees("score 55 → moderate lane").types(ENTER);
    terminal.answers("Impacted assets:", "log-host-1, log-host-2");
    terminal.answers("Needed for how many days:", "60");
    terminal.sees("Mitigation owner:").sees("Mia Torres").types("mia").types(ENTER);
    terminal.sees("Compensating controls (moderate band):");
    terminal.has_row("[Space chooses, Enter ends; others go into the file later]").types(" ").types(ENTER);
    terminal.answers("Rollback trigger:", "A host loses a day of logs.");
    terminal.answers("Rollback step 1:", "Mount the spare volume.").answers("Rollback step 2:", "");
    terminal.has_row("[a file or https:// address; `test_result=FILE` says a kind]");
    terminal.answers("Evidence 1:", "evidence/none.txt").sees("is no file here");
    terminal.types(&"\x7f".repeat("none.txt".len())).answers("Evidence 1:", "scan.txt");
    terminal.answers("Evidence 2:", "");
    let (code, shown) = terminal.ends(&folder);
    assert_eq!(code, "0", "{shown}");
    assert!(shown.contains("Wrote exceptions/director/2026/SEB-2026-0043.yaml"), "{shown}");
    assert!(shown.contains("decide by 2026-05-05T10:00:00Z"), "{shown}");
    assert_eq!(files(&folder).len(), before + 1);
    // Of each question, its answer is left, and neither its help nor its choices.
    assert!(shown.contains("Requester's team: sales") && shown.contains("Impact: 80"), "{shown}");
    assert!(!shown.contains("procurement") && !shown.contains("Tab completes"), "{shown}");

    let asked =
        fs::read_to_string(folder.path().join("register/exceptions/director/2026/SEB-2026-0043.yaml"))
            .unwrap();
    let control = first_control();
    let given = flags(&[
        ("account", "Meridian Bank"),
        ("opportunity", "none"),
        ("requester", "Dana Reyes"),
        ("team", "sales"),
        ("received", NOW),
        ("family", "logging"),
        ("requirement", "Logs are kept for a year."),
        ("exception", "Logs of two hosts are kept for 90 days."),
        ("justification", "Their disks are too small until July."),
        ("status", "proposed"),
        ("data", "confidential"),
        ("exploitability", "20"),
        ("impact", "80"),
        ("asset", "log-host-1"),
        ("asset", "log-host-2"),
        ("days", "60"),
        ("owner", "mia"),
        ("control", &control),
        ("rollback-trigger", "A host loses a day of logs."),
        ("rollback-step", "Mount the spare volume."),
        ("evidence", "evidence/scan.txt"),
    ]);
    assert_eq!(asked, given);
}

/// The record that these flags give in a repository of its own.
fn flags(flags: &[(&str, &str)]) -> String {
    let folder = repository();
    let output = Command::new(env!("CARGO_BIN_EXE_exboard"))
        .current_dir(folder.path().join("register"))
        .args(["new", "board", "--dry-run", "--quiet", "--now", NOW])
        .args(flags.iter().map(|(flag, value)| format!("--{flag}={value}")))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_buyers_request_is_asked_for_by_what_the_buyer_said() {
    let folder = repository();
    let mut terminal = Terminal::asking(&folder, "registry --account 'Harbor Bank'");
    terminal.sees("Control domain:").types("access").types(ENTER);
    terminal.answers("Requested change:", "Do you have single sign-on?");
    terminal.answers("Request received at:", "2026-05-04T09:00:00Z");
    terminal.answers("Triage it now?", "n");
    let (code, shown) = terminal.ends(&folder);
    assert_eq!(code, "0", "{shown}");
    assert!(shown.contains("To triage it, add pattern, risk_level"), "{shown}");
    let text = fs::read_to_string(folder.path().join("register/registry/2026/REG-2026-0108.yaml")).unwrap();
    assert!(text.contains("\nrequested_change: Do you have single sign-on?\n"), "{text}");
    assert!(text.ends_with("\nreceived_at: 2026-05-04T09:00:00Z\nstatus: new\n"), "{text}");
}

#[test]
fn whoever_stops_in_the_middle_has_written_nothing_and_has_their_terminal_back() {
    for key in [CONTROL_C, ESCAPE] {
        let folder = repository();
        let before = files(&folder);
        let mut terminal = Terminal::asking(&folder, "board");
        terminal.answers("Account:", "Harbor Bank").answers("Opportunity:", "");
        terminal.answers("Requester:", "Dana Reyes").sees("Requester's team:").types(key);
        let (code, shown) = terminal.ends(&folder);
        assert_eq!(code, "3", "{shown}");
        assert!(shown.contains("cancelled; nothing was written"), "{shown}");
        assert_eq!(files(&folder), before);
    }
}

#[test]
fn a_name_that_is_nearly_one_of_the_register_is_offered_in_its_place() {
    let folder = repository();
    let mut terminal = Terminal::asking(&folder, "board");
    terminal.sees("Account:").types("Meridain Bank").sees("\n  Meridian Bank").types(CONTROL_C);
    assert_eq!(terminal.ends(&folder).0, "3");
}
