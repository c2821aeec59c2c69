//! `policies/lanes.toml`: how a risk becomes a score, which tier decides it, and by when.

mod calendar;
mod order;
mod score;

use std::collections::BTreeSet;

use super::exboard::MAX_DAYS;
use super::reader::{Field, join_or};
use super::words::{Band, DataTier, Tier};
use crate::time::{Calendar, Sla};

pub use score::{Score, ScoreSum, Term};

/// `policies/lanes.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lanes {
    /// `[score]`
    pub score: Score,
    /// All lanes but the highest, ascending.
    lower: Vec<Lane>,
    /// The highest lane.
    top: Lane,
    /// `[calendar]`
    pub calendar: Calendar,
    /// `[scope] blanket`: words that name everything, lower case.
    pub blanket: BTreeSet<String>,
    /// `[consistency]`
    pub consistency: Consistency,
}

/// One `[[lane]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// Its place in the file, from 0.
    pub index: usize,
    /// How high its risks are.
    pub band: Band,
    /// Who decides.
    pub tier: Tier,
    /// Name of the board.
    pub name: String,
    /// Lowest score.
    pub first: u8,
    /// Highest score, inclusive.
    pub last: u8,
    /// How long the board may take.
    pub sla: Sla,
    /// Who decides when it took longer; absent where there is nobody higher.
    pub escalates_to: Option<Tier>,
}

/// `[consistency]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consistency {
    /// Days within which an account that asks again is pointed out.
    pub recurrence_days: u32,
    /// Days within which requests are seen as one that was split.
    pub split_days: u32,
}

impl Lanes {
    /// The risk score of two scores (0–100) and the tier of data at stake, with the way to it.
    #[must_use]
    pub fn score(&self, exploitability: u8, impact: u8, data: DataTier) -> ScoreSum {
        self.score.sum(exploitability, impact, data)
    }

    /// All lanes, ascending.
    pub fn all(&self) -> impl Iterator<Item = &Lane> {
        self.lower.iter().chain([&self.top])
    }

    /// The lane of a score; one above 100 belongs to the highest.
    #[must_use]
    pub fn lane_of(&self, score: u8) -> &Lane {
        self.lower.iter().find(|lane| score <= lane.last).unwrap_or(&self.top)
    }

    /// The lane whose tier this is; absent where the policy gives the tier no lane.
    #[must_use]
    pub fn lane_of_tier(&self, tier: Tier) -> Option<&Lane> {
        self.all().find(|lane| lane.tier == tier)
    }
}

impl Lane {
    /// The dotted key of one of its values, for [`crate::policy::Policy::place`]: `lane.2.scores`.
    #[must_use]
    pub fn key(&self, field: &str) -> String {
        format!("lane.{}.{field}", self.index)
    }
}

/// Reads the file.
pub(super) fn read(root: &Field<'_>) -> Option<Lanes> {
    let root = root.table(&["score", "lane", "calendar", "scope", "consistency"])?;
    let score = root.need("score").and_then(|field| score::read(&field));
    let lanes = root.need("lane").and_then(|field| read_lanes(&field));
    let calendar = root.need("calendar").and_then(|field| calendar::read(&field));
    let blanket =
        root.need("scope").and_then(|field| field.table(&["blanket"])?.need("blanket")?.list_of(Field::text));
    let consistency = root.need("consistency").and_then(|field| {
        let table = field.table(&["recurrence_days", "split_days"])?;
        let days = |key| table.need(key).and_then(|field| field.integer(1..=MAX_DAYS));
        let (recurrence_days, split_days) = (days("recurrence_days"), days("split_days"));
        Some(Consistency { recurrence_days: recurrence_days?, split_days: split_days? })
    });
    let mut lower = lanes?;
    let top = lower.pop()?;
    let blanket = blanket?.iter().map(|word| word.trim().to_lowercase()).collect();
    Some(Lanes { score: score?, lower, top, calendar: calendar?, blanket, consistency: consistency? })
}

