//! What an unquoted scalar means: the core schema of YAML 1.2.2, section 10.3.2.

use super::tree::Data;

/// The meaning of a plain scalar; `None` where it is a string. A number beyond every finite one is infinite.
pub(super) fn resolve(text: &str) -> Option<Data> {
    // Most are told by their first letter.
    if text.starts_with(|first: char| first.is_ascii_alphabetic() && !"nNtTfF".contains(first)) {
        return None;
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Data::Null),
        "true" | "True" | "TRUE" => return Some(Data::Bool(true)),
        "false" | "False" | "FALSE" => return Some(Data::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Some(Data::Float(f64::NAN)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return Some(Data::Float(f64::INFINITY)),
        _ if !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') => return None,
        _ => {}
    }
    radix(text, "0o", 8).or_else(|| radix(text, "0x", 16)).or_else(|| decimal(text, unsigned))
}

fn radix(text: &str, prefix: &str, radix: u32) -> Option<Data> {
    let digits = text.strip_prefix(prefix)?;
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    Some(match u64::from_str_radix(digits, radix) {
        Ok(value) => i64::try_from(value).map_or(Data::UInt(value), Data::Int),
        Err(_) => {
            let value =
                |sum: f64, digit: char| sum * f64::from(radix) + digit.to_digit(radix).map_or(0.0, f64::from);
            Data::Float(digits.chars().fold(0.0, value))
        }
    })
}

fn decimal(text: &str, unsigned: &str) -> Option<Data> {
    // Days and times start like numbers, too.
    let whole = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    if !matches!(unsigned.as_bytes().get(whole), None | Some(b'.' | b'e' | b'E')) {
        return None;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_ok = exponent.is_none_or(|text| {
        let text = text.strip_prefix(['-', '+']).unwrap_or(text);
        !text.is_empty() && digits(text)
    });
    let some_digit = !whole.is_empty() || fraction.is_some_and(|text| !text.is_empty());
    if !digits(whole) || !fraction.is_none_or(digits) || !exponent_ok || !some_digit {
        return None;
    }
    if fraction.is_none() && exponent.is_none() {
        if let Ok(value) = text.parse::<i64>() {
            return Some(Data::Int(value));
        }
        if let Ok(value) = text.parse::<u64>() {
            return Some(Data::UInt(value));
        }
    }
    text.parse::<f64>().ok().map(Data::Float)
}

/// A string as a YAML double-quoted scalar: valid in every place, and readable back as the same string.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            // Not printable to YAML, or a line break to YAML 1.1.
            '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => escape(&mut out, character),
            control if control.is_control() => escape(&mut out, control),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn escape(out: &mut String, character: char) {
    out.push_str(&format!("\\u{:04X}", u32::from(character)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> &'static str {
        match resolve(text) {
            None => "string",
            Some(Data::Null) => "null",
            Some(Data::Bool(_)) => "bool",
            Some(Data::Int(_)) => "int",
            Some(Data::UInt(_)) => "uint",
            Some(Data::Float(value)) if value.is_finite() => "float",
            Some(Data::Float(_)) => "infinite",
            Some(_) => "other",
        }
    }

    #[test]
    fn the_core_schema_and_nothing_of_yaml_1_1() {
        for (text, expected) in [
            ("no", "string"),
            ("yes", "string"),
            ("on", "string"),
            ("2026-04-23", "string"),
            ("12:30", "string"),
            ("1_000", "string"),
            ("0b1", "string"),
            ("-0x1F", "string"),
            ("+", "string"),
            (".", "string"),
            ("1e", "string"),
            ("nan", "string"),
            ("inf", "string"),
            ("-", "string"),
            ("+infinity", "string"),
            ("1.2.3", "string"),
            ("~", "null"),
            ("", "null"),
            ("NULL", "null"),
            ("True", "bool"),
            ("007", "int"),
            ("+12", "int"),
            ("0o17", "int"),
            ("0x1F", "int"),
            ("18446744073709551615", "uint"),
            ("18446744073709551616", "float"),
            ("1.", "float"),
            (".5", "float"),
            ("-1.5e+3", "float"),
            ("0xFFFFFFFFFFFFFFFFF", "float"),
            ("1e999", "infinite"),
            (".inf", "infinite"),
            ("-.INF", "infinite"),
            (".NaN", "infinite"),
        ] {
            assert_eq!(kind(text), expected, "{text:?}");
        }
    }
}
