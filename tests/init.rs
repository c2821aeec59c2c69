//! `exboard init`: what it writes, what it leaves alone, and that it checks green.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use exboard::source::Source;
use exboard::yaml;
use tempfile::TempDir;

const NOW: &str = "2026-05-04T10:00:00Z";

struct Ran {
    code: i32,
    out: String,
    error: String,
}

struct Scene {
    folder: TempDir,
}

impl Scene {
    /// A folder for a repository, and a home without any settings of git.
    fn new() -> Self {
        let scene = Scene { folder: TempDir::new().unwrap() };
        fs::create_dir_all(scene.root()).unwrap();
        fs::create_dir_all(scene.folder.path().join("home")).unwrap();
        scene
    }

    fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("repository")
    }

    fn command(&self, program: &str, folder: &Path, arguments: &[&str]) -> Command {
        let home = self.folder.path().join("home");
        let mut command = Command::new(program);
        command.current_dir(folder).args(arguments).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("EXBOARD_") || text.starts_with("GIT_") || text.starts_with("XDG_") {
                command.env_remove(&name);
            }
        }
        command.env("HOME", home).env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }

    fn run_at(&self, folder: &Path, now: &str, arguments: &[&str]) -> Ran {
        let mut command = self.command(env!("CARGO_BIN_EXE_exboard"), folder, arguments);
        let output = command.args(["--now", now]).output().unwrap();
        Ran {
            code: output.status.code().expect("no signal"),
            out: String::from_utf8(output.stdout).unwrap(),
            error: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_at(&self.root(), NOW, arguments)
    }

    fn git(&self, arguments: &[&str]) {
        assert!(self.command("git", &self.root(), arguments).output().unwrap().status.success());
    }

    /// All files with their texts, but those of git.
    fn files(&self) -> BTreeMap<String, String> {
        let root = self.root();
        walkdir::WalkDir::new(&root)
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let path = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                (path, fs::read_to_string(entry.path()).unwrap())
            })
            .filter(|(path, _)| !path.starts_with(".git/"))
            .collect()
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

#[test]
fn what_it_writes_checks_clean_at_any_time() {
    for now in [
        "2026-01-01T00:00:00Z",
        "2026-12-31T23:59:59.9Z",
        "2028-02-29T12:00:00+13:00",
        "2027-03-28",
        "2032-07-04",
    ] {
        let scene = Scene::new();
        let ran = scene.run_at(&scene.root(), now, &["init"]);
        assert_eq!((ran.code, ran.error.as_str()), (0, ""), "{now} {}", ran.out);
        let ran = scene.run_at(&scene.root(), now, &["check", "--fail-level", "info"]);
        assert_eq!((ran.code, ran.error.as_str()), (0, ""), "{now} {}", ran.out);
        assert!(ran.out.starts_with("Clean: 1 board and 1 registry record,"), "{}", ran.out);
    }
}

#[test]
fn a_second_run_changes_nothing() {
    let scene = Scene::new();
    let first = scene.run(&["init"]);
    let files = scene.files();
    for path in [
        ".github/CODEOWNERS",
        ".github/ISSUE_TEMPLATE/board-exception.yml",
        ".github/pull_request_template.md",
        ".github/workflows/exboard.yml",
        ".pre-commit-config.yaml",
        "README.md",
        "exboard.toml",
        "exceptions/README.md",
        "exceptions/intake/2026/SEB-2026-0001.yaml",
        "policies/board.toml",
        "policies/commitments.toml",
        "registry/2026/REG-2026-0001.yaml",
        "schemas/security_exception_board_record_v1.json",
    ] {
        assert!(files.contains_key(path), "{path}");
        assert!(first.out.contains(&format!("wrote  {path}\n")), "{path}");
    }
    // In another year, and after the examples are gone: they do not come back.
    for example in ["exceptions/intake", "registry/2026"] {
        fs::remove_dir_all(scene.root().join(example)).unwrap();
    }
    let before = scene.files();
    let ran = scene.run_at(&scene.root(), "2027-05-04", &["init"]);
    assert_eq!((ran.code, ran.error.as_str()), (0, ""));
    assert_eq!(ran.out, format!("Nothing to do: all {} files are there.\n", before.len()));
    assert_eq!(scene.files(), before);
}

