//! What makes words that promise no promise after all: who speaks, whether it is denied, hedged, conditional or
//! over.
//!
//! Each check asks one question about the words around a match, and names the sentence that it was made for.

use chrono::NaiveDate;

use super::clause::{self, Clause};
use super::date::Dates;
use super::grammar::Grammar;
use super::kind::Kind;

/// A match in its clause and sentence, all folded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'t> {
    pub(super) sentence: &'t str,
    pub(super) clause: &'t str,
    /// Where the match begins in the clause.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
}

impl<'t> Reading<'t> {
    fn head(&self) -> &'t str {
        self.clause.get(..self.start).unwrap_or_default()
    }

    fn found(&self) -> &'t str {
        self.clause.get(self.start..self.end).unwrap_or_default()
    }

    fn tail(&self) -> &'t str {
        self.clause.get(self.end..).unwrap_or_default()
    }
}

impl Grammar {
    pub(super) fn clauses(&self, sentence: &str) -> Vec<Clause> {
        clause::clauses(sentence, &self.breaks, &self.hinge, &self.joint)
    }

    /// True for a sentence that can't promise: a question, a definition.
    pub(super) fn exempts_sentence(&self, sentence: &str) -> bool {
        self.question.is_match(sentence) || self.definition.is_match(sentence)
    }

    /// Does a match of a pattern of this kind promise?
    pub(super) fn counts(&self, kind: Kind, reading: &Reading<'_>, dates: &Dates, today: NaiveDate) -> bool {
        if self.is_reported(reading.head()) {
            return false;
        }
        match kind {
            Kind::Timeline | Kind::Roadmap => self.is_forward(kind, reading, dates, today),
            Kind::Guarantee => self.is_guaranteed(reading),
            Kind::Liability => self.is_open_ended(reading),
            Kind::AuditRights => self.is_granted(reading),
            Kind::Absolute => self.is_absolute(reading),
        }
    }

    /// "The buyer asked us to notify within 24 hours": their wish, in their words, up to our answer.
    fn is_reported(&self, head: &str) -> bool {
        self.reported
            .captures(head)
            .and_then(|found| found.get(1))
            .is_some_and(|wish| !wish.as_str().contains(" and we") && !wish.as_str().contains(" and our"))
    }

    fn is_forward(&self, kind: Kind, reading: &Reading<'_>, dates: &Dates, today: NaiveDate) -> bool {
        if self.disclaimer.is_match(reading.sentence) || self.is_denied(reading.head()) {
            return false;
        }
        let no_date = self.usually.is_match(reading.clause) || self.undated.is_match(reading.sentence);
        if kind == Kind::Timeline && no_date {
            return false;
        }
        let found = reading.found();
        let Some(force) = self.future.find(found) else {
            return self.is_announced(reading, dates, today);
        };
        if force.start() > 0 && self.belongs_to_subject(reading.head(), found) {
            return false;
        }
        let head = reading.clause.get(..reading.start + force.start()).unwrap_or_default();
        let tail = reading.clause.get(reading.start + force.end()..).unwrap_or_default();
        let hedged = self.effort.is_match(tail) || (kind == Kind::Roadmap && self.considers.is_match(tail));
        let noun = force.as_str().starts_with("plan ") && self.plan_noun.is_match(head);
        !hedged
            && !noun
            && !self.is_negated(head, tail)
            && !self.conditional.is_match(head)
            && !self.mechanics.is_match(tail)
            && !self.is_theirs(head, force.as_str(), tail)
    }

    /// "If we hear of it within 30 days, the fee will be waived", "failure to pay within 15 days will end it":
    /// the period before the modal belongs to a condition or to the subject.
    fn belongs_to_subject(&self, head: &str, found: &str) -> bool {
        let condition = !head.is_empty() && self.opens_condition.is_match(head);
        let period = found.starts_with("within");
        condition
            || (period && !head.is_empty() && !head.trim_end().ends_with([',', ':']) && !found.contains(','))
    }

    /// Words without a modal ("expected in Q3", "coming soon", "ETA: May"): promises unless told of the past.
    fn is_announced(&self, reading: &Reading<'_>, dates: &Dates, today: NaiveDate) -> bool {
        !self.past_before.is_match(reading.head())
            && !self.not_before.is_match(reading.head())
            && !self.conditional.is_match(reading.head())
            && !self.negative.is_match(reading.found())
            && !self.modal_before.is_match(reading.head())
            && !self.calendar_subject.is_match(reading.head())
            && !self.past_in.is_match(reading.found())
            && !self.past_after.is_match(reading.tail())
            && !(self.participle_first.is_match(reading.found())
                && self.past_subject.is_match(reading.head()))
            && (self.infinitive.is_match(reading.found()) || !dates.all_past(reading.found(), today))
    }

    /// "We do not promise that it will ship by Friday."
    fn is_denied(&self, head: &str) -> bool {
        self.denied
            .find(head)
            .is_some_and(|found| !self.governed_no_more.is_match(head.get(found.end()..).unwrap_or_default()))
    }

    fn is_negated(&self, head: &str, tail: &str) -> bool {
        let after = self.not_after.is_match(tail) && !self.not_only.is_match(tail);
        let before = self.not_before.find(head).is_some_and(|found| !self.joins.is_match(found.as_str()));
        after || before
    }

    /// The modal belongs to the customer or a third party: a duty, unless it is a benefit.
    fn is_theirs(&self, head: &str, force: &str, tail: &str) -> bool {
        self.is_them(head) && !self.benefit.is_match(tail) && !self.can_expect.is_match(force)
    }

