//! What two commits share, and what only one of them has.
//!
//! Commits are painted from both ends, the newest first, as git does it. libgit2 is not asked: at the end of a shallow
//! clone it takes a commit without its parents for a root, and answers as if everything had been added there.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use git2::Odb;

use super::object::Trees;
use super::open::Git;
use super::versions::Lookup;
use super::{GitError, Id, Step};
use crate::store::StoreError;

const BASE: u8 = 1;
const HEAD: u8 = 2;
const BOTH: u8 = BASE | HEAD;
/// An ancestor of a commit that both share: nothing new lies behind it.
const STALE: u8 = 4;

/// Shared commits that are walked beyond the last reason to do so, as git walks five.
const SLOP: u8 = 16;

impl Git {
    /// The newest commits that two have in common: one, but where branches were merged crosswise; none where their
    /// histories have nothing to do with each other. The first one is what `git merge-base` prints.
    ///
    /// # Errors
    /// Where the clone is shallow and another common commit may lie behind its end.
    pub fn merge_bases(&self, base: Id, head: Id) -> Result<Vec<Id>, StoreError> {
        self.honest()?;
        let bases = self.with(|repository| {
            let odb = repository.odb()?;
            let mut paint = Paint::new(self, &odb);
            paint.run(base, head, true)?;
            // Whoever is an ancestor of the other is what they have in common, whatever else was painted.
            if let Some(ancestor) =
                [(base, HEAD), (head, BASE)].into_iter().find(|(id, by)| paint.has(*id, *by))
            {
                return Ok(vec![ancestor.0]);
            }
            let mut shared: Vec<&Step> = paint.painted(|colours| colours == BOTH).collect();
            shared.sort_by_key(|step| (std::cmp::Reverse(step.committed), step.id));
            let shared: Vec<Id> = shared.into_iter().map(|step| step.id).collect();
            without_ancestors(self, &odb, &shared)
        })?;
        Ok(bases)
    }

    /// The commit that a change from `base` to `head` began at: the newest that they have in common.
    ///
    /// # Errors
    /// As for [`Git::merge_bases`], and where there is none.
    pub fn merge_base(&self, base: Id, head: Id) -> Result<Id, StoreError> {
        let first = self.merge_bases(base, head)?.first().copied();
        Ok(first.ok_or(GitError::Unrelated(base, head))?)
    }

    /// The commits that `head` has and `base` has not (`git log BASE..HEAD`): children before their parents, and the
    /// newest first.
    ///
    /// # Errors
    /// Where the clone is shallow and some may lie behind its end.
    pub fn between(&self, base: Id, head: Id) -> Result<Vec<Step>, StoreError> {
        self.honest()?;
        let steps = self.with(|repository| {
            let odb = repository.odb()?;
            let mut paint = Paint::new(self, &odb);
            paint.run(base, head, false)?;
            Ok(children_first(paint.painted(|colours| colours == HEAD).cloned().collect()))
        })?;
        Ok(steps)
    }

    /// Those of some commits that make one of these files another than it was in each of their parents: whoever made
    /// them is its author. A merge that takes the file as one side had it is none of them.
    ///
    /// # Errors
    /// Where an object is missing, or a parent lies behind the end of a shallow clone.
    pub fn touching(&self, commits: &[Step], paths: &[&str]) -> Result<Vec<Step>, StoreError> {
        let touching = self.with(|repository| {
            let odb = repository.odb()?;
            let mut trees = Trees::new(self, &odb);
            let mut lookups: Vec<Lookup> = paths.iter().map(|path| Lookup::new(self, path)).collect();
            let mut touching = Vec::new();
            for commit in commits {
                trees.turn();
                let parents: Result<Vec<Step>, GitError> =
                    commit.parents.iter().map(|parent| self.read_parent(&odb, commit, *parent)).collect();
                let parents = parents?;
                for lookup in &mut lookups {
                    let here = lookup.find(&mut trees, commit.tree)?;
                    let mut differs = here.is_some() || !parents.is_empty();
                    for parent in &parents {
                        differs &= lookup.find(&mut trees, parent.tree)? != here;
                    }
                    if differs {
                        touching.push(commit.clone());
                        break;
                    }
                }
            }
            Ok(touching)
        })?;
        Ok(touching)
    }
}

/// Commits and who reaches them.
struct Paint<'p> {
    git: &'p Git,
    odb: &'p Odb<'p>,
    seen: BTreeMap<Id, (u8, Step)>,
    /// What is to be walked, the newest first.
    queue: BinaryHeap<(i64, Id)>,
    /// Those of the queue behind which something new may lie.
    open: BTreeSet<Id>,
}

impl<'p> Paint<'p> {
    fn new(git: &'p Git, odb: &'p Odb<'p>) -> Self {
        Paint { git, odb, seen: BTreeMap::new(), queue: BinaryHeap::new(), open: BTreeSet::new() }
    }

