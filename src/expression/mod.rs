//! CEL, the language of custom rules: compiled with every fault at its place, and evaluated within bounds.
//!
//! The `cel` crate parses and interprets; it knows no budget, and its recursion follows the expression. So an
//! expression is short and shallow before anything evaluates it ([`MAX_BYTES`], [`MAX_DEPTH`]), parser and
//! interpreter run on a stack of their own, and whatever costs more than a step is counted while it runs
//! (`meter.rs`). Neither can a panic of theirs leave that thread.

mod check;
mod functions;
mod meter;
mod value;

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

use cel::common::ast::IdedExpr;
use cel::{Context, Env, ExecutionError, ParseErrors};
use regex::Regex;

use crate::threads;
use crate::time::{Calendar, Instant};
pub use value::Value;

/// Longest expression, in bytes.
pub const MAX_BYTES: usize = 4096;

/// Deepest nesting of an expression's tree.
pub const MAX_DEPTH: usize = 64;

/// What one evaluation may cost: a step, a value that is looked at or copied, and sixteen bytes of text cost one
/// each. Half a second where nothing is optimized, and forty megabytes.
pub const BUDGET: u64 = 500_000;

/// What the parser needs of the stack at most, in bytes. It takes two hundred kilobytes for a pair of brackets where
/// nothing is optimized, and stops at 96 of them.
const PARSER: usize = 64 * 1024 * 1024;

/// The same of a text: whoever has that much waits for no other thread.
fn parser_stack(text: &str) -> usize {
    const FLAT: usize = 1024 * 1024;
    const BRACKET: usize = PARSER / 96;
    // A chain of operators makes a deep tree without one bracket.
    const BYTE: usize = 8 * 1024;
    let opens = |byte: &u8| matches!(byte, b'(' | b'[' | b'{' | b'?');
    let brackets = text.bytes().filter(opens).count();
    (FLAT + brackets * BRACKET + text.len() * BYTE).min(PARSER)
}

/// What the interpreter needs for an expression of so many levels.
fn interpreter_stack(levels: usize) -> usize {
    const FLAT: usize = 2 * 1024 * 1024;
    const LEVEL: usize = threads::STACK / MAX_DEPTH;
    (FLAT + levels * LEVEL).min(threads::STACK)
}

/// An expression that compiles, and is true or false wherever that can be known.
#[derive(Clone)]
pub struct Expression {
    text: Arc<str>,
    /// As the interpreter runs it: with a meter at every step.
    metered: Arc<IdedExpr>,
    patterns: Arc<BTreeMap<String, functions::Pattern>>,
    names: Vec<String>,
    /// Of its tree.
    levels: usize,
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expression({:?})", self.text)
    }
}

/// Two expressions are equal when they read the same: everything else is made of the text.
impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Expression {}

/// What keeps an expression from compiling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// First byte of the place in the expression.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// What an expression may speak of.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The variables.
    pub variables: &'a [&'a str],
    /// Of some variables, the fields that they can have.
    pub fields: &'a [(&'a str, &'a [&'a str])],
}

/// What the variables of an expression are. All but the clock are looked up by name.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Variables by name.
    pub variables: &'a [(&'a str, &'a Value)],
    /// `now`.
    pub now: Instant,
    /// The zone in which `date()` has its days.
    pub calendar: &'a Calendar,
}

static ENVIRONMENT: LazyLock<Option<Arc<Env>>> = LazyLock::new(|| {
    let mut env = Env::stdlib().with_optional_support(false);
    env.add_extension(cel::extensions::strings).ok()?;
    Some(Arc::new(env))
});

/// `None` only if the library contradicts itself, which every test of this room would show.
fn environment() -> Option<&'static Arc<Env>> {
    ENVIRONMENT.as_ref()
}

