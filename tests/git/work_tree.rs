//! The work tree against a commit.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use exboard::store::git::{Delta, Entry, Git, Id, Scope};

use crate::scratch::Scratch;
use crate::{id, open, raw, raw_of_git, tree};

fn changes(scratch: &Scratch, scope: &[&str]) -> Vec<Delta> {
    open(scratch).diff_work_tree(tree(scratch, "HEAD"), &Scope::of(scope.iter().copied())).unwrap()
}

fn shown(deltas: &[Delta]) -> Vec<String> {
    let sign = |delta: &Delta| match (delta.before, delta.after) {
        (None, _) => 'A',
        (_, None) => 'D',
        (Some(before), Some(after)) if before.what() != after.what() => 'T',
        _ => 'M',
    };
    deltas.iter().map(|delta| format!("{} {}", sign(delta), delta.text().unwrap())).collect()
}

#[test]
fn what_is_on_disk_counts_whether_or_not_it_was_added() {
    let scratch = Scratch::new();
    for name in ["kept", "changed", "removed", "staged", "swapped", "mode", "linked"] {
        scratch.write(&format!("exceptions/{name}.yaml"), "1");
    }
    scratch.write("elsewhere", "1").write(".gitignore", "ignored.yaml\n").commit("base");
    scratch
        .write("exceptions/changed.yaml", "22")
        .write("exceptions/staged.yaml", "2")
        .write("elsewhere", "2");
    scratch.git(&["add", "exceptions/staged.yaml"]);
    scratch
        .remove("exceptions/removed.yaml")
        .write("exceptions/new.yaml", "1")
        .write("exceptions/ignored.yaml", "1");
    scratch.remove("exceptions/swapped.yaml").write("exceptions/swapped.yaml/a.yaml", "1");
    scratch.write(".github/a.yml", "1").write("exceptions/.hidden/a", "1");
    fs::set_permissions(scratch.root().join("exceptions/mode.yaml"), fs::Permissions::from_mode(0o755))
        .unwrap();
    scratch.remove("exceptions/linked.yaml");
    symlink("kept.yaml", scratch.root().join("exceptions/linked.yaml")).unwrap();
    let deltas = changes(&scratch, &["exceptions", ".github"]);
    assert_eq!(
        shown(&deltas),
        [
            "A .github/a.yml",
            "A exceptions/.hidden/a",
            "M exceptions/changed.yaml",
            "A exceptions/ignored.yaml",
            "T exceptions/linked.yaml",
            "A exceptions/new.yaml",
            "D exceptions/removed.yaml",
            "M exceptions/staged.yaml",
            "D exceptions/swapped.yaml",
            "A exceptions/swapped.yaml/a.yaml",
        ]
    );
    assert_eq!(deltas[2].after.unwrap().id, id(&scratch.git(&["hash-object", "exceptions/changed.yaml"])));
    assert!(deltas[0].after.unwrap().id.is_none());
    scratch.remove("exceptions/.hidden");
    assert_eq!(
        shown(&open(&scratch).diff_work_tree(None, &Scope::of(["exceptions/kept.yaml", "none"])).unwrap()),
        ["A exceptions/kept.yaml"]
    );
}

#[test]
fn the_index_against_a_commit_is_what_git_says() {
    let scratch = Scratch::new();
    for number in 0..30 {
        scratch.write(&format!("exceptions/{number}.yaml"), number.to_string());
    }
    scratch.write("a/b", "1").write("a.b", "1").commit("base");
    scratch.remove("a").write("a", "1").remove("a.b").write("a.b/c", "1").remove("exceptions/7.yaml");
    scratch.rename("exceptions/8.yaml", "exceptions/working/8.yaml").write("exceptions/9.yaml", "x");
    scratch.git(&["add", "--all"]);
    scratch.write("exceptions/10.yaml", "not added");
    scratch.git(&["update-index", "--chmod=+x", "exceptions/11.yaml"]);
    let git = open(&scratch);
    let index = git.index().unwrap();
    for scope in [&[][..], &["exceptions"], &["a", "exceptions/working"]] {
        let output =
            scratch.raw(&[&["diff-index", "-z", "--cached", "--no-renames", "HEAD", "--"], scope].concat());
        let scope = if scope.is_empty() { &[""] } else { scope };
        let ours = git.diff_index(tree(&scratch, "HEAD"), &index, &Scope::of(scope.iter().copied())).unwrap();
        assert_eq!(ours.iter().map(raw).collect::<Vec<_>>(), raw_of_git(&output), "{scope:?}");
    }
}

