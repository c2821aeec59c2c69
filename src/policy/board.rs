//! `policies/board.toml`: who may decide, and which votes count.

use std::collections::{BTreeMap, BTreeSet};

use super::reader::{Field, Table};
use super::words::{Tier, VoteSource};
use super::{spelling, ssh};
use crate::time::Date;

/// `policies/board.toml`. Every person that it names is one of `people`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// `[people]`, by their keys.
    pub people: BTreeMap<String, Person>,
    /// `[tiers]`: all of them.
    tiers: BTreeMap<Tier, TierRules>,
    /// `[legal] members`: legal counsel.
    pub legal: BTreeSet<String>,
    /// `[approvals] accept`: the votes that count.
    pub accept: BTreeSet<VoteSource>,
    /// `[approvals] policy`: who votes on a change of the policy.
    pub policy_votes: PolicyVotes,
    /// `[receipts] keys`: public SSH keys with which receipts are signed.
    pub receipt_keys: BTreeSet<String>,
}

/// One of `[people]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Full name.
    pub name: String,
    /// Other names by which a request may call them.
    pub aliases: Vec<String>,
    /// Addresses of their commits.
    pub emails: Vec<String>,
    /// Login on the forge.
    pub github: Option<String>,
    /// Public keys with which they sign, as in `authorized_keys`.
    pub ssh_keys: Vec<String>,
    /// Their last day, inclusive.
    pub left: Option<Date>,
}

/// One of `[tiers]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TierRules {
    /// Keys of the people who vote; none means that nobody can decide.
    pub members: BTreeSet<String>,
    /// How many of them a decision needs; at least 1.
    pub quorum: u32,
    /// Whether the vote of an author counts.
    pub self_approval: bool,
}

/// `[approvals] policy`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVotes {
    /// The tier whose quorum votes.
    pub tier: Tier,
    /// Names of the policy files whose change also needs legal counsel.
    pub legal_for: BTreeSet<String>,
}

impl Board {
    /// The rules of a tier.
    #[must_use]
    pub fn tier(&self, tier: Tier) -> &TierRules {
        const NOBODY: &TierRules = &TierRules { members: BTreeSet::new(), quorum: 1, self_approval: false };
        // Reading fills in every tier.
        self.tiers.get(&tier).unwrap_or(NOBODY)
    }
}

/// Reads the file. `files` are the names of all policy files.
pub(super) fn read(root_field: &Field<'_>, files: &[&str]) -> Option<Board> {
    let root = root_field.table(&["people", "tiers", "legal", "approvals", "receipts"])?;
    let people = root.get("people").map_or_else(|| Some(BTreeMap::new()), |field| read_people(&field));
    // A person who is misspelt and one whose own entry is broken are two mistakes: members are looked up among
    // all keys, read or not.
    let keys = keys(root_field);
    let tiers = root.need("tiers").and_then(|field| read_tiers(&field, &keys));
    let legal = root.need("legal").and_then(|field| {
        let members = field.table(&["members"])?.need("members")?;
        members.distinct(|member| read_member(member, &keys))
    });
    let approvals = root.need("approvals").and_then(|field| read_approvals(&field, files));
    let receipts = root.need("receipts").and_then(|field| {
        let keys = field.table(&["keys"])?.need("keys")?;
        keys.distinct(|key| read_key(key).map(|(line, _)| line))
    });
    let (accept, policy_votes) = approvals?;
    Some(Board {
        people: people?,
        tiers: tiers?,
        legal: legal?,
        accept,
        policy_votes,
        receipt_keys: receipts?,
    })
}

/// The keys of all people, those whose entries are broken too; nothing is told.
pub(super) fn keys<'a>(root: &Field<'a>) -> BTreeSet<&'a str> {
    root.child_at("people").names().unwrap_or_default()
}

/// What tells people apart, each in the form in which it is compared; two people share none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Name,
    Address,
    Login,
    Key,
}

impl Mark {
    fn noun(self) -> &'static str {
        match self {
            Mark::Name => "name",
            Mark::Address => "address",
            Mark::Login => "login",
            Mark::Key => "SSH key",
        }
    }
}

type Marks<'a> = Vec<(Mark, Vec<u8>, Field<'a>)>;

