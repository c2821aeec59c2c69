//! `exboard schema`: the JSON Schemas.

use super::args::{SchemaArgs, Shared};
use super::console::{Console, Exit, Failure};
use crate::schema::{CHECK_OUTPUT, Kind};

pub(super) fn run(shared: &Shared, args: &SchemaArgs, console: &mut Console<'_>) -> Result<Exit, Failure> {
    shared.one_format(&["json"])?;
    console.result(shared, args.kind.record_kind().map_or(CHECK_OUTPUT, Kind::schema_text))?;
    Ok(Exit::Clean)
}
