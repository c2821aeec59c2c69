//! `exboard hook install`: the check before a commit, for plain git.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::args::{HookArgs, HookCommand, Shared};
use super::console::{Console, Exit, Failure, shell_word};
use super::workspace;
use crate::store::{Hook, git_root, install_hook, remove_hook};

pub(super) fn run(shared: &Shared, args: &HookArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    shared.one_format(&[])?;
    let HookCommand::Install(install) = &args.command;
    let workspace = workspace::open(shared, console)?;
    let root = workspace.tree.root();
    let file = hooks_folder(root)?.join("pre-commit");
    let told = if install.uninstall {
        match remove_hook(&file, MARK).map_err(Failure::new)? {
            Hook::Ours => format!("removed {}", file.display()),
            Hook::None => "no hook of exboard is installed".to_owned(),
            Hook::Foreign => format!("kept {}: it is not exboard's", file.display()),
        }
    } else {
        let call = call(root);
        match install_hook(&file, MARK, &script(&call)).map_err(Failure::new)? {
            Hook::Foreign => {
                return Err(Failure::new(format_args!(
                    "there is another pre-commit hook, and it stays as it is: {}",
                    file.display()
                ))
                .help(format!("call exboard from it, as its last line: {call}")));
            }
            Hook::Ours | Hook::None => format!(
                "wrote {}: every commit is judged first; `git commit --no-verify` goes past it, the pull request does not",
                file.display()
            ),
        }
    };
    if !shared.quiet {
        console.result(shared, &format!("{told}\n"))?;
    }
    Ok(Exit::Clean)
}

/// The second line of a hook of ours: by it we know our own.
const MARK: &str = "# Written by `exboard hook install`; `exboard hook install --uninstall` removes it.";

fn script(call: &str) -> String {
    format!(
        "#!/bin/sh\n{MARK}\n\
         if ! command -v exboard >/dev/null 2>&1; then\n  \
         echo 'exboard is not on the PATH, so this commit was not judged.' >&2\n  \
         echo 'Install it, or go past it with: git commit --no-verify' >&2\n  \
         exit 1\nfi\nexec {call}\n"
    )
}

/// The command that judges what is about to be committed. Git runs hooks at the root of the work tree.
fn call(root: &Path) -> String {
    let below = git_root(root).and_then(|git| root.strip_prefix(&git).ok().map(Path::to_owned));
    match below.filter(|below| !below.as_os_str().is_empty()) {
        Some(below) => format!("exboard -C {} check --staged", shell_word(&below.to_string_lossy())),
        None => "exboard check --staged".to_owned(),
    }
}

/// Where git looks for hooks: `core.hooksPath`, or the folder that all work trees of a repository share. Git itself is
/// asked, for it alone knows all the rules.
fn hooks_folder(root: &Path) -> Result<PathBuf, Failure> {
    // A relative `core.hooksPath` counts from the root of the work tree.
    let top = git_root(root).unwrap_or_else(|| root.to_owned());
    let output =
        Command::new("git").arg("-C").arg(&top).args(["rev-parse", "--git-path", "hooks"]).output().map_err(
            |error| Failure::new(format_args!("cannot start git: {error}")).help("is it installed?"),
        )?;
    let failed = |reason: &str| {
        Failure::new(format_args!("git does not know where hooks belong: {reason}"))
            .help("a hook needs a git repository: `git init`")
    };
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim()));
    }
    let path = String::from_utf8(output.stdout).map_err(|_| failed("the path is not Unicode"))?;
    let path = path.strip_suffix('\n').unwrap_or(&path);
    let path = path.strip_suffix('\r').unwrap_or(path);
    if path.is_empty() {
        return Err(failed("it says nothing"));
    }
    Ok(top.join(path))
}
