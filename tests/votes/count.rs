//! Whose vote counts, and what an uncounted one lacks.

use exboard::change::{
    Change, Circumstances, Covers, Electorate, Excluded, Identities, Lack, Part, Shortfall, Stance, Tally,
    Version, Vote, Voter, tally,
};
use exboard::policy::{Policy, Tier, VoteSource};
use exboard::record::Folder;
use exboard::schema::Kind;
use exboard::time::{Instant, parse_time};
use std::sync::Arc;

use super::policy;

const ROSTER: &str = r#"
people.ann = { name = "Ann", github = "ann", emails = ["ann@example.com"] }
people.bob = { name = "Bob", github = "bob" }
people.cat = { name = "Cat", github = "cat", left = 2026-05-10 }
people.dan = { name = "Dan", github = "dan" }
people.eve = { name = "Eve", github = "eve" }
tiers.working = { members = ["ann", "bob"], quorum = 1 }
tiers.director = { members = ["ann", "bob", "cat"], quorum = 2 }
tiers.executive = { members = ["dan"], quorum = 1, self_approval = true }
legal.members = ["eve"]
approvals.accept = ["review", "receipt"]
"#;

fn time(text: &str) -> Instant {
    parse_time(text).unwrap().to_utc()
}

fn landed() -> Instant {
    time("2026-05-04T12:00:00Z")
}

fn vote(login: &str, stance: Stance) -> Vote {
    Vote {
        by: Voter::Login(login.to_owned()),
        source: VoteSource::Review,
        stance,
        on: None,
        at: None,
        covers: Covers::Same,
        void: None,
        reference: "1".to_owned(),
    }
}

fn yes(login: &str) -> Vote {
    vote(login, Stance::Approves)
}

fn no(login: &str) -> Vote {
    vote(login, Stance::Objects)
}

fn stale(login: &str) -> Vote {
    Vote { covers: Covers::Changed(vec!["/impact_score".to_owned()]), ..yes(login) }
}

/// `counted | vetoes | uncounted with what they lack | who may still vote | shortfall`
fn shown(tally: &Tally<'_>) -> String {
    let keys = |keys: Vec<&String>| keys.into_iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let uncounted = tally.uncounted.iter().map(|vote| {
        let lacks: Vec<String> = vote.lacks.iter().map(Lack::to_string).collect();
        format!("{}: {}", vote.person.as_deref().unwrap_or("?"), lacks.join(" + "))
    });
    format!(
        "{} | {} | {} | {} | {:?}",
        keys(tally.counted.keys().collect()),
        keys(tally.vetoes.keys().collect()),
        uncounted.collect::<Vec<_>>().join("; "),
        keys(tally.may_still_vote.iter().collect()),
        tally.shortfall()
    )
}

fn count(policy: &Policy, votes: &[Vote], own: &[&str]) -> String {
    let mut excluded = Excluded::default();
    own.iter().for_each(|person| excluded.add(person, Part::Author));
    let electorate = Electorate::tier(policy, Tier::Director);
    shown(&tally(votes, &electorate, &Identities::of(policy), &excluded, landed()))
}

#[test]
fn a_quorum_is_distinct_electors_whose_latest_word_is_yes() {
    let policy = policy(ROSTER);
    let all = |votes: &[Vote]| count(&policy, votes, &[]);
    assert_eq!(all(&[]), " |  |  | ann bob cat dan | Some(Missing)");
    assert_eq!(all(&[yes("ann"), yes("ANN")]), "ann |  |  | bob cat dan | Some(Missing)");
    assert_eq!(all(&[yes("ann"), yes("bob")]), "ann bob |  |  | cat dan | None");
    // A member of a higher tier is one of this one's electors.
    assert_eq!(all(&[yes("ann"), yes("dan")]), "ann dan |  |  | bob cat | None");
    assert_eq!(all(&[yes("ann"), yes("bob"), no("bob")]), "ann | bob |  | cat dan | Some(Missing)");
    assert_eq!(all(&[no("bob"), yes("ann"), yes("bob")]), "ann bob |  |  | cat dan | None");
    // A veto outweighs any number of votes.
    let vetoed = all(&[yes("ann"), yes("bob"), yes("dan"), no("cat")]);
    assert_eq!(vetoed, "ann bob dan | cat |  |  | Some(Missing)");
}