#[test]
fn a_dry_run_lists_and_writes_nothing() {
    let scene = Scene::new();
    let ran = scene.run(&["init", "deep/er", "--dry-run", "--forge", "none"]);
    assert_eq!((ran.code, ran.error.as_str()), (0, ""));
    assert!(ran.out.contains("would write  policies/board.toml\n"), "{}", ran.out);
    assert!(!ran.out.contains(".github/"), "{}", ran.out);
    assert!(scene.files().is_empty() && !scene.root().join("deep").exists());
    let ran = scene.run(&["init", "deep/er", "--forge", "none"]);
    assert_eq!((ran.code, ran.error.as_str()), (0, ""));
    assert!(ran.out.contains("  cd deep/er\n  git init\n"), "{}", ran.out);
    assert!(scene.files().keys().all(|path| path.starts_with("deep/er/") && !path.contains(".github")));
    let ran = scene.run(&["init", "deep/er/policies"]);
    assert_eq!(ran.code, 3);
    assert!(ran.error.contains("lies in the governance repository"), "{}", ran.error);
}

#[test]
fn what_is_there_is_kept_and_told() {
    let scene = Scene::new();
    scene.git(&["init", "-q", "."]);
    scene.write("ReadMe.md", "ours\n");
    scene.write("docs/CODEOWNERS", "* @somebody\n");
    scene.write(".gitattributes", "* text=auto\n");
    scene.write("policies/expiry.toml", "max_days = 30\n");
    let ran = scene.run(&["init"]);
    assert_eq!((ran.code, ran.error.as_str()), (0, ""));
    for line in [
        "kept   ReadMe.md: it was there already\n",
        "kept   docs/CODEOWNERS: it was there already (`exboard export codeowners` prints",
        "kept   .gitattributes: it was there already (add `evidence/** -text`",
        "kept   policies/expiry.toml: it was there already\n",
    ] {
        assert!(ran.out.contains(line), "{line}{}", ran.out);
    }
    let files = scene.files();
    assert!(!files.contains_key("README.md") && !files.contains_key(".github/CODEOWNERS"));
    assert_eq!(files["policies/expiry.toml"], "max_days = 30\n");
    assert_eq!(scene.run(&["check"]).code, 0);
}

#[test]
fn folders_of_another_name_are_used_as_exboard_toml_says() {
    let scene = Scene::new();
    let paths = "[paths]\nboard = \"risk/records\"\nregistry = \"answers\"\npolicies = \"rules\"\n";
    scene.write("exboard.toml", &format!("version = 1\n{paths}"));
    let ran = scene.run(&["init"]);
    assert_eq!((ran.code, ran.error.as_str()), (0, ""), "{}", ran.out);
    let files = scene.files();
    for path in ["risk/records/README.md", "answers/README.md", "rules/board.toml"] {
        assert!(files.contains_key(path), "{path}");
    }
    assert!(files["README.md"].contains("[`rules/board.toml`](rules/board.toml)"));
    assert_eq!(scene.run(&["check", "--allow-empty"]).code, 0);
}

