//! `exboard init`: a governance repository that checks green.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{ForgeArg, InitArgs, Shared};
use super::console::{Console, Exit, Failure, shell_word};
use super::workspace;
use crate::policy::{self, CODEOWNERS, Policy, Problem, codeowners};
use crate::source::Source;
use crate::starter::{self, Forge, Founder, NewFile, Options};
use crate::store::{MARKER, Place, WorkTree, create_all, git_identity, git_root, place_of};

/// What becomes of the files.
#[derive(Debug, Default)]
struct Plan {
    /// To be written.
    new: Vec<NewFile>,
    /// There already, with another text: the path, and what people may want to know.
    kept: Vec<(String, &'static str)>,
    /// There already, as they would be written.
    same: usize,
}

pub(super) fn run(shared: &Shared, args: &InitArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    if !shared.format.is_empty() {
        return Err(Failure::usage("--format: this command has no format"));
    }
    let target = target(shared, args);
    let is_new_folder = !target.exists();
    let root = existing(&target)?;
    let root = if is_new_folder { target.clone() } else { root };
    refuse_nested(&target, &root)?;
    let forge = match args.forge {
        ForgeArg::Github => Forge::Github,
        ForgeArg::None => Forge::None,
    };
    let in_git = refuse_off_root(&target, &root, forge)?;
    let has_marker = root.join(MARKER).symlink_metadata().is_ok();
    let identity = git_identity(&existing(&target)?);
    let known = Founder::from_git(identity.name.as_deref(), identity.email.as_deref());
    let (founder, policies, policy) = policies(&root, is_new_folder, known)?;
    let calendar = &policy.lanes.calendar;
    let now = workspace::now(shared, calendar)?;
    let options =
        Options { forge, founder: &founder, now, version: env!("CARGO_PKG_VERSION"), examples: !has_marker };
    let mut files = policies;
    files.extend(starter::files(&policy, &options));
    let owners = codeowners(&policy, calendar.date_of(now));
    if forge == Forge::Github {
        files.push((CODEOWNERS[0].to_owned(), owners.unwrap_or_else(|| NOBODY.to_owned())));
    }
    files.sort();
    let plan = plan(&root, files)?;
    if !args.dry_run {
        let mut new = plan.new.clone();
        // What makes it a governance repository comes last: until then it has not begun, and the next try begins anew.
        new.sort_by_key(|(path, _)| path == MARKER);
        create_all(&root, &new).map_err(|error| {
            Failure::new(error).help("nothing was written; `--dry-run` lists what would be")
        })?;
    }
    let text = told(&plan, args, forge, in_git);
    if !shared.quiet {
        console.result(shared, &text)?;
    }
    Ok(Exit::Clean)
}

/// While nobody has a login there is nothing to say, and a file to be filled.
const NOBODY: &str = "\
# Nobody in policies/board.toml has a `github` login yet. Once somebody has, `exboard export codeowners` fills this file.
";

/// The folder asked for.
fn target(shared: &Shared, args: &InitArgs) -> PathBuf {
    let directory = shared.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    match &args.dir {
        Some(dir) => directory.join(dir),
        None => directory,
    }
}

/// The folder itself, or the nearest one above it that exists.
fn existing(target: &Path) -> Result<PathBuf, Failure> {
    let absolute = std::path::absolute(target)
        .map_err(|error| Failure::new(format_args!("cannot find {}: {error}", target.display())))?;
    let there = absolute.ancestors().find(|folder| folder.exists()).unwrap_or(&absolute);
    if !there.is_dir() {
        return Err(Failure::new(format_args!("{} is not a folder", there.display())));
    }
    there
        .canonicalize()
        .map_err(|error| Failure::new(format_args!("cannot read {}: {error}", there.display())))
}

/// A governance repository within another one would be two truths.
fn refuse_nested(target: &Path, root: &Path) -> Result<(), Failure> {
    let there = existing(target)?;
    match WorkTree::discover(&there) {
        Ok(tree) if tree.root() != root => Err(Failure::new(format_args!(
            "{} lies in the governance repository {}",
            target.display(),
            tree.root().display()
        ))
        .help("to complete that one, run `exboard init` there")),
        _ => Ok(()),
    }
}

/// GitHub reads `.github/` at the root of a repository alone. True where the folder is in a git repository.
fn refuse_off_root(target: &Path, root: &Path, forge: Forge) -> Result<bool, Failure> {
    let Some(git) = git_root(&existing(target)?) else { return Ok(false) };
    if forge == Forge::Github && git != root {
        return Err(Failure::usage(format_args!(
            "{} is not the root of its git repository, {}, and GitHub reads `.github/` there alone",
            target.display(),
            git.display()
        ))
        .help("run it at the root, or without a forge: `--forge none`"));
    }
    Ok(true)
}

/// The policy as it will be, the policy files that it takes from us, and the first person of its roster. Git's word on
/// who that is counts as long as the policy loads with it.
fn policies(
    root: &Path,
    is_new_folder: bool,
    known: Option<Founder>,
) -> Result<(Founder, Vec<NewFile>, Policy), Failure> {
    let founder = known.unwrap_or_default();
    match load(root, is_new_folder, &founder) {
        Ok((files, policy)) => Ok((founder, files, policy)),
        Err(_) if founder != Founder::default() => {
            let founder = Founder::default();
            let (files, policy) = load(root, is_new_folder, &founder)?;
            Ok((founder, files, policy))
        }
        Err(failure) => Err(failure),
    }
}

fn load(root: &Path, is_new_folder: bool, founder: &Founder) -> Result<(Vec<NewFile>, Policy), Failure> {
    let mut own: BTreeMap<String, Arc<Source>> = BTreeMap::new();
    let mut folder = "policies".to_owned();
    if !is_new_folder {
        let tree = WorkTree::at(root).map_err(Failure::new)?;
        if root.join(MARKER).symlink_metadata().is_ok() {
            let marker = tree.marker().map_err(Failure::new)?;
            folder = policy::folder(&marker);
            own.insert(MARKER.to_owned(), marker);
        }
        let files = tree.policy_files(&folder).map_err(Failure::new)?;
        own.extend(files.into_iter().map(|file| (file.path().to_owned(), file)));
    }
    let files = starter::policy_files(&folder, founder);
    let mut sources: BTreeMap<String, Arc<Source>> = files
        .iter()
        .map(|(path, text)| (path.clone(), Arc::new(Source::new(path.as_str(), text.as_str()))))
        .collect();
    sources.extend(own);
    let sources: Vec<Arc<Source>> = sources.into_values().collect();
    let policy = workspace::load(&sources).map_err(|problems| broken(&problems, &folder))?;
    Ok((files, policy))
}

fn broken(problems: &[Problem], folder: &str) -> Failure {
    let first = problems
        .first()
        .map_or_else(String::new, |problem| format!(": {}: {}", problem.source.path(), problem.message));
    Failure::new(format_args!("the policy would be broken, so nothing was written{first}")).help(format!(
        "mend what is there; or, if `{folder}/` is for something else, write an exboard.toml that names another \
         folder: `[paths]` with `policies = \"…\"`"
    ))
}

fn plan(root: &Path, files: Vec<NewFile>) -> Result<Plan, Failure> {
    let mut plan = Plan::default();
    for (path, text) in files {
        let taken = alternatives(&path)
            .iter()
            .map(|path| place_of(root, path))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| Failure::new(error).help("nothing was written"))?;
        let taken = taken.into_iter().find_map(|place| match place {
            Place::Taken(path) => Some(path),
            Place::Free => None,
        });
        match taken {
            None => plan.new.push((path, text)),
            Some(there) if is_same(&root.join(&there), &text) => plan.same += 1,
            Some(there) => plan.kept.push((there, advice(&path))),
        }
    }
    Ok(plan)
}

