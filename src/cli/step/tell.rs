//! What a step did, for people, for programs, and as a diff.

use std::path::{Component, Path, PathBuf};

use super::judge::Verdict;
use crate::change::{Change, Version};
use crate::check::Outcome;
use crate::cli::actions;
use crate::cli::args::{Shared, Sink};
use crate::cli::console::{Console, Failure, shell_word, write_file};
use crate::cli::report::Desk;
use crate::cli::workspace::Workspace;
use crate::edit::Data;
use crate::finding::{Finding, Severity};
use crate::policy::Policy;
use crate::record::{BoardRecord, Record, RegistryRecord, RegistryStatus, route};
use crate::render::{Changed, Format, PolicyFrom, diff, safe};
use crate::schema::field_name;
use crate::steps::{Step, Taken, voters};
use crate::store::{git_root, is_tracked};
use crate::time::{Date, Instant, days, describe_duration, format_local};

/// All there is to tell.
pub(super) struct Tale<'a> {
    pub(super) command: &'static str,
    pub(super) workspace: &'a Workspace,
    pub(super) policy: &'a Policy,
    pub(super) now: Instant,
    /// The key of whoever works here, where the roster has them.
    pub(super) me: Option<String>,
    pub(super) shared: &'a Shared,
    /// The status before.
    pub(super) from: &'static str,
    pub(super) step: &'a Step,
    pub(super) taken: &'a Taken,
    pub(super) change: &'a Change,
    pub(super) verdict: &'a Verdict,
    pub(super) is_written: bool,
}

/// Fields that follow from others.
const DERIVED: [&str; 6] = [
    "close_date_risk_days",
    "combined_risk_score",
    "board_tier",
    "board_meeting_due_at",
    "next_review_due_at",
    "due_at",
];

/// Longest value of a field that is told, in characters.
const LONGEST: usize = 72;

