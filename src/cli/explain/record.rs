//! `exboard explain ID`: how one record's score, lane, deadlines, horizon, evidence and open duties come about.
//!
//! Written as a person would tell it; what is wrong with the record stands at the end, in the gate's own words.

use crate::finding::Finding;
use crate::policy::{Policy, Tier};
use crate::record::{
    BoardRecord, BoardStatus, Control, ControlStatus, Evidence, Record, RegistryRecord, RegistryStatus,
    Review, Routing, latest_review_due, route,
};
use crate::rules::Folder;
use crate::time::{Date, Instant, days, describe_duration, describe_sla, format_local};

/// What an explanation draws on.
pub(super) struct Story<'a> {
    pub(super) folder: &'a Folder,
    pub(super) record: &'a Record<'a>,
    pub(super) policy: &'a Policy,
    pub(super) now: Instant,
    /// What the gate has against the record.
    pub(super) findings: &'a [Finding],
    pub(super) width: usize,
}

/// One thing that somebody has to do, and by when.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Duty {
    by: Date,
    who: String,
    what: String,
}

/// The paragraphs under one heading.
struct Section {
    title: &'static str,
    lines: Vec<String>,
}

impl Story<'_> {
    /// The whole explanation.
    pub(super) fn tell(&self) -> String {
        let (head, mut sections) = match self.record {
            Record::Board(record) => (self.board_head(record), self.board(record)),
            Record::Registry(record) => (self.registry_head(record), self.registry(record)),
        };
        let found =
            self.findings.iter().map(|finding| format!("{}: {}", finding.rule, finding.message)).collect();
        sections.push(Section { title: "Findings", lines: found });
        let mut text = format!("{head}\n{}\n", self.folder.path);
        for section in sections {
            text.push_str(&format!("\n{}\n", section.title));
            if section.lines.is_empty() {
                text.push_str("  none\n");
            }
            for line in section.lines {
                // Ids and times keep their hyphens together.
                let options = textwrap::Options::new(self.width)
                    .initial_indent("  ")
                    .subsequent_indent("    ")
                    .word_separator(textwrap::WordSeparator::AsciiSpace)
                    .word_splitter(textwrap::WordSplitter::NoHyphenation);
                text.push_str(&textwrap::fill(&line, options));
                text.push('\n');
            }
        }
        text
    }

    fn today(&self) -> Date {
        self.policy.lanes.calendar.date_of(self.now)
    }

    fn local(&self, at: Instant) -> String {
        format_local(at, &self.policy.lanes.calendar)
    }

    /// `2026-12-02, in 12 days`
    fn day(&self, day: Date) -> String {
        match (day - self.today()).num_days() {
            0 => format!("{day}, today"),
            ahead if ahead > 0 => format!("{day}, in {}", days(ahead)),
            past => format!("{day}, {} ago", days(-past)),
        }
    }

    fn board_head(&self, record: &BoardRecord<'_>) -> String {
        let id = record.exception_id.unwrap_or_else(|| self.folder.stem());
        let status = record.decision_status.map_or("of no known status", BoardStatus::as_str);
        let about = [record.account_name, record.control_family].into_iter().flatten().collect::<Vec<_>>();
        format!("{id}: {status} ({})", about.join(", "))
    }

    fn board(&self, record: &BoardRecord<'_>) -> Vec<Section> {
        let routing = route(record, self.policy, self.now);
        let mut duties = Vec::new();
        let lane = match &routing {
            None => vec!["It has no score yet: that takes exploitability_score, impact_score and data_sensitivity_tier.".to_owned()],
            Some(routing) => lane_lines(record, routing),
        };
        let deadlines =
            routing.as_ref().map(|routing| self.deadlines(record, routing, &mut duties)).unwrap_or_default();
        let mut sections = vec![
            Section { title: "Score and lane", lines: lane },
            Section { title: "Deadlines", lines: deadlines },
        ];
        if record.decided_at.is_some() {
            sections
                .push(Section { title: "Decision and horizon", lines: self.horizon(record, &mut duties) });
        }
        let controls = &record.recommended_compensating_controls;
        let controls = controls.iter().map(|control| self.control(record, control, &mut duties)).collect();
        sections.push(Section { title: "Compensating controls", lines: controls });
        sections.push(Section { title: "Evidence", lines: self.evidence(&record.evidence_link) });
        sections.push(self.duties(duties));
        sections
    }

    fn deadlines(
        &self,
        record: &BoardRecord<'_>,
        routing: &Routing<'_>,
        duties: &mut Vec<Duty>,
    ) -> Vec<String> {
        let mut lines = Vec::new();
        let start = if record.reopened_at.is_some() { "It was reopened" } else { "The request arrived" };
        if let (Some(at), Some(deadline)) = (routing.clock_start, routing.lane_deadline) {
            lines.push(format!(
                "{start} at {}. The {} lane gives {}: until {}.",
                self.local(at),
                routing.lane.band,
                describe_sla(routing.lane.sla),
                self.local(deadline)
            ));
        }
        if let (Some(tier), Some(at), Some(deadline)) =
            (routing.escalated_to, record.escalated_at, routing.deadline)
        {
            lines.push(format!(
                "Escalated to the {tier} tier at {}; its deadline is {}.",
                self.local(at),
                self.local(deadline)
            ));
        }
        let Some(deadline) = routing
            .deadline
            .map(|right| record.board_meeting_due_at.map_or(right, |stored| stored.min(right)))
        else {
            return lines;
        };
        let tier = record.board_tier.unwrap_or(routing.lane.tier);
        match record.decided_at {
            Some(decided) if decided <= deadline => {
                lines.push(format!("Decided {} before the deadline.", describe_duration(deadline - decided)));
            }
            Some(decided) => lines.push(format!(
                "Last decided {} after it: late, or a renewal.",
                describe_duration(decided - deadline)
            )),
            None if record.decision_status == Some(BoardStatus::Proposed) => {
                lines.push(self.waiting(tier, deadline));
                let by = self.policy.lanes.calendar.date_of(deadline);
                duties.push(Duty { by, who: format!("{tier} tier"), what: "decide".to_owned() });
            }
            None => {}
        }
        lines
    }

    fn waiting(&self, tier: Tier, deadline: Instant) -> String {
        if self.now <= deadline {
            return format!("The {tier} tier has {} left.", describe_duration(deadline - self.now));
        }
        let late = describe_duration(self.now - deadline);
        match self.policy.lanes.lane_of_tier(tier).and_then(|lane| lane.escalates_to) {
            Some(next) => format!("The {tier} tier is {late} late: it goes to the {next} tier."),
            None => format!("The {tier} tier is {late} late, and nobody stands above it."),
        }
    }

    fn horizon(&self, record: &BoardRecord<'_>, duties: &mut Vec<Duty>) -> Vec<String> {
        let mut lines = Vec::new();
        let calendar = &self.policy.lanes.calendar;
        let Some(decided) = record.decided_at else { return lines };
        let who: Vec<&str> = record.decided_by.iter().flatten().copied().collect();
        lines.push(format!(
            "Decided at {} by {}.",
            self.local(decided),
            if who.is_empty() { "nobody named".to_owned() } else { who.join(", ") }
        ));
        let decided_on = calendar.date_of(decided);
        let Some(until) = record.approved_until else { return lines };
        let mut limits = Vec::new();
        if let Some(tier) = record.board_tier {
            limits.push(format!(
                "the {tier} tier may give {}",
                days(i64::from(self.policy.expiry.max_days_for(tier)))
            ));
        }
        if let Some(expected) = record.expected_duration_days {
            limits.push(format!("{} were asked for", days(i64::from(expected))));
        }
        lines.push(format!(
            "Approved for {}, until {} ({}).",
            days((until - decided_on).num_days()),
            self.day(until),
            limits.join("; ")
        ));
        let approved = record.is_approved();
        if approved {
            let owner = record.mitigation_owner.unwrap_or("the mitigation owner");
            duties.push(Duty {
                by: until,
                who: owner.to_owned(),
                what: "close the gap, or have it decided anew".to_owned(),
            });
        }
        if let Some(due) = record.next_review_due_at {
            let latest = latest_review_due(self.policy, decided_on, until)
                .map(|latest| format!("; {latest} at the latest"))
                .unwrap_or_default();
            lines.push(format!("A review is due by {}{latest}.", self.day(due)));
            let lead = chrono::Days::new(u64::from(self.policy.expiry.review_lead_days));
            let from = due.checked_sub_days(lead).unwrap_or(due);
            let done = record.reviews.iter().filter_map(|review| review.at).any(|at| at >= from);
            if approved && !done {
                duties.push(Duty { by: due, who: String::new(), what: "review it".to_owned() });
            }
        }
        lines.extend(record.reviews.iter().filter_map(|review| self.review(review)));
        if approved {
            let looked = record
                .reviews
                .iter()
                .filter_map(|review| review.at)
                .max()
                .map_or(decided_on, |at| at.max(decided_on));
            let every = self.policy.expiry.monitor_every_days;
            if let Some(by) = looked.checked_add_days(chrono::Days::new(u64::from(every))) {
                duties.push(Duty {
                    by,
                    who: String::new(),
                    what: format!("look at it again (every {})", days(i64::from(every))),
                });
            }
        }
        lines
    }

    fn review(&self, review: &Review<'_>) -> Option<String> {
        let effective = match review.controls_effective {
            Some(true) => "the controls work",
            Some(false) => "the controls do not work",
            None => "nothing said of the controls",
        };
        let (by, outcome) = (review.by.unwrap_or("nobody named"), review.outcome.unwrap_or("no outcome"));
        Some(format!("Reviewed on {} by {by}: {outcome}; {effective}.", self.day(review.at?)))
    }

    fn control(&self, record: &BoardRecord<'_>, control: &Control<'_>, duties: &mut Vec<Duty>) -> String {
        let id = control.id.unwrap_or("unnamed");
        let owner = control.owner.unwrap_or("nobody named");
        let proof: Vec<&str> = control.evidence.iter().flatten().copied().collect();
        let proof =
            if proof.is_empty() { String::new() } else { format!(", proved by {}", proof.join(", ")) };
        let state = match (control.status, control.completed_at, control.due) {
            (Some(ControlStatus::Implemented), Some(at), _) => format!("implemented on {at}"),
            (Some(ControlStatus::Verified), Some(at), _) => format!("implemented on {at} and verified"),
            (Some(ControlStatus::Planned), _, Some(due)) => {
                if record.is_approved() {
                    duties.push(Duty {
                        by: due,
                        who: owner.to_owned(),
                        what: format!("put `{id}` in place"),
                    });
                }
                format!("planned, due {}", self.day(due))
            }
            _ => "of no known status".to_owned(),
        };
        format!("{id} ({owner}): {state}{proof}")
    }

    fn evidence(&self, evidence: &[Evidence<'_>]) -> Vec<String> {
        evidence
            .iter()
            .map(|entry| {
                let id = entry.id.unwrap_or("unnamed");
                let place = entry.path.or(entry.url).unwrap_or("nowhere");
                let pinned = match (entry.path, entry.sha256) {
                    (Some(_), Some(_)) => ", pinned",
                    (Some(_), None) => ", not pinned",
                    _ => "",
                };
                let most = entry.kind.and_then(|kind| self.policy.evidence.max_age_days.get(&kind));
                let limit =
                    most.map(|most| format!(" (may be {} old)", days(i64::from(*most)))).unwrap_or_default();
                let collected = entry.collected_at.map(|at| format!(", collected {}{limit}", self.day(at)));
                let collected = collected.unwrap_or_default();
                let until =
                    entry.valid_until.map(|until| format!(", valid until {until}")).unwrap_or_default();
                format!("{id}: {place}{collected}{until}{pinned}")
            })
            .collect()
    }

    fn registry_head(&self, record: &RegistryRecord<'_>) -> String {
        let id = record.exception_id.unwrap_or_else(|| self.folder.stem());
        let status = record.status.map_or("of no known status", RegistryStatus::as_str);
        let about = [record.buyer_account, record.control_domain].into_iter().flatten().collect::<Vec<_>>();
        format!("{id}: {status} ({})", about.join(", "))
    }

    fn registry(&self, record: &RegistryRecord<'_>) -> Vec<Section> {
        let mut duties = Vec::new();
        let mut lines = Vec::new();
        if let Some(at) = record.received_at {
            lines.push(format!("It arrived at {}.", self.local(at)));
        }
        if let Some(level) = record.risk_level {
            let pattern = record.pattern.map(|pattern| format!(" ({pattern})")).unwrap_or_default();
            let sla = describe_sla(self.policy.registry.sla(level));
            lines.push(format!("Its risk is {level}{pattern}: that gives {sla} for an answer."));
        }
        if let Some(due) = record.due_at {
            let waits = matches!(
                record.status,
                Some(
                    RegistryStatus::Triaged
                        | RegistryStatus::Drafted
                        | RegistryStatus::Ready
                        | RegistryStatus::Escalated
                )
            );
            lines.push(format!(
                "The answer {} due by {}.",
                if waits { "is" } else { "was" },
                self.local(due)
            ));
            if waits {
                let by = self.policy.lanes.calendar.date_of(due);
                let who = record.owner.unwrap_or_default().to_owned();
                duties.push(Duty { by, who, what: "answer".to_owned() });
            }
        }
        if let Some(board) = record.board_exception_id {
            lines.push(format!("The board decides it in {board}."));
        }
        let statements = record.response.iter().flat_map(|response| &response.control_statements);
        let statements = statements
            .enumerate()
            .map(|(index, statement)| {
                let source = match (&statement.confirmed, statement.statement) {
                    (Some(confirmed), _) => {
                        format!("confirmed by {}", confirmed.by.unwrap_or("nobody named"))
                    }
                    (None, Some(library)) => format!("`{library}` of the library"),
                    (None, None) => "without a source".to_owned(),
                };
                let proof: Vec<&str> = statement.evidence.iter().flatten().copied().collect();
                let proof = if proof.is_empty() { "no evidence".to_owned() } else { proof.join(", ") };
                format!("statement {}: {source}; {proof}", index + 1)
            })
            .collect();
        vec![
            Section { title: "Rating and deadline", lines },
            Section { title: "What the buyer reads", lines: statements },
            Section { title: "Evidence", lines: self.evidence(&record.evidence_links) },
            self.duties(duties),
        ]
    }

    fn duties(&self, mut duties: Vec<Duty>) -> Section {
        duties.sort();
        let lines = duties
            .into_iter()
            .map(|duty| {
                let who = if duty.who.is_empty() { String::new() } else { format!("{}: ", duty.who) };
                format!("by {}: {who}{}", self.day(duty.by), duty.what)
            })
            .collect();
        Section { title: "Open duties", lines }
    }
}

fn lane_lines(record: &BoardRecord<'_>, routing: &Routing<'_>) -> Vec<String> {
    let lane = routing.lane;
    let mut lines = vec![
        format!("{}.", routing.sum),
        format!(
            "{} is in the {} lane ({}–{}), which the {} tier decides: {}.",
            routing.sum.score, lane.band, lane.first, lane.last, lane.tier, lane.name
        ),
    ];
    if let Some(tier) = record.board_tier.filter(|tier| *tier != lane.tier) {
        lines.push(format!("The record asks the {tier} tier."));
    }
    lines
}