    /// Whose verb comes next: the last party named, or that of the verb before an "and".
    fn is_them(&self, head: &str) -> bool {
        let mut head = head.trim_end();
        for _ in 0..4 {
            if self.them_last.is_match(head) {
                return true;
            }
            let joined = ["and", "or", "then", ","].iter().find_map(|join| head.strip_suffix(join));
            let Some(before) = joined else { return false };
            let Some(verb) = last_modal(before) else { return false };
            head = before.get(..verb).unwrap_or_default().trim_end();
        }
        false
    }

    fn is_guaranteed(&self, reading: &Reading<'_>) -> bool {
        let (head, found) = (reading.head(), reading.found());
        let past = !self.commits.is_match(found) && self.measured.is_match(reading.clause);
        let capped = !self.commissive.is_match(found) && self.capped.is_match(reading.clause);
        !past
            && !capped
            && !self.ungiven.is_match(self.after_condition(head))
            && (!self.no_promise.is_match(found) || self.not_below.is_match(found))
            && !self.warranty_talk.is_match(reading.tail())
            && !self.designed.is_match(head)
            && !self.is_given_by_them(head, found)
    }

    /// What follows "if you are not satisfied, ".
    fn after_condition<'t>(&self, head: &'t str) -> &'t str {
        let condition =
            head.split_once(',').filter(|(condition, _)| self.opens_condition.is_match(condition));
        condition.map_or(head, |(_, rest)| rest)
    }

    /// "Customer warrants that", not "you will receive a credit".
    fn is_given_by_them(&self, head: &str, found: &str) -> bool {
        if self.can_expect.is_match(found) {
            return false;
        }
        match self.future.find(found) {
            Some(force) => {
                let head = format!("{head}{}", found.get(..force.start()).unwrap_or_default());
                self.is_theirs(&head, force.as_str(), found.get(force.end()..).unwrap_or_default())
            }
            None => self.commissive.is_match(found) && self.is_them(self.holder(head)),
        }
    }

    fn is_open_ended(&self, reading: &Reading<'_>) -> bool {
        let (head, found) = (reading.head(), reading.found());
        let by_law =
            self.statutory.is_match(reading.sentence) && !self.beyond_statute.is_match(reading.sentence);
        if by_law || self.listing.is_match(found) {
            return false;
        }
        if self.unlimits.is_match(found) {
            return !self.their_own.is_match(head);
        }
        let force = self.future.find(found).map_or(0, |force| force.start());
        let before = reading.clause.get(..reading.start + force).unwrap_or_default();
        let holder = self.holder(before);
        !self.cap.is_match(reading.sentence) && !self.not_liable.is_match(head) && !self.is_them(holder)
    }

    fn is_granted(&self, reading: &Reading<'_>) -> bool {
        let (head, found) = (reading.head(), reading.found());
        if self.no_right.is_match(found)
            || self.not_before.is_match(head)
            || self.not_required.is_match(head)
            || self.to_us.is_match(found)
        {
            return false;
        }
        let holder = self.holder(head);
        if !self.right_holder.is_match(found) {
            // "You must give notice before you conduct an audit" is the customer's duty.
            return self.beneficiary.is_match(found) || !self.is_them(holder);
        }
        if self.no_grant.is_match(reading.tail()) {
            return false;
        }
        // Our right to audit the customer is no promise of ours.
        let object = reading.clause.get(reading.start..).unwrap_or_default();
        let by_customer = self.theirs_ours.is_match(holder);
        let ours = self.ours_last.is_match(holder) || self.reserves.is_match(head);
        by_customer || !(ours || self.theirs.is_match(object))
    }

    /// "Not always"; but "we do not and will never".
    fn is_denied_absolute(&self, before: &str) -> bool {
        self.not_absolute.find(before).is_some_and(|found| !self.joins.is_match(found.as_str()))
    }

    /// The text up to who has the right or bears the duty: without "shall have the".
    fn holder<'t>(&self, head: &'t str) -> &'t str {
        self.holds.find(head).and_then(|found| head.get(..found.start())).unwrap_or(head)
    }

    fn is_absolute(&self, reading: &Reading<'_>) -> bool {
        let (head, sentence) = (reading.head(), reading.sentence);
        let found = reading.found();
        if self.denies_absolute.is_match(sentence)
            || self.disclaims.is_match(sentence)
            || self.disclaimer.is_match(sentence)
        {
            return false;
        }
        let adverb = ["never", "always"].iter().filter_map(|word| found.find(word)).min();
        let word = adverb.unwrap_or(0);
        let before = reading.clause.get(..reading.start + word).unwrap_or_default();
        let from = reading.clause.get(reading.start + word..).unwrap_or_default();
        let speaker = self.holder(before.trim_end().trim_end_matches(" can"));
        let verb = from.trim_start_matches("never").trim_start_matches("always");
        let theirs = adverb.is_some() && self.is_them(speaker) && !self.benefit.is_match(verb);
        let instructs = head.is_empty() && self.instructs.is_match(from) && !self.participle.is_match(from);
        !instructs && !self.is_denied_absolute(before) && !theirs && !self.duty.is_match(before)
    }
}

/// Where the last modal of a text begins.
fn last_modal(text: &str) -> Option<usize> {
    const MODALS: [&str; 9] =
        ["will ", "shall ", "must ", "may ", "should ", "agrees ", "agree ", "represents ", "covenants "];
    MODALS.iter().filter_map(|modal| text.rfind(modal)).max()
}
