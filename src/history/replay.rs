//! Landed change sets, one after the other, from adoption to the tip.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ballots::Polls;
use super::hands::{Hand, attribute, hands};
use super::policies::{Loaded, load};
use super::receipts::{Filed, Receipts};
use super::set::{Set, Side, assemble, is_policy, scope, stayed};
use crate::change::{Circumstances, Commit, Voter};
use crate::policy::{Paths, Policy};
use crate::store::StoreError;
use crate::store::git::{Delta, Git, Id, Scope, Step};
use crate::threads;
use crate::time::Instant;

/// Commits that are read ahead together.
const AHEAD: usize = 1024;

/// One landed change set.
#[derive(Debug)]
pub struct Landing {
    /// The landed commit; the last one where a receipt covers several.
    pub commit: Commit,
    /// What changed, with authors and votes.
    pub set: Set,
    /// What is known of it.
    pub circumstances: Circumstances,
    /// The policy that judges it: the last one before it that loads; at adoption its own. `None` where there never was
    /// one that loads.
    pub judge: Option<Arc<Loaded>>,
    /// The policy after it.
    pub head: Arc<Loaded>,
    /// True where the state before has a policy that does not load.
    pub base_is_broken: bool,
    /// Its receipt.
    pub receipt: Option<Filed>,
}

impl Landing {
    /// The policy that judges.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        self.judge.as_ref()?.policy()
    }

    /// When it landed.
    #[must_use]
    pub fn landed_at(&self) -> Instant {
        self.circumstances.landed_at.unwrap_or_default()
    }
}

/// A walk over the landed change sets of a branch.
#[derive(Debug)]
pub struct Replay {
    git: Git,
    /// The first-parent chain, the oldest first.
    chain: Vec<Step>,
    /// Where in it to begin.
    from: usize,
    receipts: Receipts,
}

/// What is carried from one commit to the next.
struct Rolling {
    /// The policy of the state before.
    base: Arc<Loaded>,
    /// The last one that loads.
    judge: Option<Arc<Loaded>>,
    /// True once something was governed: there is no adopting twice.
    governed: bool,
}

impl Replay {
    /// The change sets that led to a commit; with `since`, those after that commit alone.
    ///
    /// # Errors
    /// Where history cannot be read to its beginning, or `since` is not of the first-parent chain.
    pub fn new(git: &Git, tip: Id, since: Option<Id>) -> Result<Replay, StoreError> {
        let mut chain = git.first_parents(tip, None)?;
        chain.reverse();
        let from = match since {
            None => 0,
            // Says in its own words where that is not on the way.
            Some(since) => chain.len() - git.first_parents(tip, Some(since))?.len(),
        };
        let receipts = Receipts::read(git, &chain)?;
        Ok(Replay { git: git.clone(), chain, from, receipts })
    }

