//! `patterns.toml`, `statements.toml`, `commitments.toml`, `controls.toml`: what is asked, and what may be said.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{List, Looser};
use crate::policy::{ControlFamily, EscalatesOn, Pattern, Policy};

/// Compares the files.
pub(super) fn compare(list: &mut List<'_>) {
    patterns(list);
    statements(list);
    commitments(list);
    let (base, head) = (&list.base.controls, &list.head.controls);
    for family in ControlFamily::ALL {
        let sets = (&base.family(*family).nist, &head.family(*family).nist);
        list.added("controls.toml", &format!("families.{family}.nist"), sets, |nist| {
            format!("controls of {nist} serve the family {family} too")
        });
    }
}

fn patterns(list: &mut List<'_>) {
    const FILE: &str = "patterns.toml";
    let (base, head) = (list.base, list.head);
    for (id, was) in &base.patterns.rows {
        let at = |field: &str| format!("pattern.{id}.{field}");
        let Some(is) = head.patterns.rows.get(id) else {
            list.tell(FILE, format!("pattern.{id}"), format!("the pattern `{id}` is gone"));
            continue;
        };
        if is.risk < was.risk {
            let message = format!("`{id}` is rated {} at least, and {} before", is.risk, was.risk);
            list.tell(FILE, at("risk"), message);
        }
        let words = |pattern: &Pattern| pattern.keywords.iter().cloned().collect::<BTreeSet<String>>();
        list.added(FILE, &at("keywords"), (&words(is), &words(was)), |keywords| {
            format!("{keywords} does not show the pattern `{id}` any more")
        });
        let burden = |pattern: &Pattern| {
            let over = pattern.escalates_on == EscalatesOn::BurdenOver;
            pattern.burden_hours_month.filter(|_| over)
        };
        // Of the others, each leaves out cases that another has; once triaged, `always` has those of all of them.
        if is.escalates_on != was.escalates_on && is.escalates_on != EscalatesOn::Always {
            let message =
                format!("`{id}` is escalated on {}, and on {} before", is.escalates_on, was.escalates_on);
            list.tell(FILE, at("escalates_on"), message);
        }
        if let (Some(was), Some(is)) = (burden(was), burden(is))
            && is > was
        {
            let message = format!("`{id}` is escalated over {is} hours a month, and over {was} before");
            list.tell(FILE, at("burden_hours_month"), message);
        }
    }
}

fn statements(list: &mut List<'_>) {
    let (base, head) = (list.base, list.head);
    for (id, is) in head.statements.iter() {
        let Some(was) = base.statements.get(id) else { continue };
        let what = format!("the days for which a look at `{id}` counts");
        let days = (was.verify_every_days, is.verify_every_days);
        let key = format!("statement.{id}.verify_every_days");
        list.number("statements.toml", key, &what, Looser::More, days);
    }
}

fn commitments(list: &mut List<'_>) {
    const FILE: &str = "commitments.toml";
    let (base, head) = (list.base, list.head);
    let outward = |policy: &Policy| policy.commitments.outward.iter().cloned().collect::<BTreeSet<String>>();
    // The other way round, here and below: what is gone.
    list.added(FILE, "outward", (&outward(head), &outward(base)), |fields| {
        format!("{fields} is not read for promises any more")
    });
    let (was, is) = (base.as_json(), head.as_json());
    let promises = (&names(&is, "promise"), &names(&was, "promise"));
    list.added(FILE, "promise", promises, |patterns| {
        format!("the promises that {patterns} finds are not found any more, or not as before")
    });
    let approved = (&names(&was, "approved"), &names(&is, "approved"));
    list.added(FILE, "approved", approved, |texts| format!("{texts} may always be written"));
    for (id, commitment) in &head.commitments.register {
        let at = |field: &str| format!("commitment.{id}.{field}");
        let Some(was) = base.commitments.register.get(id) else {
            let message = format!("the {} `{id}` may be given to buyers", commitment.kind.as_str());
            list.tell(FILE, format!("commitment.{id}"), message);
            continue;
        };
        if commitment.valid_until > was.valid_until {
            let message = format!(
                "`{id}` may be given until {}, and until {} before",
                commitment.valid_until, was.valid_until
            );
            list.tell(FILE, at("valid_until"), message);
        }
        // A sentence that names an earlier day than this is not covered.
        let earliest = match (was.by_date, commitment.by_date) {
            (Some(was), None) => Some(format!("`{id}` may promise any day, and none before {was} until now")),
            (Some(was), Some(is)) if is < was => {
                Some(format!("`{id}` may promise {is} at the earliest, and {was} before"))
            }
            _ => None,
        };
        if let Some(message) = earliest {
            list.tell(FILE, at("by_date"), message);
        }
        let accounts = |accounts: &[String]| accounts.iter().cloned().collect::<BTreeSet<String>>();
        let (was_for, is_for) = (accounts(&was.accounts), accounts(&commitment.accounts));
        if is_for.is_empty() && !was_for.is_empty() {
            list.tell(FILE, at("accounts"), format!("`{id}` may be given to any buyer"));
        } else if !was_for.is_empty() {
            list.added(FILE, &at("accounts"), (&was_for, &is_for), |accounts| {
                format!("`{id}` may be given to {accounts} too")
            });
        }
        let wording = (&accounts(&was.wording), &accounts(&commitment.wording));
        list.added(FILE, &at("wording"), wording, |wording| format!("`{id}` may be given as {wording}"));
    }
}

/// The entries of a list of tables, each by its name, or else by what it says; those with a name and a pattern by both, so
/// that a pattern that changed under its name is another.
fn names(policy: &Json, list: &str) -> BTreeSet<Named> {
    let entries = policy.pointer(&format!("/commitments/{list}")).and_then(Json::as_array);
    let text = |entry: &Json, key: &str| entry.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    let named = |entry: &Json| Named {
        name: text(entry, "name"),
        says: format!("{}{}", text(entry, "text"), text(entry, "pattern")),
        kind: text(entry, "kind"),
    };
    entries.into_iter().flatten().map(named).collect()
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    name: String,
    says: String,
    kind: String,
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = if self.name.is_empty() { &self.says } else { &self.name };
        let words: Vec<&str> = name.split_whitespace().collect();
        let short: String = words.join(" ").chars().take(80).collect();
        f.write_str(&short)
    }
}
