//! Objects of git: commits and trees, from their bytes, and what stands for a file that Git LFS keeps elsewhere.

use exboard::change::{Commit, is_digest};
use exboard::rules::lfs_oid;
use exboard::store::git::Tree;

/// The bytes are read as each of them.
pub fn run(bytes: &[u8]) {
    commit(bytes);
    tree(bytes);
    assert!(lfs_oid(bytes).is_none_or(|oid| is_digest(&format!("sha256:{oid}"))));
}

fn commit(bytes: &[u8]) {
    let Some(commit) = Commit::parse("id", bytes) else { return };
    assert!(!commit.tree.is_empty() && commit.signed.len() <= bytes.len());
    if commit.signature.is_none() && !bytes.windows(6).any(|window| window == b"gpgsig") {
        assert_eq!(commit.signed, bytes, "all that stands there is signed");
    }
    // A signature does not sign itself: without it, the object says the same.
    let unsigned = Commit::parse("id", &commit.signed).expect("a commit without its signature");
    assert_eq!(unsigned.signed, commit.signed);
    assert_eq!(Commit { signature: None, ..commit.clone() }, unsigned);
    assert!(!commit.contributors().is_empty());
}

fn tree(bytes: &[u8]) {
    let Ok(tree) = Tree::parse(bytes.into()) else { return };
    let mut length = 0;
    let mut last: Option<Vec<u8>> = None;
    for raw in tree.entries() {
        assert!(!raw.name.is_empty() && !raw.name.contains(&b'/') && !raw.name.contains(&0));
        // A folder is found by its name too, unless a file has the same one.
        assert!(tree.get(raw.name).is_some());
        // The order of git: a folder stands as if its name ended in a slash.
        let key = [raw.name, if raw.is_folder() { b"/" } else { b"" }].concat();
        assert!(last.is_none_or(|last| last < key));
        last = Some(key);
        length += raw.name.len() + 22;
    }
    assert!(length <= bytes.len() && tree.get(b"").is_none() && tree.get(b"a/b").is_none());
}
