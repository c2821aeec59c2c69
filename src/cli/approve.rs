//! `exboard approve`: a vote, as an empty commit that is signed.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::args::{ApproveArgs, Shared};
use super::console::{Console, Exit, Failure};
use super::workspace;
use crate::change::{Identities, POLICY, Version, Voter, digest};
use crate::finding::closest;
use crate::history::policy_digest;
use crate::policy::Policy;
use crate::record::Folder;
use crate::store::git::{Git, Id};
use crate::store::{Snapshot, git_identity};

pub(super) fn run(shared: &Shared, args: &ApproveArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    shared.one_format(&[])?;
    let (tree, git) = workspace::repository(shared)?;
    let head = git.resolve("HEAD").map_err(workspace::store_failure)?;
    let policy = workspace::policy_at(&git, head)?;
    let identity = git_identity(tree.root());
    let (Some(name), Some(email)) = (identity.name, identity.email) else {
        return Err(Failure::new("git does not know who you are")
            .help("`git config user.name NAME` and `git config user.email ADDRESS`"));
    };
    let voter = Voter::Git { name: name.clone(), email: email.clone() };
    let people = Identities::of(&policy);
    let Some(person) = people.voter(&voter) else {
        return Err(Failure::new(format_args!(
            "{email} is nobody of the roster, so the vote would count for nobody"
        ))
        .help("vote with an address that policies/board.toml has for you, or have yours added there"));
    };
    let state = git.at(head).map_err(workspace::store_failure)?;
    let mut digests = Vec::new();
    for id in &args.ids {
        digests.push((id.as_str(), digest_of(id, &git, head, &*state, &policy)?));
    }
    let message = message(args, &name, &email, &digests);
    if args.dry_run {
        console.print(&message)?;
        return Ok(Exit::Clean);
    }
    if policy.board.people.get(person).is_none_or(|person| person.ssh_keys.is_empty()) {
        return Err(Failure::new(format_args!(
            "`{person}` has no `ssh_keys` in policies/board.toml, so no signature of theirs can be checked"
        ))
        .help("have your public key added there, in a change of the policy"));
    }
    let root = git.work_tree().unwrap_or(tree.root()).to_owned();
    let commit = commit(&root, head, &message, args.key.as_deref())?;
    if !shared.quiet {
        let verb = if args.object { "objected to" } else { "approved" };
        console.print(&format!("{verb} {} as {person}: commit {}\n", args.ids.join(", "), commit.trim()))?;
        console.note("push it to the pull request's branch: the vote is read there, and holds until a voted field changes");
    }
    Ok(Exit::Clean)
}

fn digest_of(
    id: &str,
    git: &Git,
    head: Id,
    state: &dyn Snapshot,
    policy: &Policy,
) -> Result<String, Failure> {
    if id == POLICY {
        let tree = git.step(head).map_err(workspace::store_failure)?.tree;
        return policy_digest(git, policy, tree).map_err(workspace::store_failure);
    }
    let listing = state.list(&policy.exboard.paths).map_err(workspace::store_failure)?;
    let Some(folder) = listing.records.iter().find(|folder| folder.stem() == id) else {
        let failure = Failure::new(format_args!("there is no record `{id}` in HEAD"));
        return Err(match closest(id, listing.records.iter().map(Folder::stem)) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help("a vote is on what is committed: commit the record first"),
        });
    };
    let bytes = state
        .read(folder)
        .map_err(|reason| Failure::new(format_args!("cannot read {}: {reason}", folder.path)))?;
    let version = Version::read(folder.clone(), bytes);
    match digest(&version, policy) {
        Some(digest) if version.id() == id => Ok(digest),
        _ => Err(Failure::new(format_args!("{} cannot be read as the record `{id}`", folder.path))
            .help("`exboard check --rev HEAD` says what is wrong with it")),
    }
}

fn message(args: &ApproveArgs, name: &str, email: &str, digests: &[(&str, String)]) -> String {
    let (verb, trailer) =
        if args.object { ("Object to", "Changes-requested-by") } else { ("Approve", "Approved-by") };
    let mut message = format!("{verb} {}\n\n{trailer}: {name} <{email}>\n", args.ids.join(", "));
    for (id, digest) in digests {
        message.push_str(&format!("Digest: {id} {digest}\n"));
    }
    message
}

/// Makes the commit as git does, with the user's own key and agent, and moves the branch to it. The index and the work
/// tree have no part in it: a vote changes no file.
fn commit(root: &Path, head: Id, message: &str, key: Option<&Path>) -> Result<String, Failure> {
    let mut command = git(root);
    command.args(["-c", "gpg.format=ssh"]);
    if let Some(key) = key {
        let key = key
            .canonicalize()
            .map_err(|error| Failure::new(format_args!("cannot read {}: {error}", key.display())))?;
        command.arg("-c").arg(format!("user.signingkey={}", key.display()));
    }
    command.args(["commit-tree", "-S", "-p", &head.to_string(), "-F", "-"]).arg(format!("{head}^{{tree}}"));
    let commit = feed(command, message)?;
    let mut update = git(root);
    update.args(["update-ref", "-m", "exboard approve", "HEAD", commit.trim(), &head.to_string()]);
    feed(update, "")?;
    Ok(commit)
}

fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root);
    command
}

fn feed(mut command: Command, input: &str) -> Result<String, Failure> {
    let failed =
        |error: &dyn std::fmt::Display| Failure::new(format_args!("git could not make the commit: {error}"));
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(&error).help("`exboard approve` needs git on the path"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // Git says itself what it lacks.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(|error| failed(&error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said =
        said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it did not say why").trim().to_owned();
    Err(failed(&said).help(
        "a vote is signed with an SSH key: `git config user.signingkey ~/.ssh/id_ed25519.pub`, or `--key FILE`",
    ))
}