fn read_people(field: &Field<'_>) -> Option<BTreeMap<String, Person>> {
    let mut people = BTreeMap::new();
    let mut fine = true;
    let mut taken: BTreeMap<(Mark, Vec<u8>), (&str, Field<'_>)> = BTreeMap::new();
    for (key, key_field, value) in field.map()? {
        let mut marks = Vec::new();
        if is_person_key(key) {
            marks.push((Mark::Name, fold(key), key_field));
        } else {
            fine = false;
            let message = format!(
                "a person's key must be at most 64 letters, digits, `.`, `_` and `-`, and begin with one of the \
                 first two, found {}",
                key_field.shown()
            );
            key_field.tell(
                key_field.problem(message).help("records name people by this key: keep it short, as in `jd`"),
            );
        }
        match read_person(&value, &mut marks) {
            Some(person) => {
                people.insert(key.to_owned(), person);
            }
            None => fine = false,
        }
        for (mark, folded, place) in marks {
            match taken.get(&(mark, folded.clone())) {
                Some((owner, first)) if *owner != key => {
                    fine = false;
                    let message = format!(
                        "{} and {} share the {} {}",
                        owner.escape_debug(),
                        key.escape_debug(),
                        mark.noun(),
                        place.shown()
                    );
                    let problem =
                        place.problem(message).help("what one of them does must not count for the other");
                    place.tell(first.point_at(problem, "the other person's"));
                }
                Some(_) => {}
                None => {
                    taken.insert((mark, folded), (key, place));
                }
            }
        }
    }
    fine.then_some(people)
}

fn read_person<'a>(field: &Field<'a>, marks: &mut Marks<'a>) -> Option<Person> {
    let table = field.table(&["name", "aliases", "emails", "github", "ssh_keys", "left"])?;
    let name = table.need("name").and_then(|field| field.text());
    let aliases = list(
        &table,
        "aliases",
        |field| {
            let alias = field.text()?;
            Some((Mark::Name, fold(&alias), alias))
        },
        marks,
    );
    let emails = list(
        &table,
        "emails",
        |field| {
            let address = read_email(field)?;
            Some((Mark::Address, fold(&address), address))
        },
        marks,
    );
    let github = match table.get("github") {
        Some(field) => read_login(&field).map(|login| {
            marks.push((Mark::Login, fold(&login), field));
            Some(login)
        }),
        None => Some(None),
    };
    let ssh_keys = list(
        &table,
        "ssh_keys",
        |field| {
            let (line, blob) = read_key(field)?;
            Some((Mark::Key, blob, line))
        },
        marks,
    );
    let left = table.get("left").map_or(Some(None), |field| field.date().map(Some));
    Some(Person {
        name: name?,
        aliases: aliases?,
        emails: emails?,
        github: github?,
        ssh_keys: ssh_keys?,
        left: left?,
    })
}

/// Reads a list that may be absent, and notes the mark of each of its entries, those of a broken list too.
fn list<'a>(
    table: &Table<'a>,
    key: &str,
    read: impl Fn(&Field<'a>) -> Option<(Mark, Vec<u8>, String)>,
    marks: &mut Marks<'a>,
) -> Option<Vec<String>> {
    let Some(field) = table.get(key) else { return Some(Vec::new()) };
    let mut values = Some(Vec::new());
    for item in field.list()? {
        match read(&item) {
            Some((mark, folded, value)) => {
                marks.push((mark, folded, item));
                values = values.map(|mut values| {
                    values.push(value);
                    values
                });
            }
            None => values = None,
        }
    }
    values
}

/// People are told apart without regard to case or Unicode form.
fn fold(text: &str) -> Vec<u8> {
    spelling::fold(text).into_bytes()
}

fn is_person_key(key: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    key.len() <= 64
        && key.bytes().all(inner)
        && key.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
}

fn read_email(field: &Field<'_>) -> Option<String> {
    let text = field.text()?;
    let parts: Vec<&str> = text.split('@').collect();
    if parts.len() == 2 && parts.iter().all(|part| !part.is_empty()) && !text.contains(char::is_whitespace) {
        return Some(text);
    }
    let message =
        format!("`{}` must be an address with one @ and no blanks, found {}", field.key(), field.shown());
    field.tell(field.problem(message).help("the address alone, without name and brackets"));
    None
}

