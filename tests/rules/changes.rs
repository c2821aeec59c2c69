//! Examples of changes: what was before, what is after, who voted.
//!
//! `before`, `after`, `new` say on which side of the change a record or a policy file stands; `removed` that it is gone
//! after it, and what has none of them is there on both sides. `votes` and `votes=policy` hold votes in the form of
//! policy tests; without them nobody read any. `author=…`, `landed=…`, `first-commit=…`, `approvals=…`,
//! `first-approved=…` and `lost=…` are what is known of the change and of the past.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use exboard::change::{
    Ballots, Change, Circumstances, Covers, LostReceipt, Past, Stance, Version, Vote, Voter, covers, pair,
};
use exboard::check::{ChangeInput, ChangeSet, Options, check_changes, check_policy};
use exboard::finding::Finding;
use exboard::policy::{Policy, VoteSource};
use exboard::record::Folder;
use exboard::schema::Kind;
use exboard::source::Source;
use exboard::time::{Instant, parse_time};
use exboard::yaml;

use super::{Beside, Example, Fence, base, load, overlay};

const OF_CHANGES: [&str; 6] = ["before", "after", "new", "votes", "author", "lost"];

/// True for an example that tells of a change.
pub(crate) fn is_change(example: &Example) -> bool {
    example.fences.iter().any(|fence| OF_CHANGES.iter().any(|name| fence.has(name)))
}

/// One side of the repository.
#[derive(Debug, Clone, Default)]
struct State {
    records: BTreeMap<String, String>,
    policy: BTreeMap<String, String>,
}

#[derive(Default)]
struct Scene {
    before: State,
    after: State,
    beside: Beside,
    circumstances: Circumstances,
    authors: Vec<Voter>,
    past: Option<Past>,
    votes: Option<String>,
    policy_votes: Option<String>,
    lost: Vec<LostReceipt>,
    now: Option<Instant>,
}

impl Scene {
    fn of(example: &Example) -> Scene {
        let mut scene = Scene::default();
        (scene.before.policy, scene.after.policy) = (super::base_policy(), super::base_policy());
        example.fences.iter().for_each(|fence| scene.take(fence));
        scene
    }

    fn take(&mut self, fence: &Fence) {
        self.note(fence);
        let both = !["before", "after", "new"].iter().any(|side| fence.has(side));
        let (is_before, is_after) =
            (both || fence.has("before"), both || fence.has("after") || fence.has("new"));
        if let Some(file) = fence.get("evidence") {
            self.beside.0.insert(file.to_owned(), fence.text.clone());
        } else if let Some(file) = fence.get("file") {
            for (_, state) in
                [(is_before, &mut self.before), (is_after, &mut self.after)].into_iter().filter(|side| side.0)
            {
                state.policy.insert(file.to_owned(), fence.text.clone());
            }
        } else if let Some(name) = fence.get("base") {
            let (text, path) = base(name);
            let text = overlay(&text, &fence.text, fence.get("remove").unwrap_or_default());
            let path = fence.get("path").unwrap_or(path).to_owned();
            for (_, state) in
                [(is_before, &mut self.before), (is_after, &mut self.after)].into_iter().filter(|side| side.0)
            {
                state.records.insert(path.clone(), text.clone());
            }
        }
    }

    /// What the fence says of the change beside its text.
    fn note(&mut self, fence: &Fence) {
        let time = |name: &str| fence.get(name).map(|text| parse_time(text).expect(name).to_utc());
        self.now = time("now").or(self.now);
        let known = &mut self.circumstances;
        known.landed_at = time("landed").or(known.landed_at);
        known.first_commit_at = time("first-commit").or(known.first_commit_at);
        self.authors.extend(fence.get("author").map(|person| Voter::Person(person.to_owned())));
        if let Some(approvals) = fence.get("approvals") {
            let approvals = approvals.parse().expect("a number");
            self.past =
                Some(Past { approvals, first_approved_at: time("first-approved"), ..Past::default() });
        }
        match fence.get("votes") {
            Some("policy") => self.policy_votes = Some(fence.text.clone()),
            Some(_) => self.votes = Some(fence.text.clone()),
            None => {}
        }
        self.lost.extend(fence.get("lost").map(|commit| LostReceipt {
            commit: commit.to_owned(),
            pull_request: None,
            records: vec!["SEB-2026-0042".to_owned()],
        }));
    }
}

