//! Fields as people read them.

use crate::yaml::unescape_token;

/// A JSON pointer as people write fields: `rollback_plan.steps[0]`; the whole record for the empty pointer.
#[must_use]
pub fn field_name(pointer: &str) -> String {
    let mut name = String::new();
    for token in pointer.split('/').skip(1) {
        if token.bytes().all(|byte| byte.is_ascii_digit()) && !token.is_empty() && !name.is_empty() {
            name.push_str(&format!("[{token}]"));
        } else {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(&unescape_token(token));
        }
    }
    if name.is_empty() { "the record".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_read_as_people_write_them() {
        assert_eq!(field_name("/rollback_plan/steps/0"), "rollback_plan.steps[0]");
        assert_eq!(field_name("/extensions/a~1b"), "extensions.a/b");
        assert_eq!(field_name(""), "the record");
    }
}