fn read_login(field: &Field<'_>) -> Option<String> {
    let text = field.text()?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'[' | b']');
    if text.bytes().all(allowed) {
        return Some(text);
    }
    let message = format!("`{}` must be a login, found {}", field.key(), field.shown());
    let bare = text.trim().trim_start_matches('@');
    let help = if bare.bytes().all(allowed) {
        format!("write \"{bare}\"")
    } else {
        "without @ and address".to_owned()
    };
    field.tell(field.problem(message).help(help));
    None
}

/// A public key as it is written, and as it is compared.
fn read_key(field: &Field<'_>) -> Option<(String, Vec<u8>)> {
    let line = field.text()?;
    match ssh::read_key(&line) {
        // What is written is compared by the key in it; a key that was read can be written.
        Ok(key) => Some((line.trim().to_owned(), key.to_bytes().unwrap_or_default())),
        Err(reason) => {
            let message = format!("`{}` must be a public SSH key: {reason}", field.key());
            field.tell(field.problem(message).help("copy the line from the `.pub` file"));
            None
        }
    }
}

pub(super) fn read_member(field: &Field<'_>, people: &BTreeSet<&str>) -> Option<String> {
    let key = field.text()?;
    if people.contains(key.as_str()) {
        return Some(key);
    }
    let guess = field.closest(&key, people).map(|key| format!("did you mean \"{key}\"?"));
    let help = guess.unwrap_or_else(|| {
        "add a table [people.KEY] for them to board.toml, with at least a name".to_owned()
    });
    field.tell(field.problem(format!("{} is not one of the people", field.shown())).help(help));
    None
}

fn read_tiers(field: &Field<'_>, people: &BTreeSet<&str>) -> Option<BTreeMap<Tier, TierRules>> {
    let names: Vec<&str> = Tier::ALL.iter().map(|tier| tier.as_str()).collect();
    let table = field.table(&names)?;
    let tiers: Vec<Option<(Tier, TierRules)>> = Tier::ALL
        .iter()
        .map(|tier| Some((*tier, read_tier(*tier, &table.need(tier.as_str())?, people)?)))
        .collect();
    tiers.into_iter().collect()
}

fn read_tier(tier: Tier, field: &Field<'_>, people: &BTreeSet<&str>) -> Option<TierRules> {
    let table = field.table(&["members", "quorum", "self_approval"])?;
    let members_at = table.need("members");
    let members = members_at.as_ref().and_then(|field| field.distinct(|member| read_member(member, people)));
    let quorum_at = table.need("quorum");
    let quorum = quorum_at.as_ref().and_then(|field| field.integer(1..=1000));
    let self_approval = table.need("self_approval").and_then(|field| field.boolean());
    let (members, quorum) = (members?, quorum?);
    let count = members.len();
    if count > 0 && count < quorum as usize {
        let (members_at, quorum_at) = (members_at?, quorum_at?);
        let place = quorum_at.or_own(&members_at);
        let members = if count == 1 { "member" } else { "members" };
        let message = format!("the quorum of `{tier}` is {quorum}, more than its {count} {members}");
        let problem = place.problem(message).help("name more members, or lower the quorum");
        place.tell(members_at.point_at(problem, "the members"));
        return None;
    }
    Some(TierRules { members, quorum, self_approval: self_approval? })
}

fn read_approvals(field: &Field<'_>, files: &[&str]) -> Option<(BTreeSet<VoteSource>, PolicyVotes)> {
    let table = field.table(&["accept", "policy"])?;
    let accept = table.need("accept").and_then(|field| {
        let sources = field.distinct(Field::word::<VoteSource>)?;
        if sources.is_empty() {
            field.tell(field.problem("`approvals.accept` must name at least one source of votes"));
            return None;
        }
        Some(sources)
    });
    let policy = table.need("policy").and_then(|field| {
        let table = field.table(&["tier", "legal_for"])?;
        let tier = table.need("tier").and_then(|field| field.word());
        let legal_for = table.need("legal_for").and_then(|field| {
            field.distinct(|file| {
                let name = file.text()?;
                let known = files.contains(&name.as_str());
                if !known {
                    file.tell_not_among(&name, files, "the name of a policy file");
                }
                known.then_some(name)
            })
        });
        Some(PolicyVotes { tier: tier?, legal_for: legal_for? })
    });
    Some((accept?, policy?))
}
