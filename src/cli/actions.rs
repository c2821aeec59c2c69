//! What GitHub Actions tells the steps of a job.

use std::path::Path;

use super::console::Console;

/// True in a step of a job: standard output is a log that GitHub reads.
pub(super) fn is_on(console: &Console<'_>) -> bool {
    console.variable("GITHUB_ACTIONS") == Some("true")
}

/// The address below which GitHub shows the files that the job works on: where the git repository in `root` is the one
/// that the job is about, and not another one that it fetched.
pub(super) fn address(console: &Console<'_>, root: &Path) -> Option<String> {
    if !is_on(console) {
        return None;
    }
    let workspace = Path::new(console.variable("GITHUB_WORKSPACE")?);
    if workspace.canonicalize().ok()? != root.canonicalize().ok()? {
        return None;
    }
    let server = console.variable("GITHUB_SERVER_URL")?;
    let repository = console.variable("GITHUB_REPOSITORY")?;
    let commit = console.variable("GITHUB_SHA")?;
    Some(format!("{server}/{repository}/blob/{commit}/"))
}
