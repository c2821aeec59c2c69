//! Our history is git's.

use exboard::store::StoreError;
use exboard::store::git::{Git, GitError, Id, Scope, Step};

use crate::scratch::{START, Scratch};
use crate::{id, open, raw, raw_of_git};

const A: &str = "exceptions/working/2026/SEB-2026-0001.yaml";
const B: &str = "exceptions/working/2026/SEB-2026-0002.yaml";
const MOVED: &str = "exceptions/director/2026/SEB-2026-0001.yaml";

/// A repository with everything that history can have: merges, an octopus, a revert, and a second root.
fn eventful() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("exboard.toml", "version = 1\n").write(A, "1\n").commit("first");
    scratch.branch("one", "main").write(B, "1\n").commit("one: a record");
    scratch.write(B, "2\n").commit("one: changed");
    scratch.checkout("main").write("README", "x").commit("main goes on");
    scratch.merge(&["one"]);
    for name in ["two", "three", "four"] {
        scratch.branch(name, "main").write(&format!("registry/2026/{name}.yaml"), name).commit(name);
    }
    scratch.checkout("main").write(A, "2\n").commit("meanwhile");
    let octopus = scratch.merge(&["two", "three", "four"]);
    assert_eq!(scratch.git(&["rev-list", "--parents", "-n1", &octopus]).split(' ').count(), 5);
    let changed = scratch.write(A, "3\n").commit("a change");
    scratch.revert(&changed);
    scratch.git(&["checkout", "--quiet", "--orphan", "other"]);
    scratch.git(&["rm", "-rq", "--cached", "."]);
    scratch.write("docs/notes.md", "x");
    scratch.git(&["add", "docs"]);
    scratch.git(&["clean", "-fdq"]);
    scratch.committing("another root").staged().go();
    scratch.checkout("main");
    scratch.git(&["merge", "--quiet", "--no-edit", "--allow-unrelated-histories", "other"]);
    scratch.set_clock(START + 90 * 3600);
    scratch.branch("squashed", "main").write(B, "3\n").commit("a");
    scratch.write(B, "4\n").commit("b");
    scratch.checkout("main").squash("squashed", "squashed");
    scratch.rename(A, MOVED).commit("moved");
    scratch.remove(B).commit("removed");
    scratch.commit("nothing at all");
    scratch
}

fn head(scratch: &Scratch) -> Id {
    id(&scratch.head())
}