    /// Paints until nothing new can come. Where only what both share is wanted, it ends as soon as one of the two
    /// turns out to be an ancestor of the other.
    fn run(&mut self, base: Id, head: Id, shared: bool) -> Result<(), GitError> {
        let (first, second) = (self.git.read_step(self.odb, base)?, self.git.read_step(self.odb, head)?);
        self.colour(first, BASE);
        self.colour(second, HEAD);
        let (mut oldest, mut slop) = (None, SLOP);
        loop {
            if !self.open.is_empty() || !shared && self.is_undecided(&mut oldest) {
                slop = SLOP;
            } else if shared || slop == 0 {
                return Ok(());
            } else {
                slop -= 1;
            }
            if shared && (self.has(base, HEAD) || self.has(head, BASE)) {
                return Ok(());
            }
            let Some((_, id)) = self.queue.pop() else { return Ok(()) };
            self.open.remove(&id);
            let Some((colours, step)) = self.seen.get(&id).cloned() else { continue };
            let colours = if colours & BOTH == BOTH { colours | STALE } else { colours };
            for parent in &step.parents {
                if self.seen.get(parent).is_some_and(|(has, _)| has & colours == colours) {
                    continue;
                }
                let read = match self.seen.get(parent) {
                    Some((_, parent)) => Ok(parent.clone()),
                    None => self.git.read_parent(self.odb, &step, *parent),
                };
                match read {
                    Ok(parent) => self.colour(parent, colours),
                    // What lies behind a shared commit is shared, wherever it is.
                    Err(GitError::Shallow(_)) if colours & STALE != 0 => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }

    /// A clock that was wrong can leave a shared commit painted by one side alone: whoever asks for those of one side
    /// goes on until everything left is older than all of them. A clock that was very wrong can make a commit seem
    /// new that is not; never one seem known that is new.
    fn is_undecided(&self, oldest: &mut Option<i64>) -> bool {
        let of_one_side = || self.painted(|colours| colours == HEAD).map(|step| step.committed).min();
        let oldest = *oldest.get_or_insert_with(|| of_one_side().unwrap_or(i64::MAX));
        self.queue.peek().is_some_and(|(newest, _)| *newest >= oldest)
    }

    fn colour(&mut self, step: Step, colours: u8) {
        let (id, committed) = (step.id, step.committed);
        let (has, _) = self.seen.entry(id).or_insert((0, step));
        *has |= colours;
        if *has & STALE == 0 {
            self.open.insert(id);
        } else {
            self.open.remove(&id);
        }
        self.queue.push((committed, id));
    }

    fn has(&self, id: Id, colour: u8) -> bool {
        self.seen.get(&id).is_some_and(|(colours, _)| colours & colour != 0)
    }

    fn painted(&self, which: impl Fn(u8) -> bool) -> impl Iterator<Item = &Step> {
        self.seen.values().filter(move |(colours, _)| which(*colours)).map(|(_, step)| step)
    }
}

/// Takes out what is an ancestor of another: wrong clocks can leave some.
fn without_ancestors(git: &Git, odb: &Odb<'_>, shared: &[Id]) -> Result<Vec<Id>, GitError> {
    let mut best = Vec::new();
    for id in shared {
        let mut is_ancestor = false;
        for other in shared.iter().filter(|other| *other != id) {
            let mut paint = Paint::new(git, odb);
            paint.run(*id, *other, true)?;
            is_ancestor |= paint.has(*id, HEAD);
        }
        if !is_ancestor {
            best.push(*id);
        }
    }
    Ok(best)
}

/// Sorts commits so that none comes before its children, and the newest first among those that may come next.
fn children_first(steps: Vec<Step>) -> Vec<Step> {
    let mut steps: BTreeMap<Id, Step> = steps.into_iter().map(|step| (step.id, step)).collect();
    let mut children: BTreeMap<Id, usize> = BTreeMap::new();
    for parent in steps.values().flat_map(|step| &step.parents) {
        *children.entry(*parent).or_default() += 1;
    }
    let is_ready = |step: &&Step| !children.contains_key(&step.id);
    let mut ready: BinaryHeap<(i64, Id)> =
        steps.values().filter(is_ready).map(|step| (step.committed, step.id)).collect();
    let mut sorted = Vec::with_capacity(steps.len());
    while let Some((_, id)) = ready.pop() {
        let Some(step) = steps.remove(&id) else { continue };
        for parent in &step.parents {
            let Some(left) = children.get_mut(parent) else { continue };
            *left -= 1;
            if let (0, Some(parent)) = (*left, steps.get(parent)) {
                ready.push((parent.committed, parent.id));
            }
        }
        sorted.push(step);
    }
    sorted
}
