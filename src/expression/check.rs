//! What can be known of an expression before it runs: that every name is one, and that it is true or false.

use std::collections::BTreeMap;

use cel::Program;
use cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, SelectExpr, operators,
};

use super::functions::{FUNCTIONS, Gives, Known, MACROS, Pattern};
use super::{Fault, Scope, compile_pattern};
use crate::finding::closest;

/// The names of types, as `type()` gives them.
const TYPES: [&str; 9] = ["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "uint"];

/// What the check found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) faults: Vec<Fault>,
    pub(super) patterns: BTreeMap<String, Pattern>,
    pub(super) names: Vec<String>,
}

/// Checks a program.
pub(super) fn check(program: &Program, scope: &Scope<'_>, places: &Places<'_>) -> Found {
    let mut checker = Checker { program, scope, places, found: Found::default(), bound: Vec::new() };
    checker.visit(program.expression());
    checker.truth(program.expression(), "the expression");
    checker.found
}

/// True where a tree has more levels than that; looks no deeper.
pub(super) fn deeper_than(expression: &IdedExpr, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1) else { return true };
    children(expression).into_iter().any(|child| deeper_than(child, below))
}

fn children(expression: &IdedExpr) -> Vec<&IdedExpr> {
    match &expression.expr {
        Expr::Call(call) => call.target.as_deref().into_iter().chain(&call.args).collect(),
        Expr::Select(select) => vec![&select.operand],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Map(map) => map.entries.iter().flat_map(|entry| entry_parts(&entry.expr)).collect(),
        Expr::Struct(made) => made.entries.iter().flat_map(|entry| entry_parts(&entry.expr)).collect(),
        Expr::Comprehension(made) => {
            vec![&made.iter_range, &made.accu_init, &made.loop_cond, &made.loop_step, &made.result]
        }
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => Vec::new(),
    }
}

fn entry_parts(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&field.value],
        EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
    }
}

struct Checker<'a> {
    program: &'a Program,
    scope: &'a Scope<'a>,
    places: &'a Places<'a>,
    found: Found,
    /// Variables that macros bind, innermost last.
    bound: Vec<&'a str>,
}

impl<'a> Checker<'a> {
    fn fault(&mut self, at: u64, name: &str, message: String, help: Option<String>) {
        let offset = self.program.source_info().offset_for(at);
        let fault = self.places.at_offset(offset, name, message, help);
        if !self.found.faults.contains(&fault) {
            self.found.faults.push(fault);
        }
    }

    fn visit(&mut self, expression: &'a IdedExpr) {
        match &expression.expr {
            Expr::Unspecified => {
                self.fault(expression.id, "", "not a CEL expression: something is missing".to_owned(), None);
            }
            Expr::Struct(made) => {
                let message = format!("there is no type `{}` to make", made.type_name);
                self.fault(
                    expression.id,
                    &made.type_name,
                    message,
                    Some("write a map: {'key': value}".to_owned()),
                );
            }
            Expr::Ident(name) => self.visit_name(expression.id, name),
            Expr::Select(select) => {
                self.visit(&select.operand);
                self.visit_field(expression.id, select);
            }
            Expr::Call(call) => self.visit_call(expression, call),
            Expr::Comprehension(made) => self.visit_loop(made),
            Expr::List(_) | Expr::Map(_) | Expr::Literal(_) => {
                children(expression).into_iter().for_each(|child| self.visit(child));
            }
        }
    }

    fn visit_name(&mut self, at: u64, name: &'a str) {
        let known = self.bound.contains(&name) || TYPES.contains(&name);
        if !known && self.scope.variables.contains(&name) {
            self.found.names.push(name.to_owned());
        } else if !known {
            let names = self.scope.variables.iter().chain(&self.bound).copied();
            let help = match closest(name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the variables here are {}", self.scope.variables.join(", ")),
            };
            self.fault(at, name, format!("there is no variable `{name}`"), Some(help));
        }
    }

    /// A field that no record can have is a mistake, and with `has()` one that would never show.
    fn visit_field(&mut self, at: u64, select: &SelectExpr) {
        let Expr::Ident(variable) = &select.operand.expr else { return };
        if self.bound.contains(&variable.as_str()) {
            return;
        }
        let fields = self.scope.fields.iter().find(|(name, _)| name == variable).map(|(_, fields)| *fields);
        let Some(fields) = fields.filter(|fields| !fields.contains(&select.field.as_str())) else { return };
        let help = match closest(&select.field, fields.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "a team's own fields stand below `extensions`".to_owned(),
        };
        self.fault(at, &select.field, format!("`{variable}` has no field `{}`", select.field), Some(help));
    }