    /// How many commits there are to look at.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chain.len().saturating_sub(self.from)
    }

    /// True where there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All receipts of the repository.
    #[must_use]
    pub fn receipts(&self) -> &Receipts {
        &self.receipts
    }

    /// Gives every change set to `visit`, the oldest first, with the number of commits that are done after it. Change
    /// sets that touch neither records nor policy are passed over.
    ///
    /// # Errors
    /// Where history cannot be read, and what `visit` answers.
    pub fn run<E: From<StoreError>>(
        &self,
        visit: &mut dyn FnMut(Landing, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rolling = self.begin()?;
        let mut at = self.from;
        if !rolling.governed {
            let Some(adoption) = self.adoption(at)? else { return Ok(()) };
            visit(self.adopt(adoption, &mut rolling)?, adoption + 1 - self.from)?;
            at = adoption + 1;
        }
        while at < self.chain.len() {
            at = self.stretch(at, &mut rolling, visit)?;
        }
        Ok(())
    }

    /// The state before the first change set.
    fn begin(&self) -> Result<Rolling, StoreError> {
        let Some(before) = self.from.checked_sub(1).and_then(|at| self.chain.get(at)) else {
            return Ok(Rolling { base: Arc::new(Loaded::Ungoverned), judge: None, governed: false });
        };
        let base = Arc::new(load(&*self.git.at(before.id)?)?);
        let mut judge = base.policy().is_some().then(|| Arc::clone(&base));
        let governed = base.is_governed() || self.adoption(0)?.is_some_and(|adoption| adoption < self.from);
        if governed && judge.is_none() {
            judge = self.last_policy(self.from)?;
        }
        Ok(Rolling { base, judge, governed })
    }

    /// The last policy before a commit that loads.
    fn last_policy(&self, before: usize) -> Result<Option<Arc<Loaded>>, StoreError> {
        for step in self.chain.iter().take(before).rev() {
            let loaded = load(&*self.git.at(step.id)?)?;
            if loaded.policy().is_some() {
                return Ok(Some(Arc::new(loaded)));
            }
        }
        Ok(None)
    }

    /// The first commit from a place on that has an `exboard.toml`.
    fn adoption(&self, from: usize) -> Result<Option<usize>, StoreError> {
        for (at, step) in self.chain.iter().enumerate().skip(from) {
            if self.git.entry(step.tree, crate::store::MARKER)?.is_some() {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    fn adopt(&self, at: usize, rolling: &mut Rolling) -> Result<Landing, StoreError> {
        let step = self.step(at)?;
        let head = Arc::new(load(&*self.git.at(step.id)?)?);
        let mut landing = self.landing(at, Arc::clone(&head), rolling)?;
        landing.circumstances.adoption = true;
        if let Some(policy) = head.policy() {
            let paths = &policy.exboard.paths;
            let deltas = self.git.diff(None, Some(step.tree), &scope(&[paths], false))?;
            let read = |_: &str, entry: crate::store::git::Entry| self.git.read(entry.id);
            let side = Side { paths, read: &read };
            landing.set = assemble(&deltas, side, side)?;
            landing.set.policy_paths.clear();
        }
        landing.judge = Some(Arc::clone(&head));
        rolling.governed = true;
        if head.policy().is_some() {
            rolling.judge = Some(Arc::clone(&head));
        }
        rolling.base = head;
        Ok(landing)
    }

    /// Goes through the commits of one stretch; says where the next one begins.
    fn stretch<E: From<StoreError>>(
        &self,
        from: usize,
        rolling: &mut Rolling,
        visit: &mut dyn FnMut(Landing, usize) -> Result<(), E>,
    ) -> Result<usize, E> {
        let default = Paths::default();
        let paths = rolling.judge.as_ref().and_then(|judge| judge.paths().cloned()).unwrap_or(default);
        let scope = scope(&[&paths], false);
        let judge = rolling.judge.as_ref().and_then(|judge| judge.policy());
        let groups = self.groups(from, &scope, judge)?;
        let end = groups.last().map_or(self.chain.len(), |group| group.last + 1);
        // Folders, roster and keys may be others after a change of the policy: it is the last one of its stretch.
        let moves = |group: &Group| changes_policy(&group.deltas, &paths);
        let count = groups.iter().position(moves).map_or(groups.len(), |at| at + 1);
        let next =
            if count < groups.len() { groups.get(count).map_or(end, |group| group.first) } else { end };
        let now: Vec<Group> =
            groups.into_iter().take(count).filter(|group| !group.deltas.is_empty()).collect();
        let ready = threads::map(now, 2, |group| self.ready(group, &paths));
        for ready in ready.into_iter().collect::<Result<Vec<Ready>, StoreError>>()? {
            let Ready { group, head, set, hands } = ready;
            let head = head.unwrap_or_else(|| Arc::clone(&rolling.base));
            let mut landing = self.landing(group.last, Arc::clone(&head), rolling)?;
            landing.set = set;
            self.complete(&mut landing, &hands, &group)?;
            if head.policy().is_some() {
                rolling.judge = Some(Arc::clone(&head));
            }
            rolling.base = head;
            visit(landing, group.last + 1 - self.from)?;
        }
        Ok(next)
    }

    /// The change sets of the next commits: one commit each, or as many as a receipt covers.
    fn groups(&self, from: usize, scope: &Scope, policy: Option<&Policy>) -> Result<Vec<Group>, StoreError> {
        let to = self.chain.len().min(from + AHEAD);
        let mut steps: Vec<Step> = self.chain.get(from..to).unwrap_or_default().to_vec();
        steps.reverse();
        let mut deltas = self.git.changes(&steps, scope)?;
        deltas.reverse();
        let mut groups = Vec::new();
        let mut at = from;
        let mut deltas: BTreeMap<usize, Vec<Delta>> = (from..to).zip(deltas).collect();
        while at < to {
            let last = policy.and_then(|policy| self.receipts.covered_from(at, policy));
            let group = match last {
                None => Group { first: at, last: at, deltas: deltas.remove(&at).unwrap_or_default() },
                Some(last) => {
                    let before = at.checked_sub(1).and_then(|at| self.chain.get(at)).map(|step| step.tree);
                    let deltas = self.git.diff(before, Some(self.step(last)?.tree), scope)?;
                    Group { first: at, last, deltas }
                }
            };
            at = group.last + 1;
            groups.push(group);
        }
        Ok(groups)
    }

    /// Reads what a change set is made of.
    fn ready(&self, group: Group, paths: &Paths) -> Result<Ready, StoreError> {
        let step = self.step(group.last)?;
        let head = match changes_policy(&group.deltas, paths) {
            true => Some(Arc::new(load(&*self.git.at(step.id)?)?)),
            false => None,
        };
        let after = head.as_ref().and_then(|head| head.paths().cloned()).unwrap_or_else(|| paths.clone());
        let before = self.before(&group).map(|step| step.tree);
        let mut deltas = group.deltas.clone();
        if after != *paths {
            deltas.extend(stayed(&self.git, before, &deltas, &[paths, &after])?);
        }
        let read = |_: &str, entry: crate::store::git::Entry| self.git.read(entry.id);
        let set = assemble(&deltas, Side { paths, read: &read }, Side { paths: &after, read: &read })?;
        let hands = self.hands(&group, &[paths, &after])?;
        Ok(Ready { group, head, set, hands })
    }

    /// The commits that made a change set: of a merge those that it brought in, and itself.
    fn hands(&self, group: &Group, paths: &[&Paths]) -> Result<Vec<Hand>, StoreError> {
        let last = self.step(group.last)?;
        if group.first == group.last && last.parents.len() < 2 {
            // Most commits are their own change set, and what that changed is known.
            let before = self.before(group).map(|step| step.tree);
            return Ok(vec![Hand::alone(&self.git, last, before, &group.deltas)?]);
        }
        let mut steps = Vec::new();
        for at in group.first..=group.last {
            let step = self.step(at)?;
            match step.parents.as_slice() {
                [first, _, ..] => steps.extend(self.git.between(*first, step.id)?),
                _ => steps.push(step.clone()),
            }
        }
        hands(&self.git, &steps, &scope(paths, false))
    }

    /// The commit before a change set.
    fn before(&self, group: &Group) -> Option<&Step> {
        group.first.checked_sub(1).and_then(|at| self.chain.get(at))
    }

    fn landing(&self, at: usize, head: Arc<Loaded>, rolling: &Rolling) -> Result<Landing, StoreError> {
        let step = self.step(at)?;
        let commit = self.git.commit(step.id)?;
        let judge = rolling.judge.clone();
        let policy = judge.as_ref().and_then(|judge| judge.policy());
        let receipt = policy.and_then(|policy| self.receipts.of(step.id, policy));
        let merged_at = receipt.as_ref().and_then(Filed::merged_at);
        let circumstances = Circumstances {
            landed_at: merged_at.or(commit.committed_at),
            commit: Some(commit.id.clone()),
            ..Circumstances::default()
        };
        let base_is_broken = matches!(*rolling.base, Loaded::Broken(_));
        Ok(Landing { commit, set: Set::default(), circumstances, judge, head, base_is_broken, receipt })
    }

    /// Adds who had a part in a change set, and the votes on it.
    fn complete(&self, landing: &mut Landing, hands: &[Hand], group: &Group) -> Result<(), StoreError> {
        let step = self.step(group.last)?;
        let paths = landing.judge.as_ref().and_then(|judge| judge.paths().cloned()).unwrap_or_default();
        let circumstances = &mut landing.circumstances;
        attribute(&mut landing.set, circumstances, hands, Some(step), &paths);
        // CI saw the branch, and signed what it saw: a squash has other commits than a merge, and one verdict.
        if let Some(receipt) = landing.receipt.as_ref().and_then(Filed::valid) {
            circumstances.opened_by = receipt.opened_by.clone().map(Voter::Login);
            circumstances.pushed_by.clear();
            let authors: Vec<Voter> = receipt.authors.iter().map(Voter::from).collect();
            circumstances.policy_authors.clone_from(&authors);
            landing.set.changes.iter_mut().for_each(|change| change.authors.clone_from(&authors));
        }
        circumstances.policy_paths.clone_from(&landing.set.policy_paths);
        let Some(policy) = landing.judge.as_ref().and_then(|judge| judge.policy()) else { return Ok(()) };
        let polls = Polls {
            git: &self.git,
            policy,
            base: self.before(group).map(|step| step.id),
            tree: step.tree,
            reviews: None,
            receipt: landing.receipt.as_ref(),
            hands,
            always: true,
        };
        for change in &mut landing.set.changes {
            change.ballots = polls.on(change)?;
        }
        if !landing.set.policy_paths.is_empty() {
            circumstances.policy_ballots = polls.on_policy(&landing.set.policy_paths)?;
        }
        Ok(())
    }

    fn step(&self, at: usize) -> Result<&Step, StoreError> {
        self.chain.get(at).ok_or_else(|| StoreError::Unreadable {
            path: "history".to_owned(),
            source: std::io::ErrorKind::NotFound.into(),
        })
    }
}

/// One change set, before it is read.
struct Group {
    first: usize,
    last: usize,
    deltas: Vec<Delta>,
}

struct Ready {
    group: Group,
    head: Option<Arc<Loaded>>,
    set: Set,
    hands: Vec<Hand>,
}

/// True where the state after may have another policy.
fn changes_policy(deltas: &[Delta], paths: &Paths) -> bool {
    let of_policy =
        |delta: &Delta| !delta.outside && delta.text().is_some_and(|path| is_policy(path, &[paths]));
    deltas.iter().any(of_policy)
}