impl Expression {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// Every fault, by place.
    pub fn compile(text: &str, scope: &Scope<'_>) -> Result<Expression, Vec<Fault>> {
        if text.len() > MAX_BYTES {
            let size = text.len();
            return Err(vec![Fault {
                start: 0,
                end: size,
                message: format!("the expression has {size} bytes, and at most {MAX_BYTES} are read"),
                help: Some("split it into several rules".to_owned()),
            }]);
        }
        guarded(parser_stack(text), PARSER, || compile(text, scope)).unwrap_or_else(|reason| {
            let message = format!("the expression cannot be read: {reason}");
            Err(vec![Fault { start: 0, end: text.len(), message, help: None }])
        })
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True where the expression names a variable.
    #[must_use]
    pub fn speaks_of(&self, variable: &str) -> bool {
        self.names.iter().any(|name| name == variable)
    }

    fn evaluate(&self, given: &Given<'_>) -> Result<bool, String> {
        let env = environment().ok_or("the interpreter does not start")?;
        let resolver = value::Variables::new(given);
        let mut context = Context::with_env(Arc::clone(env));
        context.set_variable_resolver(&resolver);
        let meter = meter::Meter::new(BUDGET);
        meter
            .install(&mut context)
            .and_then(|()| functions::install(&mut context, given.calendar, &self.patterns, &meter))
            .map_err(|error| error.to_string())?;
        let result = cel::Value::resolve(&self.metered, &context);
        if meter.is_empty() {
            return Err("it costs more than a rule may: it looks at too many values".to_owned());
        }
        match result {
            Ok(cel::Value::Bool(value)) => Ok(value),
            Ok(other) => Err(format!("it is {}, and must be true or false", value::noun(&other))),
            Err(error) => Err(explain(&error)),
        }
    }
}

/// Evaluates these expressions, as often as it likes, on a stack that fits them.
///
/// # Errors
/// Why it cannot, in words that follow "the rule cannot be judged:": the interpreter panicked, or the system starts no
/// thread.
pub fn evaluating<'e, T: Send>(
    expressions: impl IntoIterator<Item = &'e Expression>,
    work: impl FnOnce(&Evaluator) -> T + Send,
) -> Result<T, String> {
    let levels = expressions.into_iter().map(|expression| expression.levels).max().unwrap_or(0);
    guarded(interpreter_stack(levels), threads::STACK, || work(&Evaluator(())))
}

/// Whoever has one stands on a stack that is large enough; see [`evaluating`].
#[derive(Debug)]
pub struct Evaluator(());

impl Evaluator {
    /// Whether an expression holds.
    ///
    /// # Errors
    ///
    /// Why it cannot be told, in words that follow "the rule cannot be judged:".
    pub fn holds(&self, expression: &Expression, given: &Given<'_>) -> Result<bool, String> {
        expression.evaluate(given)
    }
}

/// Does work here where there is the stack that it needs, or else on one that fits any such work. No panic of the
/// libraries leaves it.
fn guarded<T: Send>(needed: usize, stack: usize, work: impl FnOnce() -> T + Send) -> Result<T, String> {
    // What a panic leaves behind is dropped with the work, and seen by nobody.
    let work = || catch_unwind(AssertUnwindSafe(work)).map_err(|_| "the interpreter failed".to_owned());
    if threads::has(needed) {
        return work();
    }
    threads::with_stack(stack, work).unwrap_or_else(|error| {
        let size = stack / (1024 * 1024);
        Err(format!("no thread with a stack of {size} MiB can be started: {error}"))
    })
}

fn compile(text: &str, scope: &Scope<'_>) -> Result<Expression, Vec<Fault>> {
    let places = check::Places::new(text);
    let whole = |message: &str| vec![places.whole(message)];
    let env = environment().ok_or_else(|| whole("the interpreter does not start"))?;
    let program = env.compile(text).map_err(|errors| syntax(&errors, &places))?;
    let fits = |levels: &usize| !check::deeper_than(program.expression(), *levels);
    let Some(levels) = (1..=MAX_DEPTH).find(fits) else {
        return Err(whole(&format!("the expression is nested deeper than {MAX_DEPTH} levels")));
    };
    let found = check::check(&program, scope, &places);
    if !found.faults.is_empty() {
        return Err(found.faults);
    }
    let mut metered = program.expression().clone();
    meter::meter(&mut metered);
    Ok(Expression {
        text: Arc::from(text),
        metered: Arc::new(metered),
        patterns: Arc::new(found.patterns),
        names: found.names,
        levels,
    })
}

/// The parser's first complaint; the ones after it mostly follow from it.
fn syntax(errors: &ParseErrors, places: &check::Places<'_>) -> Vec<Fault> {
    let Some(first) = errors.errors.first() else { return vec![places.whole("not a CEL expression")] };
    if first.msg.contains("ecursion limit") {
        return vec![places.whole(&format!("the expression is nested deeper than {MAX_DEPTH} levels"))];
    }
    let said = first.msg.strip_prefix("Syntax error: ").unwrap_or(&first.msg);
    // What could stand there is a list of every operator.
    let said = said.split(" expecting ").next().unwrap_or(said);
    let said = if said.contains("<EOF>") { "it ends too early" } else { said };
    let (line, column) = first.pos;
    vec![places.at_position(line, column, &format!("not a CEL expression: {}", short(said)))]
}

