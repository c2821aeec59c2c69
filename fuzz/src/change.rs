//! A record before and after, with votes: judging it never panics, and a version differs from itself in nothing.

use std::collections::BTreeSet;

use exboard::change::{
    Ballots, Change, Circumstances, Covers, Stance, Version, Vote, Voter, asked, canonical, covers, digest,
    frozen_changes, highest_lane, pair, voted_changes,
};
use exboard::check::{ChangeInput, ChangeSet, Options, check_changes};
use exboard::log::events;
use exboard::policy::VoteSource;
use exboard::rules::NoFiles;

use super::ground::{POLICY, folder, now, parts, slice};

/// The first part is the record before and the second the one after; an empty one is none. The third are votes, a byte
/// each.
pub fn run(bytes: &[u8]) {
    let parts = parts(bytes);
    let side = |index: usize| {
        let text = parts.get(index).copied().filter(|text| !text.is_empty());
        text.map(|text| Version::read(folder(text), text.to_vec()))
    };
    let (before, after) = (side(0), side(1));
    before.iter().chain(&after).for_each(same_as_itself);
    if let (Some(before), Some(after)) = (&before, &after) {
        let there: BTreeSet<String> = pointers(voted_changes(before, after, &POLICY));
        let back: BTreeSet<String> = pointers(voted_changes(after, before, &POLICY));
        assert_eq!(there.is_empty(), back.is_empty());
        if let (Some(one), Some(other)) = (digest(before, &POLICY), digest(after, &POLICY)) {
            assert!(one != other || matches!(covers(before, after, &POLICY), Covers::Same));
        }
    }
    let votes: Vec<Vote> =
        parts.get(2).copied().unwrap_or_default().iter().take(64).map(|byte| vote(*byte)).collect();
    let adoption = votes.len() % 8 == 7;
    let mut changes = pair(before.into_iter().collect(), after.into_iter().collect());
    for change in &mut changes {
        change.ballots = Ballots::Read(votes.clone());
        change.authors = votes.iter().take(1).map(|vote| vote.by.clone()).collect();
    }
    judge(&changes, adoption);
}

fn pointers(differences: Vec<exboard::change::Difference>) -> BTreeSet<String> {
    differences.into_iter().map(|difference| format!("{difference:?}")).collect()
}

fn vote(byte: u8) -> Vote {
    let person = ["ana", "ben", "dan", "eva", "mia", "ghost"][usize::from(byte % 6)];
    let by = match byte >> 6 {
        0 => Voter::Person(person.to_owned()),
        1 => Voter::Login(format!("{person}-gh")),
        _ => Voter::Git { name: person.to_owned(), email: format!("{person}@vendor.example") },
    };
    let covers = match byte >> 4 & 3 {
        0 | 1 => Covers::Same,
        2 => Covers::Changed(vec!["/title".to_owned()]),
        _ => Covers::Unknown("it is gone".to_owned()),
    };
    Vote {
        by,
        source: if byte & 1 == 0 { VoteSource::Review } else { VoteSource::Signature },
        stance: if byte & 8 == 0 { Stance::Approves } else { Stance::Objects },
        on: None,
        at: (byte & 4 == 0).then(now),
        covers,
        void: None,
        reference: format!("review {byte}"),
    }
}

fn same_as_itself(version: &Version) {
    if !version.readable {
        return;
    }
    assert_eq!(covers(version, version, &POLICY), Covers::Same);
    assert!(voted_changes(version, version, &POLICY).is_empty());
    assert!(frozen_changes(version, version, &POLICY).is_empty());
    if let Some(text) = canonical(version, &POLICY) {
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
        let digest = digest(version, &POLICY).expect("what has a form has a digest");
        assert!(exboard::change::is_digest(&digest));
    }
}

fn judge(changes: &[Change], adoption: bool) {
    let circumstances = Circumstances { adoption, ..Circumstances::default() };
    let set = ChangeSet {
        changes,
        circumstances: &circumstances,
        unchanged: &BTreeSet::new(),
        head: None,
        lost: &[],
    };
    let input = ChangeInput { set, others: &[], strays: &[], files: &NoFiles, touched: &BTreeSet::new() };
    let options = Options { policy: &POLICY, now: now(), rules: None, paths: &[], show_suppressed: false };
    let outcome = check_changes(input, &|_| Err("there is no other".to_owned()), &options);
    for finding in &outcome.findings {
        assert!(!finding.message.is_empty());
        let Some(range) = finding.place.range else { continue };
        let source = outcome.source(finding, &finding.place.path).expect("a finding has its text");
        slice(source.text(), range.span());
        assert!(finding.place.quotes(&source), "{finding:?}");
    }
    for asked in asked(changes, &circumstances, &POLICY, now()) {
        assert!(!asked.act.is_empty());
        assert!(asked.count.is_some());
    }
    let _ = highest_lane(changes, &POLICY, now());
    for change in changes {
        // What was there before may have changed its comments alone.
        assert!(!events(change, &POLICY).is_empty() || change.before.is_some(), "{:?}", change.id);
    }
}
