//! Votes as signed commits, each judged by git too.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use exboard::change::{
    Commit, Covers, Electorate, Excluded, Identities, POLICY, Stance, Surroundings, Vote, Voter, is_ballot,
    signed_votes, tally,
};
use exboard::policy::{Policy, Tier, VoteSource};
use exboard::signature::{Fault, Keyring};
use exboard::time::parse_time;

use super::keys::{Key, Workshop};
use super::policy;

/// A repository with a commit to vote on, and the people who may.
struct Repository {
    workshop: Workshop,
    ann: Key,
    bob: Key,
    /// Left before the votes.
    cat: Key,
    /// In no roster.
    eve: Key,
    policy: Policy,
}

const VOTED: &str = "2026-05-04T12:00:00Z";

fn digest() -> String {
    format!("sha256:{}", "1".repeat(64))
}

fn message(trailers: &str) -> String {
    format!("Approve SEB-2026-0042\n\n{trailers}\nDigest: SEB-2026-0042 {}\n", digest())
}

impl Repository {
    fn new() -> Repository {
        let workshop = Workshop::new();
        let [ann, bob, cat, eve] =
            [("ann", "ed25519"), ("bob", "ecdsa -b 384"), ("cat", "rsa -b 2048"), ("eve", "ed25519")]
                .map(|(name, kind)| workshop.key(name, kind));
        let person = |name: &str, key: &Key, more: &str| {
            format!(
                "[people.{name}]\nname = \"{name}\"\nemails = [\"{name}@example.com\"]\nssh_keys = [{:?}]\n{more}",
                key.line
            )
        };
        let board = person("ann", &ann, "")
            + &person("bob", &bob, "")
            + &person("cat", &cat, "left = 2026-05-01\n")
            + "[tiers.working]\nmembers = [\"ann\", \"bob\", \"cat\"]\n";
        // The same for git. A day there begins where ours ends.
        let signer =
            |name: &str, key: &Key, options: &str| format!("{name}@example.com {options} {}\n", key.line);
        let until = "valid-before=\"20260502000000Z\",namespaces=\"git\"";
        let allowed = signer("ann", &ann, "namespaces=\"git\"")
            + &signer("bob", &bob, "namespaces=\"git\"")
            + &signer("cat", &cat, until);
        fs::write(workshop.path("allowed_signers"), allowed).unwrap();
        let allowed = workshop.path("allowed_signers");
        fs::write(
            workshop.path("gitconfig"),
            format!(
                "[user]\nname = ann\nemail = ann@example.com\n[gpg]\nformat = ssh\n[gpg \"ssh\"]\n\
                 allowedSignersFile = {}\n",
                allowed.display()
            ),
        )
        .unwrap();
        workshop.must("git", &["init", "-q", "-b", "main", "."]);
        let repository = Repository { workshop, ann, bob, cat, eve, policy: policy(&board) };
        repository.git(VOTED, &["commit", "-q", "--allow-empty", "-m", "Base"]);
        repository
    }

