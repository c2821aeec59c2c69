//! The work tree, the index and a commit of the same files give the same answers.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::sync::Arc;

use exboard::policy::{Paths, Policy};
use exboard::rules::{Look, StrayKind};
use exboard::source::Source;
use exboard::store::git::{Git, GitError, Scope, Staged};
use exboard::store::{Origin, Snapshot, StoreError, WorkTree};

use crate::scratch::Scratch;
use crate::{id, open, tree};

fn paths(board: &str) -> Paths {
    let text = format!("version = 1\n[paths]\nboard = \"{board}\"\n");
    Policy::load(&[Arc::new(Source::new("exboard.toml", text))], &[]).unwrap().exboard.paths
}

/// The three states of one set of files. The governance root lies in a folder of the git repository.
struct States {
    disk: WorkTree,
    index: Staged,
    commit: Box<dyn Snapshot>,
}

impl States {
    fn of(scratch: &Scratch, root: &str) -> States {
        let root = scratch.root().join(root);
        let git = Git::open(&root).unwrap().unwrap();
        let commit = git.at(git.head().unwrap().unwrap()).unwrap();
        States { disk: WorkTree::discover(&root).unwrap(), index: git.index().unwrap(), commit }
    }

    fn all(&self) -> [&dyn Snapshot; 3] {
        [&self.disk, &*self.index, &*self.commit]
    }
}

fn deep(folders: usize) -> String {
    format!("gov/exceptions/{}x.yaml", "d/".repeat(folders))
}

/// A register with everything that can lie in one.
fn odd() -> Scratch {
    let scratch = Scratch::new();
    let lane = "gov/exceptions/working/2026";
    scratch
        .write("gov/exboard.toml", "version = 1\n")
        .write("exceptions/elsewhere.yaml", "x")
        .write(&format!("{lane}/SEB-2026-0001.yaml"), "a: 1\r\n")
        .write(&format!("{lane}/SEB-2026-0002.yml"), "x")
        .write(&format!("{lane}/SEB 2026 é\n\u{1b}[0m.yaml"), "x")
        .write(&format!("{lane}/.hidden/a.yaml"), "x")
        .write(&format!("{lane}/.hidden.yaml"), "x")
        .write(&format!("{lane}/README.md"), "x")
        .write("gov/exceptions/README.md/a.yaml", "x")
        .write("gov/exceptions/working.yaml", "x")
        .write("gov/exceptions/working-old/a.yaml", "x")
        .write(&format!("{lane}/large.yaml"), "x".repeat(300_000))
        .write("gov/registry/2026/REG-2026-0001.yaml", "x")
        .write("gov/registry.yaml", "x")
        .write("gov/policies/board.toml", "# board\n")
        .write("gov/policies/lanes.toml", b"\xff")
        .write("gov/policies/.gitkeep", "")
        .write("gov/policies/README.md", "x")
        .write("gov/policies/tests/a.yaml", "x")
        .write("gov/evidence/a.md", "proof\n")
        .write("gov/evidence/b/c.md", "c")
        .write(&deep(64), "x")
        .write(&deep(65), "x");
    let on_disk = scratch.root().join(lane);
    symlink("SEB-2026-0001.yaml", on_disk.join("link.yaml")).unwrap();
    symlink("..", on_disk.join("linked")).unwrap();
    let name = std::ffi::OsStr::from_bytes(b"\xff.yaml");
    fs::write(on_disk.join(name), "x").unwrap();
    fs::create_dir(on_disk.join(std::ffi::OsStr::from_bytes(b"\xfe"))).unwrap();
    fs::write(on_disk.join(std::ffi::OsStr::from_bytes(b"\xfe/a.yaml")), "x").unwrap();
    let evidence = scratch.root().join("gov/evidence");
    for (target, name) in [
        ("a.md", "alias.md"),
        ("b/../../evidence/a.md", "around.md"),
        ("../../README.md", "out.md"),
        ("/etc/passwd", "absolute.md"),
        ("round", "round"),
        ("nothing", "broken"),
        ("..", "b/up"),
        ("../.git/config", "config"),
    ] {
        symlink(target, evidence.join(name)).unwrap();
    }
    // Another repository in the register.
    let inner = scratch.beside("inner");
    fs::create_dir(inner.root()).unwrap();
    inner.git(&["init", "--quiet"]);
    inner.write("a.yaml", "x").commit("inner");
    scratch.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        "../inner",
        "gov/exceptions/inner",
    ]);
    scratch.remove(".gitmodules");
    scratch.commit("all");
    scratch
}