#[test]
fn what_would_break_is_refused_and_nothing_is_written() {
    let scene = Scene::new();
    scene.write("policies/access.rego", "package x\n");
    let before = scene.files();
    let ran = scene.run(&["init"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    assert!(ran.error.contains("`access.rego` is not a policy file"), "{}", ran.error);
    assert_eq!(scene.files(), before);

    let scene = Scene::new();
    scene.git(&["init", "-q", "."]);
    let ran = scene.run(&["init", "below"]);
    assert_eq!(ran.code, 2);
    assert!(ran.error.contains("is not the root of its git repository"), "{}", ran.error);
    assert_eq!(scene.run(&["init", "below", "--forge", "none"]).code, 0);

    let scene = Scene::new();
    scene.write("file", "x\n");
    assert_eq!(scene.run(&["init", "file"]).code, 3);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let scene = Scene::new();
    let outside = TempDir::new().unwrap();
    std::os::unix::fs::symlink(outside.path(), scene.root().join("registry")).unwrap();
    let ran = scene.run(&["init"]);
    assert_eq!(ran.code, 3);
    assert!(ran.error.contains("registry is a link"), "{}", ran.error);
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    assert!(scene.files().is_empty());
}

#[test]
fn the_first_person_is_whom_git_knows() {
    let scene = Scene::new();
    scene.git(&["init", "-q", "."]);
    scene.git(&["config", "user.name", "Dana \"Q\" Reyes"]);
    scene.git(&["config", "user.email", "7+dreyes@users.noreply.github.com"]);
    assert_eq!(scene.run(&["init"]).code, 0);
    let files = scene.files();
    let roster = &files["policies/board.toml"];
    assert!(roster.contains("\n[people.dreyes]\nname = \"Dana \\\"Q\\\" Reyes\"\n"), "{roster}");
    assert!(roster.contains("\ngithub = \"dreyes\"\n"), "{roster}");
    assert!(files["registry/2026/REG-2026-0001.yaml"].contains("\nowner: dreyes\n"));
    let owners = &files[".github/CODEOWNERS"];
    assert!(owners.contains("\n/exceptions/executive/ @dreyes\n"), "{owners}");
    assert_eq!(scene.run(&["export", "codeowners"]).out, *owners);
    assert_eq!(scene.run(&["check", "--fail-level", "info"]).code, 0);
    // Whom the roster would refuse is nobody.
    let scene = Scene::new();
    scene.git(&["init", "-q", "."]);
    scene.git(&["config", "user.name", "Dana"]);
    scene.git(&["config", "user.email", "dana"]);
    assert_eq!(scene.run(&["init"]).code, 0);
    assert!(scene.files()["policies/board.toml"].contains("\n[people.you]\n"));
}

#[test]
fn code_owners_follow_the_roster() {
    let scene = Scene::new();
    assert_eq!(scene.run(&["init"]).code, 0);
    let ran = scene.run(&["export", "codeowners"]);
    assert_eq!(ran.code, 3);
    assert!(ran.error.contains("nobody who could own anything has a login"), "{}", ran.error);
    let roster =
        scene.files()["policies/board.toml"].replace("# github = \"your-login\"", "github = \"you-gh\"");
    scene.write("policies/board.toml", &roster);
    let ran = scene.run(&["check", "--fail-level", "warning"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains(".github/CODEOWNERS:1:1: warning[lane/codeowners-drift]"), "{}", ran.out);
    assert_eq!(scene.run(&["check", "--fix"]).code, 0);
    assert_eq!(scene.run(&["check", "--fail-level", "info"]).code, 0);
    assert_eq!(scene.files()[".github/CODEOWNERS"], scene.run(&["export", "codeowners"]).out);
}

/// Every YAML file can be read as YAML; and what GitHub runs takes nothing from outside but by commit.
#[test]
fn what_is_written_for_other_programs_is_what_they_read() {
    let scene = Scene::new();
    assert_eq!(scene.run(&["init"]).code, 0);
    for (path, text) in scene.files() {
        if path.ends_with(".yml") || path.ends_with(".yaml") {
            let parsed = yaml::parse(Arc::new(Source::new(path.as_str(), text.as_str())));
            assert!(parsed.problems.is_empty(), "{path}: {:?}", parsed.problems);
        }
        if path.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
    }
    workflow_is_safe("init", &scene.files()[".github/workflows/exboard.yml"]);
}

#[test]
fn our_own_workflows_are_as_safe_as_those_that_we_write() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("action.yml")];
    for entry in fs::read_dir(root.join(".github/workflows")).unwrap() {
        files.push(entry.unwrap().path());
    }
    for file in files {
        workflow_is_safe(file.to_str().unwrap(), &fs::read_to_string(&file).unwrap());
    }
}

/// Actions by commit with their version beside it, no expression in a shell, no trigger that runs a stranger's change
/// with our secrets.
fn workflow_is_safe(name: &str, text: &str) {
    let pinned = regex::Regex::new(r"^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$").unwrap();
    assert!(!text.contains("pull_request_target"), "{name}");
    let mut indent = None;
    for line in text.lines() {
        let depth = line.len() - line.trim_start().len();
        let code = line.trim_start().trim_start_matches("- ");
        if let Some(action) = code.strip_prefix("uses: ") {
            assert!(pinned.is_match(action), "{name}: {action}");
        }
        if indent.is_some_and(|indent| depth <= indent) && !line.trim().is_empty() {
            indent = None;
        }
        if code.starts_with("run:") {
            indent = Some(depth);
        }
        assert!(indent.is_none() || !line.contains("${{"), "{name}: {line}");
    }
}
