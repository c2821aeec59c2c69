//! Git's hooks: files outside of the work tree, of which we touch our own alone.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::StoreError;
use super::draft::{Draft, Use};

/// What lies where a hook belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hook {
    /// Nothing.
    None,
    /// One that has our mark as its second line.
    Ours,
    /// Somebody else's; or a link, wherever it leads.
    Foreign,
}

/// Writes a hook, whole, or leaves somebody else's as it is; says what was there.
///
/// # Errors
/// [`StoreError::Unreadable`], [`StoreError::Unwritable`] where the disk says no.
pub fn install_hook(file: &Path, mark: &str, script: &str) -> Result<Hook, StoreError> {
    let there = look(file, mark)?;
    if there == Hook::Foreign {
        return Ok(there);
    }
    let unwritable = |source| StoreError::Unwritable { path: file.display().to_string(), source };
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder).map_err(unwritable)?;
    let mut draft = Draft::beside(file, Use::Program).map_err(unwritable)?;
    draft.write_all(script.as_bytes()).map_err(unwritable)?;
    match there {
        Hook::Ours => draft.put(file),
        // Whoever was quicker keeps theirs.
        _ => draft.put_new(file),
    }
    .map_err(unwritable)?;
    Ok(there)
}

/// Removes a hook, if it is ours; says what was there.
///
/// # Errors
/// [`StoreError::Unreadable`], [`StoreError::Unwritable`] where the disk says no.
pub fn remove_hook(file: &Path, mark: &str) -> Result<Hook, StoreError> {
    let there = look(file, mark)?;
    if there == Hook::Ours {
        let unwritable = |source| StoreError::Unwritable { path: file.display().to_string(), source };
        fs::remove_file(file).map_err(unwritable)?;
    }
    Ok(there)
}

fn look(file: &Path, mark: &str) -> Result<Hook, StoreError> {
    let unreadable = |source| StoreError::Unreadable { path: file.display().to_string(), source };
    match file.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Hook::None),
        Err(error) => return Err(unreadable(error)),
        Ok(metadata) if !metadata.is_file() => return Ok(Hook::Foreign),
        Ok(_) => {}
    }
    let bytes = fs::read(file).map_err(unreadable)?;
    let second = bytes.split(|byte| *byte == b'\n').nth(1);
    Ok(if second == Some(mark.as_bytes()) { Hook::Ours } else { Hook::Foreign })
}