#[test]
fn every_lack_is_told() {
    let policy = policy(ROSTER);
    let signature = Vote { source: VoteSource::Signature, ..yes("bob") };
    let void = Vote { void: Some("the receipt is not signed".to_owned()), ..yes("bob") };
    let late = Vote { at: Some(time("2026-05-11T00:00:00Z")), ..yes("cat") };
    let unseen = Vote { covers: Covers::Unknown("`3f2c` is not here".to_owned()), ..yes("bob") };
    let digests = Vote { covers: Covers::Changed(Vec::new()), ..yes("bob") };
    for (vote, told) in [
        (signature, "bob: `approvals.accept` does not list `signature`"),
        (void, "bob: the receipt is not signed"),
        (yes("zoe"), "?: is nobody of the roster"),
        (yes("eve"), "eve: is not of the tier `director`"),
        (late, "cat: left on 2026-05-10"),
        (stale("bob"), "bob: voted before `/impact_score` changed"),
        (digests, "bob: voted on another state of the record"),
        (unseen, "bob: voted on what cannot be compared: `3f2c` is not here"),
        (stale("ann"), "ann: is an author of the change + voted before `/impact_score` changed"),
    ] {
        let counted = count(&policy, &[vote], &["ann"]);
        assert_eq!(counted.split(" | ").nth(2).unwrap(), told);
    }
    // The day of the landing counts too.
    let mut left = policy.clone();
    left.board.people.get_mut("bob").unwrap().left = Some("2026-05-03".parse().unwrap());
    assert_eq!(
        count(&left, &[yes("bob")], &[]),
        " |  | bob: left on 2026-05-03 | ann cat dan | Some(Missing)"
    );
}

#[test]
fn one_rule_speaks_of_a_shortfall() {
    let policy = policy(ROSTER);
    for (votes, own, expected) in [
        (vec![yes("ann"), stale("bob")], vec![], Some(Shortfall::Stale)),
        (vec![stale("ann"), stale("bob")], vec![], Some(Shortfall::Stale)),
        (vec![yes("ann"), yes("bob")], vec!["bob"], Some(Shortfall::Own)),
        // Neither sort alone would do.
        (vec![yes("ann"), stale("bob")], vec!["ann"], Some(Shortfall::Missing)),
        (vec![yes("ann"), stale("bob")], vec!["bob"], Some(Shortfall::Missing)),
        // Stale goes before own.
        (vec![yes("ann"), stale("bob"), yes("dan")], vec!["dan"], Some(Shortfall::Stale)),
        (vec![yes("ann"), stale("bob"), no("cat")], vec![], Some(Shortfall::Missing)),
        (vec![yes("ann"), stale("eve")], vec![], Some(Shortfall::Missing)),
        (vec![yes("ann"), yes("bob"), stale("cat")], vec![], None),
    ] {
        let counted = count(&policy, &votes, &own);
        assert!(counted.ends_with(&format!("| {expected:?}")), "{counted}");
    }
}

#[test]
fn a_word_is_taken_back_by_another_of_the_same_person_only() {
    let policy = policy(ROSTER);
    let void = |vote: Vote| Vote { void: Some("unsigned".to_owned()), ..vote };
    // A claim lifts no veto, and raises none.
    assert_eq!(
        count(&policy, &[no("bob"), void(yes("bob"))], &[]),
        " | bob |  | ann cat dan | Some(Missing)"
    );
    let claimed = count(&policy, &[yes("bob"), void(no("bob"))], &[]);
    assert_eq!(claimed, "bob |  |  | ann cat dan | Some(Missing)");
    // Nor does the objection of somebody who is no elector, or of nobody.
    let strangers = count(&policy, &[yes("ann"), yes("bob"), no("eve"), no("zoe")], &[]);
    assert!(strangers.starts_with("ann bob |  | eve:") && strangers.ends_with("None"), "{strangers}");
    // An objection outlives a later change of the record, and stands whatever part the elector has.
    let old = Vote { covers: Covers::Changed(Vec::new()), ..no("bob") };
    assert!(count(&policy, &[yes("ann"), yes("dan"), old], &[]).starts_with("ann dan | bob |"));
    assert!(count(&policy, &[yes("ann"), yes("dan"), no("bob")], &["bob"]).starts_with("ann dan | bob |"));
    // An approval takes it back, though it counts no more.
    let lifted = count(&policy, &[no("bob"), stale("bob")], &[]);
    assert_eq!(lifted, " |  | bob: voted before `/impact_score` changed | ann bob cat dan | Some(Missing)");
    // What was approved once stays approved: what is judged is what was voted on.
    assert!(count(&policy, &[yes("bob"), stale("bob")], &[]).starts_with("bob |  |  |"));
    // Of two uncounted votes the one that is their word is told.
    let told = count(&policy, &[yes("ann"), stale("bob"), void(yes("bob"))], &[]);
    assert!(told.ends_with("Some(Stale)"), "{told}");
}