/// All findings of an example of a change.
pub(crate) fn judge(example: &Example) -> Vec<Finding> {
    let mut scene = Scene::of(example);
    let policy = match load(&scene.before.policy) {
        Ok(policy) => policy,
        Err(problems) => return check_policy(&problems).findings,
    };
    let head = load(&scene.after.policy).expect("the policy after");
    let changed = |path: &&String| scene.before.policy.get(*path) != scene.after.policy.get(*path);
    let paths: BTreeSet<String> = scene.after.policy.keys().filter(changed).cloned().collect();
    let is_same = |path: &String| scene.before.records.get(path) == scene.after.records.get(path);
    let versions = |state: &State| -> Vec<Version> {
        let changed = state.records.iter().filter(|(path, _)| !is_same(path));
        changed.map(|(path, text)| Version::read(folder(path), text.clone().into_bytes())).collect()
    };
    let mut changes = pair(versions(&scene.before), versions(&scene.after));
    for change in &mut changes {
        change.authors.clone_from(&scene.authors);
        change.past.clone_from(&scene.past);
        if let Some(votes) = &scene.votes {
            change.ballots = Ballots::Read(read_votes(votes, Some(change), &policy));
        }
    }
    let others: Vec<Folder> =
        scene.after.records.keys().filter(|path| is_same(path)).map(|path| folder(path)).collect();
    scene.circumstances.policy_paths = paths;
    if let Some(votes) = &scene.policy_votes {
        scene.circumstances.policy_ballots = Ballots::Read(read_votes(votes, None, &policy));
    }
    let set = ChangeSet {
        changes: &changes,
        circumstances: &scene.circumstances,
        unchanged: &BTreeSet::new(),
        head: Some(&head),
        lost: &scene.lost,
    };
    let touched = BTreeSet::new();
    let input = ChangeInput { set, others: &others, strays: &[], files: &scene.beside, touched: &touched };
    let now = scene.now.unwrap_or_else(|| parse_time(super::NOW).unwrap().to_utc());
    let options = Options { policy: &policy, now, rules: None, paths: &[], show_suppressed: false };
    let read = |folder: &Folder| Ok(scene.after.records[&*folder.path].clone().into_bytes());
    check_changes(input, &read, &options).findings
}

fn folder(path: &str) -> Folder {
    let root = path.split('/').next().unwrap();
    let kind = if root == "registry" { Kind::Registry } else { Kind::Board };
    Folder { kind, root: Arc::from(root), path: Arc::from(path) }
}

/// `- {person: dan, on: after, veto: true}`
fn read_votes(text: &str, change: Option<&Change>, policy: &Policy) -> Vec<Vote> {
    let document = yaml::parse(Arc::new(Source::new("votes.yaml", text))).document;
    let vote = |vote: yaml::Node<'_>| {
        let word = |key| vote.child(key).and_then(yaml::Node::as_str);
        let veto = vote.child("veto").is_some_and(|veto| veto.value() == yaml::Value::Bool(true));
        let on_before = change.filter(|_| word("on") == Some("before"));
        let sides = on_before.and_then(|change| change.before.as_ref().zip(change.after.as_ref()));
        Vote {
            by: Voter::Person(word("person").expect("person").to_owned()),
            source: VoteSource::Review,
            stance: if veto { Stance::Objects } else { Stance::Approves },
            on: None,
            at: None,
            covers: sides.map_or(Covers::Same, |(before, after)| covers(before, after, policy)),
            void: None,
            reference: String::new(),
        }
    };
    document.root().expect("votes").items().map(vote).collect()
}