/// The places in which a file does what it would do at its path: of two of them, only one is read.
fn alternatives(path: &str) -> Vec<&str> {
    match path {
        ".github/CODEOWNERS" => CODEOWNERS.to_vec(),
        ".github/pull_request_template.md" => {
            vec![path, "pull_request_template.md", "docs/pull_request_template.md"]
        }
        _ => vec![path],
    }
}

fn is_same(file: &Path, text: &str) -> bool {
    let is_file = file.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
    is_file && std::fs::read(file).is_ok_and(|bytes| bytes == text.as_bytes())
}

/// What somebody who keeps their own file may want to add to it.
fn advice(path: &str) -> &'static str {
    match path {
        ".gitattributes" => "add `evidence/** -text`: evidence is pinned by its SHA-256",
        ".pre-commit-config.yaml" => "add the hook `exboard`, or run `exboard hook install`",
        ".github/CODEOWNERS" => "`exboard export codeowners` prints the lines for the boards",
        _ => "",
    }
}

fn told(plan: &Plan, args: &InitArgs, forge: Forge, in_git: bool) -> String {
    let wrote = if args.dry_run { "would write" } else { "wrote" };
    let mut text = String::new();
    for (path, _) in &plan.new {
        text.push_str(&format!("{wrote}  {path}\n"));
    }
    for (path, advice) in &plan.kept {
        let advice = if advice.is_empty() { String::new() } else { format!(" ({advice})") };
        text.push_str(&format!("kept   {path}: it was there already{advice}\n"));
    }
    if plan.new.is_empty() {
        let kept = plan.kept.len();
        let kept = if kept == 0 { String::new() } else { format!(", {kept} of them with another text") };
        text.push_str(&format!(
            "Nothing to do: all {} files are there{kept}.\n",
            plan.same + plan.kept.len()
        ));
        return text;
    }
    if args.dry_run {
        return text;
    }
    let is_new = |path: &str| plan.new.iter().find(|(new, _)| new.ends_with(path)).map(|(new, _)| new);
    let mut steps = Vec::new();
    if let Some(dir) = args.dir.as_ref().filter(|dir| *dir != Path::new(".")) {
        steps.push(format!("cd {}", shell_word(&dir.to_string_lossy())));
    }
    if !in_git {
        steps.push("git init".to_owned());
    }
    steps.push("exboard check                   # clean".to_owned());
    if let Some(roster) = is_new("/board.toml") {
        steps.push(format!(
            "{:<32}# who decides: before the first commit",
            format!("$EDITOR {}", shell_word(roster))
        ));
    }
    if forge == Forge::Github && is_new(CODEOWNERS[0]).is_some() {
        steps.push("exboard check --fix             # .github/CODEOWNERS for those people".to_owned());
    }
    steps.push("exboard new board               # the first exception".to_owned());
    text.push_str(&format!("\nNext (README.md says more):\n  {}\n", steps.join("\n  ")));
    text
}
