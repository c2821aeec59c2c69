//! Which files make a policy, their built-in texts, and what else may lie in their folder.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::exboard::path_fault;
use super::plain;
use super::problem::{Problem, Problems};
use super::reader::File;
use super::syntax;
use super::tree::{Data, Origin};
use crate::finding::closest;
use crate::source::Source;

/// The file at the root of the repository, which makes it one that exboard governs.
pub(super) const ROOT: &str = "exboard.toml";

/// The built-in policy: the name of each file and its text, commented. All but
/// `exboard.toml` belong in the policy folder.
pub const BUILT_IN: &[(&str, &str)] = &[
    (ROOT, include_str!("../../policies/exboard.toml")),
    ("lanes.toml", include_str!("../../policies/lanes.toml")),
    ("board.toml", include_str!("../../policies/board.toml")),
    ("expiry.toml", include_str!("../../policies/expiry.toml")),
    ("evidence.toml", include_str!("../../policies/evidence.toml")),
    ("controls.toml", include_str!("../../policies/controls.toml")),
    ("registry.toml", include_str!("../../policies/registry.toml")),
    ("history.toml", include_str!("../../policies/history.toml")),
    ("patterns.toml", include_str!("../../policies/patterns.toml")),
    ("statements.toml", include_str!("../../policies/statements.toml")),
    ("commitments.toml", include_str!("../../policies/commitments.toml")),
];

const DEFAULT_FOLDER: &str = "policies";

/// The names of all policy files.
pub(super) fn names() -> Vec<&'static str> {
    BUILT_IN.iter().map(|(name, _)| *name).collect()
}

/// The folder of the policy files, from the text of `exboard.toml`: so that whoever lists the folder can know it
/// before the policy is read. `policies` where the text does not say, or is broken.
#[must_use]
pub fn folder(exboard: &Arc<Source>) -> String {
    let root = syntax::parse(exboard, Origin::Repository, &Problems::default());
    let path = root.as_ref().and_then(|root| root.get("paths.policies"));
    match path.map(|node| &node.data) {
        Some(Data::Text(path)) if path_fault(path).is_none() => path.clone(),
        _ => DEFAULT_FOLDER.to_owned(),
    }
}

/// Large built-in files: where the repository has none of its own, nobody reads them here (see `part.rs`).
const LARGE: [&str; 4] = ["controls.toml", "patterns.toml", "statements.toml", "commitments.toml"];

/// A built-in file by its name.
pub(super) fn built_in(name: &str, problems: &Problems) -> Option<File> {
    let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
    let built_in = Arc::new(Source::new(format!("built-in {name}"), *text));
    let root = plain::parse(&built_in).or_else(|| syntax::parse(&built_in, Origin::BuiltIn, problems))?;
    Some(File { built_in, own: None, root })
}

/// Reads all policy files, each laid over its built-in one. A file that is not TOML is missing from the answer.
pub(super) fn read(sources: &[Arc<Source>], problems: &Problems) -> BTreeMap<&'static str, File> {
    let own = sort_out(sources, problems);
    let mut files = BTreeMap::new();
    for (name, _) in BUILT_IN.iter().copied() {
        let own = own.get(name).cloned();
        if own.is_none() && LARGE.contains(&name) {
            continue;
        }
        let Some(File { built_in, root: below, .. }) = built_in(name, problems) else { continue };
        let root = match &own {
            Some(source) => syntax::parse(source, Origin::Repository, problems).map(|root| root.over(below)),
            None => Some(below),
        };
        if let Some(root) = root {
            files.insert(name, File { built_in, own, root });
        }
    }
    files
}

/// Finds the policy files among all that lie in their folder, and tells of those that do not belong there.
fn sort_out(sources: &[Arc<Source>], problems: &Problems) -> BTreeMap<&'static str, Arc<Source>> {
    let exboard = sources.iter().find(|source| source.path() == ROOT);
    if exboard.is_none() {
        let nothing = Arc::new(Source::new(ROOT, ""));
        let problem = Problem::file(&nothing, "there is no exboard.toml at the root of the repository");
        problems.push(problem.help("`version = 1` is all that it needs to say"));
    }
    let folder = exboard.map_or_else(|| DEFAULT_FOLDER.to_owned(), folder);
    let mut own = BTreeMap::new();
    for source in sources {
        let path = source.path();
        let inside = path.strip_prefix(folder.as_str()).and_then(|rest| rest.strip_prefix('/'));
        let name = inside.unwrap_or(path);
        let known = BUILT_IN.iter().map(|(known, _)| *known).find(|known| *known == name);
        match known {
            Some(known) if inside.is_none() == (known == ROOT) => {
                own.insert(known, Arc::clone(source));
            }
            // Policy tests are no policy.
            _ if is_aside(name) || name.starts_with("tests/") && inside.is_some() => {}
            _ => problems.push(stray(source, name, &folder)),
        }
    }
    own
}

/// Files that may lie in the policy folder and are none of it.
fn is_aside(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.')) || name.rsplit('/').next() == Some("README.md")
}

fn stray(source: &Arc<Source>, name: &str, folder: &str) -> Problem {
    let known = || BUILT_IN.iter().map(|(known, _)| *known).filter(|known| *known != ROOT);
    let message = format!("`{name}` is not a policy file");
    let help = if name == ROOT {
        "exboard.toml belongs at the root of the repository".to_owned()
    } else if known().any(|known| known == name) {
        format!("policy files lie in `{folder}`: move it there")
    } else if let Some(known) = closest(name, known()) {
        format!("did you mean `{known}`?")
    } else {
        let known: Vec<&str> = known().collect();
        format!("`{folder}` holds {}, README.md, and files whose names begin with a dot", known.join(", "))
    };
    Problem::file(source, message).help(help)
}
