//! The rules of governance: one file a rule, a folder a group, one list.
//!
//! A rule's doc comment is the page that users read (`exboard explain`, `docs/rules/`); its examples are executed
//! by `tests/rules.rs`. To add a rule: write its file, add it to [`RULES`], and run
//! `UPDATE_EXPECT=1 cargo test --test rules`.

mod allowance;
mod card;
mod changed;
mod commitment;
mod consistency;
mod declare;
mod evidence;
mod expiry;
mod files;
mod history;
mod lane;
mod mitigation;
mod page;
mod policy;
mod promises;
mod response;
mod rollback;
mod roster;
mod schema;
mod scope;
mod subject;
mod suppression;
mod voting;

pub use crate::record::Folder;
pub use allowance::{Allowance, allowances, hide};
pub use card::{BoardFacts, Card, Facts, RegistryFacts, by_subject};
pub use changed::{ChangeSetSubject, ChangeSubject};
pub use files::{Digest, Files, Look, MAX_POINTER, NoFiles, lfs_oid};
pub use page::page;
pub use roster::Roster;
pub use subject::{FileContext, Out, Register, Stray, StrayKind, Subject};

use promises::{cited, covers};

use crate::finding::RuleInfo;
use crate::policy::Problem;

/// A rule: what it is, and how it looks.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its metadata.
    pub info: RuleInfo,
    /// Its check.
    pub check: Check,
}

/// How a rule looks at what it judges. Checks are pure, and report through [`Out`].
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// At a file as it was read, before its kind is known. A finding of these that ends the judging of the file is
    /// the reader's affair (see `check`), not the rule's.
    File(fn(&FileContext<'_>, &mut Out<'_>)),
    /// At one record.
    Record(fn(&Subject<'_>, &mut Out<'_>)),
    /// At all records together.
    All(fn(&Register<'_>, &mut Out<'_>)),
    /// At the suppressions of one record that are in force, after all that they could hide has been found.
    Suppressions(fn(&[Allowance], &mut Out<'_>)),
    /// At one record, and once at all of them together.
    RecordAndAll(fn(&Subject<'_>, &mut Out<'_>), fn(&Register<'_>, &mut Out<'_>)),
    /// At one record, and at its change.
    RecordAndChange(fn(&Subject<'_>, &mut Out<'_>), fn(&ChangeSubject<'_>, &mut Out<'_>)),
    /// At one change: a record before and after.
    Change(fn(&ChangeSubject<'_>, &mut Out<'_>)),
    /// At all that changed together.
    ChangeSet(fn(&ChangeSetSubject<'_>, &mut Out<'_>)),
    /// At what is wrong with the policy files.
    Policy(fn(&[Problem], &mut Out<'_>)),
}

/// Every rule, by group and name.
pub const RULES: &[Rule] = &[
    commitment::absolute::RULE,
    commitment::audit_rights::RULE,
    commitment::guarantee::RULE,
    commitment::lapsed::RULE,
    commitment::liability::RULE,
    commitment::roadmap::RULE,
    commitment::timeline::RULE,
    commitment::unknown::RULE,
    consistency::conflicting_decision::RULE,
    consistency::no_decision::RULE,
    consistency::overlap::RULE,
    consistency::recurrence::RULE,
    consistency::split::RULE,
    evidence::changed::RULE,
    evidence::dangling::RULE,
    evidence::insecure_url::RULE,
    evidence::missing::RULE,
    evidence::not_found::RULE,
    evidence::outside_repository::RULE,
    evidence::stale::RULE,
    evidence::unpinned::RULE,
    evidence::unused::RULE,
    expiry::expired::RULE,
    expiry::expiring_soon::RULE,
    expiry::horizon::RULE,
    expiry::renewal_limit::RULE,
    expiry::review_overdue::RULE,
    expiry::review_window::RULE,
    expiry::silent_extension::RULE,
    expiry::unmonitored::RULE,
    expiry::unproven_closure::RULE,
    history::backdated::RULE,
    history::decided_record_edited::RULE,
    history::illegal_transition::RULE,
    history::immutable_field::RULE,
    history::policy_mixed::RULE,
    history::record_deleted::RULE,
    history::rewritten::RULE,
    history::sent_response_edited::RULE,
    lane::approval_missing::RULE,
    lane::close_date_mismatch::RULE,
    lane::codeowners_drift::RULE,
    lane::decider_mismatch::RULE,
    lane::due_mismatch::RULE,
    lane::escalation_invalid::RULE,
    lane::folder_mismatch::RULE,
    lane::intake_stalled::RULE,
    lane::missed_sla::RULE,
    lane::score_mismatch::RULE,
    lane::score_shopping::RULE,
    lane::self_approval::RULE,
    lane::stale_approval::RULE,
    lane::under_routed::RULE,
    mitigation::late::RULE,
    mitigation::unknown_control::RULE,
    mitigation::unknown_person::RULE,
    mitigation::wrong_family::RULE,
    policy::approval_missing::RULE,
    policy::invalid::RULE,
    policy::loosened::RULE,
    policy::unapproved_promise::RULE,
    policy::unused::RULE,
    response::aging_critical::RULE,
    response::drifted_statement::RULE,
    response::due_mismatch::RULE,
    response::incomplete::RULE,
    response::no_legal_owner::RULE,
    response::not_escalated::RULE,
    response::overdue::RULE,
    response::pattern_mismatch::RULE,
    response::rating_lowered::RULE,
    response::send_approval_missing::RULE,
    response::under_rated::RULE,
    response::unknown_pattern::RULE,
    response::unknown_statement::RULE,
    response::unsourced_statement::RULE,
    response::untriaged::RULE,
    response::unverified_statement::RULE,
    rollback::ineffective_control::RULE,
    rollback::not_executed::RULE,
    rollback::triggered::RULE,
    schema::duplicate_id::RULE,
    schema::duplicate_key::RULE,
    schema::file_name::RULE,
    schema::hidden_characters::RULE,
    schema::invalid::RULE,
    schema::stray_file::RULE,
    schema::syntax::RULE,
    schema::time_order::RULE,
    schema::unknown_field::RULE,
    schema::unknown_kind::RULE,
    scope::blanket::RULE,
    suppression::lapsed::RULE,
    suppression::malformed::RULE,
    suppression::unused::RULE,
];

/// The rule of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.info.name == name)
}