    fn visit_call(&mut self, expression: &'a IdedExpr, call: &'a CallExpr) {
        children(expression).into_iter().for_each(|child| self.visit(child));
        let name = call.func_name.as_str();
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            self.visit_operator(call);
            return;
        }
        let Some(known) = FUNCTIONS.iter().find(|known| known.name == name) else {
            let names = FUNCTIONS.iter().map(|known| known.name).chain(MACROS);
            let help = match closest(name, names).filter(|near| *near != name) {
                Some(near) => format!("did you mean `{near}`?"),
                None if MACROS.contains(&name) => {
                    "its arguments are a name and an expression: list.all(x, x > 0)".to_owned()
                }
                None => "docs/custom-rules.md lists the functions".to_owned(),
            };
            let wrong = if MACROS.contains(&name) {
                "is called in a way that it does not have"
            } else {
                "is not a function"
            };
            self.fault(expression.id, name, format!("`{name}` {wrong}"), Some(help));
            return;
        };
        let takes = if call.target.is_some() { known.member } else { known.global };
        if !takes.contains(&call.args.len()) {
            let message = format!("`{name}` is called in a way that it does not have");
            self.fault(expression.id, name, message, Some(format!("it is {}", signatures(known))));
        } else if name == "matches" {
            self.visit_pattern(call);
        }
    }

    fn visit_pattern(&mut self, call: &CallExpr) {
        let Some(pattern) = call.args.last() else { return };
        let Expr::Literal(LiteralValue::String(text)) = &pattern.expr else {
            let message = "the pattern of matches() must be a string literal".to_owned();
            self.fault(
                pattern.id,
                "",
                message,
                Some("it is compiled once, and bounded, when the policy is read".to_owned()),
            );
            return;
        };
        match compile_pattern(text.inner()) {
            Ok(compiled) => {
                self.found.patterns.insert(text.inner().to_owned(), compiled);
            }
            Err(message) => self.fault(pattern.id, "", message, None),
        }
    }

    fn visit_operator(&mut self, call: &'a CallExpr) {
        let truths = match call.func_name.as_str() {
            operators::LOGICAL_AND | operators::LOGICAL_OR | operators::LOGICAL_NOT => call.args.as_slice(),
            operators::CONDITIONAL => call.args.get(..1).unwrap_or_default(),
            _ => &[],
        };
        for operand in truths {
            self.truth(operand, "this");
        }
    }

    fn visit_loop(&mut self, made: &'a ComprehensionExpr) {
        self.visit(&made.iter_range);
        let before = self.bound.len();
        self.bound.extend([made.iter_var.as_str(), made.accu_var.as_str()]);
        self.bound.extend(made.iter_var2.as_deref());
        for part in [&made.accu_init, &made.loop_cond, &made.loop_step, &made.result] {
            self.visit(part);
        }
        if let Expr::Call(step) = &made.loop_step.expr
            && step.func_name == operators::CONDITIONAL
        {
            step.args.iter().take(1).for_each(|guard| self.truth(guard, "this"));
        }
        self.bound.truncate(before);
    }

    /// Tells of what is certainly neither true nor false.
    fn truth(&mut self, expression: &IdedExpr, what: &str) {
        if let Some(Gives::Other(noun)) = self.gives(expression) {
            let help = "compare it with something".to_owned();
            self.fault(expression.id, "", format!("{what} is {noun}, and must be true or false"), Some(help));
        }
    }

    fn gives(&self, expression: &IdedExpr) -> Option<Gives> {
        const TRUTH: Option<Gives> = Some(Gives::Truth);
        let other = |noun| Some(Gives::Other(noun));
        match &expression.expr {
            Expr::Literal(literal) => match literal {
                LiteralValue::Boolean(_) => TRUTH,
                LiteralValue::String(_) => other("a string"),
                LiteralValue::Null => other("null"),
                LiteralValue::Bytes(_) => other("bytes"),
                LiteralValue::Double(_) | LiteralValue::Int(_) | LiteralValue::UInt(_) => other("a number"),
            },
            Expr::Ident(name) if !self.bound.contains(&name.as_str()) => match name.as_str() {
                "now" => other("a timestamp"),
                "record" | "before" | "policy" => other("a map"),
                name if TYPES.contains(&name) => other("a type"),
                _ => None,
            },
            Expr::Select(select) => {
                if select.test {
                    TRUTH
                } else {
                    None
                }
            }
            Expr::List(_) => other("a list"),
            Expr::Map(_) => other("a map"),
            Expr::Comprehension(made) => match &made.accu_init.expr {
                Expr::List(_) => other("a list"),
                _ => TRUTH,
            },
            Expr::Call(call) => self.call_gives(call),
            Expr::Ident(_) | Expr::Struct(_) | Expr::Unspecified => None,
        }
    }

    fn call_gives(&self, call: &CallExpr) -> Option<Gives> {
        match call.func_name.as_str() {
            operators::CONDITIONAL => {
                let (yes, no) = (self.gives(call.args.get(1)?), self.gives(call.args.get(2)?));
                // One branch that is wrong is enough.
                yes.filter(|gives| *gives != Gives::Truth).or(no)
            }
            operators::SUBSTRACT | operators::ADD => Some(Gives::Other("a sum")),
            operators::MULTIPLY | operators::DIVIDE | operators::MODULO | operators::NEGATE => {
                Some(Gives::Other("a number"))
            }
            operators::INDEX => None,
            name if name.starts_with(|first: char| first.is_ascii_alphabetic()) => {
                FUNCTIONS.iter().find(|known| known.name == name).map(|known| known.gives)
            }
            _ => Some(Gives::Truth),
        }
    }
}

