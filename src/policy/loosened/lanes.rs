//! `lanes.toml` and the deadlines of `registry.toml`: who decides what, and how fast.

use chrono::TimeDelta;

use super::{List, Looser};
use crate::policy::{DataTier, Policy, RiskLevel, Tier};
use crate::time::{Calendar, Instant, Sla, describe_sla};

const FILE: &str = "lanes.toml";

/// Compares the files.
pub(super) fn compare(list: &mut List<'_>) {
    score(list);
    lanes(list);
    calendar(list);
    blanket(list);
    let (base, head) = (list.base, list.head);
    for level in RiskLevel::ALL {
        let slas = (base.registry.sla(*level), head.registry.sla(*level));
        if is_longer(&head.lanes.calendar, slas) {
            let message = format!(
                "an answer to a {level} request may take {}, and {} before",
                describe_sla(slas.1),
                describe_sla(slas.0)
            );
            list.tell("registry.toml", format!("sla.{level}"), message);
        }
    }
}

fn score(list: &mut List<'_>) {
    let (base, head) = (&list.base.lanes.score, &list.head.lanes.score);
    // Weights add up to 1: where one grows the other shrinks, and either can be the one that matters.
    if base.exploitability != head.exploitability {
        let message = format!(
            "the score weighs exploitability {} and impact {}, and {} and {} before",
            head.exploitability, head.impact, base.exploitability, base.impact
        );
        list.tell(FILE, "score.weights", message);
    }
    for data in DataTier::ALL {
        let uplift = |score: &crate::policy::Score| score.uplift.get(data).copied().unwrap_or(0).into();
        let what = format!("the points that {data} data adds to the score");
        list.number(FILE, format!("score.uplift.{data}"), &what, Looser::Less, (uplift(base), uplift(head)));
    }
}

/// The lowest score that comes before a tier, or before a higher one; 101 where none does.
fn lowest(policy: &Policy, tier: Tier) -> u32 {
    policy.lanes.all().filter(|lane| lane.tier >= tier).map(|lane| u32::from(lane.first)).min().unwrap_or(101)
}

fn lanes(list: &mut List<'_>) {
    let (base, head) = (list.base, list.head);
    for tier in Tier::ALL {
        let (was, is) = (lowest(base, *tier), lowest(head, *tier));
        let lane = head.lanes.lane_of_tier(*tier);
        let key = lane.map_or_else(|| "lane".to_owned(), |lane| lane.key("scores"));
        match is {
            _ if is <= was => {}
            101 => list.tell(FILE, key, format!("no score comes before the {tier} tier any more")),
            _ => {
                let message =
                    format!("scores come before the {tier} tier from {is} up, and from {was} up before");
                list.tell(FILE, key, message);
            }
        }
        let (Some(was), Some(is)) = (base.lanes.lane_of_tier(*tier), lane) else { continue };
        if is_longer(&head.lanes.calendar, (was.sla, is.sla)) {
            let message = format!(
                "the {tier} tier may take {}, and {} before",
                describe_sla(is.sla),
                describe_sla(was.sla)
            );
            list.tell(FILE, is.key("sla"), message);
        }
        if is.escalates_to < was.escalates_to {
            let word = |to: Option<Tier>| to.map_or("nobody", Tier::as_str);
            let message = format!(
                "what the {tier} tier does not decide in time goes to {}, and to {} before",
                word(is.escalates_to),
                word(was.escalates_to)
            );
            list.tell(FILE, is.key("escalates_to"), message);
        }
    }
}

/// True where the second SLA ends later for some arrival. They are not of one unit, so it is tried out over a week.
fn is_longer(calendar: &Calendar, (was, is): (Sla, Sla)) -> bool {
    /// A Monday without anything special to it.
    const MONDAY: i64 = 1_767_571_200;
    let monday = Instant::from_timestamp(MONDAY, 0);
    let week = |monday| (0..7 * 24).map(move |hour| monday + TimeDelta::hours(hour));
    was != is
        && monday.into_iter().flat_map(week).any(|arrived| {
            let ends = |sla| calendar.due(arrived, sla);
            // Never is later than any day.
            ends(was).is_some_and(|was| ends(is).is_none_or(|is| is > was))
        })
}

fn calendar(list: &mut List<'_>) {
    let (base, head) = (&list.base.lanes.calendar, &list.head.lanes.calendar);
    let fewer = base.workdays.iter(chrono::Weekday::Mon).any(|day| !head.workdays.contains(day));
    let moved = [
        ("workdays", fewer, "the boards work on fewer days of the week, so business days are further apart"),
        ("closes", head.closes > base.closes, "the business day closes later"),
        ("opens", head.opens > base.opens, "the business day opens later, and has fewer hours"),
        ("timezone", base.timezone != head.timezone, "days begin and end in another time zone"),
    ];
    for (key, is_so, message) in moved {
        if is_so {
            list.tell(FILE, format!("calendar.{key}"), message.to_owned());
        }
    }
    let sets = (&base.holidays, &head.holidays);
    list.added(FILE, "calendar.holidays", sets, |days| format!("the boards do not work on {days} either"));
}

fn blanket(list: &mut List<'_>) {
    // Taken the other way round: a word that is gone.
    let sets = (&list.head.lanes.blanket, &list.base.lanes.blanket);
    list.added(FILE, "scope.blanket", sets, |words| {
        format!("{words} does not count as a word for everything any more")
    });
}
