//! What lanes must be to each other: ascending, without gap or overlap, and escalating upwards.

use super::Lane;
use crate::policy::reader::Field;
use crate::policy::words::Tier;

type Places<'f, 'a> = [(&'f Field<'a>, &'f Lane)];

/// Tells what is wrong with the lanes as a whole; `field` is the list of them.
pub(super) fn check(field: &Field<'_>, places: &Places<'_, '_>) -> bool {
    // All of them, always: they are different mistakes.
    let ascending = check_ascending(places);
    let cover = check_cover(field, places);
    let escalation = check_escalation(places);
    ascending && cover && escalation
}

/// Lanes ascend in score, band and tier at once: a higher risk never goes to a lower authority.
fn check_ascending(places: &Places<'_, '_>) -> bool {
    let mut fine = true;
    let pairs = places.iter().zip(places.iter().skip(1));
    for ((before, low), (place, lane)) in pairs {
        let (first, last) = (lane.first, lane.last);
        let order =
            || format!("{first}–{last} stands after {}–{}: lanes ascend in score", low.first, low.last);
        let tier = || match lane.tier == low.tier {
            true => format!("two lanes have the tier `{}`", lane.tier),
            false => {
                format!("higher scores go to `{}`, which has less authority than `{}`", lane.tier, low.tier)
            }
        };
        let band = || match lane.band == low.band {
            true => format!("two lanes have the band `{}`", lane.band),
            false => format!("higher scores have the band `{}`, which is below `{}`", lane.band, low.band),
        };
        // Lanes that only stand in the wrong order are one mistake, not three.
        let ordered = low.first < first;
        let faults = [
            ("scores", (!ordered).then(order)),
            ("tier", (ordered && lane.tier <= low.tier).then(tier)),
            ("band", (ordered && lane.band <= low.band).then(band)),
        ];
        for (key, fault) in faults {
            let Some(fault) = fault else { continue };
            fine = false;
            let value = place.child_at(key);
            value.tell(before.child_at(key).point_at(value.problem(fault), "the lane before it"));
        }
    }
    fine
}

/// Every score from 0 to 100 belongs to exactly one lane.
fn check_cover(field: &Field<'_>, places: &Places<'_, '_>) -> bool {
    let mut sorted = places.to_vec();
    sorted.sort_by_key(|(_, lane)| (lane.first, lane.last));
    let mut fine = true;
    // The first score that no lane has had yet, and the lane that reaches up to it.
    let mut next: u8 = 0;
    let mut reaching: Option<(&Field<'_>, &Lane)> = None;
    for (place, lane) in sorted {
        let value = place.child_at("scores");
        if lane.first > next {
            fine = false;
            value.tell(value.problem(format!("{} to no lane", scores(next, lane.first - 1))));
        }
        if let Some((other, low)) = reaching.filter(|(_, low)| lane.first <= low.last) {
            fine = false;
            let both = scores(lane.first, lane.last.min(low.last));
            let problem = value.problem(format!("{both} to two lanes, `{}` and `{}`", low.band, lane.band));
            value.tell(other.child_at("scores").point_at(problem, "the other lane"));
        }
        if lane.last >= next {
            next = lane.last + 1;
            reaching = Some((place, lane));
        }
    }
    if next <= 100 {
        fine = false;
        let value = reaching.map_or_else(|| field.clone(), |(place, _)| place.child_at("scores"));
        value.tell(value.problem(format!("{} to no lane", scores(next, 100))));
    }
    fine
}

fn scores(first: u8, last: u8) -> String {
    if first == last {
        format!("the score {first} belongs")
    } else {
        format!("the scores {first}–{last} belong")
    }
}

/// A missed deadline goes up, to a tier that has a lane, and so never in a circle.
fn check_escalation(places: &Places<'_, '_>) -> bool {
    let mut fine = true;
    for (place, lane) in places {
        let Some(to) = lane.escalates_to else { continue };
        let fault = if to <= lane.tier {
            match circle_from(lane.tier, places) {
                Some(circle) => format!("escalation runs in a circle: {}", circle.join(" → ")),
                None => format!("`{}` escalates to `{to}`, which has less authority", lane.tier),
            }
        } else if lane_of(to, places).is_none() {
            format!("`{}` escalates to `{to}`, and no lane has that tier", lane.tier)
        } else {
            continue;
        };
        fine = false;
        let value = place.child_at("escalates_to");
        let help = "escalate to the tier of a higher lane; the highest escalates to \"none\"";
        value.tell(value.problem(fault).help(help));
    }
    fine
}

/// The tiers through which escalation from a tier comes back to it, and the tier again.
fn circle_from(tier: Tier, places: &Places<'_, '_>) -> Option<Vec<&'static str>> {
    let mut way = vec![tier.as_str()];
    let mut at = tier;
    // No way through all tiers is longer than there are tiers.
    for _ in Tier::ALL {
        at = lane_of(at, places)?.escalates_to?;
        way.push(at.as_str());
        if at == tier {
            return Some(way);
        }
    }
    None
}

fn lane_of<'f>(tier: Tier, places: &Places<'f, '_>) -> Option<&'f Lane> {
    places.iter().find(|(_, lane)| lane.tier == tier).map(|(_, lane)| *lane)
}