/// Most characters of what the parser says.
const LONGEST: usize = 120;

/// The parser quotes what it stumbles over, to the end of the text: as one line, and not all of it.
fn short(said: &str) -> String {
    let mut short = String::new();
    for character in said.chars().take(LONGEST) {
        match character.is_control() {
            true => short.extend(character.escape_default()),
            false => short.push(character),
        }
    }
    if said.chars().nth(LONGEST).is_some() { short + "…" } else { short }
}

/// What the interpreter says, without the values: they may be long, and a map has no order.
fn explain(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(key) => format!("there is no `{key}` (has() tells whether there is one)"),
        ExecutionError::NoSuchOverload(overload) => {
            let types = overload.argument_types().join(", ");
            format!("`{}` does not take ({types})", functions::spelled(overload.function()))
        }
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            "division by zero".to_owned()
        }
        ExecutionError::Overflow(operator, ..) => format!("a number is too large (`{operator}`)"),
        ExecutionError::UnsupportedBinaryOperator(operator, left, right) => {
            format!("`{operator}` does not take {} and {}", value::noun(left), value::noun(right))
        }
        ExecutionError::ValuesNotComparable(left, right) => {
            format!("{} and {} cannot be compared", value::noun(left), value::noun(right))
        }
        ExecutionError::UnexpectedType { got, want } if got.len() < 80 => {
            format!("{want} was expected, found {got}")
        }
        ExecutionError::FunctionError { function, message } if message.len() < 200 => {
            format!("{function}(): {message}")
        }
        ExecutionError::IndexOutOfBounds(_) => "the list has no such entry".to_owned(),
        ExecutionError::DuplicateKey(_) => "a map has a key twice".to_owned(),
        ExecutionError::UndeclaredReference(name) => format!("there is no `{name}`"),
        _ => "a value is of the wrong type".to_owned(),
    }
}

/// Largest program of one pattern, in kilobytes.
const PATTERN_KILOBYTES: [usize; 3] = [16, 64, 256];

/// A pattern with the size class of its program, in kilobytes.
fn compile_pattern(pattern: &str) -> Result<(Regex, usize), String> {
    let mut last = String::new();
    for kilobytes in PATTERN_KILOBYTES {
        match regex::RegexBuilder::new(pattern).size_limit(kilobytes * 1024).build() {
            Ok(regex) => return Ok((regex, kilobytes)),
            Err(regex::Error::CompiledTooBig(_)) => {
                last = format!("the pattern needs more than {kilobytes} KiB");
            }
            Err(error) => {
                let text = error.to_string();
                let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
                return Err(format!("not a pattern: {reason}"));
            }
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPE: Scope<'_> = Scope { variables: &["record", "now"], fields: &[] };

    /// Expressions that are as deep as their parameter, each in another way.
    fn grown(by: usize) -> [String; 9] {
        let nested =
            |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(by), close.repeat(by));
        [
            nested("(", "true", ")"),
            nested("[", "record", "]") + " == []",
            nested("{1: ", "record", "}") + " == {}",
            nested("record.list.exists(x, ", "true", ")"),
            nested("size(", "record", ")") + " == 1",
            nested("true ? true : ", "true", ""),
            nested("!", "true", ""),
            nested("1 + ", "1", "") + " == 1",
            nested("", "record", ".a") + " == 1",
        ]
    }

    #[test]
    fn what_is_reckoned_of_the_stack_is_enough() {
        let calendar = &Calendar {
            timezone: chrono_tz::UTC,
            workdays: chrono::WeekdaySet::ALL,
            opens: chrono::NaiveTime::MIN,
            closes: chrono::NaiveTime::MIN,
            holidays: std::collections::BTreeSet::new(),
        };
        let record = Value::from(&serde_json::json!({"list": [1, 2]}));
        let given = Given { variables: &[("record", &record)], now: Instant::UNIX_EPOCH, calendar };
        // A stack that is too small would end the program.
        for text in [0, 1, 3, 10, 60, 95, 200].into_iter().flat_map(grown) {
            let compiled = threads::with_stack(parser_stack(&text), || compile(&text, &SCOPE)).unwrap();
            if let Ok(expression) = compiled {
                let stack = interpreter_stack(expression.levels);
                let told = threads::with_stack(stack, || expression.evaluate(&given)).unwrap();
                assert!(told.is_ok() || !told.unwrap_err().is_empty(), "{text}");
            }
        }
    }
}
