//! Our tree diff is git's.

use exboard::store::git::Scope;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::scratch::Scratch;
use crate::{id, open, raw, raw_of_git, tree};

/// Names around what sorts oddly: the slash that a folder's name ends in, and bytes that are no text.
fn names() -> impl Strategy<Value = Vec<u8>> {
    prop::sample::select(vec![
        b"a".to_vec(),
        b"a.b".to_vec(),
        b"a-".to_vec(),
        b"a0".to_vec(),
        b"a b".to_vec(),
        b"b".to_vec(),
        "é".as_bytes().to_vec(),
        b"\xff\xfe".to_vec(),
        b"new\nline\"\\\t".to_vec(),
        b"\x01".to_vec(),
    ])
}

fn paths() -> impl Strategy<Value = Vec<u8>> {
    vec(names(), 1..4).prop_map(|parts| parts.join(&b'/'))
}

/// Mode and content of each path. Where one path is a folder of another, git keeps the later one.
type Files = std::collections::BTreeMap<Vec<u8>, (&'static str, u8)>;

fn files() -> impl Strategy<Value = Files> {
    let mode = prop::sample::select(vec!["100644", "100644", "100755", "120000"]);
    btree_map(paths(), (mode, 0_u8..3), 0..12)
}

/// A path as `git fast-import` reads it.
fn quoted(path: &[u8]) -> String {
    let octal: String = path.iter().map(|byte| format!("\\{byte:03o}")).collect();
    format!("\"{octal}\"")
}

/// Two commits on a branch each, in any order of files: later ones take the place of earlier ones in their way.
fn stream(before: &Files, after: &Files) -> String {
    let mut stream = String::new();
    for content in 0..3 {
        stream.push_str(&format!("blob\nmark :{}\ndata 1\n{content}\n", content + 1));
    }
    for (branch, files) in [("before", before), ("after", after)] {
        let committer = "committer S <s@example.com> 1767603600 +0000";
        stream.push_str(&format!(
            "reset refs/heads/{branch}\ncommit refs/heads/{branch}\n{committer}\ndata 0\ndeleteall\n"
        ));
        for (path, (mode, content)) in files {
            stream.push_str(&format!("M {mode} :{} {}\n", content + 1, quoted(path)));
        }
        stream.push('\n');
    }
    stream
}

#[test]
fn random_trees_differ_as_git_says() {
    let scratch = Scratch::new();
    let git = open(&scratch);
    let everything = Scope::of([""]);
    let some = Scope::of(["a", "b/a.b", "a0/é"]);
    let mut runner = TestRunner::new(Config { cases: 96, failure_persistence: None, ..Config::default() });
    let seen = std::cell::Cell::new(0);
    runner
        .run(&(files(), files()), |(before, after)| {
            scratch.feed(&["fast-import", "--quiet", "--force"], stream(&before, &after).as_bytes());
            let diff = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "before", "after"];
            let (old, new) = (tree(&scratch, "before"), tree(&scratch, "after"));
            let ours: Vec<String> = git.diff(old, new, &everything).unwrap().iter().map(raw).collect();
            prop_assert_eq!(&ours, &raw_of_git(&scratch.raw(&diff)));
            seen.set(seen.get() + ours.len());
            let limited = [&diff[..], &["--", ":(literal)a", ":(literal)b/a.b", ":(literal)a0/é"]].concat();
            let ours: Vec<String> = git.diff(old, new, &some).unwrap().iter().map(raw).collect();
            prop_assert_eq!(&ours, &raw_of_git(&scratch.raw(&limited)));
            let empty = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
            let all = ["diff-tree", "-r", "-z", "--raw", empty, "after"];
            let ours: Vec<String> = git.diff(None, new, &everything).unwrap().iter().map(raw).collect();
            prop_assert_eq!(&ours, &raw_of_git(&scratch.raw(&all)));
            Ok(())
        })
        .unwrap();
    assert!(seen.get() > 500, "the trees hardly differ: {}", seen.get());
}

#[test]
fn a_file_and_a_folder_that_swap_are_gone_and_new() {
    let scratch = Scratch::new();
    scratch.write("a", "1").write("a.b", "1").write("c/d", "1").commit("before");
    scratch.remove("a").remove("c").write("a/x", "1").write("c", "1").commit("after");
    let deltas =
        open(&scratch).diff(tree(&scratch, "HEAD~"), tree(&scratch, "HEAD"), &Scope::of([""])).unwrap();
    let shown: Vec<String> = deltas
        .iter()
        .map(|delta| {
            format!(
                "{} {}{}",
                delta.text().unwrap(),
                u8::from(delta.before.is_some()),
                u8::from(delta.after.is_some())
            )
        })
        .collect();
    assert_eq!(shown, ["a 10", "a/x 01", "c 01", "c/d 10"]);
}

