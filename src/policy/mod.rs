//! TOML to a validated policy: one file for each policy file, and every value with its place.
//!
//! A policy file is laid key by key over its built-in one: tables merge, everything else takes the built-in
//! value's place. What comes out is plain data that contradicts itself nowhere; what went wrong are [`Problem`]s,
//! all of them at once, of which the rule `policy/invalid` makes findings.
//!
//! To add a policy file: its built-in text in `policies/`, a line in `files.rs`, a reader here, and a field of
//! [`Policy`].

mod board;
mod codeowners;
mod commitments;
mod controls;
mod custom;
mod decimal;
mod evidence;
mod exboard;
mod expiry;
mod files;
mod history;
mod lanes;
mod loosened;
mod part;
mod patterns;
mod plain;
mod problem;
mod reader;
mod registry;
mod spelling;
mod ssh;
mod statements;
mod syntax;
mod tree;
mod words;

pub use board::{Board, Person, PolicyVotes, TierRules};
pub use codeowners::{CODEOWNERS, MAX_CODEOWNERS, codeowners};
pub use commitments::{Commitment, Commitments};
pub use controls::{CatalogueControl, Controls, FamilyMap, Framework};
pub use custom::CustomRule;
pub use decimal::Decimal;
pub use evidence::{Evidence, Host};
pub use exboard::{Exboard, Extensions, Paths, Suppressions};
pub use expiry::Expiry;
pub use files::{BUILT_IN, folder};
pub use history::{Acknowledged, History};
pub use lanes::{Consistency, Lane, Lanes, Score, ScoreSum, Term};
pub use loosened::{Loosening, loosened};
pub use part::Part;
pub use patterns::{Pattern, Patterns};
pub use problem::Problem;
pub use registry::Registry;
pub use spelling::fold;
pub(crate) use ssh::{RSA_BITS, read_key, rsa_bits};
pub use statements::{Statement, Statements};
pub use syntax::MAX_BYTES;
pub use words::{
    Band, ControlFamily, CsfFunction, DataTier, Domain, EscalatesOn, EvidenceKind, Layout, Level, RiskLevel,
    Tier, VoteSource,
};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::RuleInfo;
use crate::source::{Source, Span};
use problem::Problems;
use reader::{Field, File};
use tree::Origin;

/// A validated policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// `exboard.toml`
    pub exboard: Exboard,
    /// `policies/lanes.toml`
    pub lanes: Lanes,
    /// `policies/board.toml`
    pub board: Board,
    /// `policies/expiry.toml`
    pub expiry: Expiry,
    /// `policies/evidence.toml`
    pub evidence: Evidence,
    /// `policies/controls.toml`
    pub controls: Part<Controls>,
    /// `policies/registry.toml`
    pub registry: Registry,
    /// `policies/history.toml`
    pub history: History,
    /// `policies/patterns.toml`
    pub patterns: Part<Patterns>,
    /// `policies/statements.toml`
    pub statements: Part<Statements>,
    /// `policies/commitments.toml`
    pub commitments: Part<Commitments>,
    files: BTreeMap<&'static str, File>,
}

/// What a policy has to know of a rule: its name, and whether its severity may be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownRule<'a> {
    /// `group/name`
    pub name: &'a str,
    /// True where `exboard.toml` may not change the severity.
    pub locked: bool,
}

impl From<&RuleInfo> for KnownRule<'static> {
    fn from(rule: &RuleInfo) -> Self {
        KnownRule { name: rule.name, locked: rule.locked }
    }
}

impl Policy {
    /// Reads a policy from `exboard.toml` and all files of the policy folder ([`folder`] says which that is),
    /// with their paths from the root of the repository. Without a problem there is a policy, and with one there
    /// is none: nothing is judged by half a policy.
    ///
    /// # Errors
    ///
    /// Every problem of every file, by path and place.
    pub fn load(sources: &[Arc<Source>], rules: &[KnownRule<'_>]) -> Result<Policy, Vec<Problem>> {
        let problems = Problems::default();
        let files = files::read(sources, &problems);
        let root = |name| files.get(name).map(|file| Field::root(file, &problems));
        let exboard = root("exboard.toml").and_then(|root| exboard::read(&root, rules));
        let lanes = root("lanes.toml").and_then(|root| lanes::read(&root));
        let board = root("board.toml").and_then(|root| board::read(&root, &files::names()));
        let expiry = root("expiry.toml").and_then(|root| expiry::read(&root));
        let evidence = root("evidence.toml").and_then(|root| evidence::read(&root));
        let controls = Part::read(files.get("controls.toml"), &problems, &controls::DEFAULT, controls::read);
        // The roster of a board.toml that is no TOML is unknown, and nobody is misspelt against it.
        let people = root("board.toml").map(|root| board::keys(&root));
        let registry = root("registry.toml").and_then(|root| registry::read(&root, people.as_ref()));
        let history = root("history.toml").and_then(|root| history::read(&root, rules, people.as_ref()));
        let patterns = Part::read(files.get("patterns.toml"), &problems, &patterns::DEFAULT, |root| {
            patterns::read(root)
        });
        let statements = Part::read(files.get("statements.toml"), &problems, &statements::DEFAULT, |root| {
            statements::read(root, people.as_ref())
        });
        let commitments =
            Part::read(files.get("commitments.toml"), &problems, &commitments::DEFAULT, |root| {
                commitments::read(root, people.as_ref())
            });
        let whole = || {
            Some(Policy {
                exboard: exboard?,
                lanes: lanes?,
                board: board?,
                expiry: expiry?,
                evidence: evidence?,
                controls: controls?,
                registry: registry?,
                history: history?,
                patterns: patterns?,
                statements: statements?,
                commitments: commitments?,
                files,
            })
        };
        whole().filter(|_| problems.is_empty()).ok_or_else(|| problems.into_sorted())
    }

    /// The merged policy as plain data: a map for each file, by its name without `.toml`, and without the custom rules.
    #[must_use]
    pub fn as_json(&self) -> serde_json::Value {
        let file = |(name, file): (&&str, &File)| {
            let mut json = file.root.as_json(&|origin| file.source(origin));
            if let Some(map) = json.as_object_mut() {
                map.remove("rule");
            }
            (name.trim_end_matches(".toml").to_owned(), json)
        };
        let mut json: serde_json::Map<_, _> = self.files.iter().map(file).collect();
        // The catalogue is part of it, though nobody may have read it yet.
        if let (false, Some(controls)) =
            (self.files.contains_key("controls.toml"), files::built_in("controls.toml", &Problems::default()))
        {
            json.extend([file((&"controls.toml", &controls))]);
        }
        json.into()
    }

    /// True where the repository has a policy file of that name.
    #[must_use]
    pub fn has_own(&self, file: &str) -> bool {
        self.files.get(file).is_some_and(|file| file.own.is_some())
    }

    /// Where the repository sets a value: the name of the policy file (`lanes.toml`) and the dotted key, with
    /// list entries by their number from 0 (`lane.2.scores`). Absent where the value is the built-in one.
    ///
    /// The place is that of the value; of a table with a header it is the header.
    #[must_use]
    pub fn place(&self, file: &str, key: &str) -> Option<(Arc<Source>, Span)> {
        let file = self.files.get(file)?;
        let node = file.root.get(key).filter(|node| node.origin == Origin::Repository)?;
        Some((Arc::clone(file.source(node.origin)), node.span))
    }
}
