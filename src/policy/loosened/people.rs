//! `board.toml`, and the approvers of `registry.toml`: who votes, and what proves it.

use std::collections::BTreeSet;

use super::{List, Looser};
use crate::policy::{Person, Tier, fold};

const FILE: &str = "board.toml";

/// Compares the files.
pub(super) fn compare(list: &mut List<'_>) {
    let (base, head) = (&list.base.board, &list.head.board);
    for tier in Tier::ALL {
        let (was, is) = (base.tier(*tier), head.tier(*tier));
        let key = |field: &str| format!("tiers.{tier}.{field}");
        list.added(FILE, &key("members"), (&was.members, &is.members), |people| {
            format!("{people} votes on the {tier} tier")
        });
        let what = format!("the votes that the {tier} tier needs");
        list.number(FILE, key("quorum"), &what, Looser::Less, (was.quorum, is.quorum));
        if is.self_approval && !was.self_approval {
            let message = format!("on the {tier} tier the vote of an author counts");
            list.tell(FILE, key("self_approval"), message);
        }
    }
    list.added(FILE, "legal.members", (&base.legal, &head.legal), |people| {
        format!("{people} votes as legal counsel")
    });
    let approvers = (&list.base.registry.approvers, &list.head.registry.approvers);
    list.added("registry.toml", "approvers", approvers, |people| {
        format!("{people} may let high answers go out")
    });
    let sources = (&base.accept, &head.accept);
    list.added(FILE, "approvals.accept", sources, |sources| format!("votes by {sources} count"));
    if head.policy_votes.tier < base.policy_votes.tier {
        let message = format!(
            "the {} tier votes on the policy, and the {} tier before",
            head.policy_votes.tier, base.policy_votes.tier
        );
        list.tell(FILE, "approvals.policy.tier", message);
    }
    // The other way round: a file that is gone.
    let files = (&head.policy_votes.legal_for, &base.policy_votes.legal_for);
    list.added(FILE, "approvals.policy.legal_for", files, |files| {
        format!("a change of {files} takes no vote of legal counsel any more")
    });
    let keys = (&short(&base.receipt_keys), &short(&head.receipt_keys));
    list.added(FILE, "receipts.keys", keys, |keys| format!("receipts signed with {keys} count"));
    people(list);
}

/// What makes somebody else's act count as that of a person who was there before.
fn people(list: &mut List<'_>) {
    let (base, head) = (list.base, list.head);
    for (key, is) in &head.board.people {
        let Some(was) = base.board.people.get(key) else { continue };
        let at = |field: &str| format!("people.{key}.{field}");
        let keys = (&short(&was.ssh_keys), &short(&is.ssh_keys));
        list.added(FILE, &at("ssh_keys"), keys, |keys| format!("a signature by {keys} counts as {key}'s"));
        list.added(FILE, &at("emails"), (&addresses(was), &addresses(is)), |addresses| {
            format!("commits from {addresses} count as {key}'s")
        });
        let login = |person: &Person| person.github.as_deref().map(fold);
        if let (false, Some(login)) = (login(was) == login(is), &is.github) {
            list.tell(FILE, at("github"), format!("what `{login}` does on the forge counts as {key}'s"));
        }
        let stays = match (was.left, is.left) {
            (Some(was), Some(is)) => (is > was).then(|| format!("{key} leaves on {is}, and on {was} before")),
            (Some(was), None) => Some(format!("{key} has not left, and left on {was} before")),
            (None, _) => None,
        };
        if let Some(message) = stays {
            list.tell(FILE, at("left"), message);
        }
    }
}

fn addresses(person: &Person) -> BTreeSet<String> {
    person.emails.iter().map(|address| fold(address)).collect()
}

/// Keys as they can be told apart at a glance: without what a comment says, and without most of the letters.
fn short<'k>(keys: impl IntoIterator<Item = &'k String>) -> BTreeSet<String> {
    let short = |line: &String| {
        let mut words = line.split_whitespace();
        let (kind, blob) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let tail: String = blob.chars().skip(blob.chars().count().saturating_sub(16)).collect();
        format!("{kind} …{tail}")
    };
    keys.into_iter().map(short).collect()
}
