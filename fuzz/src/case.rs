//! Policy tests: a file of cases is read with every problem at its place, and each case runs.

use std::sync::Arc;

use exboard::cases::{read, run as run_case};
use exboard::rules::{NoFiles, RULES};
use exboard::source::Source;

use super::ground::{POLICY, is_message, slice};

/// The record that cases start from.
const RECORD: &str = include_str!("../../tests/rules/base/proposed.yaml");

/// The target.
pub fn run(bytes: &[u8]) {
    let source = Arc::new(Source::from_bytes("policies/tests/fuzz.yaml", bytes.to_vec()));
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.info.name).collect();
    let cases = match read(&source, &POLICY, &rules) {
        Ok(cases) => cases,
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                slice(source.text(), problem.span);
                is_message(&problem.message);
                problem.help.iter().for_each(|help| is_message(help));
            }
            return;
        }
    };
    for case in cases.iter().take(4) {
        slice(source.text(), case.span);
        match run_case(case, &POLICY, &NoFiles, &|_| Ok(RECORD.as_bytes().to_vec())) {
            Ok(difference) => {
                assert!(difference.missing.len() <= case.expect.len());
                assert!(difference.unexpected.iter().all(|finding| !finding.message.is_empty()));
            }
            Err(problem) => is_message(&problem.message),
        }
    }
}
