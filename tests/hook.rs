//! `exboard hook install`, with the real git and a stand-in for exboard that tells how it was called.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and stands in for programs on the PATH"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

struct Scene {
    folder: TempDir,
}

impl Scene {
    /// A git repository with a governance repository in a folder of it; `""` for the root.
    fn new(below: &str) -> Self {
        let scene = Scene { folder: TempDir::new().unwrap() };
        fs::create_dir_all(scene.root().join(below)).unwrap();
        fs::write(scene.root().join(below).join("exboard.toml"), "version = 1\n").unwrap();
        fs::create_dir_all(scene.folder.path().join("bin")).unwrap();
        fs::create_dir_all(scene.folder.path().join("home")).unwrap();
        scene.git(&["init", "-q", "."]);
        scene.git(&["config", "user.name", "Ann"]);
        scene.git(&["config", "user.email", "ann@example.com"]);
        scene
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    /// Puts a stand-in on the PATH: it writes down its arguments, and where it was called, and ends with a code.
    fn stand_in(&self, code: i32) {
        let file = self.folder.path().join("bin/exboard");
        let log = self.folder.path().join("called");
        let text = format!("#!/bin/sh\necho \"$(pwd) $*\" >> '{}'\nexit {code}\n", log.display());
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn called(&self) -> String {
        fs::read_to_string(self.folder.path().join("called")).unwrap_or_default()
    }

    fn command(&self, program: &str, folder: &Path, arguments: &[&str]) -> Command {
        let path = format!("{}:{}", self.folder.path().join("bin").display(), std::env::var("PATH").unwrap());
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .args(arguments)
            .env("PATH", path)
            .env("HOME", self.folder.path().join("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("GIT_") && text != "GIT_CONFIG_NOSYSTEM" || text.starts_with("EXBOARD_") {
                command.env_remove(&name);
            }
        }
        command
    }

    fn git(&self, arguments: &[&str]) -> Output {
        self.command("git", &self.root(), arguments).output().unwrap()
    }

    fn exboard(&self, folder: &Path, arguments: &[&str]) -> (i32, String, String) {
        let output = self.command(env!("CARGO_BIN_EXE_exboard"), folder, arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
    }

    fn commits(&self) -> usize {
        let output = self.git(&["rev-list", "--all"]);
        String::from_utf8(output.stdout).unwrap().lines().count()
    }

    fn commit(&self) -> bool {
        self.git(&["commit", "-q", "--allow-empty", "-m", "x"]).status.success()
    }
}

#[test]
fn a_commit_is_judged_first_and_a_red_check_stops_it() {
    let scene = Scene::new("");
    let (code, out, error) = scene.exboard(&scene.root(), &["hook", "install"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(out.contains(".git/hooks/pre-commit: every commit is judged first"), "{out}");
    scene.stand_in(0);
    assert!(scene.commit());
    let root = scene.root().canonicalize().unwrap();
    assert_eq!(scene.called(), format!("{} check --staged\n", root.display()));
    scene.stand_in(1);
    assert!(!scene.commit());
    assert_eq!(scene.commits(), 1);
    // Again: nothing to ask, ours is written anew.
    assert_eq!(scene.exboard(&scene.root(), &["hook", "install"]).0, 0);
}

#[test]
fn without_exboard_a_commit_says_why_it_is_stopped() {
    let scene = Scene::new("");
    assert_eq!(scene.exboard(&scene.root(), &["hook", "install"]).0, 0);
    let output = scene.git(&["commit", "--allow-empty", "-m", "x"]);
    // Unless an exboard is installed on this machine.
    let error = String::from_utf8(output.stderr).unwrap();
    let is_installed =
        Command::new("sh").args(["-c", "command -v exboard"]).output().unwrap().status.success();
    assert!(is_installed || error.contains("exboard is not on the PATH"), "{error}");
}

#[test]
fn somebody_elses_hook_is_kept_and_told_how_to_call_us() {
    let scene = Scene::new("");
    let hook = scene.root().join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\nexit 0\n").unwrap();
    let (code, _, error) = scene.exboard(&scene.root(), &["hook", "install"]);
    assert_eq!(code, 3);
    assert!(error.contains("there is another pre-commit hook"), "{error}");
    assert!(error.contains("as its last line: exboard check --staged"), "{error}");
    let (code, out, _) = scene.exboard(&scene.root(), &["hook", "install", "--uninstall"]);
    assert_eq!(code, 0);
    assert!(out.contains("it is not exboard's"), "{out}");
    assert_eq!(fs::read_to_string(&hook).unwrap(), "#!/bin/sh\nexit 0\n");
    fs::remove_file(&hook).unwrap();
    std::os::unix::fs::symlink("elsewhere", &hook).unwrap();
    assert_eq!(scene.exboard(&scene.root(), &["hook", "install"]).0, 3);
}

#[test]
fn ours_is_removed() {
    let scene = Scene::new("");
    let hook = scene.root().join(".git/hooks/pre-commit");
    assert_eq!(scene.exboard(&scene.root(), &["hook", "install"]).0, 0);
    assert!(hook.exists());
    let (code, out, _) = scene.exboard(&scene.root(), &["hook", "install", "--uninstall"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("removed ") && !hook.exists(), "{out}");
    let (code, out, _) = scene.exboard(&scene.root(), &["hook", "install", "--uninstall"]);
    assert_eq!((code, out.as_str()), (0, "no hook of exboard is installed\n"));
}

#[test]
fn a_hooks_path_of_ones_own_and_linked_work_trees_are_honoured() {
    let scene = Scene::new("");
    scene.stand_in(0);
    scene.git(&["config", "core.hooksPath", "our hooks"]);
    assert_eq!(scene.exboard(&scene.root(), &["hook", "install"]).0, 0);
    assert!(scene.root().join("our hooks/pre-commit").exists());
    scene.git(&["config", "--unset", "core.hooksPath"]);
    scene.git(&["add", "exboard.toml"]);
    assert!(scene.commit());
    assert!(scene.git(&["worktree", "add", "-q", "../linked"]).status.success());
    let linked = scene.folder.path().join("linked");
    assert_eq!(scene.exboard(&linked, &["hook", "install"]).0, 0);
    assert!(scene.root().join(".git/hooks/pre-commit").exists());
    assert!(scene.commit());
    assert!(scene.called().ends_with(" check --staged\n"), "{}", scene.called());
}

#[test]
fn a_register_below_the_root_is_named_in_the_hook() {
    let scene = Scene::new("the register");
    scene.stand_in(0);
    assert_eq!(scene.exboard(&scene.root().join("the register"), &["hook", "install"]).0, 0);
    assert!(scene.commit());
    assert!(scene.called().ends_with(" -C the register check --staged\n"), "{}", scene.called());
}

#[test]
fn outside_of_git_there_is_no_place_for_a_hook() {
    let scene = Scene::new("");
    fs::remove_dir_all(scene.root().join(".git")).unwrap();
    let (code, _, error) = scene.exboard(&scene.root(), &["hook", "install"]);
    assert_eq!(code, 3);
    assert!(error.contains("git does not know where hooks belong"), "{error}");
}