#[test]
fn what_lies_outside_of_the_governance_root_is_told_apart() {
    let scratch = Scratch::new();
    scratch.write("gov/exboard.toml", "version = 1\n").commit("one");
    scratch
        .write("gov/exceptions/a.yaml", "x")
        .write("exceptions/a.yaml", "x")
        .write(".github/workflows/a.yml", "x")
        .write("gov/.github/b", "x")
        .write("gov.old/exceptions/a.yaml", "x")
        .commit("two");
    let git = exboard::store::git::Git::open(&scratch.root().join("gov")).unwrap().unwrap();
    let scope = Scope::of(["exceptions", ".github"]).and_top([".github", "CODEOWNERS"]);
    let deltas = git.diff(tree(&scratch, "HEAD~"), tree(&scratch, "HEAD"), &scope).unwrap();
    let shown: Vec<(&str, bool)> =
        deltas.iter().map(|delta| (delta.text().unwrap(), delta.outside)).collect();
    assert_eq!(
        shown,
        [(".github/b", false), (".github/workflows/a.yml", true), ("exceptions/a.yaml", false)]
    );
}

/// A tree from `git mktree`, which takes it without looking.
fn mktree(scratch: &Scratch, entries: &[(&str, &str, &str)]) -> String {
    let lines: Vec<String> = entries
        .iter()
        .map(|(mode, id, name)| {
            let kind = if *mode == "040000" { "tree" } else { "blob" };
            format!("{mode} {kind} {id}\t{name}\0")
        })
        .collect();
    scratch.feed(&["mktree", "-z"], lines.concat().as_bytes())
}

#[test]
fn a_folder_deeper_than_any_register_is_told_as_a_folder() {
    let scratch = Scratch::new();
    let blob = scratch.feed(&["hash-object", "-w", "--stdin"], b"x");
    let mut tree = mktree(&scratch, &[("100644", &blob, "file")]);
    for _ in 0..300 {
        tree = mktree(&scratch, &[("040000", &tree, "d")]);
    }
    let deltas = open(&scratch).diff(None, Some(id(&tree)), &Scope::of([""])).unwrap();
    let [delta] = &deltas[..] else { panic!("{deltas:?}") };
    assert_eq!(delta.text().unwrap().matches('d').count(), 129);
    assert_eq!(delta.after.unwrap().mode, 0o040_000);
}

#[test]
fn a_tree_that_names_more_files_than_there_are_ends_in_an_error() {
    let scratch = Scratch::new();
    let blob = scratch.feed(&["hash-object", "-w", "--stdin"], b"x");
    let names: Vec<String> = (0..20).map(|number| format!("{number:02}")).collect();
    let files: Vec<_> = names.iter().map(|name| ("100644", blob.as_str(), name.as_str())).collect();
    let mut tree = mktree(&scratch, &files);
    for _ in 0..12 {
        let folders: Vec<_> = names.iter().map(|name| ("040000", tree.as_str(), name.as_str())).collect();
        tree = mktree(&scratch, &folders);
    }
    let error = open(&scratch).diff(None, Some(id(&tree)), &Scope::of([""])).unwrap_err().to_string();
    assert!(error.contains("more than 1000000 files and folders"), "{error}");
}

#[test]
fn a_missing_or_broken_tree_is_an_error() {
    let scratch = Scratch::new();
    scratch.write("exceptions/a.yaml", "x").commit("one");
    let folder = scratch.id("HEAD:exceptions");
    let blob = scratch.id("HEAD:exceptions/a.yaml");
    let git = open(&scratch);
    let error = git.diff(None, Some(id(&blob)), &Scope::of([""])).unwrap_err().to_string();
    assert!(error.contains("is a blob, not a tree"), "{error}");
    std::fs::remove_file(scratch.root().join(format!(".git/objects/{}/{}", &folder[..2], &folder[2..])))
        .unwrap();
    let error = git.diff(None, tree(&scratch, "HEAD"), &Scope::of(["exceptions"])).unwrap_err();
    assert_eq!(error.to_string(), format!("the object {folder} is missing from the git repository"));
    assert_eq!(error.help().unwrap(), "`git fsck` says more; a fresh clone mends it");
    assert!(git.diff(None, tree(&scratch, "HEAD"), &Scope::of(["registry"])).unwrap().is_empty());
}
