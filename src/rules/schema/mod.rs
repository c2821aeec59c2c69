//! Group `schema`: the file can be read, and says what a record must say.

pub(super) mod duplicate_id;
pub(super) mod duplicate_key;
pub(super) mod file_name;
pub(super) mod hidden_characters;
pub(super) mod invalid;
pub(super) mod stray_file;
pub(super) mod syntax;
pub(super) mod time_order;
pub(super) mod unknown_field;
pub(super) mod unknown_kind;
