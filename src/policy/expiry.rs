//! `policies/expiry.toml`: how long an exception lives, and who looks at it meanwhile.

use std::collections::BTreeMap;

use super::exboard::MAX_DAYS;
use super::reader::Field;
use super::words::Tier;

/// `policies/expiry.toml`. All but `max_renewals` are days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expiry {
    /// Longest time from the decision to the end, unless `max_days_by_tier` has another for the tier.
    pub max_days: u32,
    /// The same for single tiers.
    pub max_days_by_tier: BTreeMap<Tier, u32>,
    /// The review is due this long before the end, and of a short exception halfway.
    pub review_lead_days: u32,
    /// At least this often somebody looks at an approved exception.
    pub monitor_every_days: u32,
    /// An end this near is pointed out.
    pub warn_days: u32,
    /// How many renewals there may be.
    pub max_renewals: u32,
    /// Longest time from the first decision, all renewals together.
    pub max_total_days: u32,
    /// How long after it was made a decision may be written down; 0 means on the same day.
    pub backdate_days: u32,
}

impl Expiry {
    /// Longest time, in days, from a decision of this tier to the end of the exception.
    #[must_use]
    pub fn max_days_for(&self, tier: Tier) -> u32 {
        self.max_days_by_tier.get(&tier).copied().unwrap_or(self.max_days)
    }

    /// The dotted key of the line that [`Expiry::max_days_for`] reads, for [`super::Policy::place`].
    #[must_use]
    pub fn max_days_key(&self, tier: Tier) -> String {
        match self.max_days_by_tier.get(&tier) {
            Some(_) => format!("max_days_by_tier.{tier}"),
            None => "max_days".to_owned(),
        }
    }
}

const KEYS: [&str; 8] = [
    "max_days",
    "max_days_by_tier",
    "review_lead_days",
    "monitor_every_days",
    "warn_days",
    "max_renewals",
    "max_total_days",
    "backdate_days",
];

/// Reads the file.
pub(super) fn read(root: &Field<'_>) -> Option<Expiry> {
    let root = root.table(&KEYS)?;
    let number = |key, range| root.need(key).and_then(|field| field.integer(range));
    let days = |key| number(key, 1..=MAX_DAYS);
    let max_days = days("max_days");
    let max_days_by_tier = root.need("max_days_by_tier").and_then(|field| read_by_tier(&field));
    let review_lead_days = days("review_lead_days");
    let monitor_every_days = days("monitor_every_days");
    let warn_days = days("warn_days");
    let max_renewals = number("max_renewals", 0..=1000);
    let max_total_days = days("max_total_days");
    let backdate_days = number("backdate_days", 0..=MAX_DAYS);
    Some(Expiry {
        max_days: max_days?,
        max_days_by_tier: max_days_by_tier?,
        review_lead_days: review_lead_days?,
        monitor_every_days: monitor_every_days?,
        warn_days: warn_days?,
        max_renewals: max_renewals?,
        max_total_days: max_total_days?,
        backdate_days: backdate_days?,
    })
}

fn read_by_tier(field: &Field<'_>) -> Option<BTreeMap<Tier, u32>> {
    let names = Tier::ALL.iter().map(|tier| tier.as_str()).collect::<Vec<_>>();
    let table = field.table(&names)?;
    let mut fine = true;
    let mut by_tier = BTreeMap::new();
    for tier in Tier::ALL {
        let Some(value) = table.get(tier.as_str()) else { continue };
        match value.integer(1..=MAX_DAYS) {
            Some(days) => {
                by_tier.insert(*tier, days);
            }
            None => fine = false,
        }
    }
    fine.then_some(by_tier)
}
