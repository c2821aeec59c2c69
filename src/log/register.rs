//! The register as it stood.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Entry, Event};
use crate::record::Record;
use crate::time::Instant;

/// What matters of a record at a glance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Its status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The account of the buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The tier of a board record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// The last day of an approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

impl Standing {
    /// What matters of a record.
    #[must_use]
    pub fn of(record: &Record<'_>) -> Standing {
        match record {
            Record::Board(record) => Standing {
                status: record.decision_status.map(|status| status.as_str().to_owned()),
                account: record.account_name.map(str::to_owned),
                tier: record.board_tier.map(|tier| tier.as_str().to_owned()),
                until: record.approved_until.filter(|_| record.is_approved()).map(|until| until.to_string()),
            },
            Record::Registry(record) => Standing {
                status: record.status.map(|status| status.as_str().to_owned()),
                account: record.buyer_account.map(str::to_owned),
                tier: None,
                until: None,
            },
        }
    }
}

/// The last entry of every record that was there at a time, by kind and id. `entries` are in the order of history.
#[must_use]
pub fn register(entries: &[Entry], at: Instant) -> Vec<&Entry> {
    let mut last: BTreeMap<(&str, &str), &Entry> = BTreeMap::new();
    // By the order of history and not of its clocks: a later commit with an earlier date is the later one all the same.
    for entry in entries.iter().filter(|entry| entry.at <= at) {
        last.insert((&entry.kind, &entry.record), entry);
    }
    last.into_values().filter(|entry| !entry.events.contains(&Event::Removed)).collect()
}
