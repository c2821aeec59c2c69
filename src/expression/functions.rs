//! The functions that an expression may call: those of CEL whose cost grows with what they take and no faster, and
//! three of our own.
//!
//! Deliberately absent are functions that make much of little (`replace`, `join`, `split`, `format`), and those that
//! are quadratic in the library (`indexOf`).

use std::collections::BTreeMap;
use std::sync::Arc;

use cel::common::types::{CelBool, CelDuration, CelInt, CelString, CelTimestamp};
use cel::common::value::CowVal;
use cel::{Context, DeclarationError, ExecutionError};
use chrono::TimeDelta;
use regex::Regex;

use super::meter::{Function, Meter};
use crate::time::{Calendar, parse_date};

/// A compiled pattern with the size class of its program, in kilobytes.
pub(super) type Pattern = (Regex, usize);

/// What a function gives, where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gives {
    /// True or false.
    Truth,
    /// Something else.
    Other(&'static str),
}

/// A function: its name, how many arguments it takes on a value (`x.f(…)`) and without one (`f(…)`), what it gives.
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) member: &'static [usize],
    pub(super) global: &'static [usize],
    pub(super) gives: Gives,
}

const fn member(name: &'static str, member: &'static [usize], gives: Gives) -> Known {
    Known { name, member, global: &[], gives }
}

const fn global(name: &'static str, gives: Gives) -> Known {
    Known { name, member: &[], global: &[1], gives }
}

const NUMBER: Gives = Gives::Other("a number");
const STRING: Gives = Gives::Other("a string");

/// Every function, sorted by name.
pub(super) const FUNCTIONS: &[Known] = &[
    global("bool", Gives::Truth),
    member("contains", &[1], Gives::Truth),
    global("date", Gives::Other("a timestamp")),
    global("days", Gives::Other("a duration")),
    global("double", NUMBER),
    global("duration", Gives::Other("a duration")),
    member("endsWith", &[1], Gives::Truth),
    member("getDate", &[0, 1], NUMBER),
    member("getDayOfMonth", &[0, 1], NUMBER),
    member("getDayOfWeek", &[0, 1], NUMBER),
    member("getDayOfYear", &[0, 1], NUMBER),
    member("getFullYear", &[0, 1], NUMBER),
    member("getHours", &[0, 1], NUMBER),
    member("getMilliseconds", &[0, 1], NUMBER),
    member("getMinutes", &[0, 1], NUMBER),
    member("getMonth", &[0, 1], NUMBER),
    member("getSeconds", &[0, 1], NUMBER),
    global("int", NUMBER),
    member("lowerAscii", &[0], STRING),
    Known { name: "matches", member: &[1], global: &[2], gives: Gives::Truth },
    Known { name: "size", member: &[0], global: &[1], gives: NUMBER },
    member("startsWith", &[1], Gives::Truth),
    global("string", STRING),
    member("substring", &[1, 2], STRING),
    global("timestamp", Gives::Other("a timestamp")),
    member("trim", &[0], STRING),
    global("type", Gives::Other("a type")),
    global("uint", NUMBER),
    member("upperAscii", &[0], STRING),
];

/// The macros, for "did you mean".
pub(super) const MACROS: [&str; 7] = ["all", "exists", "exists_one", "existsOne", "filter", "has", "map"];

/// An operator as people write it; a function's name as it is.
pub(super) fn spelled(function: &str) -> String {
    function.trim_matches(['_', '@']).replace("[_]", "[…]").replace("?_:", "? :")
}

/// Makes our own functions known.
pub(super) fn install(
    context: &mut Context<'_, '_>,
    calendar: &Calendar,
    patterns: &Arc<BTreeMap<String, Pattern>>,
    meter: &Meter,
) -> Result<(), DeclarationError> {
    let calendar = calendar.clone();
    let date: Function = Box::new(move |call| {
        let text = text_of(call.args.first())?;
        let day = parse_date(text).ok_or_else(|| {
            ExecutionError::function_error("date", format!("`{}` is not a date", text.escape_debug()))
        })?;
        Ok(CowVal::owned(CelTimestamp::from(calendar.first_instant(day).fixed_offset())))
    });
    context.add_function("date", date)?;
    let days: Function = Box::new(|call| {
        let number =
            call.args.first().and_then(|arg| arg.downcast_ref::<CelInt>()).map(|number| *number.inner());
        let duration = number.ok_or_else(|| wrong_type("days", "a whole number")).and_then(|number| {
            // The library's limit is less than this one, and speaks for itself where they are added.
            TimeDelta::try_days(number)
                .filter(|duration| duration.num_days().abs() <= 3_650_000)
                .ok_or_else(|| ExecutionError::function_error("days", "the number is too large"))
        })?;
        Ok(CowVal::owned(CelDuration::from(duration)))
    });
    context.add_function("days", days)?;
    let (patterns, meter) = (Arc::clone(patterns), meter.clone());
    let matches: Function = Box::new(move |call| {
        let (text, pattern) = match &call.this {
            Some(this) => (text_of(Some(this))?, text_of(call.args.first())?),
            None => (text_of(call.args.first())?, text_of(call.args.get(1))?),
        };
        let (regex, kilobytes) =
            patterns.get(pattern).ok_or_else(|| wrong_type("matches", "a literal pattern"))?;
        // A search may take the text times the program.
        meter.take(1 + text.len() as u64 * (*kilobytes as u64) / 16)?;
        Ok(CowVal::owned(CelBool::from(regex.is_match(text))))
    });
    context.add_function("matches", matches)
}

fn text_of<'b>(value: Option<&'b CowVal<'_, '_>>) -> Result<&'b str, ExecutionError> {
    let string = value.and_then(|value| value.downcast_ref::<CelString<'_>>());
    string.map(CelString::inner).ok_or_else(|| {
        let got = value.map_or("nothing", |value| value.get_type().name());
        ExecutionError::UnexpectedType { got: got.to_owned(), want: "string".to_owned() }
    })
}

fn wrong_type(function: &str, wanted: &str) -> ExecutionError {
    ExecutionError::function_error(function, format!("it takes {wanted}"))
}
