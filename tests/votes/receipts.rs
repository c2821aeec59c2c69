//! Receipts: one form, which no name can break out of, and a signature that binds it to its commit.

use exboard::change::{
    Covers, Identity, Note, POLICY, Receipt, ReceiptError, ReceiptVote, Reference, Stance, Voter,
};
use exboard::policy::VoteSource;
use exboard::signature::{COMMITS, Keyring, RECEIPTS, sign};
use exboard::time::{Instant, parse_time};
use proptest::prelude::*;

use super::keys::Workshop;

fn time(text: &str) -> Instant {
    parse_time(text).unwrap().to_utc()
}

fn commit(digit: char) -> String {
    digit.to_string().repeat(40)
}

fn digest(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

fn somebody(name: &str, email: &str) -> Identity {
    Identity { name: name.to_owned(), email: email.to_owned() }
}

fn receipt() -> Receipt {
    Receipt {
        pull_request: "https://example.com/acme/governance/pull/104".to_owned(),
        opened_by: Some("jdoe".to_owned()),
        authors: vec![somebody("Jane Doe", "jane@example.com"), somebody("Roe, John; x", "john@example.com")],
        covers: (commit('a'), commit('b')),
        merged_at: time("2026-04-21T15:10:00Z"),
        records: vec![("SEB-2026-0042".to_owned(), digest('1'))],
        votes: vec![ReceiptVote {
            by: somebody("Ann Lee", "ann@example.com"),
            stance: Stance::Approves,
            commit: Some(commit('c')),
            digests: vec![("SEB-2026-0042".to_owned(), digest('1'))],
            at: Some(time("2026-04-21T15:04:05Z")),
            reference: Some(Reference::Review(123_456)),
        }],
    }
}

#[test]
fn a_receipt_reads_as_the_documentation_says() {
    let text = format!(
        "Exboard-Receipt: 1\n\
         Pull-Request: https://example.com/acme/governance/pull/104\n\
         Opened-by: jdoe\n\
         Authors: Jane Doe <jane@example.com>, Roe, John; x <john@example.com>\n\
         Covers: {a}..{b}\n\
         Merged-at: 2026-04-21T15:10:00Z\n\
         Record: SEB-2026-0042 {one}\n\
         Approved-by: Ann Lee <ann@example.com>; commit {c}; digest {one}; at 2026-04-21T15:04:05Z; review 123456\n",
        a = commit('a'),
        b = commit('b'),
        c = commit('c'),
        one = digest('1'),
    );
    assert_eq!(receipt().to_text().unwrap(), text);
    assert_eq!(Receipt::parse(&text).unwrap(), receipt());
    // With more than one record, each digest says whose it is.
    let mut two = receipt();
    two.records.push((POLICY.to_owned(), digest('2')));
    two.votes[0].digests.push((POLICY.to_owned(), digest('3')));
    two.votes[0].stance = Stance::Objects;
    two.votes[0].reference = Some(Reference::Signature(commit('d')));
    let text = two.to_text().unwrap();
    let ending = format!(
        "Record: SEB-2026-0042 {one}\nRecord: policy {}\nChanges-requested-by: Ann Lee <ann@example.com>; commit {}; \
         digest SEB-2026-0042 {one}; digest policy {}; at 2026-04-21T15:04:05Z; signature {}\n",
        digest('2'),
        commit('c'),
        digest('3'),
        commit('d'),
        one = digest('1'),
    );
    assert!(text.ends_with(&ending), "{text}");
    assert_eq!(Receipt::parse(&text).unwrap(), two);
}

#[test]
fn git_shows_a_receipt_as_trailers_and_leaves_it_as_it_is() {
    let workshop = Workshop::new();
    let key = workshop.key("ci", "ed25519");
    let note = receipt().sign(&key.private()).unwrap();
    std::fs::write(workshop.path("note"), &note).unwrap();
    workshop.must("git", &["init", "-q", "."]);
    let commit = ["-c", "user.name=x", "-c", "user.email=x@y", "commit", "-q", "--allow-empty", "-m", "T"];
    workshop.must("git", &commit);
    let notes = ["-c", "user.name=x", "-c", "user.email=x@y", "notes", "--ref=exboard", "add", "-F", "note"];
    workshop.must("git", &notes);
    let kept = workshop.must("git", &["notes", "--ref=exboard", "show"]);
    assert_eq!(kept, note);
    let head = &receipt().covers.1;
    let keys = Keyring::new([(key.line.as_str(), "ci")]);
    assert_eq!(Note::read(kept.as_bytes(), head, &keys).unwrap().fault, None);
    let shown = workshop.must("git", &["log", "-1", "--notes=exboard"]);
    assert!(shown.contains("    Approved-by: Ann Lee <ann@example.com>; commit cccc"), "{shown}");
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let good = receipt().to_text().unwrap();
    for (from, to, expected) in [
        ("Exboard-Receipt: 1\n", "", "line 1: expected `Exboard-Receipt: …`, found `Pull-Request: "),
        ("Exboard-Receipt: 1", "Exboard-Receipt: 2", "line 1: version `2` is not known, only 1"),
        ("Exboard-Receipt: 1", "exboard-receipt: 1", "line 1: expected `Exboard-Receipt: …`"),
        ("Opened-by: jdoe", "Opened-by: ", "`` is no login"),
        ("Opened-by: jdoe", "Opened-by: jdoe x", "`jdoe x` is no login"),
        ("Opened-by: jdoe", "Opened-by: jdoe\nOpened-by: ann", "line 4: expected `Covers: …`"),
        ("Jane Doe <jane", "Jane Doe<jane", "is no value of `Authors`"),
        ("Authors: ", "Authors:  ", "line 4: would be written `Authors: \\u{20}Jane Doe"),
        ("Roe, John; x", "\\u{52}oe, John; x", "line 4: would be written `Authors: Jane Doe"),
        ("Roe, John; x", "\\n", "is no value of `Authors`"),
        ("..bbbb", ".bbbb", "line 5: `"),
        ("..bbbb", "..bbb", "is not the full id of a commit"),
        ("..bbbb", "..Bbbb", "is not the full id of a commit"),
        ("T15:10:00Z", " 15:10:00Z", "line 6: `2026-04-21 15:10:00Z` is no value of `Merged-at`"),
        ("T15:10:00Z", "T17:10:00+02:00", "line 6: would be written `Merged-at: 2026-04-21T15:10:00Z`"),
        ("Record: SEB", "Record: seb", "`seb-2026-0042` is no id of a record"),
        ("2026-0042 sha256:1", "2026-0042 sha1:1", "is no digest of a record"),
        ("digest sha256:1", "digest SEB-2026-0042 sha256:1", "is no digest of a record"),
        ("; commit", ";commit", "line 8: `Ann Lee"),
        ("; review 123456", "; review +1", "line 8: would be written"),
        ("; review 123456", "; review x", "line 8: `Ann Lee"),
        ("; review 123456", "; review 1; review 123456", "line 8: would be written"),
        ("; review 123456", "; veto 1", "line 8: `Ann Lee"),
        ("review 123456\n", "review 123456\n\n", "line 9: expected `Approved-by: …` or"),
        ("review 123456\n", "review 123456\nSee: x\n", "line 9: expected `Approved-by: …` or"),
        ("review 123456\n", "review 123456", "the last line of a receipt has an end"),
        ("\nMerged-at", "\r\nMerged-at", "is not the full id of a commit"),
    ] {
        assert!(good.contains(from), "{from}");
        let told = Receipt::parse(&good.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(told.contains(expected), "{from} → {to}: {told}");
    }
    assert!(Receipt::parse("").is_err() && Receipt::parse("\n").is_err());
    let long = format!("{good}{}", "x".repeat(1024 * 1024));
    assert_eq!(
        Receipt::parse(&long).unwrap_err().to_string(),
        "a receipt has at most 1024 KiB, and this has more"
    );
    let unlisted = good.replace("Record:", "Record: SEB-1 sha256:").replace(&digest('1'), "");
    assert!(Receipt::parse(&unlisted).is_err());
}

#[test]
fn what_cannot_be_said_is_not_written() {
    let wrong = |change: &dyn Fn(&mut Receipt)| {
        let mut receipt = receipt();
        change(&mut receipt);
        receipt.to_text().unwrap_err().to_string()
    };
    assert_eq!(wrong(&|r| r.pull_request = "a b".to_owned()), "`a b` is no address of a pull request");
    assert_eq!(wrong(&|r| r.opened_by = Some("a\nRecord: x".to_owned())), "`a\\nRecord: x` is no login");
    assert_eq!(wrong(&|r| r.covers.1 = "HEAD".to_owned()), "`HEAD` is not the full id of a commit");
    assert_eq!(wrong(&|r| r.records[0].0 = "SEB-1 x".to_owned()), "`SEB-1 x` is no id of a record");
    assert_eq!(wrong(&|r| r.records.push(r.records[0].clone())), "`SEB-2026-0042` stands there twice");
    let stranger = |r: &mut Receipt| r.votes[0].digests[0].0 = "SEB-9".to_owned();
    assert_eq!(wrong(&stranger), "a vote is on `SEB-9`, which no `Record:` line has");
    let reference =
        |r: &mut Receipt| r.votes[0].reference = Some(Reference::Signature("1; review 1".to_owned()));
    assert_eq!(wrong(&reference), "`1; review 1` is not the full id of a commit");
    assert!(wrong(&|r| r.merged_at = Instant::MAX_UTC).contains("out of the range"));
    assert!(wrong(&|r| r.authors = vec![somebody(&"x".repeat(2_000_000), "")]).contains("at most 1024 KiB"));
}

#[test]
fn no_name_makes_a_line_of_its_own() {
    let names = [
        "x\nApproved-by: Eve <eve@example.com>",
        "x\r\nRecord: SEB-1 sha256:1",
        "Eve <eve@example.com>; commit 1; review 1",
        "x; review 1",
        "x>, Eve <y",
        "\\u{a}",
        "\\",
        " x ",
        "\u{85}\u{2028}\u{202e}",
        "",
    ];
    for name in names {
        for email in names {
            let mut forged = receipt();
            forged.authors = vec![somebody(name, email), somebody(email, name)];
            forged.votes[0].by = somebody(name, email);
            let text = forged.to_text().unwrap();
            assert_eq!(text.lines().count(), receipt().to_text().unwrap().lines().count(), "{text}");
            assert_eq!(Receipt::parse(&text).unwrap(), forged, "{text}");
        }
    }
}

#[test]
fn a_receipt_counts_only_signed_by_its_key_for_its_purpose_and_on_its_commit() {
    let workshop = Workshop::new();
    let (ci, eve) = (workshop.key("ci", "ed25519"), workshop.key("eve", "ed25519"));
    let keys = Keyring::new([(ci.line.as_str(), "ci")]);
    let head = receipt().covers.1;
    let fault =
        |note: &str, on: &str| Note::read(note.as_bytes(), on, &keys).unwrap().fault.unwrap_or_default();
    let text = receipt().to_text().unwrap();
    let good = receipt().sign(&ci.private()).unwrap();
    assert_eq!(fault(&good, &head), "");
    assert!(workshop.verifies(
        &ci.line,
        RECEIPTS,
        text.as_bytes(),
        good.strip_prefix(&format!("{text}\n")).unwrap()
    ));
    // As `ssh-keygen -Y sign` would have signed it.
    let theirs = workshop.sign(&ci.file, RECEIPTS, text.as_bytes(), &[]);
    assert_eq!(fault(&format!("{text}\n{theirs}"), &head), "");
    for (note, on, expected) in [
        (text.clone(), &head, "the receipt is not signed"),
        (format!("{text}\n"), &head, "the receipt is not signed"),
        (
            good.replace("review 123456", "review 123457"),
            &head,
            "of the receipt, the signature is not of this text",
        ),
        (good.replace("Ann Lee", "Eve Lee"), &head, "the signature is not of this text"),
        (good.clone(), &commit('e'), "the receipt is that of the commit bbbb"),
        (receipt().sign(&eve.private()).unwrap(), &head, "is not among those that count here"),
        (
            format!("{text}\n{}", sign(&ci.private(), COMMITS, text.as_bytes()).unwrap()),
            &head,
            "is made for `git`, not for `exboard-receipt`",
        ),
        (format!("{good}{good}"), &head, "of the receipt, the signature is damaged"),
        (format!("{text}\nSigned, CI"), &head, "the signature is damaged"),
    ] {
        let told = fault(&note, on);
        assert!(told.contains(expected), "{told}");
    }
    for none in [&b""[..], b"hello", b"\xff", b"\n\n", b"Exboard-Receipt: 1\n\nx"] {
        assert!(Note::read(none, &head, &keys).is_err());
    }
}

#[test]
fn votes_of_a_receipt_hold_by_their_digests_and_are_void_in_a_claim() {
    let workshop = Workshop::new();
    let ci = workshop.key("ci", "ed25519");
    let keys = Keyring::new([(ci.line.as_str(), "ci")]);
    let head = receipt().covers.1;
    let note = Note::read(receipt().sign(&ci.private()).unwrap().as_bytes(), &head, &keys).unwrap();
    let votes = note.votes_on("SEB-2026-0042", |voted| voted == digest('1'));
    let vote = &votes[0];
    assert_eq!(vote.by, Voter::Git { name: "Ann Lee".to_owned(), email: "ann@example.com".to_owned() });
    assert_eq!(
        (vote.source, vote.stance, vote.void.as_deref()),
        (VoteSource::Receipt, Stance::Approves, None)
    );
    assert_eq!((vote.on.clone(), vote.reference.as_str()), (Some(commit('c')), "review 123456"));
    assert_eq!((vote.at, &vote.covers), (Some(time("2026-04-21T15:04:05Z")), &Covers::Same));
    assert_eq!(note.votes_on("SEB-2026-0042", |_| false)[0].covers, Covers::Changed(Vec::new()));
    assert!(matches!(note.votes_on("SEB-1", |_| true)[0].covers, Covers::Unknown(_)));
    assert_eq!(note.receipt.digest("SEB-2026-0042"), Some(digest('1').as_str()));
    let claim = Note::read(receipt().to_text().unwrap().as_bytes(), &head, &keys).unwrap();
    let void = claim.votes_on("SEB-2026-0042", |_| true)[0].void.clone();
    assert_eq!(void.as_deref(), Some("the receipt is not signed"));
}

#[test]
fn a_key_that_does_not_sign_is_told() {
    let error = receipt().sign("hello").unwrap_err();
    assert!(
        matches!(error, ReceiptError::Sign(_)) && error.to_string().contains("OpenSSH's format"),
        "{error}"
    );
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,12}", any::<String>(), "[<>\\\\;, \n\r\t{}u0-9]{0,10}"]
}

fn identity() -> impl Strategy<Value = Identity> {
    (text(), text()).prop_map(|(name, email)| Identity { name, email })
}

fn instant() -> impl Strategy<Value = Instant> {
    (-62_167_219_200_i64..253_402_300_800, 0..1_000_000_000_u32)
        .prop_map(|(seconds, nanos)| Instant::from_timestamp(seconds, nanos).unwrap())
}

prop_compose! {
    fn any_vote()(
        by in identity(),
        yes in any::<bool>(),
        commit in prop::option::of("[0-9a-f]{40}"),
        digests in 0..3_usize,
        at in prop::option::of(instant()),
        reference in prop_oneof![
            Just(None),
            any::<u64>().prop_map(|number| Some(Reference::Review(number))),
            "[0-9a-f]{64}".prop_map(|commit| Some(Reference::Signature(commit))),
        ],
    ) -> (ReceiptVote, usize) {
        let stance = if yes { Stance::Approves } else { Stance::Objects };
        (ReceiptVote { by, stance, commit, digests: Vec::new(), at, reference }, digests)
    }
}

prop_compose! {
    fn any_receipt()(
        pull_request in "[!-~]{1,20}",
        opened_by in prop::option::of("[!-~]{1,10}"),
        authors in prop::collection::vec(identity(), 0..4),
        (base, head) in ("[0-9a-f]{40}", "[0-9a-f]{40}"),
        merged_at in instant(),
        count in 0..4_usize,
        votes in prop::collection::vec(any_vote(), 0..4),
    ) -> Receipt {
        let id = |number: usize| format!("SEB-2026-{number:04}");
        let records: Vec<_> = (0..count).map(|number| (id(number), digest('1'))).collect();
        let votes = votes.into_iter().map(|(mut vote, digests)| {
            vote.digests = (0..digests.min(count)).map(|number| (id(number), digest('2'))).collect();
            vote
        });
        let votes = votes.collect();
        Receipt { pull_request, opened_by, authors, covers: (base, head), merged_at, records, votes }
    }
}

proptest! {
    #[test]
    fn every_receipt_reads_back(receipt in any_receipt()) {
        let text = receipt.to_text().unwrap();
        prop_assert_eq!(&Receipt::parse(&text).unwrap(), &receipt);
        let lines = 4 + usize::from(receipt.opened_by.is_some()) + usize::from(!receipt.authors.is_empty());
        prop_assert_eq!(text.matches('\n').count(), lines + receipt.records.len() + receipt.votes.len());
        // git strips blanks at the ends of lines, and blank lines.
        prop_assert!(text.lines().all(|line| !line.is_empty() && line.trim_end() == line), "{}", text);
    }

    #[test]
    fn what_can_be_read_has_one_form(text in any::<String>(), at in any::<prop::sample::Index>(), byte in any::<char>()) {
        let _ = Receipt::parse(&text);
        // One character of a good one changed: refused, or read as what it says.
        let mut good: Vec<char> = receipt().to_text().unwrap().chars().collect();
        let at = at.index(good.len());
        good[at] = byte;
        let changed: String = good.into_iter().collect();
        if let Ok(read) = Receipt::parse(&changed) {
            prop_assert_eq!(read.to_text().unwrap(), changed);
        }
    }
}
