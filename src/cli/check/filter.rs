//! Which rules speak: `--select` and `--ignore`.

use crate::check::RuleFilter;
use crate::cli::args::CheckArgs;
use crate::cli::console::Failure;
use crate::finding::closest;
use crate::policy::Policy;
use crate::rules::RULES;

#[derive(Debug)]
pub(super) struct Filter {
    select: Vec<String>,
    ignore: Vec<String>,
}

impl Filter {
    pub(super) fn new(args: &CheckArgs, policy: &Policy) -> Result<Filter, Failure> {
        let own = policy.exboard.custom.iter().map(|rule| rule.id.as_str()).chain(["custom"]);
        let names: Vec<&str> =
            RULES.iter().flat_map(|rule| [rule.info.name, rule.info.group()]).chain(own).collect();
        for name in args.select.iter().chain(&args.ignore) {
            if !names.contains(&name.as_str()) {
                let help = match closest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`exboard rules` lists them".to_owned(),
                };
                return Err(Failure::usage(format_args!("`{name}` is not a rule")).help(help));
            }
        }
        Ok(Filter { select: args.select.clone(), ignore: args.ignore.clone() })
    }
}

impl RuleFilter for Filter {
    fn allows(&self, rule: &str) -> bool {
        if self.select.is_empty() && self.ignore.is_empty() {
            return true;
        }
        let group = rule.split_once('/').map(|(group, _)| group);
        let named = |names: &[String]| names.iter().any(|name| name == rule || Some(name.as_str()) == group);
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
    }
}
