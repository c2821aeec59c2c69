//! `--set FIELD=VALUE` as what it means.

use std::sync::Arc;

use crate::cli::console::Failure;
use crate::edit::{Assignment, Data};
use crate::source::Source;
use crate::yaml::{self, child_pointer};

/// The assignments of `--set` and `--unset`, in their order.
pub(super) fn assignments(set: &[String], unset: &[String]) -> Result<Vec<Assignment>, Failure> {
    let set = set.iter().map(|text| assignment(text));
    let unset = unset.iter().map(|field| pointer(field).map(Assignment::remove));
    set.chain(unset).collect()
}

fn assignment(text: &str) -> Result<Assignment, Failure> {
    let Some((field, value)) = text.split_once('=') else {
        return Err(Failure::usage(format_args!("--set: `{text}` gives no value"))
            .help("write `--set FIELD=VALUE`, as in `--set impact_score=50`"));
    };
    let (field, appends) = match field.strip_suffix('+') {
        Some(field) => (field, true),
        None => (field, false),
    };
    let pointer = pointer(field)?;
    let value = self::value(field, value)?;
    Ok(if appends { Assignment::append(pointer, value) } else { Assignment::set(pointer, value) })
}

/// A field as people write it, or a JSON pointer, as a JSON pointer.
fn pointer(field: &str) -> Result<String, Failure> {
    let wrong = || {
        Failure::usage(format_args!("`{field}` is no field")).help(
            "write it as `impact_score`, `rollback_plan.owner`, `evidence_link[0].kind` or `/extensions/a.b`",
        )
    };
    if field.starts_with('/') {
        return Ok(field.to_owned());
    }
    let mut pointer = String::new();
    for part in field.split('.') {
        let (name, indices) = part.split_once('[').map_or((part, None), |(name, rest)| (name, Some(rest)));
        if name.trim().is_empty() || name != name.trim() {
            return Err(wrong());
        }
        pointer = child_pointer(&pointer, name);
        let Some(indices) = indices else { continue };
        let indices = indices.strip_suffix(']').ok_or_else(wrong)?;
        for index in indices.split("][") {
            if index.is_empty() || !index.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong());
            }
            pointer = child_pointer(&pointer, index);
        }
    }
    Ok(pointer)
}

/// YAML where it is in brackets or quotes, a number or a truth value where it is one, and a text everywhere else: what
/// somebody types is seldom meant as YAML.
fn value(field: &str, text: &str) -> Result<Data, Failure> {
    if text.trim().is_empty() {
        return Err(Failure::usage(format_args!("--set: `{field}` would be nothing"))
            .help(format!("to take it out: `--unset {field}`; an empty text is `\"\"`")));
    }
    let is_yaml = text.trim_start().starts_with(['[', '{', '"', '\'']);
    let parsed = yaml::parse(Arc::new(Source::new("--set", format!("value: {text}\n"))));
    let root = parsed.document.root().filter(|root| root.entries().len() == 1 && parsed.problems.is_empty());
    let read = root.and_then(|root| root.child("value")).map(Data::of);
    match read {
        Some(value) if is_yaml => Ok(value),
        // Whoever mistypes a list does not mean a text.
        None if is_yaml => {
            let problem =
                parsed.problems.first().map_or("it is more than one value", |problem| &problem.message);
            Err(Failure::usage(format_args!("--set: the value of `{field}` cannot be read: {problem}"))
                .help("a text that begins with a bracket or a quote is put in quotes as a whole"))
        }
        Some(value @ (Data::Null | Data::Bool(_) | Data::Int(_) | Data::UInt(_) | Data::Float(_))) => {
            Ok(value)
        }
        _ => Ok(Data::text(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Assignment, String> {
        assignment(text).map_err(|failure| failure.message)
    }

    #[test]
    fn fields_are_paths_of_names_and_numbers() {
        for (field, pointer) in [
            ("impact_score", "/impact_score"),
            ("rollback_plan.owner", "/rollback_plan/owner"),
            ("evidence_link[12].kind", "/evidence_link/12/kind"),
            ("a[0][1]", "/a/0/1"),
            ("/extensions/a.b", "/extensions/a.b"),
            ("extensions.a/b~c", "/extensions/a~1b~0c"),
        ] {
            assert_eq!(read(&format!("{field}=1")), Ok(Assignment::set(pointer, Data::Int(1))));
        }
        for field in ["", ".", "a.", ".a", "a..b", "a[", "a[]", "a[x]", "a[1]x", " a", "[0]"] {
            assert_eq!(read(&format!("{field}=1")), Err(format!("`{field}` is no field")));
        }
        assert_eq!(read("a"), Err("--set: `a` gives no value".to_owned()));
    }

    #[test]
    fn a_value_is_yaml_only_where_it_looks_like_it() {
        let text = |text: &str| Data::text(text);
        for (written, value) in [
            ("50", Data::Int(50)),
            ("-1.5", Data::Float(-1.5)),
            ("true", Data::Bool(true)),
            ("\"50\"", text("50")),
            ("[a, 'b, c']", Data::texts(&["a", "b, c"])),
            ("{ by: a }", Data::Map(vec![("by".to_owned(), text("a"))])),
            ("no", text("no")),
            ("2026-04-23", text("2026-04-23")),
            ("Reason: we accept # it", text("Reason: we accept # it")),
            ("a\nb: c", text("a\nb: c")),
            ("&a *b !c", text("&a *b !c")),
            ("a=b", text("a=b")),
            ("| x", text("| x")),
            ("\u{1b}[31m", text("\u{1b}[31m")),
        ] {
            assert_eq!(read(&format!("f={written}")), Ok(Assignment::set("/f", value)), "{written:?}");
        }
        assert_eq!(read("f+=E1"), Ok(Assignment::append("/f", text("E1"))));
        for written in ["[a", "{a: 1", "'a", "[a] b", "\"a\nb: \"c\""] {
            assert!(read(&format!("f={written}")).is_err(), "{written:?}");
        }
        assert!(read("f= ").is_err());
    }
}
