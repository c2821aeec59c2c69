//! The record that is meant.

use std::path::Path;

use crate::change::Version;
use crate::cli::console::Failure;
use crate::cli::workspace::{self, Workspace};
use crate::finding::closest;
use crate::record::Folder;
use crate::schema::Kind;
use crate::store::Listing;

/// The record of an id, or of a path. Where both kinds have the id, `kind` tells which is meant.
pub(super) fn record(
    workspace: &Workspace,
    listing: &Listing,
    asked: &str,
    kind: Option<Kind>,
) -> Result<Version, Failure> {
    let folder = folder(workspace, listing, asked, kind)?;
    let bytes = workspace
        .tree
        .read(folder)
        .map_err(|reason| Failure::new(format_args!("cannot read {}: {reason}", folder.path)))?;
    if std::str::from_utf8(&bytes).is_err() {
        return Err(Failure::new(format_args!("{} is not UTF-8", folder.path))
            .help(format!("`exboard check {}` says where", folder.path)));
    }
    Ok(Version::read(folder.clone(), bytes))
}

fn folder<'l>(
    workspace: &Workspace,
    listing: &'l Listing,
    asked: &str,
    kind: Option<Kind>,
) -> Result<&'l Folder, Failure> {
    if asked.contains('/') || asked.ends_with(".yaml") {
        let path = workspace::in_repository(workspace, Path::new(asked))?;
        return listing.records.iter().find(|folder| *folder.path == *path).ok_or_else(|| {
            Failure::new(format_args!("{path} is no record"))
                .help("records are the `.yaml` files below the folders that exboard.toml names")
        });
    }
    let mut found: Vec<&Folder> = listing.records.iter().filter(|folder| folder.stem() == asked).collect();
    if found.len() > 1 {
        found.retain(|folder| kind.is_none_or(|kind| folder.kind == kind));
    }
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let failure = Failure::new(format_args!("there is no record `{asked}`"));
            Err(match closest(asked, listing.records.iter().map(Folder::stem)) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure.help("an id is the name of the record's file without `.yaml`"),
            })
        }
        several => {
            let paths: Vec<&str> = several.iter().map(|folder| &*folder.path).collect();
            Err(Failure::new(format_args!(
                "{} records are called `{asked}`: {}",
                paths.len(),
                paths.join(", ")
            ))
            .help("say which one by the path of its file"))
        }
    }
}
