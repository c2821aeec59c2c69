//! A roster as a board keeps it.

use exboard::finding::{RuleInfo, Severity};
use exboard::policy::{KnownRule, Level, Tier};
use exboard::time::parse_date;

use super::{RULES, load};

/// One key of each kind. Nobody has their private halves.
const KEYS: [&str; 5] = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKLdsSg3+Ba+UMouvKp41UDHI4gRiipQeZn5MrnFEir9 jd@laptop",
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBBujmWODZzJ2XDhz+J5kguufqF9VROl\
     +ud1knFpgeibE0Uy34L76ndhysCXD64edPECVtsJXk8+swpo0H1iNZz8=",
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQCu7KJQadnfklMA4lZdsif/kACpEhATdISht58H8T09iwQoaXAM8XeHtrolun8cn3A6tGzG\
     gSwJSzjenb6lHzIAD8bvZ0ZxQ5gcvV7PZ3V95BtL3nRDxtGuOXd673GF+nTIwkuTTC6UPtkrilxDoU761w1P3hnb2WTCS47VZ8As5NN5YZB8\
     Tom6DS8KeRAU0WzDrgFr5tJAsn9VTN0i358WhW0W8uMNaGVug52tJYnWdHBTSszwEUHBbwyHHVYeAPXHFLTRbYxRoZZVq79SedOtZkYv6+yL\
     nr3Xo3YtCFz1425r83ucQDdTOdplebuATuxNr6A9V8OoC1/N7nOhJG7UH103fkPz2WU51X7PW3GxgbcHT09IkAZ/uJPItYV26LPbehR5+F9j\
     ymjsQmpuYnyqmcVoIElyO8Bo3IUZLzX4y8WL8hVcLNU5D1EkTuHpGszNFrLZUdOSEZNvDrL7m7Cs4LIpklN4xYsErYgp8DKRZW+Y8NNtNa9J\
     VoSz/k6lVlU=",
    "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAABAgMEBQYHCAkK\
     CwwNDg8QERITFBUWFxgZGhscHR4fAAAABHNzaDo=",
    "sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlz\
     dHAyNTYAAABBBAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8AAAAEc3NoOg==",
];

#[test]
fn a_roster_is_read_with_all_its_people() {
    let keys = KEYS.map(|key| format!("{key:?}")).join(", ");
    let text = format!(
        "[people.jd]\nname = \"Jane Doe\"\naliases = [\"Jane\", \"JD\"]\nemails = [\"jd@example.com\"]\n\
         github = \"jdoe\"\nssh_keys = [{keys}]\nleft = 2026-12-31\n\
         [people.\"a.b\"]\nname = \"Jane Doe\"\n\
         [tiers.working]\nmembers = [\"jd\", \"a.b\"]\nquorum = 2\n\
         [tiers.executive]\nself_approval = true\nquorum = 9\n\
         [legal]\nmembers = [\"a.b\"]\n[receipts]\nkeys = [{:?}]\n",
        KEYS[0]
    );
    let board = load(&[("policies/board.toml", &text)]).board;
    let jd = &board.people["jd"];
    assert_eq!((jd.name.as_str(), jd.github.as_deref()), ("Jane Doe", Some("jdoe")));
    assert_eq!(jd.aliases, ["Jane", "JD"]);
    assert_eq!(jd.emails, ["jd@example.com"]);
    assert_eq!(jd.ssh_keys, KEYS);
    assert_eq!(jd.left, parse_date("2026-12-31"));
    let other = &board.people["a.b"];
    assert!(other.emails.is_empty() && other.github.is_none() && other.left.is_none());
    assert_eq!(board.tier(Tier::Working).members.iter().collect::<Vec<_>>(), ["a.b", "jd"]);
    assert_eq!(board.tier(Tier::Working).quorum, 2);
    // Nobody is a member, so nobody can decide, whatever the quorum: the vote rules say so.
    assert!(board.tier(Tier::Executive).members.is_empty() && board.tier(Tier::Executive).self_approval);
    assert_eq!(board.legal.iter().collect::<Vec<_>>(), ["a.b"]);
    assert_eq!(board.receipt_keys.len(), 1);
}

#[test]
fn the_words_of_policies_are_those_of_the_rules() {
    let exboard = load(&[("exboard.toml", "[rules]\n\"expiry/horizon\" = \"warning\"\n")]).exboard;
    assert_eq!(exboard.rules["expiry/horizon"].severity(), Some(Severity::Warning));
    assert_eq!(Level::Off.severity(), None);
    for severity in [Severity::Info, Severity::Warning, Severity::Error] {
        let level = Level::ALL.iter().find(|level| level.severity() == Some(severity)).expect("a level");
        assert_eq!(level.as_str(), severity.as_str());
    }
    assert!(Tier::Working < Tier::Director && Tier::Director < Tier::Executive);
    assert_eq!(serde_json::from_str::<Tier>("\"director\"").expect("a tier"), Tier::Director);
}

#[test]
fn a_policy_knows_rules_by_their_metadata() {
    const RULE: RuleInfo = RuleInfo {
        name: "evidence/unused",
        summary: "",
        scope: exboard::finding::Scope::Record,
        severity: Severity::Info,
        locked: false,
        judges: exboard::finding::Judges::Every,
        gate: false,
        suppressible: false,
        votes: false,
        clock: false,
        fix: None,
        since: "0.1.0",
        docs: "",
    };
    assert_eq!(KnownRule::from(&RULE), RULES[0]);
}
