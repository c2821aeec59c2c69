//! `[calendar]` of `policies/lanes.toml`: when the boards work.

use chrono::{NaiveTime, Weekday, WeekdaySet};
use chrono_tz::{TZ_VARIANTS, Tz};

use crate::finding::closest;
use crate::policy::reader::{Field, Table};
use crate::time::Calendar;

/// The days of the week as policies name them, from Monday.
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

/// Reads the table.
pub(super) fn read(field: &Field<'_>) -> Option<Calendar> {
    let table = field.table(&["timezone", "workdays", "opens", "closes", "holidays"])?;
    let timezone = table.need("timezone").and_then(|field| read_zone(&field));
    let workdays = table.need("workdays").and_then(|field| read_workdays(&field));
    let hours = read_hours(&table);
    let holidays = table.need("holidays").and_then(|field| field.list_of(Field::date));
    let (opens, closes) = hours?;
    Some(Calendar {
        timezone: timezone?,
        workdays: workdays?,
        opens,
        closes,
        holidays: holidays?.into_iter().collect(),
    })
}

fn read_zone(field: &Field<'_>) -> Option<Tz> {
    let name = field.text()?;
    let zone = name.parse().ok();
    if zone.is_none() {
        let help = match nearest_zone(&name) {
            Some(zone) => format!("did you mean \"{zone}\"?"),
            None => "write an IANA name, as in \"Europe/Berlin\" or \"UTC\"".to_owned(),
        };
        let message = format!("`{}` must be a time zone, found {}", field.key(), field.shown());
        field.tell(field.problem(message).help(help));
    }
    zone
}

/// The zone that a name most likely means. A city alone will do; and since all names of a continent begin alike,
/// it is the city that must be like, not the name.
fn nearest_zone(name: &str) -> Option<&'static str> {
    let city = |zone: &'static str| zone.rsplit('/').next().unwrap_or(zone);
    let wanted = name.rsplit('/').next().unwrap_or(name).replace(' ', "_");
    let nearest = closest(&wanted, TZ_VARIANTS.iter().map(|zone| city(zone.name())))?;
    // Of zones that share the city, such as Europe/Berlin and Arctic/Berlin, the one whose continent is like too.
    let same_city = TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|zone| city(zone) == nearest);
    let zones: Vec<&'static str> = same_city.collect();
    closest(name, zones.iter().copied()).or_else(|| zones.first().copied())
}

fn read_workdays(field: &Field<'_>) -> Option<WeekdaySet> {
    let days = field.distinct(read_weekday)?;
    if days.is_empty() {
        field.tell(field.problem(format!("`{}` must name at least one day", field.key())));
        return None;
    }
    Some(days.iter().filter_map(|day| WEEKDAYS.get(*day)).map(|(_, day)| *day).collect())
}

/// The place of a day in [`WEEKDAYS`].
fn read_weekday(field: &Field<'_>) -> Option<usize> {
    let text = field.text()?;
    let found = WEEKDAYS.iter().position(|(name, _)| *name == text);
    if found.is_none() {
        let names = WEEKDAYS.map(|(name, _)| name);
        field.tell_not_among(&text, &names, "a day of the week, from mon to sun");
    }
    found
}

fn read_hours(table: &Table<'_>) -> Option<(NaiveTime, NaiveTime)> {
    let opens_at = table.need("opens");
    let closes_at = table.need("closes");
    let opens = opens_at.as_ref().and_then(read_time_of_day);
    let closes = closes_at.as_ref().and_then(read_time_of_day);
    let (opens, closes) = (opens?, closes?);
    if opens < closes {
        return Some((opens, closes));
    }
    let (opens_at, closes_at) = (opens_at?, closes_at?);
    let field = closes_at.or_own(&opens_at);
    let message =
        format!("the day must close after it opens, found {} to {}", opens_at.shown(), closes_at.shown());
    field.tell(field.problem(message));
    None
}

/// A string `HH:MM`, from 00:00 to 23:59.
fn read_time_of_day(field: &Field<'_>) -> Option<NaiveTime> {
    let text = field.time_text()?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let time = text
        .split_once(':')
        .filter(|(hour, minute)| digits(hour) && digits(minute))
        .and_then(|(hour, minute)| NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0));
    if time.is_none() {
        let message = format!("`{}` must be a time of day, found {}", field.key(), field.shown());
        field.tell(
            field.problem(message).help("write hours and minutes with two digits each, as in \"09:00\""),
        );
    }
    time
}