impl Tale<'_> {
    /// What was written, what the gate says of it, and what comes next.
    pub(super) fn tell(&self, console: &mut Console<'_>) -> Result<(), Failure> {
        if !self.shared.quiet {
            let text = self.summary(console);
            console.result(self.shared, &text)?;
        }
        if !self.shown().is_empty() {
            self.findings(console)?;
        }
        if !self.shared.quiet && self.shared.output.is_none() && self.verdict.in_the_way == 0 {
            let next = self.next();
            if !next.is_empty() {
                let lines: String = next.iter().map(|line| format!("  {line}\n")).collect();
                console.print(&format!("\nNext:\n{lines}"))?;
            }
        }
        Ok(())
    }

    fn summary(&self, console: &Console<'_>) -> String {
        let arrow =
            if console.terminal(self.shared, self.shared.output.is_some()).unicode { "→" } else { "->" };
        let id = safe(&self.change.id).into_owned();
        let mut text = match self.from == self.step.to {
            true => format!("{id}: {}\n\n", safe(&self.step.title)),
            false => format!("{id}: {} {arrow} {}\n\n", self.from, self.step.to),
        };
        let names: Vec<String> = self.taken.fields.iter().map(|told| field_name(&told.field)).collect();
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).min(32);
        for (name, told) in names.iter().zip(&self.taken.fields) {
            let (before, after) = (shown(told.before.as_ref()), shown(told.after.as_ref()));
            let change = match (&told.before, &told.after) {
                (None, _) => after,
                (Some(_), None) => format!("{before} {arrow} gone"),
                // Two long texts are not compared by eye.
                (Some(_), Some(_)) if before.chars().count() > LONGEST / 2 => format!("{arrow} {after}"),
                (Some(_), Some(_)) => format!("{before} {arrow} {after}"),
            };
            text.push_str(&format!("  {:width$}  {change}\n", safe(name)));
        }
        let (old, new) = self.paths();
        text.push_str(&match old == new {
            true => format!("\nWrote {}\n", safe(new)),
            false => format!("\nWrote {}\nMoved from {}\n", safe(new), safe(old)),
        });
        for line in self.facts().into_iter().chain(self.notes()) {
            text.push_str(&format!("{}\n", safe(&line)));
        }
        text
    }

    /// Where the record stands now: lane, deadline, end.
    pub(super) fn facts(&self) -> Vec<String> {
        match self.change.readable_after().and_then(Version::record) {
            Some(Record::Board(record)) => self.board_facts(&record),
            Some(Record::Registry(record)) => self.registry_facts(&record),
            None => Vec::new(),
        }
    }

    fn board_facts(&self, record: &BoardRecord<'_>) -> Vec<String> {
        let mut facts = Vec::new();
        if self.step.to == "proposed"
            && let Some(routing) = route(record, self.policy, self.now)
        {
            let tier = record.board_tier.unwrap_or(routing.lane.tier);
            facts.push(format!(
                "Lane: {}, {} points; the {tier} tier decides",
                routing.lane.band, routing.sum.score
            ));
            facts.extend(record.board_meeting_due_at.map(|due| format!("Deadline: {}", self.moment(due))));
        }
        if self.step.to == "approved"
            && let (Some(until), Some(review)) = (record.approved_until, record.next_review_due_at)
        {
            let decided = self.taken.fields.iter().any(|told| told.field == "/decided_at");
            let review = if decided {
                format!("; the next review is due by {}", self.day(review))
            } else {
                String::new()
            };
            facts.push(format!("Approved until {}{review}", self.day(until)));
        }
        facts
    }

    fn registry_facts(&self, record: &RegistryRecord<'_>) -> Vec<String> {
        let open = record.status.is_some_and(RegistryStatus::is_open);
        let Some(due) = record.due_at.filter(|_| open) else { return Vec::new() };
        let owner = record.owner.map(|owner| format!(", by {owner}")).unwrap_or_default();
        vec![format!("The answer is due {}{owner}", self.moment(due))]
    }

    fn moment(&self, at: Instant) -> String {
        let local = format_local(at, &self.policy.lanes.calendar);
        match at - self.now {
            ahead if ahead.num_seconds() >= 0 => format!("{local}, in {}", describe_duration(ahead)),
            past => format!("{local}, {} ago", describe_duration(past)),
        }
    }

    fn day(&self, day: Date) -> String {
        match (day - self.policy.lanes.calendar.date_of(self.now)).num_days() {
            0 => format!("{day} (today)"),
            ahead if ahead > 0 => format!("{day} (in {})", days(ahead)),
            past => format!("{day} ({} ago)", days(-past)),
        }
    }

    /// What the one who took the step should know.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.step.notes.iter().map(|note| format!("Note: {note}")).collect();
        let Some(voters) = voters(self.change, self.policy, self.now) else { return notes };
        let number =
            if voters.quorum == 1 { "1 vote".to_owned() } else { format!("{} votes", voters.quorum) };
        // Whoever makes the change has no vote in it.
        let is_own = |person: &str| !voters.self_approval && self.me.as_deref() == Some(person);
        let may: Vec<&str> = voters.may.iter().map(String::as_str).filter(|person| !is_own(person)).collect();
        let who = match may.as_slice() {
            [] => "nobody may cast it yet".to_owned(),
            some => format!("may vote: {}", some.join(", ")),
        };
        notes.push(format!("To land, it takes {number} of {}; {who}", voters.name));
        if let Some(Record::Board(record)) = self.change.readable_after().and_then(Version::record) {
            let named: Vec<&str> = record.decided_by.iter().flatten().copied().collect();
            let own = named.iter().find(|person| is_own(person));
            let vain: Vec<&str> =
                named.iter().filter(|person| !may.contains(person) && !is_own(person)).copied().collect();
            let names = "Note: `decided_by` names";
            if let Some(own) = own {
                notes.push(format!("{names} {own}, who makes this change and so has no vote in it: say who decides with `--by`"));
            }
            if !vain.is_empty() {
                notes.push(format!("{names} {}, whose vote would not count", vain.join(", ")));
            }
            if own.is_none() && vain.is_empty() && named.len() < voters.quorum as usize {
                notes.push(format!(
                    "{names} {} of the {} who decide: say `--by` for each",
                    named.len(),
                    voters.quorum
                ));
            }
        }
        notes
    }

    /// The fields that the record lacks and nobody has to say: they follow from others that it lacks too.
    pub(super) fn missing_derived(&self) -> Vec<String> {
        let findings =
            self.verdict.outcome.findings.iter().filter(|finding| finding.rule == "schema/invalid");
        let fields = findings.filter_map(|finding| finding.place.field.as_deref());
        let lacks = |field: &&str| self.taken.after.document.get(field).is_none();
        let derived = |field: &&str| DERIVED.iter().any(|name| field.strip_prefix('/') == Some(name));
        fields.filter(derived).filter(lacks).map(field_name).collect()
    }

    pub(super) fn paths(&self) -> (&str, &str) {
        let before = self.change.before.as_ref().map_or("", |version| &*version.folder.path);
        (before, &self.taken.after.folder.path)
    }

    /// The commands that commit it; none outside of git.
    pub(super) fn next(&self) -> Vec<String> {
        let root = self.workspace.tree.root();
        if git_root(root).is_none() {
            return Vec::new();
        }
        let git = match from_here(root) {
            here if here.as_os_str().is_empty() => "git".to_owned(),
            there => format!("git -C {}", shell_word(&there.to_string_lossy())),
        };
        let (old, new) = self.paths();
        let add = match old != new && is_tracked(root, old) {
            true => format!("{git} add -A -- {} {}", shell_word(old), shell_word(new)),
            false => format!("{git} add -- {}", shell_word(new)),
        };
        let message = format!("{}: {}", self.change.id, self.step.title);
        vec![add, format!("{git} commit -m {}", shell_word(&message))]
    }

    /// What the gate says that the reader has to know.
    fn shown(&self) -> Vec<Finding> {
        let findings = self.verdict.outcome.findings.iter();
        findings.filter(|finding| finding.severity >= Severity::Warning).cloned().collect()
    }

    /// The gate's findings, as `check` tells them.
    pub(super) fn findings(&self, console: &mut Console<'_>) -> Result<(), Failure> {
        let format = match () {
            () if actions::is_on(console) => Format::Github,
            () if self.shared.format.iter().any(|format| format == "human") => Format::Human,
            () if console.out_is_terminal() && self.shared.output.is_none() => Format::Human,
            () => Format::Concise,
        };
        if self.is_written && !self.shared.quiet && self.shared.output.is_none() {
            console.print("\n")?;
        }
        self.report(&[Sink { format, file: None }], console)
    }

    fn report(&self, sinks: &[Sink], console: &mut Console<'_>) -> Result<(), Failure> {
        let outcome = Outcome {
            findings: self.shown(),
            board: self.verdict.outcome.board,
            registry: self.verdict.outcome.registry,
            ..Outcome::default()
        };
        let sources = |finding: &Finding, path: &str| {
            self.verdict.outcome.source(finding, path).or_else(|| self.workspace.tree.reread(path))
        };
        self.desk().report(&outcome, None, &sources, sinks, console)
    }

    pub(super) fn desk(&self) -> Desk<'_> {
        Desk {
            tree: &self.workspace.tree,
            now: self.now,
            policy: PolicyFrom::Tree,
            custom: &self.policy.exboard.custom,
            fail_level: Severity::Error,
            asked: &[],
            lane: None,
            base: None,
            reader: None,
            subject: None,
            shared: self.shared,
        }
    }

    /// What would change, as git writes it; findings stand beside it, on standard error.
    pub(super) fn as_diff(&self, console: &mut Console<'_>) -> Result<(), Failure> {
        let (from, to) = self.paths();
        let text =
            |version: Option<&Version>| version.map(|version| version.document.source().text().to_owned());
        let (before, after) = (
            text(self.change.before.as_ref()).unwrap_or_default(),
            text(Some(&self.taken.after)).unwrap_or_default(),
        );
        let changed = [Changed { from, to, before: &before, after: &after }];
        let terminal = console.terminal(self.shared, self.shared.output.is_some());
        let for_people =
            self.shared.output.is_none() && (console.out_is_terminal() || actions::is_on(console));
        match &self.shared.output {
            Some(file) => write_file(file, |out| diff(&changed, terminal, for_people, out))?,
            None => console.write_with(|out| diff(&changed, terminal, for_people, out))?,
        }
        for finding in self.shown() {
            let place =
                finding.place.range.map(|range| format!(":{}:{}", range.start.line, range.start.column));
            let at = format!("{}{}", finding.place.path, place.unwrap_or_default());
            console.note(&format!(
                "{at}: {}[{}] {}",
                finding.severity.as_str(),
                finding.rule,
                finding.message
            ));
        }
        Ok(())
    }
}

/// A value on one line, and not too long of it.
fn shown(data: Option<&Data>) -> String {
    let text = match data {
        None => String::new(),
        Some(Data::Text(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let safe = safe(&text);
    match safe.char_indices().nth(LONGEST) {
        None => safe.into_owned(),
        Some((at, _)) => format!("{}…", safe.get(..at).unwrap_or_default()),
    }
}

/// The way from the folder that the program was started in to another one; empty where it is the same.
fn from_here(folder: &Path) -> PathBuf {
    let Ok(here) = std::env::current_dir().and_then(|here| here.canonicalize()) else {
        return folder.to_owned();
    };
    let mut ours: Vec<Component<'_>> = here.components().collect();
    let mut theirs: Vec<Component<'_>> = folder.components().collect();
    let shared = ours.iter().zip(&theirs).take_while(|(one, other)| one == other).count();
    if shared == 0 {
        return folder.to_owned();
    }
    ours.drain(..shared);
    theirs.drain(..shared);
    let up = ours.iter().map(|_| Component::ParentDir);
    up.chain(theirs.iter().copied()).collect()
}