fn signatures(known: &Known) -> String {
    let args = |count: &usize| vec!["…"; *count].join(", ");
    let members = known.member.iter().map(|count| format!("value.{}({})", known.name, args(count)));
    let globals = known.global.iter().map(|count| format!("{}({})", known.name, args(count)));
    members.chain(globals).collect::<Vec<_>>().join(" or ")
}

/// Places in the text of an expression; the library counts characters, and we count bytes.
pub(super) struct Places<'a> {
    text: &'a str,
    /// The byte that each character begins with.
    starts: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Places { text, starts: text.char_indices().map(|(at, _)| at).collect() }
    }

    pub(super) fn whole(&self, message: &str) -> Fault {
        Fault { start: 0, end: self.text.len(), message: message.to_owned(), help: None }
    }

    /// At a line and a column, both from 1.
    pub(super) fn at_position(&self, line: isize, column: isize, message: &str) -> Fault {
        let lines = usize::try_from(line - 1).unwrap_or(0);
        let start: usize = self.text.split_inclusive('\n').take(lines).map(str::len).sum();
        let rest = self.text.get(start..).unwrap_or_default();
        let skipped = usize::try_from(column - 1).unwrap_or(0);
        let start = start + rest.chars().take(skipped).map(char::len_utf8).sum::<usize>();
        // What is missing at the end is missing after the last character, and shown there.
        let last = self.text.trim_end().char_indices().next_back().map_or(0, |(at, _)| at);
        let start = start.min(last);
        let length = self.text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        Fault { start, end: start + length, message: message.to_owned(), help: None }
    }

    /// At a node of the tree. A call stands at its bracket and a field at its dot; the name is next to it.
    fn at_offset(
        &self,
        offset: Option<(u32, u32)>,
        name: &str,
        message: String,
        help: Option<String>,
    ) -> Fault {
        let Some((first, last)) = offset else { return Fault { help, ..self.whole(&message) } };
        let byte = |index: u32| self.starts.get(index as usize).copied().unwrap_or(self.text.len());
        let (start, end) = (byte(first), byte(last.saturating_add(1)).max(byte(first)));
        let (start, end) = match self.name_near(start, name) {
            Some(found) => (found, found + name.len()),
            None => (start, end),
        };
        Fault { start, end, message, help }
    }

    fn name_near(&self, at: usize, name: &str) -> Option<usize> {
        if name.is_empty() {
            return None;
        }
        let after = || self.text.get(at..).and_then(|rest| rest.find(name)).map(|found| at + found);
        let before = || self.text.get(..at).and_then(|rest| rest.rfind(name));
        let near = |found: &usize| found.abs_diff(at) <= name.len() + 4;
        after().filter(near).or_else(|| before().filter(near))
    }
}