#[test]
fn records_and_strays_are_the_same_in_every_state() {
    let scratch = odd();
    let states = States::of(&scratch, "gov");
    let paths = paths("exceptions");
    let listings = states.all().map(|state| state.list(&paths).unwrap());
    let [disk, index, commit] = &listings;
    assert_eq!((&index.records, &index.strays), (&commit.records, &commit.strays));
    assert_eq!((&disk.records, &disk.strays), (&commit.records, &commit.strays));
    let strays: Vec<(&str, StrayKind)> =
        commit.strays.iter().map(|stray| (&*stray.path, stray.kind)).collect();
    let lane = "exceptions/working/2026";
    assert_eq!(
        strays,
        [
            (&*format!("exceptions/{}d", "d/".repeat(64)), StrayKind::TooDeep),
            ("exceptions/inner", StrayKind::Repository),
            (&*format!("{lane}/SEB-2026-0002.yml"), StrayKind::OtherName),
            (&*format!("{lane}/link.yaml"), StrayKind::Link),
            (&*format!("{lane}/linked"), StrayKind::Link),
            (&*format!("{lane}/\u{fffd}"), StrayKind::NotUnicode),
            (&*format!("{lane}/\u{fffd}.yaml"), StrayKind::NotUnicode),
        ]
    );
    assert_eq!(commit.records.len(), 7);
    for state in states.all() {
        for folder in &commit.records {
            let bytes = state.read(folder).unwrap();
            let on_disk = fs::read(scratch.root().join("gov").join(&*folder.path)).unwrap();
            assert_eq!(bytes, on_disk[..on_disk.len().min(256 * 1024 + 1)], "{}", folder.path);
        }
    }
}

#[test]
fn policy_files_and_texts_are_the_same_in_every_state() {
    let scratch = odd();
    for state in States::of(&scratch, "gov").all() {
        let files = state.policy_files("policies").unwrap();
        let shown: Vec<(&str, &str)> = files.iter().map(|file| (file.path(), file.text())).collect();
        assert_eq!(shown, [("policies/board.toml", "# board\n"), ("policies/lanes.toml", "\u{fffd}")]);
        assert_eq!(files[1].invalid_utf8(), Some(0));
        assert!(state.policy_files("none").unwrap().is_empty());
        assert!(state.is_governed().unwrap());
        assert_eq!(state.marker().unwrap().text(), "version = 1\n");
        let text = |path: &str| state.reread(path).map(|source| source.text().to_owned());
        assert_eq!(text("evidence/a.md").as_deref(), Some("proof\n"));
        for path in ["evidence/alias.md", "evidence", "none", "exceptions/working/2026/linked/working.yaml"] {
            assert_eq!(text(path), None, "{path}");
        }
        let folders =
            ["exceptions", "exceptions/working", "evidence/b/up", "evidence/a.md", "exceptions/wor", "none"];
        assert_eq!(folders.map(|path| state.has_folder(path)), [true, true, false, false, false, false]);
    }
}

#[test]
fn evidence_is_the_same_in_every_state() {
    let scratch = odd();
    let oid = "ab".repeat(32);
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 12\n");
    scratch
        .write("gov/evidence/big.bin", &pointer)
        .write("gov/evidence/bigger.bin", "y".repeat(200_000))
        .commit("more");
    let states = States::of(&scratch, "gov");
    let files = states.all().map(Snapshot::files);
    let [disk, index, commit] = &files;
    let mut counts = [0; 4];
    for path in [
        "evidence/a.md",
        "evidence",
        "",
        ".",
        "evidence/./a.md",
        "evidence//a.md",
        "evidence/b/up/a.md",
        "evidence/alias.md",
        "evidence/around.md",
        "evidence/out.md",
        "evidence/absolute.md",
        "evidence/round",
        "evidence/broken",
        "evidence/config",
        ".git/config",
        "../.git/config",
        "evidence/b/up/../registry.yaml",
        "evidence/a.md/..",
        "evidence/a.md/x",
        "exceptions/inner",
        "exceptions/inner/a.yaml",
        "evidence\\a.md",
        "a\0b",
        "evid",
        "evidence/big.bin",
        "evidence/bigger.bin",
        "../exceptions/elsewhere.yaml",
        "none",
    ] {
        let look = commit.look(path);
        assert_eq!(look, index.look(path), "{path}");
        assert_eq!(look, disk.look(path), "{path}");
        counts[match look {
            Look::File => 0,
            Look::Folder => 1,
            Look::Missing => 2,
            Look::Outside(_) | Look::Unreadable(_) => 3,
        }] += 1;
        assert_eq!(commit.digest(path), index.digest(path), "{path}");
        assert_eq!(commit.digest(path), disk.digest(path), "{path}");
    }
    assert!(counts.iter().all(|count| *count >= 3), "{counts:?}");
    assert_eq!(commit.digest("evidence/big.bin").unwrap().content(), oid);
    // Packed objects are read another way than loose ones.
    let loose = commit.digest("evidence/bigger.bin").unwrap();
    scratch.git(&["repack", "-adq"]);
    let git = open(&scratch);
    let packed = git.at(git.head().unwrap().unwrap()).unwrap().files();
    assert_eq!(packed.digest("gov/evidence/bigger.bin").unwrap(), loose);
}

