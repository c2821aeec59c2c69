//! What an evaluation costs, counted while it runs.
//!
//! The interpreter has no budget, so every expression is rewritten before it runs: whatever an operator, a function, a
//! list, a map or a loop is about to take goes through the function `@charge`, which no expression can name. It hands
//! its argument on, after taking its weight (every value in it, and its text) off the budget; with an empty budget it
//! fails. The interpreter's values are trees that it copies and compares as a whole, so the weight of what an operation
//! takes bounds the time it needs and the memory of what it makes, and no value can outgrow the budget by more than one
//! operation. What is not charged is either free (a literal, a lookup) or the loop's own, and a loop pays for its list
//! before it begins.
//!
//! An error can be absorbed (`error || true`), so an empty budget also ends every loop at its condition, and whoever
//! evaluates asks [`Meter::is_empty`] whatever the result was.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, operators};
use cel::common::types::{CelBytes, CelList, CelMap, CelString};
use cel::common::value::{CowVal, Val};
use cel::{Context, DeclarationError, ExecutionError, FunctionContext};

/// No identifier of CEL has an `@`.
const CHARGE: &str = "@charge";

/// A function as the library takes it.
pub(super) type Function = Box<
    dyn for<'context, 'call> Fn(
            &mut FunctionContext<'context, 'call>,
        ) -> Result<CowVal<'context, 'call>, ExecutionError>
        + Send
        + Sync,
>;

/// What is left of a budget.
#[derive(Debug, Clone)]
pub(super) struct Meter(Arc<AtomicU64>);

impl Meter {
    pub(super) fn new(budget: u64) -> Self {
        Meter(Arc::new(AtomicU64::new(budget)))
    }

    /// True once something cost more than was left.
    pub(super) fn is_empty(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    /// Takes a cost off, or all that is left where it is too little.
    pub(super) fn take(&self, cost: u64) -> Result<(), ExecutionError> {
        let left = self.0.load(Ordering::Relaxed).saturating_sub(cost);
        self.0.store(left, Ordering::Relaxed);
        if left == 0 { Err(ExecutionError::function_error(CHARGE, "the budget is empty")) } else { Ok(()) }
    }

    /// Makes `@charge` known.
    pub(super) fn install(&self, context: &mut Context<'_, '_>) -> Result<(), DeclarationError> {
        let meter = self.clone();
        let charge: Function = Box::new(move |call| {
            let value = call.args.pop().ok_or(ExecutionError::MissingArgumentOrTarget)?;
            meter.take(weight(value.as_ref(), meter.0.load(Ordering::Relaxed)))?;
            Ok(value)
        });
        context.add_function(CHARGE, charge)
    }
}

/// The values in a value and its text; counting stops above a limit.
fn weight(value: &dyn Val, limit: u64) -> u64 {
    let text = |length: usize| length as u64 / 16;
    let mut sum = 1_u64;
    if let Some(string) = value.downcast_ref::<CelString<'_>>() {
        sum += text(string.inner().len());
    } else if let Some(bytes) = value.downcast_ref::<CelBytes<'_>>() {
        sum += text(bytes.inner().len());
    } else if let Some(list) = value.downcast_ref::<CelList<'_>>() {
        for item in list.inner() {
            if sum > limit {
                break;
            }
            sum += weight(item.as_ref(), limit - sum);
        }
    } else if let Some(map) = value.downcast_ref::<CelMap<'_>>() {
        for (key, item) in map.inner() {
            if sum > limit {
                break;
            }
            sum += weight(key.inner(), limit);
            sum += weight(item.as_ref(), limit.saturating_sub(sum));
        }
    }
    sum
}

/// Puts a meter at every step of an expression.
pub(super) fn meter(expression: &mut IdedExpr) {
    match &mut expression.expr {
        Expr::Select(select) => meter(&mut select.operand),
        Expr::Call(call) => meter_call(call),
        Expr::List(list) => list.elements.iter_mut().for_each(charge),
        Expr::Map(map) => {
            for entry in &mut map.entries {
                if let EntryExpr::MapEntry(entry) = &mut entry.expr {
                    charge(&mut entry.key);
                    charge(&mut entry.value);
                }
            }
        }
        Expr::Comprehension(comprehension) => meter_loop(comprehension),
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) | Expr::Struct(_) => {}
    }
}

fn meter_call(call: &mut CallExpr) {
    let mut args = call.args.iter_mut();
    // An index looks one value up, and lends it.
    if call.func_name == operators::INDEX
        && let Some(operand) = args.next()
    {
        meter(operand);
    }
    args.for_each(charge);
    if let Some(target) = &mut call.target {
        charge(target);
    }
}

/// A loop keeps the form in which the macro wrote it: the interpreter knows `all`, `map` and their like by it, and
/// gives them the meaning and the speed that CEL wants. Charged is what stands where the rule's author wrote.
fn meter_loop(comprehension: &mut ComprehensionExpr) {
    charge(&mut comprehension.iter_range);
    charge(&mut comprehension.loop_cond);
    meter_step(&mut comprehension.loop_step, &comprehension.accu_var);
}

fn meter_step(step: &mut IdedExpr, accumulator: &str) {
    match &mut step.expr {
        Expr::Call(call) => {
            let conditional = call.func_name == operators::CONDITIONAL;
            for (index, arg) in call.args.iter_mut().enumerate() {
                match &arg.expr {
                    Expr::Ident(name) if name == accumulator => {}
                    Expr::List(_) => meter(arg),
                    Expr::Call(_) if conditional && index == 1 => meter_step(arg, accumulator),
                    _ => charge(arg),
                }
            }
        }
        _ => charge(step),
    }
}

fn charge(expression: &mut IdedExpr) {
    if matches!(expression.expr, Expr::Literal(_)) {
        return;
    }
    meter(expression);
    let id = expression.id;
    let inner = std::mem::take(expression);
    let call = CallExpr { func_name: CHARGE.to_owned(), target: None, args: vec![inner] };
    *expression = IdedExpr { id, expr: Expr::Call(call) };
}
