//! CEL of custom rules: it compiles or says where it does not, and runs within its bounds whatever it is.

use std::sync::LazyLock;

use exboard::expression::{Expression, Given, MAX_BYTES, Scope, Value, evaluating};
use serde_json::json;

use super::ground::{POLICY, is_message, now};

/// The fields of [`RECORD`].
const FIELDS: &[&str] = &["id", "list", "text", "map", "end", "score", "extensions"];

static RECORD: LazyLock<Value> = LazyLock::new(|| {
    Value::from(&json!({
        "id": "SEB-2026-0042",
        "list": [1, 2, 3, "a", [1.5, null], {"a": 1}],
        "text": "Größe 日本語 and a sentence of some length",
        "map": {"a": 1, "b": null, "c": {"d": [true, false]}},
        "end": "2026-12-01",
        "score": 58,
        "extensions": {},
    }))
});
static POLICY_VALUE: LazyLock<Value> = LazyLock::new(|| Value::from(&POLICY.as_json()));

/// The target.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let scope =
        Scope { variables: &["record", "now", "policy"], fields: &[("record", FIELDS), ("before", FIELDS)] };
    let expression = match Expression::compile(&text, &scope) {
        Ok(expression) => expression,
        Err(faults) => {
            assert!(!faults.is_empty());
            for fault in faults {
                assert!(text.get(fault.start..fault.end).is_some(), "{fault:?}");
                is_message(&fault.message);
            }
            return;
        }
    };
    assert!(text.len() <= MAX_BYTES && expression.text() == text);
    let given = Given {
        variables: &[("record", &RECORD), ("policy", &POLICY_VALUE)],
        now: now(),
        calendar: &POLICY.lanes.calendar,
    };
    let verdict = evaluating([&expression], |evaluator| {
        let verdict = evaluator.holds(&expression, &given);
        assert_eq!(verdict, evaluator.holds(&expression, &given), "twice the same");
        verdict
    });
    match verdict {
        Err(reason) => panic!("{reason}"),
        Ok(Err(reason)) => is_message(&reason),
        Ok(Ok(_)) => {}
    }
}