#[test]
fn a_file_that_was_changed_behind_the_back_of_the_index_is_found() {
    let scratch = Scratch::new();
    scratch.write("exceptions/a.yaml", "1").write("exceptions/b.yaml", "1").commit("base");
    // Same size, same moment: only the content tells.
    scratch.write("exceptions/a.yaml", "2");
    scratch.git(&["update-index", "--assume-unchanged", "exceptions/b.yaml"]);
    scratch.write("exceptions/b.yaml", "3");
    let touched = scratch.root().join("exceptions/b.yaml");
    let times = fs::metadata(&touched).unwrap().modified().unwrap();
    fs::File::options().write(true).open(touched).unwrap().set_modified(times).unwrap();
    assert_eq!(shown(&changes(&scratch, &["exceptions"])), ["M exceptions/a.yaml", "M exceptions/b.yaml"]);
}

#[test]
fn line_ends_and_pointers_make_up_no_change() {
    let scratch = Scratch::new();
    let content = "proof\n";
    let sha256 = "f6ed42a9d765eeb230a069bbc3d5dc346b2669594bb0b83cc6d14d5d967b8961";
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize 6\n");
    scratch.write("exceptions/lf.yaml", "a: 1\nb: 2\n").write("exceptions/crlf.yaml", "a: 1\r\nb: 2\r\n");
    scratch.write("evidence/big.bin", &pointer).write("evidence/other.bin", &pointer).commit("base");
    scratch.write("exceptions/lf.yaml", "a: 1\r\nb: 2\r\n").write("exceptions/crlf.yaml", "a: 1\nb: 2\n");
    scratch.write("evidence/big.bin", content).write("evidence/other.bin", "another\n");
    assert_eq!(shown(&changes(&scratch, &[""])), ["M evidence/other.bin"]);
    for text in ["a: 1\rb: 2\n", "a: 1\n\nb: 2\n", "a: 1\r\nb: 2", "a: 1\nb: 2\n\r"] {
        scratch.write("exceptions/lf.yaml", text);
        assert_eq!(shown(&changes(&scratch, &["exceptions"])), ["M exceptions/lf.yaml"], "{text:?}");
    }
    // As on a machine where git turns line ends itself.
    let scratch = Scratch::new();
    scratch.write("exceptions/a.yaml", "a: 1\nb: 2\n").commit("base");
    scratch.git(&["config", "core.autocrlf", "true"]);
    scratch.remove("exceptions/a.yaml").git(&["checkout", "--", "."]);
    assert_eq!(fs::read_to_string(scratch.root().join("exceptions/a.yaml")).unwrap(), "a: 1\r\nb: 2\r\n");
    assert!(changes(&scratch, &[""]).is_empty());
}

#[test]
fn other_repositories_and_pipes_are_let_be() {
    let scratch = Scratch::new();
    scratch.write("exceptions/a.yaml", "1").commit("base");
    let inner = Scratch::new();
    inner.write("x", "1").commit("inner");
    let url = inner.root().to_str().unwrap();
    scratch.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        url,
        "exceptions/inner",
    ]);
    scratch.commit("a submodule");
    scratch.write("exceptions/inner/x", "changed").write("exceptions/inner/y", "new");
    assert!(changes(&scratch, &["exceptions"]).is_empty());
    scratch.git(&["submodule", "--quiet", "deinit", "--force", "exceptions/inner"]);
    assert!(changes(&scratch, &["exceptions"]).is_empty(), "not checked out is not removed");
    scratch.remove("exceptions/inner");
    assert_eq!(shown(&changes(&scratch, &["exceptions"])), ["D exceptions/inner"]);
    scratch.git(&["init", "--quiet", "exceptions/clone"]);
    let fifo = scratch.root().join("exceptions/a.yaml");
    fs::remove_file(&fifo).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let deltas = changes(&scratch, &["exceptions"]);
    assert_eq!(shown(&deltas), ["D exceptions/a.yaml", "A exceptions/clone", "D exceptions/inner"]);
    assert_eq!(deltas[1].after, Some(Entry { mode: 0o160_000, id: Id::NONE }));
}

#[test]
fn only_the_governance_root_and_what_is_asked_for_at_the_top_are_looked_at() {
    let scratch = Scratch::new();
    scratch.write("gov/exboard.toml", "version = 1\n").commit("base");
    scratch
        .write("gov/exceptions/a.yaml", "1")
        .write("exceptions/a.yaml", "1")
        .write(".github/CODEOWNERS", "*");
    let git = Git::open(&scratch.root().join("gov")).unwrap().unwrap();
    let scope = Scope::of(["exceptions", "exboard.toml"]).and_top([".github"]);
    let deltas = git.diff_work_tree(tree(&scratch, "HEAD"), &scope).unwrap();
    let shown: Vec<(&str, bool)> =
        deltas.iter().map(|delta| (delta.text().unwrap(), delta.outside)).collect();
    assert_eq!(shown, [(".github/CODEOWNERS", true), ("exceptions/a.yaml", false)]);
}