#[test]
fn a_lone_founder_may_approve_alone_and_is_marked() {
    let policy = policy(ROSTER);
    let people = Identities::of(&policy);
    let mut excluded = Excluded::default();
    excluded.add("dan", Part::Author);
    let votes = [yes("dan")];
    let executive = Electorate::tier(&policy, Tier::Executive);
    let alone = tally(&votes, &executive, &people, &excluded, landed());
    assert!(alone.passes() && alone.is_self_approved() && alone.own.contains("dan"));
    // Not where the others suffice.
    let mut more = policy.clone();
    more.board.people.get_mut("cat").unwrap().left = None;
    let working = Electorate { self_approval: true, ..Electorate::tier(&more, Tier::Working) };
    let votes = [yes("dan"), yes("ann")];
    let both = tally(&votes, &working, &people, &excluded, landed());
    assert!(both.passes() && !both.is_self_approved() && both.own.len() == 1);
    let nobody = tally(&[], &executive, &people, &excluded, landed());
    assert!(!nobody.passes() && nobody.missing() == 1 && nobody.may_still_vote.contains("dan"));
}

#[test]
fn electorates_are_tiers_counsel_and_approvers() {
    let policy = policy(ROSTER);
    let members = |electorate: Electorate| electorate.members.into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(members(Electorate::tier(&policy, Tier::Working)), "ann bob cat dan");
    assert_eq!(members(Electorate::policy(&policy)), "dan");
    assert_eq!(members(Electorate::legal(&policy)), "eve");
    assert_eq!(members(Electorate::approvers(&policy)), "");
    let none =
        tally(&[], &Electorate::approvers(&policy), &Identities::of(&policy), &Excluded::default(), landed());
    assert!(!none.passes() && none.shortfall() == Some(Shortfall::Missing));
}

fn version(requester: &str, owner: &str) -> Version {
    let folder = Folder {
        kind: Kind::Board,
        root: Arc::from("exceptions"),
        path: Arc::from("exceptions/director/2026/SEB-2026-0001.yaml"),
    };
    let text = format!(
        "schema: security_exception_board_record_v1\nexception_id: SEB-2026-0001\nrequester_name: {requester}\n\
         mitigation_owner: {owner}\n"
    );
    Version::read(folder, text.into_bytes())
}

#[test]
fn who_has_a_part_in_a_change() {
    let policy = policy(ROSTER);
    let people = Identities::of(&policy);
    let change = Change {
        kind: Kind::Board,
        id: Arc::from("SEB-2026-0001"),
        before: Some(version("Eve", "cat")),
        after: Some(version("Аnn", "BOB")),
        authors: vec![Voter::Git { name: "Dan".to_owned(), email: "root@laptop".to_owned() }],
        ballots: Default::default(),
        past: None,
    };
    let circumstances = Circumstances {
        opened_by: Some(Voter::Login("dan".to_owned())),
        pushed_by: vec![Voter::Login("stranger".to_owned()), Voter::Login("eve".to_owned())],
        policy_authors: vec![Voter::Login("cat".to_owned())],
        ..Circumstances::default()
    };
    let shown = |excluded: Excluded| {
        let parts = |person: &str| excluded.parts(person).collect::<Vec<_>>();
        excluded.people().map(|person| format!("{person} {:?}", parts(person))).collect::<Vec<_>>()
    };
    assert_eq!(
        shown(Excluded::of_record(&change, &circumstances, &people)),
        ["ann [Requester]", "bob [MitigationOwner]", "dan [Author, Opener]", "eve [Pusher, Requester]"]
    );
    let policy_change = Excluded::of_policy(&circumstances, &people);
    assert_eq!(shown(policy_change), ["cat [Author]", "dan [Opener]", "eve [Pusher]"]);
}