fn ids(steps: &[Step]) -> Vec<String> {
    steps.iter().map(|step| step.id.to_string()).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn trouble(error: StoreError) -> GitError {
    match error {
        StoreError::Git(error) => error,
        other => panic!("{other}"),
    }
}

/// What `git log --raw --first-parent -m` prints: the commits that changed something, and what.
fn log(scratch: &Scratch, scope: &[&str]) -> Vec<(String, Vec<String>)> {
    let log =
        ["log", "-z", "--raw", "--no-abbrev", "--no-renames", "--first-parent", "-m", "--format=%x01%H"];
    let paths = scope.iter().filter(|path| !path.is_empty());
    let output = scratch.raw(&log.iter().chain(["--"].iter()).chain(paths).collect::<Vec<_>>());
    let text = String::from_utf8(output).unwrap();
    let commits = text.split('\x01').skip(1).filter_map(|commit| {
        let (id, changes) = commit.split_once('\0').unwrap_or((commit, ""));
        let changes = raw_of_git(changes.trim_start_matches(['\0', '\n']).as_bytes());
        (!changes.is_empty()).then(|| (id.trim().to_owned(), changes))
    });
    commits.collect()
}

#[test]
fn first_parents_and_what_they_changed_are_those_of_git_log() {
    let scratch = eventful();
    let git = open(&scratch);
    let chain = git.first_parents(head(&scratch), None).unwrap();
    assert_eq!(ids(&chain), lines(&scratch.git(&["rev-list", "--first-parent", "HEAD"])));
    for scope in [&[""][..], &["exceptions", "registry"], &[A]] {
        let changes = git.changes(&chain, &Scope::of(scope.iter().copied())).unwrap();
        let ours = chain.iter().zip(&changes).filter(|(_, changes)| !changes.is_empty());
        let ours: Vec<(String, Vec<String>)> = ours
            .map(|(commit, changes)| (commit.id.to_string(), changes.iter().map(raw).collect()))
            .collect();
        assert_eq!((ours, changes.len()), (log(&scratch, scope), chain.len()), "{scope:?}");
    }
    let middle = chain[3].id;
    assert_eq!(git.first_parents(head(&scratch), Some(middle)).unwrap(), chain[..3]);
    assert!(git.first_parents(middle, Some(middle)).unwrap().is_empty());
    let aside = id(&scratch.id("one"));
    assert_eq!(
        trouble(git.first_parents(head(&scratch), Some(aside)).unwrap_err()),
        GitError::NotOnTheWay { start: head(&scratch), end: aside }
    );
}

#[test]
fn every_walk_in_any_order_is_compared_with_its_parents() {
    let scratch = eventful();
    let git = open(&scratch);
    let chain = git.first_parents(head(&scratch), None).unwrap();
    let scope = Scope::of([""]);
    let forth = git.changes(&chain, &scope).unwrap();
    let back: Vec<Step> = chain.iter().rev().cloned().collect();
    let mut backward = git.changes(&back, &scope).unwrap();
    backward.reverse();
    assert_eq!(forth, backward);
}

#[test]
fn what_only_one_side_has_and_what_both_share_is_what_git_says() {
    let scratch = eventful();
    let git = open(&scratch);
    let all = lines(&scratch.git(&["rev-list", "--all"]));
    let mut shared = 0;
    for base in all.iter().step_by(2) {
        for head in all.iter().step_by(3) {
            let steps = git.between(id(base), id(head)).unwrap();
            let mut sorted = ids(&steps);
            sorted.sort();
            let mut expected = lines(&scratch.git(&["rev-list", &format!("{base}..{head}")]));
            expected.sort();
            assert_eq!(sorted, expected, "{base}..{head}");
            for (at, step) in steps.iter().enumerate() {
                assert!(steps[..at].iter().all(|child| !step.parents.contains(&child.id)), "children first");
            }
            let bases = git.merge_bases(id(base), id(head)).unwrap();
            let mut sorted: Vec<String> = bases.iter().map(ToString::to_string).collect();
            sorted.sort();
            let output = scratch.command(&["merge-base", "--all", base, head]).output().unwrap();
            let mut expected = lines(&String::from_utf8(output.stdout).unwrap());
            expected.sort();
            assert_eq!(sorted, expected, "{base} {head}");
            shared += bases.len();
        }
    }
    assert!(shared > 50, "{shared}");
    let merge = id(&scratch.id("main~6"));
    let [first, ..] = git.step(merge).unwrap().parents[..] else { panic!("a merge") };
    assert!(!git.between(first, merge).unwrap().is_empty());
}

#[test]
fn branches_merged_crosswise_have_two_common_commits_and_unrelated_ones_none() {
    let scratch = Scratch::new();
    scratch.write("a", "1").commit("root");
    scratch.branch("left", "main").write("l", "1").commit("left");
    scratch.branch("right", "main").write("r", "1").commit("right");
    let (left, right) = (scratch.id("left"), scratch.id("right"));
    scratch.checkout("left").merge(&[&right]);
    scratch.checkout("right").merge(&[&left]);
    let git = open(&scratch);
    let bases = git.merge_bases(id(&scratch.id("left")), id(&scratch.id("right"))).unwrap();
    assert_eq!(bases.iter().map(ToString::to_string).collect::<Vec<_>>(), [right, left]);
    assert_eq!(bases[0].to_string(), scratch.git(&["merge-base", "left", "right"]));
    scratch.git(&["checkout", "--quiet", "--orphan", "alone"]);
    let alone = scratch.commit("alone");
    let error = git.merge_base(id(&scratch.id("left")), id(&alone)).unwrap_err();
    assert!(matches!(trouble(error), GitError::Unrelated(..)));
}

#[test]
fn clocks_that_went_wrong_change_no_answer() {
    let scratch = Scratch::new();
    scratch.write("a", "0").committing("root").at(START + 500_000).go();
    let mut tips = vec![scratch.head()];
    for round in 0..24_i64 {
        let from = tips[usize::try_from(round * 7 % 5).unwrap() % tips.len()].clone();
        scratch.git(&["checkout", "--quiet", "--detach", &from]);
        let at = START + (round * 7919 % 13) * 40_000 - 200_000;
        if round % 4 == 3 {
            let other = tips[tips.len() - 1].clone();
            scratch.set_clock(at).git(&["merge", "-s", "ours", "--no-ff", "-m", "m", &other]);
        } else {
            scratch.write("a", round.to_string()).committing("step").at(at).go();
        }
        tips.push(scratch.head());
    }
    let git = open(&scratch);
    for base in tips.iter().step_by(4) {
        for head in tips.iter().skip(1).step_by(2) {
            let mut ours = ids(&git.between(id(base), id(head)).unwrap());
            ours.sort();
            let mut expected = lines(&scratch.git(&["rev-list", &format!("{base}..{head}")]));
            expected.sort();
            assert_eq!(ours, expected);
            let mut bases: Vec<String> =
                git.merge_bases(id(base), id(head)).unwrap().iter().map(ToString::to_string).collect();
            bases.sort();
            let mut expected = lines(&scratch.git(&["merge-base", "--all", base, head]));
            expected.sort();
            assert_eq!(bases, expected);
        }
    }
}

#[test]
fn the_authors_of_a_file_made_it_another_than_any_parent_had() {
    let scratch = Scratch::new();
    scratch.write(A, "1\n2\n3\n").write(B, "1\n").commit("base");
    scratch
        .branch("work", "main")
        .write(A, "1\n2\nthree\n")
        .committing("by Ann")
        .by("Ann", "ann@example.com")
        .go();
    scratch.write("README", "x").committing("elsewhere").by("Bob", "bob@example.com").go();
    scratch.checkout("main").write(A, "one\n2\n3\n").committing("on main").by("Cid", "cid@example.com").go();
    scratch.checkout("work");
    // The merge resolves: neither side had what it has.
    scratch.git(&["merge", "--quiet", "--no-commit", "--no-ff", "main"]);
    scratch.committing("merge main").by("Dot", "dot@example.com").go();
    scratch
        .rename(B, "exceptions/director/2026/SEB-2026-0002.yaml")
        .committing("move")
        .by("Eve", "eve@example.com")
        .go();
    let git = open(&scratch);
    let steps = git.between(id(&scratch.id("main~")), id(&scratch.id("work"))).unwrap();
    let authors = |paths: &[&str]| -> Vec<String> {
        let touching = git.touching(&steps, paths).unwrap();
        touching.iter().map(|step| git.commit(step.id).unwrap().author.name).collect()
    };
    assert_eq!(authors(&[A]), ["Dot", "Cid", "Ann"]);
    assert_eq!(authors(&[B]), ["Eve"]);
    assert_eq!(authors(&["exceptions/director/2026/SEB-2026-0002.yaml", B, "README"]), ["Eve", "Bob"]);
    // A merge that takes one side as it is made nothing.
    scratch.branch("plain", "main").write("docs", "x").commit("docs");
    let merge = scratch.merge(&["work"]);
    let step = git.step(id(&merge)).unwrap();
    assert!(git.touching(&[step], &[A, B]).unwrap().is_empty());
}

#[test]
fn a_commit_that_changes_nothing_is_seen() {
    let scratch = Scratch::new();
    let root = scratch.write("a", "1").commit("root");
    let vote = scratch.commit("Approved-by: Ann <ann@example.com>");
    let change = scratch.write("a", "2").commit("change");
    let git = open(&scratch);
    let keeps = |commit: &str| git.keeps_tree(&git.step(id(commit)).unwrap()).unwrap();
    assert_eq!([keeps(&root), keeps(&vote), keeps(&change)], [false, true, false]);
}

#[test]
fn a_commit_is_read_with_its_signature() {
    let scratch = Scratch::new();
    let key = scratch.key("ann", "ed25519");
    scratch.commit("root");
    let signed = scratch
        .committing("signed\n\nApproved-by: x")
        .by("Ann", "ann@example.com")
        .at(START + 7)
        .signed(&key)
        .go();
    let commit = open(&scratch).commit(id(&signed)).unwrap();
    assert_eq!((commit.id.as_str(), commit.committer.name.as_str()), (signed.as_str(), "Ann"));
    assert_eq!(commit.committed_at.unwrap().timestamp(), START + 7);
    assert!(commit.signature.unwrap().starts_with(b"-----BEGIN SSH SIGNATURE-----"));
    assert_eq!(commit.message, "signed\n\nApproved-by: x\n");
}

#[test]
fn a_file_is_followed_through_its_moves() {
    let scratch = eventful();
    let git = open(&scratch);
    let chain = git.first_parents(head(&scratch), None).unwrap();
    let scope = Scope::of(["exceptions"]);
    let subjects = |path: &str| -> Vec<String> {
        let versions = git.follow(&chain, path, &scope).unwrap();
        let shown = versions.iter().map(|version| {
            let subject = scratch.git(&["log", "-1", "--format=%s", &chain[version.at].id.to_string()]);
            let text = version.entry.map(|entry| String::from_utf8(git.read(entry.id).unwrap()).unwrap());
            let folder = version.path.split('/').nth(1).unwrap();
            format!("{folder} {} {subject}", text.as_deref().map_or("-", str::trim_end))
        });
        shown.collect()
    };
    assert_eq!(
        subjects(MOVED),
        [
            "director 2 moved",
            "working 2 Revert \"a change\"",
            "working 3 a change",
            "working 2 meanwhile",
            "working 1 first",
        ]
    );
    assert_eq!(subjects(B), ["working - removed", "working 4 squashed", "working 2 Merge branch 'one'"]);
    assert!(subjects("exceptions/none.yaml").is_empty());
}

#[test]
fn the_files_of_a_tree_are_listed_with_their_ids() {
    let scratch = eventful();
    let git = open(&scratch);
    let tree = git.step(head(&scratch)).unwrap().tree;
    let files = git.files(tree, &Scope::of(["exceptions", "registry"])).unwrap();
    let shown: Vec<String> = files.iter().map(|(path, entry)| format!("{} {path}", entry.id)).collect();
    let expected =
        scratch.git(&["ls-tree", "-r", "--format=%(objectname) %(path)", "HEAD", "exceptions", "registry"]);
    assert_eq!(shown, lines(&expected));
    assert_eq!(
        git.entry(tree, MOVED).unwrap().map(|entry| entry.id),
        Some(id(&scratch.id(&format!("HEAD:{MOVED}"))))
    );
    assert_eq!(git.entry(tree, A).unwrap(), None);
    assert_eq!(git.entry(tree, "exboard.toml/x").unwrap(), None);
    assert_eq!(git.entry(tree, "exceptions").unwrap().unwrap().mode, 0o040_000);
}

#[test]
fn a_revision_names_one_commit_or_is_refused() {
    let scratch = Scratch::new();
    let root = scratch.write("a", "1").commit("root");
    scratch.git(&["tag", "--annotate", "-m", "v1", "v1"]);
    let second = scratch.write("a", "2").commit("second");
    scratch.git(&["tag", "feature"]);
    scratch.git(&["branch", "feature", "HEAD~"]);
    let git = open(&scratch);
    for (text, commit) in [
        ("HEAD", &second),
        ("main", &second),
        ("refs/heads/main", &second),
        ("main~1", &root),
        ("HEAD^1", &root),
        ("v1", &root),
        ("v1^{commit}", &root),
        (&root, &root),
        (&root[..10], &root),
        ("refs/heads/feature", &root),
        ("refs/tags/feature", &second),
    ] {
        assert_eq!(git.resolve(text).unwrap().to_string(), *commit, "{text}");
    }
    for (text, message) in [
        ("", "`` is no revision: it is empty, or begins with a dash"),
        ("--upload-pack=x", "`--upload-pack=x` is no revision: it is empty, or begins with a dash"),
        ("nobody", "`nobody` names no commit here"),
        ("HEAD^2", "`HEAD^2` names no commit here"),
        ("a..b", "`a..b` names no commit here"),
        ("x\0y", "`x\0y` names no commit here"),
        ("HEAD:a", "`HEAD:a` names no commit here: it is something else"),
        (
            "feature",
            "`feature` names no commit here: it is both refs/tags/feature and refs/heads/feature; write one of them",
        ),
    ] {
        let error = git.resolve(text).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert!(error.help().unwrap().starts_with("write a branch, a tag or a commit id"));
    }
    let pair = (id(&root), id(&second));
    for range in ["v1..main", "v1...main", "v1..", "v1"] {
        assert_eq!(git.range(range).unwrap(), pair, "{range}");
    }
    for range in ["..main", "", "v1..nobody", "v1..main..main"] {
        git.range(range).unwrap_err();
    }
    assert_eq!(git.head().unwrap(), Some(id(&second)));
    assert_eq!(open(&Scratch::new()).head().unwrap(), None);
}

#[test]
fn a_shallow_clone_says_what_to_fetch_and_never_that_everything_is_new() {
    let full = Scratch::new();
    full.write(A, "1").commit("one");
    full.write(A, "2").commit("two");
    full.branch("work", "main").write(B, "1").commit("work one");
    full.write(B, "2").commit("work two");
    full.checkout("main").write(A, "3").commit("three");
    let merge = full.merge(&["work"]);
    let clone = full.clone_to("shallow", &["--depth=2"]);
    let git = open(&clone);
    let merge = id(&merge);
    let parents = git.step(merge).unwrap().parents;
    let scope = Scope::of([""]);
    // What a checkout with depth 2 is for.
    assert_eq!(git.merge_base(parents[0], merge).unwrap(), parents[0]);
    assert_eq!(git.resolve("HEAD^1").unwrap(), parents[0]);
    let chain = git.first_parents(merge, Some(parents[0])).unwrap();
    assert_eq!(git.changes(&chain, &scope).unwrap()[0].len(), 1);
    let shallow = |error: StoreError| {
        assert!(error.help().unwrap().contains("git fetch --unshallow"), "{error}");
        trouble(error)
    };
    assert_eq!(shallow(git.first_parents(merge, None).unwrap_err()), GitError::Shallow(parents[0]));
    let ends = [git.step(parents[0]).unwrap(), git.step(parents[1]).unwrap()];
    for end in &ends {
        assert_eq!(
            shallow(git.changes(std::slice::from_ref(end), &scope).unwrap_err()),
            GitError::Shallow(end.id)
        );
        assert_eq!(shallow(git.keeps_tree(end).unwrap_err()), GitError::Shallow(end.id));
        shallow(git.touching(std::slice::from_ref(end), &[A]).unwrap_err());
        shallow(git.follow(std::slice::from_ref(end), A, &scope).unwrap_err());
    }
    shallow(git.between(parents[0], merge).unwrap_err());
    shallow(git.merge_bases(parents[0], parents[1]).unwrap_err());
    assert!(matches!(shallow(git.resolve("main~3").unwrap_err()), GitError::Unknown { shallow: true, .. }));
    // In a work tree of its own too, where libgit2 does not find the list.
    clone.git(&["worktree", "add", "-q", "--detach", "../linked"]);
    let linked = open(&clone.beside("linked"));
    assert_eq!(shallow(linked.first_parents(merge, None).unwrap_err()), GitError::Shallow(parents[0]));
    clone.git(&["fetch", "--quiet", "--unshallow"]);
    let git = open(&clone);
    assert_eq!(git.first_parents(merge, None).unwrap().len(), 4);
    assert_eq!(git.between(parents[0], merge).unwrap().len(), 3);
}

#[test]
fn grafts_and_replaced_objects_are_refused() {
    let scratch = Scratch::new();
    let one = scratch.write("a", "1").commit("one");
    let two = scratch.write("a", "2").commit("two");
    let grafts = scratch.root().join(".git/info/grafts");
    let three = scratch.write("a", "3").commit("three");
    // libgit2 itself refuses a graft without parents, and comments.
    for graft in [format!("{three} {one}\n"), format!("{two}\n"), "# none\n".to_owned()] {
        std::fs::write(&grafts, graft).unwrap();
        let error = match Git::open(scratch.root()) {
            Ok(git) => git.unwrap().resolve("HEAD").unwrap_err(),
            Err(error) => error,
        };
        assert!(error.to_string().starts_with("this repository has grafts"), "{error}");
    }
    std::fs::remove_file(grafts).unwrap();
    scratch.git(&["replace", &two, &one]);
    let git = open(&scratch);
    let refusals = [
        git.resolve("HEAD").unwrap_err(),
        git.first_parents(id(&two), None).unwrap_err(),
        git.between(id(&one), id(&two)).unwrap_err(),
        git.merge_bases(id(&one), id(&two)).unwrap_err(),
    ];
    for error in refusals {
        assert!(error.to_string().starts_with("this repository has replaced objects"), "{error}");
        assert!(error.help().unwrap().contains("git replace -d"));
    }
    scratch.git(&["replace", "-d", &two]);
    open(&scratch).resolve("HEAD").unwrap();
}