    fn git(&self, date: &str, arguments: &[&str]) -> String {
        let mut command = self.workshop.command("git");
        command.args(arguments).env("GIT_COMMITTER_DATE", date).env("GIT_AUTHOR_DATE", date);
        let mut output = command.output().unwrap();
        // A signal is no answer: git can be ended by a broken pipe where ssh-keygen is done before it has read it all.
        for _ in 0..4 {
            if output.status.code().is_some() {
                break;
            }
            output = command.output().unwrap();
        }
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {}: {said}", output.status);
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// An empty commit on the base, signed with a key.
    fn commit(&self, key: &Key, message: &str, date: &str) -> String {
        self.git(date, &["checkout", "-q", "--detach", "main"]);
        let key = format!("user.signingKey={}", key.file.display());
        self.git(date, &["-c", &key, "commit", "-q", "-S", "--allow-empty", "-m", message]);
        self.git(date, &["rev-parse", "HEAD"])
    }

    fn object(&self, id: &str) -> Vec<u8> {
        self.workshop.run("git", &["cat-file", "commit", id]).stdout
    }

    /// Writes a commit by its bytes.
    fn write(&self, object: &[u8]) -> String {
        let mut command = self.workshop.command("git");
        command
            .args(["hash-object", "-t", "commit", "-w", "--stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(object).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
    }

    /// A commit whose signature is made elsewhere, over what git signs.
    fn with_signature(&self, unsigned: &[u8], signature: &str) -> String {
        let text = String::from_utf8(unsigned.to_vec()).unwrap();
        let (head, body) = text.split_once("\n\n").unwrap();
        let header = signature.trim_end().replace('\n', "\n ");
        self.write(format!("{head}\ngpgsig {header}\n\n{body}").as_bytes())
    }

    /// What git says: `G` for good, and whose key it is.
    fn judged_by_git(&self, id: &str) -> String {
        let shown = self.git(VOTED, &["log", "-1", "--format=%G? %GS", id]);
        let verified = self.workshop.run("git", &["verify-commit", id]).status.success();
        assert_eq!(verified, shown.starts_with('G'), "{id}: {shown}");
        shown.trim_end().to_owned()
    }

    fn around(&self, id: &str) -> Surroundings {
        let tree = |revision: &str| self.git(VOTED, &["rev-parse", &format!("{revision}^{{tree}}")]);
        let date = self.git(VOTED, &["log", "-1", "--format=%cI", &format!("{id}^1")]);
        let parent_committed_at = Some(parse_time(&date).unwrap().to_utc());
        Surroundings { same_tree: tree(id) == tree(&format!("{id}^1")), parent_committed_at }
    }

    fn votes(&self, id: &str) -> Vec<Vote> {
        let commit = Commit::parse(id, &self.object(id)).unwrap();
        let people = Identities::of(&self.policy);
        let keys = Keyring::of_people(&self.policy.board);
        let votes = signed_votes(&commit, &self.around(id), &people, &keys);
        votes.into_iter().map(|vote| vote.against(true)).collect()
    }

    /// Who counts, or else what the vote lacks.
    fn counted(&self, id: &str) -> String {
        let votes = self.votes(id);
        let people = Identities::of(&self.policy);
        let electorate = Electorate::tier(&self.policy, Tier::Working);
        let now = parse_time("2026-05-04T15:00:00Z").unwrap().to_utc();
        let tally = tally(&votes, &electorate, &people, &Excluded::default(), now);
        let counted: Vec<String> = tally.counted.keys().map(|person| format!("counts: {person}")).collect();
        let lacks = tally.uncounted.iter().flat_map(|vote| &vote.lacks).map(ToString::to_string);
        counted.into_iter().chain(lacks).collect::<Vec<_>>().join(" + ")
    }
}

#[test]
fn git_agrees_on_every_signature() {
    let repository = Repository::new();
    let Repository { workshop, ann, bob, cat, eve, .. } = &repository;
    let by = |name: &str| message(&format!("Approved-by: {name} <{name}@example.com>"));
    let good = repository.commit(ann, &by("ann"), VOTED);
    let text = String::from_utf8(repository.object(&good)).unwrap();
    let unsigned = Commit::parse(&good, text.as_bytes()).unwrap().signed;
    let elsewhere = workshop.sign(&ann.file, "file", &unsigned, &[]);
    let sha256 = workshop.sign(&ann.file, "git", &unsigned, &["-O", "hashalg=sha256"]);
    let tampered = repository.write(text.replace("SEB-2026-0042", "SEB-2026-0043").as_bytes());
    let damaged = repository.with_signature(&unsigned, &sha256.replace("\nU1N", "\nU1M"));
    let unknown = format!(
        "of the commit, the key that signed ({}) is not among those that count here",
        fingerprint(workshop, "eve")
    );
    let changed = "of the commit, the signature is not of this text: the text, or the signature, was changed";
    for (name, commit, git, ours) in [
        ("good", good.clone(), "G ann@example.com", "counts: ann"),
        (
            "good, another algorithm",
            repository.commit(bob, &by("bob"), VOTED),
            "G bob@example.com",
            "counts: bob",
        ),
        (
            "good, another hash",
            repository.with_signature(&unsigned, &sha256),
            "G ann@example.com",
            "counts: ann",
        ),
        ("tampered", tampered, "B", changed),
        ("damaged", damaged, "B", "of the commit, the signature is damaged: it is not whole"),
        ("unsigned", repository.write(&unsigned), "N", "the commit is not signed"),
        ("unknown key", repository.commit(eve, &by("ann"), VOTED), "U", unknown.as_str()),
        (
            "made for something else",
            repository.with_signature(&unsigned, &elsewhere),
            "B",
            "of the commit, the signature is made for `file`, not for `git`",
        ),
        ("left", repository.commit(cat, &by("cat"), VOTED), "U", "left on 2026-05-01"),
        // The signature is good: whose it is, is not what the trailer says.
        (
            "somebody else's",
            repository.commit(bob, &by("ann"), VOTED),
            "G bob@example.com",
            "the commit is signed with the key of bob, and `ann <ann@example.com>` is not theirs",
        ),
    ] {
        let judged = repository.judged_by_git(&commit);
        let expected = if git.starts_with('G') { judged == git } else { !judged.starts_with('G') };
        assert!(expected, "{name}: git says {judged}, not {git}");
        let counted = repository.counted(&commit);
        assert!(counted == ours || counted.starts_with(&format!("{ours} + ")), "{name}: {counted}");
    }
}

fn fingerprint(workshop: &Workshop, name: &str) -> String {
    let shown = workshop.must("ssh-keygen", &["-l", "-f", &format!("{name}.pub")]);
    shown.split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn a_key_that_is_taken_out_of_the_roster_counts_no_more() {
    let mut repository = Repository::new();
    let by = message("Approved-by: ann <ann@example.com>");
    let vote = repository.commit(&repository.ann, &by, VOTED);
    assert_eq!(repository.counted(&vote), "counts: ann");
    repository.policy.board.people.get_mut("ann").unwrap().ssh_keys.clear();
    assert!(repository.counted(&vote).contains("is not among those that count here"));
    let allowed = repository.workshop.path("allowed_signers");
    let others: Vec<String> = fs::read_to_string(&allowed)
        .unwrap()
        .lines()
        .filter(|line| !line.starts_with("ann"))
        .map(str::to_owned)
        .collect();
    fs::write(&allowed, others.join("\n") + "\n").unwrap();
    assert!(!repository.judged_by_git(&vote).starts_with('G'));
}

#[test]
fn only_an_empty_commit_with_a_digest_is_a_ballot() {
    let repository = Repository::new();
    let by = message("Approved-by: ann <ann@example.com>");
    let ann = &repository.ann;
    let ballot = |id: &str| {
        is_ballot(&Commit::parse(id, &repository.object(id)).unwrap(), repository.around(id).same_tree)
    };

    // Dated before what it was made on: git itself does not mind.
    let early = repository.commit(ann, &by, "2026-05-04T11:59:59Z");
    assert!(repository.judged_by_git(&early).starts_with('G'));
    let told = repository.counted(&early);
    let expected =
        "the commit is dated 2026-05-04T11:59:59Z, before the one that it was made on (2026-05-04T12:00:00Z)";
    assert_eq!(told, expected);
    assert!(ballot(&early), "whatever it is worth, it changes nothing");

    // With files in it.
    let key = format!("user.signingKey={}", ann.file.display());
    repository.git(VOTED, &["checkout", "-q", "--detach", "main"]);
    fs::write(repository.workshop.path("file"), "x").unwrap();
    repository.git(VOTED, &["add", "file"]);
    repository.git(VOTED, &["-c", &key, "commit", "-q", "-S", "-m", &by]);
    let full = repository.git(VOTED, &["rev-parse", "HEAD"]);
    assert_eq!(repository.counted(&full), "the commit changes files, and a voting commit changes none");
    assert!(!ballot(&full));

    // A merge that takes nothing over.
    let strategy = ["merge", "-q", "-s", "ours", "--no-ff", "-S", "-m", &by, &full];
    repository.git(VOTED, &["checkout", "-q", "--detach", "main"]);
    repository.git(VOTED, &[&["-c", key.as_str()][..], &strategy].concat());
    let merge = repository.git(VOTED, &["rev-parse", "HEAD"]);
    assert_eq!(repository.counted(&merge), "the commit has 2 parents, and a voting commit has one");
    assert!(!ballot(&merge));

    // Trailers alone are shown by git, and are no votes.
    for trailers in [
        "Approved-by: ann <ann@example.com>".to_owned(),
        format!("Digest: SEB-2026-0042 {}", digest()),
        format!("Approved-by: ann\nDigest: SEB-2026-0042 {}", digest()),
        format!("Approved-by: ann <ann@example.com>\nDigest: SEB-2026-0042 {}", digest().replace('1', "A")),
        format!("Approved-by: ann <ann@example.com>\nDigest: everything {}", digest()),
    ] {
        let plain = repository.commit(ann, &format!("Title\n\n{trailers}\n"), VOTED);
        assert!(repository.votes(&plain).is_empty() && !ballot(&plain), "{trailers}");
    }
}

#[test]
fn a_ballot_says_who_voted_on_what() {
    let repository = Repository::new();
    let text = format!(
        "Vote\n\nCHANGES-REQUESTED-BY: Ann <ANN@example.com>\nDigest: SEB-2026-0042 {one}\ndigest: policy {one}\n",
        one = digest()
    );
    let id = repository.commit(&repository.ann, &text, VOTED);
    let commit = Commit::parse(&id, &repository.object(&id)).unwrap();
    let people = Identities::of(&repository.policy);
    let keys = Keyring::of_people(&repository.policy.board);
    let votes = signed_votes(&commit, &repository.around(&id), &people, &keys);
    let ids: Vec<&str> = votes.iter().map(|vote| vote.id.as_str()).collect();
    assert_eq!(ids, ["SEB-2026-0042", POLICY]);
    let one = votes[0].clone();
    assert_eq!(one.digest, digest());
    assert!(matches!(one.vote.covers, Covers::Unknown(_)));
    assert_eq!((&one.vote.by, one.vote.source), (&Voter::Person("ann".to_owned()), VoteSource::Signature));
    assert_eq!((one.vote.stance, one.vote.void.as_deref()), (Stance::Objects, None));
    assert_eq!(one.vote.on.as_ref(), commit.parents.first());
    assert_eq!((one.vote.at, &one.vote.reference), (Some(parse_time(VOTED).unwrap().to_utc()), &id));
    assert_eq!(one.clone().against(true).covers, Covers::Same);
    assert_eq!(one.against(false).covers, Covers::Changed(Vec::new()));
    // Without a date on either side nothing is proved.
    let around = Surroundings { same_tree: true, parent_committed_at: None };
    let undated = signed_votes(&commit, &around, &people, &keys);
    assert!(undated[0].vote.void.as_deref().unwrap().contains("no date that can be read"));
}

#[test]
fn a_second_signature_and_one_of_another_hash_change_nothing() {
    let repository = Repository::new();
    let by = message("Approved-by: ann <ann@example.com>");
    let good = repository.commit(&repository.ann, &by, VOTED);
    let text = String::from_utf8(repository.object(&good)).unwrap();
    let added = text.replacen("\n\n", "\ngpgsig-sha256 -----BEGIN SSH SIGNATURE-----\n x\n\n", 1);
    let id = repository.write(added.as_bytes());
    assert_eq!(repository.judged_by_git(&id), "G ann@example.com");
    assert_eq!(repository.counted(&id), "counts: ann");
    let openpgp = repository.with_signature(
        &Commit::parse(&good, text.as_bytes()).unwrap().signed,
        "-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n",
    );
    let told = repository.votes(&openpgp)[0].void.clone().unwrap();
    assert_eq!(told, format!("of the commit, {}", Fault::Foreign("OpenPGP")));
}