#[test]
fn a_record_folder_that_is_a_link_or_a_file_is_a_stray_and_policy_is_no_link() {
    let scratch = Scratch::new();
    scratch.write("exboard.toml", "version = 1\n").write("real/a.yaml", "x").write("registry", "x");
    symlink("real", scratch.root().join("exceptions")).unwrap();
    symlink("real", scratch.root().join("policies")).unwrap();
    scratch.commit("links");
    for state in States::of(&scratch, "").all() {
        let listing = state.list(&paths("exceptions")).unwrap();
        assert!(listing.records.is_empty());
        let strays: Vec<(&str, StrayKind)> =
            listing.strays.iter().map(|stray| (&*stray.path, stray.kind)).collect();
        assert_eq!(strays, [("exceptions", StrayKind::Link), ("registry", StrayKind::OtherName)]);
        let below = state.list(&paths("exceptions/below")).unwrap();
        assert_eq!(
            below.strays[0].path,
            if state.origin() == Origin::WorkTree { "registry" } else { "exceptions" }
        );
        assert!(matches!(state.policy_files("policies"), Err(StoreError::NotRegular(_))), "{state:?}");
    }
    let elsewhere = Scratch::new();
    elsewhere.write("real.toml", "version = 1\n");
    symlink("real.toml", elsewhere.root().join("exboard.toml")).unwrap();
    elsewhere.commit("a linked marker");
    for state in States::of(&elsewhere, "").all() {
        assert!(state.is_governed().unwrap());
        assert!(matches!(state.marker(), Err(StoreError::NotRegular(_))), "{state:?}");
    }
}

#[test]
fn a_state_without_the_governance_root_governs_nothing() {
    let scratch = Scratch::new();
    scratch.write("README", "x").commit("before");
    scratch.write("gov/exboard.toml", "version = 1\n").write("gov/exceptions/a.yaml", "x").commit("after");
    let git = Git::open(&scratch.root().join("gov")).unwrap().unwrap();
    let before = git.at(git.resolve("HEAD~").unwrap()).unwrap();
    assert!(!before.is_governed().unwrap());
    let error = before.marker().unwrap_err();
    assert!(matches!(error, StoreError::Ungoverned(Origin::Commit(_))));
    assert!(error.to_string().ends_with("has no exboard.toml, so nothing in it is governed"));
    assert!(before.list(&paths("exceptions")).unwrap().records.is_empty());
    let gone = before.read(&exboard::rules::Folder {
        kind: exboard::schema::Kind::Board,
        root: Arc::from("exceptions"),
        path: Arc::from("exceptions/a.yaml"),
    });
    assert!(gone.unwrap_err().starts_with("it is not there in commit "));
}

#[test]
fn unmerged_files_are_named_and_a_name_without_content_is_not_there() {
    let scratch = Scratch::new();
    scratch.write("exceptions/a.yaml", "1").write("exceptions/b.yaml", "1").commit("base");
    scratch
        .branch("other", "main")
        .write("exceptions/a.yaml", "2")
        .write("exceptions/b.yaml", "2")
        .commit("other");
    scratch.checkout("main").write("exceptions/a.yaml", "3").remove("exceptions/b.yaml").commit("main");
    assert!(!scratch.command(&["merge", "-q", "other"]).output().unwrap().status.success());
    let error = open(&scratch).index().unwrap_err();
    assert_eq!(error.to_string(), "the index has unmerged files: exceptions/a.yaml, exceptions/b.yaml");
    assert!(error.help().unwrap().contains("git add"));
    assert!(matches!(error, StoreError::Git(GitError::Unmerged(_))));
    scratch.git(&["reset", "--quiet", "--hard", "main"]);
    scratch.write("exceptions/intended.yaml", "x").write("exceptions/added.yaml", "x");
    scratch.git(&["add", "--intent-to-add", "exceptions/intended.yaml"]);
    scratch.git(&["add", "exceptions/added.yaml"]);
    let git = open(&scratch);
    let index = git.index().unwrap();
    let records = index.list(&paths("exceptions")).unwrap().records;
    let records: Vec<&str> = records.iter().map(|folder| &*folder.path).collect();
    assert_eq!(records, ["exceptions/a.yaml", "exceptions/added.yaml"]);
    let deltas = git.diff_index(tree(&scratch, "HEAD"), &index, &Scope::of([""])).unwrap();
    assert_eq!(
        deltas.iter().map(|delta| delta.text().unwrap()).collect::<Vec<_>>(),
        ["exceptions/added.yaml"]
    );
    let everything = git.diff_index(None, &index, &Scope::of([""])).unwrap();
    assert_eq!(everything.len(), 2);
    assert_eq!(id(&scratch.id("HEAD:exceptions/a.yaml")), everything[0].after.unwrap().id);
}