fn read_lanes(field: &Field<'_>) -> Option<Vec<Lane>> {
    let tables = field.list()?;
    if tables.is_empty() {
        let help = "delete the line to keep the built-in lanes";
        field.tell(field.problem("there must be at least one lane").help(help));
        return None;
    }
    let lanes: Vec<Option<Lane>> =
        tables.iter().enumerate().map(|(index, table)| read_lane(index, table)).collect();
    let lanes: Vec<Lane> = lanes.into_iter().collect::<Option<_>>()?;
    let places: Vec<(&Field<'_>, &Lane)> = tables.iter().zip(&lanes).collect();
    order::check(field, &places).then_some(lanes)
}

fn read_lane(index: usize, field: &Field<'_>) -> Option<Lane> {
    let table = field.table(&["band", "tier", "name", "scores", "sla", "escalates_to"])?;
    let band = table.need("band").and_then(|field| field.word());
    let tier = table.need("tier").and_then(|field| field.word());
    let name = table.need("name").and_then(|field| field.text());
    let scores = table.need("scores").and_then(|field| read_scores(&field));
    let sla = table.need("sla").and_then(|field| read_sla(&field));
    let escalates_to = table.need("escalates_to").and_then(|field| read_escalation(&field));
    let (first, last) = scores?;
    Some(Lane {
        index,
        band: band?,
        tier: tier?,
        name: name?,
        first,
        last,
        sla: sla?,
        escalates_to: escalates_to?,
    })
}

fn read_scores(field: &Field<'_>) -> Option<(u8, u8)> {
    let bounds = field.list_of(Field::score)?;
    let (fault, help) = match bounds.as_slice() {
        [first, last] if first <= last => return Some((*first, *last)),
        [first, last] => ("must begin with the lower score", format!("write [{last}, {first}]")),
        _ => ("must be the first and the last score", "as in [0, 34]".to_owned()),
    };
    let message = format!("`{}` {fault}, found {}", field.key(), field.shown());
    field.tell(field.problem(message).help(help));
    None
}

/// Reads an SLA: exactly one of its three forms. A year of either unit is the most.
///
/// Where it is laid over a built-in one, only what the repository wrote counts: hours take the place of business days.
pub(super) fn read_sla(field: &Field<'_>) -> Option<Sla> {
    let keys = ["hours", "business_days", "same_business_day"];
    let table = field.table(&keys)?;
    let mut given: Vec<(&str, Field<'_>)> =
        keys.into_iter().filter_map(|key| Some((key, table.get(key)?))).collect();
    if given.iter().any(|(_, form)| form.is_own()) {
        given.retain(|(_, form)| form.is_own());
    }
    let same = match given.as_slice() {
        [("hours", hours)] => return hours.integer(1..=8760).map(Sla::Hours),
        [("business_days", days)] => return days.integer(1..=365).map(Sla::BusinessDays),
        [(_, same)] => same,
        _ => {
            let message = format!(
                "`{}` must have exactly one of {}, found {}",
                field.key(),
                join_or(&keys),
                given.len()
            );
            field.tell(field.problem(message).help("as in { hours = 48 }"));
            return None;
        }
    };
    if !same.boolean()? {
        let message = format!("`{}` can only be true", same.key());
        same.tell(same.problem(message).help("for another SLA write { hours = … } or { business_days = … }"));
        return None;
    }
    Some(Sla::SameBusinessDay)
}

/// A tier, or "none".
fn read_escalation(field: &Field<'_>) -> Option<Option<Tier>> {
    let text = field.text()?;
    if text == "none" {
        return Some(None);
    }
    let tier = Tier::ALL.iter().find(|tier| tier.as_str() == text);
    if tier.is_none() {
        let words = ["working", "director", "executive", "none"];
        field.tell_not_among(&text, &words, &join_or(&words));
    }
    tier.map(|tier| Some(*tier))
}
